// yinxin ca show|crl, yinxin ocsp answer, yinxin tsa answer: the vault's public side on the command line

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "terminal/files.h"
#include "yinxin/office/house.h"
#include "yinxin/office_options.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Wish {
  OfficeOptions office;
  std::string issuer = "issuing";
  std::string in = "-";
  std::string out;
  bool json = false;
};

Result<std::unique_ptr<office::House>> open_house(const Wish& wish) {
  static const SystemClock clock;
  YX_TRY(const crypto::BootSecret boot, wish.office.boot_secret());
  return office::House::open(wish.office.data, wish.office.profiles, boot, clock, office::Opened::answers);
}

Result<void> put(const std::string& out, BytesView content) {
  if (!out.empty()) {
    return write_file(out, content, true);
  }
  std::cout.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  return {};
}

Result<Exit> show(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish));
  boost::json::object all;
  for (const auto& [name, certificate] : {std::pair{"root", &house->root()}, std::pair{"issuing", &house->issuing()},
                                          std::pair{"roles", &house->roles()}}) {
    all[name] = boost::json::object{{"subject", certificate->subject().text()},
                                    {"not_after", to_rfc3339(certificate->not_after())},
                                    {"sm3_fingerprint", to_hex(certificate->fingerprint())}};
    if (!wish.json) {
      std::cout << name << ": " << certificate->subject().text() << ", 至 " << to_beijing_text(certificate->not_after())
                << "\n  SM3 " << to_hex(certificate->fingerprint()) << "\n";
    }
  }
  const audit::Head head = house->audit_head();
  all["audit_head"] = head.writer + ":" + std::to_string(head.sequence) + ":" + to_hex(head.hash);
  all["environment"] = house->settings().environment;
  if (wish.json) {
    std::cout << boost::json::serialize(all) << "\n";
  } else {
    std::cout << "审计链头 audit head: " << std::string_view(all["audit_head"].get_string()) << "\n";
  }
  return Exit::done;
}

Result<Exit> publish_list(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish));
  YX_TRY(const x509::CertificateList list, house->publish_list(wish.issuer));
  YX_CHECK(put(wish.out, list.der()));
  std::cerr << "CRL " << wish.issuer << ": " << list.entries().size() << " 项 / entries, 至 "
            << (list.next_update() ? to_beijing_text(*list.next_update()) : "?") << "\n";
  return Exit::done;
}

constexpr std::size_t max_request_bytes = 64 * 1024;

Result<Exit> answer(const Wish& wish, bool time_stamp) {
  YX_TRY(const Bytes request, read_file(wish.in, max_request_bytes));
  YX_TRY(const auto house, open_house(wish));
  const Bytes response = time_stamp ? house->answers().stamp(request) : house->answers().status(request);
  YX_CHECK(put(wish.out, response));
  return Exit::done;
}

template <class Deed>
void on_chosen(CLI::App* app, Chosen& chosen, const std::shared_ptr<Wish>& wish, Deed deed) {
  app->callback([&chosen, wish, deed] {
    chosen.run = [wish, deed] {
      const auto exit = deed(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace

void add_authority(CLI::App& app, Chosen& chosen) {
  CLI::App* ca = app.add_subcommand("ca", "the authorities of an office");
  ca->require_subcommand(1);
  auto wish = std::make_shared<Wish>();
  CLI::App* show_app = ca->add_subcommand("show", "certificates, fingerprints, head of the audit chain");
  wish->office.add_to(*show_app);
  show_app->add_flag("--json", wish->json, "print JSON");
  on_chosen(show_app, chosen, wish, show);
  CLI::App* crl = ca->add_subcommand("crl", "sign and publish a full list of now");
  wish->office.add_to(*crl);
  crl->add_option("--issuer", wish->issuer, "issuing or roles")->capture_default_str();
  crl->add_option("--out", wish->out, "file; default standard output");
  on_chosen(crl, chosen, wish, publish_list);
  add_status_orders(*ca, chosen);
  CLI::App* ocsp = app.add_subcommand("ocsp", "answer one OCSP request (DER)");
  CLI::App* tsa = app.add_subcommand("tsa", "answer one time-stamp request (DER)");
  for (CLI::App* one : {ocsp, tsa}) {
    wish->office.add_to(*one);
    one->add_option("--in", wish->in, "request; - is standard input")->capture_default_str();
    one->add_option("--out", wish->out, "file; default standard output");
  }
  on_chosen(ocsp, chosen, wish, [](const Wish& w) { return answer(w, false); });
  on_chosen(tsa, chosen, wish, [](const Wish& w) { return answer(w, true); });
}

}  // namespace yinxin::cli
