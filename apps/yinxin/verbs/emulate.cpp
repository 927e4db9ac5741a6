// yinxin emulate: every provider outside, emulated on this machine, for demonstrations and tests; and the emulated
// phone, on whose pages a person sees and does what they have for him

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>

#include "api/pages/site.h"
#include "base/text.h"
#include "hall/programme/programme.h"
#include "intake/cell.h"
#include "net/client.h"
#include "outside/emulator/set.h"
#include "terminal/files.h"
#include "yinxin/office/hall_service.h"
#include "yinxin/office/street_service.h"
#include "yinxin/serving/public_side.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

constexpr unsigned settings_mode = 0600;

struct Wish {
  std::string data = ".";
  std::uint16_t port = 8446;
  std::string listen = "127.0.0.1";
  std::string sms_report_url;
  std::string programmes;
  std::string pay_notify_url = outside::EmulatorSetOptions().pay_notify_url;
  std::optional<std::uint16_t> phone_port;
  std::string web;
};

// A page of a PDF as a picture, for who has no printer and no scanner: ?page=1.
net::Response page_picture(const net::Request& request) {
  const std::string wanted(request.target.query_value("page").value_or("1"));
  const bool is_number = !wanted.empty() && wanted.size() <= 2 && all_digits(wanted);
  const auto looked = intake::examine_in_cell(serving::program_beside("yinxin-intake-cell"), request.body, {});
  if (!looked) {
    return net::problem(503, looked.error().describe());
  }
  const std::size_t page = is_number ? std::stoul(wanted) : 0;
  if (!looked->acceptable() || page < 1 || page > looked->pages.size()) {
    return net::problem(422, "no such page of a PDF, JPEG or PNG that can be shown");
  }
  const intake::Page& shown = looked->pages[page - 1];
  net::Response response =
      net::answer(shown.kind == intake::Kind::png ? "image/png" : "image/jpeg", net::Body(shown.rendition));
  response.headers.add("X-Pages", std::to_string(looked->pages.size()));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

Result<outside::EmulatedPhone::AddPages> phone_pages(const std::string& web) {
  if (web.empty()) {
    return outside::EmulatedPhone::AddPages();
  }
  YX_TRY(api::Site pages, api::Site::read(web + "/emulated_phone"));
  auto site = std::make_shared<const api::Site>(std::move(pages));
  return outside::EmulatedPhone::AddPages([site = std::move(site)](net::Router& router) {
    router.add(net::Method::post, "/phone/v1/pages", {.max_body_bytes = intake::Limits().max_bytes, .slow = true},
               page_picture);
    api::add_site(router, site, {.no_pages = {"phone"}});
  });
}

// As the provider writes its templates: ${reason} where the programme has {reason}.
std::string template_text(std::string text) {
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 2)) {
    text.insert(at, "$");
  }
  return text;
}

Result<void> register_text(const std::string& sms, const std::string& programme, const std::string& name,
                           const std::string& text) {
  const std::size_t colon = sms.rfind(':');
  const net::Client client(
      {.host = sms.substr(std::string_view("http://").size(), colon - std::string_view("http://").size()),
       .port = static_cast<std::uint16_t>(std::stoul(sms.substr(colon + 1)))});
  const std::string body = boost::json::serialize(
      boost::json::object{{"code", office::emulated_template_code(programme, name)}, {"text", template_text(text)}});
  YX_TRY(const net::Response answered, client.post("/admin/templates", "application/json", to_bytes(bytes_of(body))));
  return answered.status < 300 ? Result<void>()
                               : Result<void>(fail(ErrorCode::invalid_input, "the emulator takes no such template"));
}

