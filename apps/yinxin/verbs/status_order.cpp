// yinxin ca revoke|suspend|resume and yinxin ca device: what officers order of the vault

#include <CLI/CLI.hpp>
#include <iostream>

#include "terminal/files.h"
#include "trust/make.h"
#include "yinxin/case_verbs.h"

namespace yinxin::cli {

namespace {

using Deed = trust::StatusStatement::Deed;

constexpr std::size_t order_nonce_bytes = 16;

struct Wish {
  OfficeOptions office;
  TokenKeyWish officer;
  std::vector<std::string> certificates;
  std::string reason = "unspecified";
  std::string explanation;
  std::string first;
  std::string out;
  std::string serial, model, firmware, batch;
};

// RFC 5280 5.3.1
Result<std::int64_t> reason_of(const std::string& name) {
  constexpr std::pair<std::string_view, std::int64_t> reasons[] = {
      {"unspecified", 0}, {"key_compromise", 1},         {"affiliation_changed", 3},
      {"superseded", 4},  {"cessation_of_operation", 5}, {"privilege_withdrawn", 9}};
  for (const auto& [known, code] : reasons) {
    if (known == name) {
      return code;
    }
  }
  return fail(ErrorCode::invalid_input, "no reason " + name);
}

Result<trust::StatusStatement> statement_of(const Wish& wish, const office::House& house,
                                            const x509::Certificate& officer, Deed deed) {
  trust::StatusStatement statement;
  statement.deed = deed;
  statement.ca_key_hash = pki::issuer_id(house.issuing().public_key());
  statement.environment = house.settings().environment;
  for (const std::string& path : wish.certificates) {
    YX_TRY(const x509::Certificate certificate, read_certificate(path));
    if (certificate.issuer() != house.issuing().subject()) {
      return fail(ErrorCode::invalid_input, path + " is not a certificate of this office's issuing CA");
    }
    statement.serials.push_back(to_bytes(certificate.serial()));
  }
  YX_TRY(statement.reason, reason_of(wish.reason));
  statement.explanation = wish.explanation;
  statement.officer_certificate = officer.fingerprint();
  statement.at = whole_seconds(SystemClock().now());
  statement.nonce = SystemRandom().bytes(order_nonce_bytes);
  return statement;
}

// The second officer orders word for word what the first one did.
Result<trust::StatusStatement> second_of(BytesView first, const x509::Certificate& officer) {
  YX_TRY(const cms::SignedData message, cms::SignedData::parse(first));
  if (!message.content) {
    return fail(ErrorCode::invalid_input, "the first order has no content");
  }
  YX_TRY(trust::StatusStatement statement, trust::StatusStatement::parse(*message.content));
  statement.officer_certificate = officer.fingerprint();
  statement.at = whole_seconds(SystemClock().now());
  statement.nonce = SystemRandom().bytes(order_nonce_bytes);
  statement.first = trust::statement_hash(first);
  return statement;
}

Result<Exit> order(const Wish& wish, Deed deed) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const auto officer, open_token_key(wish.officer, "审批人"));
  const bool first_of_two = deed == Deed::revoke && wish.first.empty();
  if (!wish.first.empty()) {
    YX_TRY(const Bytes first, read_file(wish.first, trust::max_statement_size));
    YX_TRY(const trust::StatusStatement statement, second_of(first, officer->certificate));
    std::cout << "注销 " << statement.serials.size() << " 张证书，原因 reason " << statement.reason << ": "
              << statement.explanation << "\n";
    YX_TRY(const Bytes second, trust::sign_status(statement, officer->certificate, *officer->signer));
    YX_TRY(pki::Vault* const vault, house->vault());
    YX_CHECK(vault->order_status(first, second));
  } else {
    YX_TRY(const trust::StatusStatement statement, statement_of(wish, *house, officer->certificate, deed));
    YX_TRY(const Bytes signed_order, trust::sign_status(statement, officer->certificate, *officer->signer));
    if (first_of_two) {
      YX_CHECK(write_file(wish.out, signed_order, false));
      std::cout
          << "已签署第一份指令，须由另一人以 --first 再签 / first order signed; another person goes on with --first\n";
      return Exit::done;
    }
    YX_TRY(pki::Vault* const vault, house->vault());
    YX_CHECK(vault->order_status(signed_order, {}));
  }
  YX_CHECK(house->resume());  // the key centre hears of it
  YX_CHECK(house->publish_due_lists());
  std::cout << "已执行，新的吊销列表已发布 / done, and a new list is published\n";
  return Exit::done;
}

Result<Exit> register_device(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(pki::Vault* const vault, house->vault());
  YX_CHECK(vault->register_device({.serial = wish.serial,
                                   .model = wish.model,
                                   .firmware = wish.firmware,
                                   .batch = wish.batch,
                                   .quarantined = false,
                                   .at = {}}));
  std::cout << "介质已登记 / the UKey is registered: " << wish.serial << "\n";
  return Exit::done;
}

template <class Run>
CLI::App* add(CLI::App& app, Chosen& chosen, const std::shared_ptr<Wish>& wish, const char* name, const char* what,
              Run run) {
  CLI::App* verb = app.add_subcommand(name, what);
  wish->office.add_to(*verb);
  verb->callback([&chosen, wish, run] {
    chosen.run = [wish, run] {
      const auto exit = run(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
  return verb;
}

}  // namespace

void add_status_orders(CLI::App& ca_app, Chosen& chosen) {
  const std::tuple<const char*, Deed, const char*> verbs[] = {
      {"revoke", Deed::revoke, "end certificates: two officers, the second with --first"},
      {"suspend", Deed::suspend, "put certificates on hold: one officer"},
      {"resume", Deed::resume, "lift a suspension: one officer"}};
  for (const auto& [name, deed, what] : verbs) {
    auto wish = std::make_shared<Wish>();
    CLI::App* verb =
        add(ca_app, chosen, wish, name, what, [deed = deed](const Wish& told) { return order(told, deed); });
    verb->add_option("--certificate", wish->certificates, "each certificate concerned");
    verb->add_option("--explanation", wish->explanation, "why, for the auditor");
    add_token_key_options(*verb, wish->officer, "", "approval");
    if (deed == Deed::revoke) {
      verb->add_option("--reason", wish->reason,
                       "unspecified, key_compromise, affiliation_changed, superseded, cessation_of_operation, "
                       "privilege_withdrawn")
          ->capture_default_str();
      verb->add_option("--first", wish->first, "the first officer's order, which this one joins");
      verb->add_option("--out", wish->out, "where the first officer's order goes");
    }
  }
  auto device = std::make_shared<Wish>();
  CLI::App* verb = add(ca_app, chosen, device, "device", "register a UKey that was taken in", register_device);
  verb->add_option("--serial", device->serial, "as `yinxin token list` shows it")->required();
  verb->add_option("--model", device->model)->required();
  verb->add_option("--firmware", device->firmware)->required();
  verb->add_option("--batch", device->batch, "delivery it came with")->required();
}

}  // namespace yinxin::cli
