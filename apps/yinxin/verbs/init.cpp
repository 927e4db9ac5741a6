// yinxin init --data DIR --root DIR --organization NAME …: the ceremony

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "base/identifiers/person.h"
#include "terminal/files.h"
#include "yinxin/office/house.h"
#include "yinxin/office_options.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Wish {
  OfficeOptions office;
  std::string root;
  std::string root_passphrase = "-";
  std::string organization;
  std::string environment = "demo";
  std::string address = "http://127.0.0.1:8443";
  std::string officers;
  bool json = false;
};

constexpr std::size_t max_roster_bytes = 1024 * 1024;

Result<Bytes> read_request(const std::string& roster, const std::string& name) {
  const std::filesystem::path file = std::filesystem::path(roster).parent_path() / name;
  YX_TRY(const Bytes content, read_file(file.string(), x509::max_certificate_size));
  return x509::der_of_file(content, {"CERTIFICATE REQUEST"});
}

// [ { "name", "role", "resident_id", "request": "file of a PKCS#10", "login_request"?: "file" } … ]; files are relative
// to the roster's folder. A "station" is a machine and has no resident_id; who has no login_request gets no login
// certificate.
Result<void> read_roster(const std::string& path, office::CeremonyPlan& plan) {
  if (path.empty()) {
    return {};
  }
  YX_TRY(const Bytes file, read_file(path, max_roster_bytes));
  boost::system::error_code failed;
  const boost::json::value read = boost::json::parse({text_of(file).data(), file.size()}, failed);
  const auto* list = failed ? nullptr : read.if_array();
  if (list == nullptr) {
    return fail(ErrorCode::invalid_input, path + " is not a JSON list of officers");
  }
  for (const boost::json::value& value : *list) {
    const auto text = [&](const char* key) -> std::string {
      const auto* object = value.if_object();
      const auto* field = object == nullptr ? nullptr : object->if_contains(key);
      return field != nullptr && field->is_string() ? std::string(field->get_string()) : std::string();
    };
    YX_TRY(Bytes request, read_request(path, text("request")));
    if (text("role") == "station") {
      plan.stations.push_back({.name = text("name"), .request = std::move(request)});
      continue;
    }
    office::OfficerRequest officer{
        .name = text("name"), .resident_id = text("resident_id"), .request = std::move(request)};
    const auto id = ResidentId::parse(officer.resident_id, SystemClock().now());
    if (officer.name.empty() || !id) {
      return fail(ErrorCode::invalid_input, path + ": an officer needs a name and a valid resident_id");
    }
    officer.resident_id = id->text();
    YX_TRY(officer.role, trust::role_of_name(text("role")));
    if (const std::string login = text("login_request"); !login.empty()) {
      YX_TRY(officer.login_request, read_request(path, login));
    }
    plan.officers.push_back(std::move(officer));
  }
  return {};
}

Result<Exit> init(const Wish& wish) {
  YX_TRY(const crypto::BootSecret boot, wish.office.boot_secret());
  office::CeremonyPlan plan{
      .settings = {.environment = wish.environment, .organization = wish.organization, .address = wish.address},
      .folder = wish.office.data,
      .root_folder = wish.root,
      .profiles = wish.office.profiles,
      .root_passphrase = {}};
  YX_CHECK(read_roster(wish.officers, plan));
  YX_TRY(plan.root_passphrase, read_passphrase(wish.root_passphrase, "根密钥口令 / passphrase of the root key"));
  SystemRandom random;
  YX_TRY(const office::CeremonyReport report, office::hold_ceremony(plan, boot, random, SystemClock()));
  boost::json::object fingerprints;
  const auto tell_of = [&](std::string_view name, const x509::Certificate& certificate) {
    fingerprints[name] = to_hex(certificate.fingerprint());
    if (!wish.json) {
      std::cout << name << "\n  " << certificate.subject().text() << "\n  SM3 " << to_hex(certificate.fingerprint())
                << "\n";
    }
  };
  tell_of("root", report.root);
  tell_of("issuing", report.issuing);
  tell_of("roles", report.roles);
  for (std::size_t i = 0; i < report.officers.size(); ++i) {
    const std::string name = "officer-" + std::to_string(i + 1);
    tell_of(name, report.officers[i]);
    YX_CHECK(write_file(wish.office.data + "/public/" + name + ".cer", report.officers[i].der(), false));
    if (report.logins[i]) {
      tell_of("login-" + std::to_string(i + 1), *report.logins[i]);
      YX_CHECK(write_file(wish.office.data + "/public/login-" + std::to_string(i + 1) + ".cer", report.logins[i]->der(),
                          false));
    }
    if (!report.envelopes[i].empty()) {
      std::filesystem::create_directories(wish.office.data + "/handout");
      YX_CHECK(write_file(wish.office.data + "/handout/" + name + ".envelope", report.envelopes[i], false));
    }
  }
  for (std::size_t i = 0; i < report.stations.size(); ++i) {
    const std::string name = "station-" + std::to_string(i + 1);
    tell_of(name, report.stations[i]);
    YX_CHECK(write_file(wish.office.data + "/public/" + name + ".cer", report.stations[i].der(), false));
  }
  if (wish.json) {
    std::cout << boost::json::serialize(fingerprints) << "\n";
  } else {
    std::cout << "请抄录以上指纹，并把 " << wish.root << " 移到离线处保存\n"
              << "Write these fingerprints down, and take " << wish.root << " off this machine.\n";
  }
  return Exit::done;
}

}  // namespace

void add_init(CLI::App& app, Chosen& chosen) {
  CLI::App* init_app =
      app.add_subcommand("init", "the ceremony: root, authorities, services, first officers; never overwrites");
  auto wish = std::make_shared<Wish>();
  wish->office.add_to(*init_app);
  init_app->add_option("--root", wish->root, "folder for the root key; not inside --data")->required();
  init_app->add_option("--root-passphrase", wish->root_passphrase, "file, - for the terminal, or credential:NAME");
  init_app->add_option("--organization", wish->organization, "name of the authority, as certificates carry it")
      ->required();
  init_app->add_option("--environment", wish->environment, "demo, production …: stands in every approval");
  init_app->add_option("--address", wish->address, "where lists and answers are published, http://host:port");
  init_app->add_option("--officers", wish->officers, "JSON list of the first officers with their requests");
  init_app->add_flag("--json", wish->json, "print JSON");
  init_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = init(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