// The programmes' texts, so that the emulated outbox shows what a phone would.
Result<void> register_texts(const std::string& folder, const std::string& sms) {
  YX_CHECK(register_text(sms, "", "code", "验证码{code}，5分钟内有效，请勿告知他人。"));
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() != ".yaml") {
      continue;
    }
    YX_TRY(const Bytes yaml, read_file(entry.path().string()));
    const auto checked = hall::programme::check(text_of(yaml), entry.path().string());
    if (!checked.programme) {
      return fail(ErrorCode::invalid_input, entry.path().string() + " has mistakes");
    }
    for (const auto& [name, text] : checked.programme->texts) {
      YX_CHECK(register_text(sms, checked.programme->code, name, text));
    }
  }
  return failed ? Result<void>(fail(ErrorCode::not_found, folder)) : Result<void>();
}

Result<Exit> emulate(const Wish& wish) {
  static const SystemClock clock;
  static SystemRandom random;
  // Blocked before any thread starts, so that only the wait below sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  YX_TRY(auto pages, phone_pages(wish.web));
  std::map<std::string, std::string> banks;
  if (!wish.programmes.empty()) {
    YX_TRY(const hall::BankDirectory directory, office::read_banks(wish.programmes));
    for (hall::BankBranch& branch : directory.all()) {
      banks.emplace(std::move(branch.number), std::move(branch.name));
    }
  }
  YX_TRY(const auto set, outside::EmulatorSet::start({.address = wish.listen,
                                                      .first_port = wish.port,
                                                      .sms_report_url = wish.sms_report_url,
                                                      .pay_notify_url = wish.pay_notify_url,
                                                      .banks = std::move(banks),
                                                      .phone_port = wish.phone_port,
                                                      .add_phone_pages = std::move(pages)},
                                                     clock, random));
  std::error_code failed;
  std::filesystem::create_directories(wish.data, failed);
  if (failed) {
    return fail(ErrorCode::internal, "cannot make " + wish.data + ": " + failed.message());
  }
  const std::string path = (std::filesystem::path(wish.data) / "outside.json").string();
  YX_CHECK(write_file(path, set->settings().to_json().expose(), true, settings_mode));
  std::cout << "外部服务均为模拟，仅供演示 / every provider is emulated, for demonstration only\n";
  for (const auto& place : set->places()) {
    if (place.name == "sms" && !wish.programmes.empty()) {
      YX_CHECK(register_texts(wish.programmes, place.address));
    }
    std::cout << "  " << place.name << " " << place.address << "\n";
  }
  if (!wish.web.empty()) {
    std::cout << "演示手机 / emulated phone: " << set->places().back().address << "\n";
  }
  std::cout << "就绪 ready: " << path << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  set->stop();
  std::cout << "已停止 / stopped" << std::endl;
  return Exit::done;
}

}  // namespace

void add_emulate(CLI::App& app, Chosen& chosen) {
  CLI::App* emulate_app = app.add_subcommand("emulate",
                                             "run emulators of the providers outside (SMS, carrier, face, card "
                                             "reading, courier, WeChat Pay, bank) and write outside.json, by "
                                             "which the hall reaches them; for demonstrations and tests only");
  auto wish = std::make_shared<Wish>();
  emulate_app->add_option("--data", wish->data, "folder in which outside.json is written (mode 0600)")
      ->capture_default_str();
  emulate_app->add_option("--port", wish->port, "port of the first emulator, the others follow; 0 takes any free ones")
      ->capture_default_str();
  emulate_app->add_option("--listen", wish->listen, "address to listen on")->capture_default_str();
  emulate_app->add_option("--programmes", wish->programmes,
                          "folder of programmes whose texts the SMS provider knows, and whose banks the bank does");
  emulate_app->add_option("--sms-report-url", wish->sms_report_url,
                          "where delivery reports of messages are pushed; nowhere without it");
  emulate_app
      ->add_option("--pay-notify-url", wish->pay_notify_url,
                   "where the hall hears of payments, written to outside.json")
      ->capture_default_str();
  emulate_app->add_option("--phone-port", wish->phone_port,
                          "port of the emulated phone; without it, it follows the others");
  emulate_app->add_option("--web", wish->web, "folder of the built pages, for the emulated phone's");
  emulate_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = emulate(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
