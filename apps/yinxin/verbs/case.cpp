// yinxin case submit|evidence|show|list|accept|approve: a case on the officers' desk, from an application file

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "hall/application/life_parts.h"
#include "seal/text.h"
#include "terminal/approval_window.h"
#include "terminal/files.h"
#include "yinxin/case_verbs.h"
#include "yinxin/office/application_file.h"
#include "yinxin/office/approvals.h"

namespace yinxin::cli {

namespace {

constexpr std::size_t max_manifest_bytes = trust::max_statement_size;
constexpr std::size_t most_cases_listed = 200;

struct Wish {
  OfficeOptions office;
  TokenKeyWish officer;
  std::string id;
  std::string application;
  std::string programme;
  std::string manifest;
  std::string kind;
  std::string provider;
  std::string transaction;
  std::string answer;
  bool failed = false;
  std::vector<std::string> overrides;
  bool json = false;
};

std::string_view code_of(hall::CaseState state) {
  return hall::life::case_states[static_cast<std::size_t>(state)].code;
}
std::string_view label_of(hall::CaseState state) { return hall::life::case_states[static_cast<std::size_t>(state)].zh; }

void print(const hall::CaseRecord& record, bool json) {
  boost::json::array lines;
  for (const hall::CaseLine& line : record.application.lines) {
    lines.push_back(boost::json::object{{"number", line.number},
                                        {"state", hall::life::line_states[static_cast<std::size_t>(line.state)].code}});
  }
  const hall::CaseState state = record.application.state;
  if (json) {
    std::cout << boost::json::serialize(boost::json::object{{"number", record.id()},
                                                            {"revision", record.snapshot.revision},
                                                            {"state", code_of(state)},
                                                            {"unit", record.snapshot.unit.name},
                                                            {"due_fen", record.snapshot.money.due_fen},
                                                            {"received_fen", record.snapshot.money.received_fen},
                                                            {"lines", lines}})
              << "\n";
    return;
  }
  std::cout << record.id() << " 第 " << record.snapshot.revision << " 版: " << label_of(state) << " / "
            << code_of(state) << "\n  " << seal::clean_text(record.snapshot.unit.name) << "\n";
  for (const hall::CaseLine& line : record.application.lines) {
    const auto& row = hall::life::line_states[static_cast<std::size_t>(line.state)];
    std::cout << "  第 " << line.number << " 行: " << row.zh << " / " << row.code << "\n";
  }
}

Result<Exit> submit(const Wish& wish) {
  YX_TRY(const Bytes yaml, read_file(wish.programme));
  const auto programme = hall::programme::check(text_of(yaml), wish.programme);
  if (!programme.programme) {
    return fail(ErrorCode::invalid_input, "the programme has mistakes; see yinxin programme check " + wish.programme);
  }
  YX_TRY(const Bytes json, read_file(wish.application, office::max_application_bytes));
  YX_TRY(Bytes manifest, read_file(wish.manifest, max_manifest_bytes));
  const std::string folder = std::filesystem::path(wish.application).parent_path().string();
  YX_TRY(const hall::Submission submission,
         office::read_application(json, folder.empty() ? "." : folder, *programme.programme, std::move(manifest),
                                  SystemClock().now()));
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const hall::CaseRecord record, house->desk().submit(submission));
  print(record, wish.json);
  return Exit::done;
}

// A provider's answer may complete what the case waits for.
Result<void> go_on_after(hall::Desk& desk, const hall::CaseRecord& record) {
  YX_TRY(const Bytes der, desk.paper(record.id(), 0, hall::Paper::manifest));
  YX_TRY(const trust::SignedManifest manifest, trust::SignedManifest::parse(der));
  YX_TRY(const trust::ProgrammePolicy policy, trust::ProgrammePolicy::parse(manifest.content));
  constexpr std::string_view account = "micro_deposit";
  bool identity = true;
  for (const trust::SnapshotLine& line : record.snapshot.lines) {
    const trust::BusinessRule* rule = policy.find_rule(line.business, record.snapshot.channel);
    for (const std::string& kind : rule == nullptr ? std::vector<std::string>() : rule->evidence) {
      identity = identity && (kind == account || record.find_evidence(kind) != nullptr);
    }
  }
  if (record.application.state == hall::CaseState::proving_identity && identity) {
    YX_CHECK(desk.report(record.id(), hall::CaseEvent::identity_passed, {hall::By::outside, ""}));
  }
  if (record.application.state == hall::CaseState::awaiting_account_proof && record.find_evidence(account) != nullptr) {
    YX_CHECK(desk.report(record.id(), hall::CaseEvent::account_proven, {hall::By::house, ""}));
  }
  return {};
}

Result<Exit> evidence(const Wish& wish) {
  YX_TRY(const Bytes answer, read_file(wish.answer, crypto::max_wrapped_bytes));
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_CHECK(house->desk().find(wish.id));
  YX_TRY(const Bytes receipt, house->outside().receive({.kind = wish.kind,
                                                        .provider = wish.provider,
                                                        .transaction_id = wish.transaction,
                                                        .application_id = wish.id,
                                                        .passed = !wish.failed,
                                                        .answer = {},
                                                        .at = {}},
                                                       answer));
  YX_CHECK(house->desk().add_evidence(wish.id, receipt));
  if (!wish.failed) {
    YX_TRY(const hall::CaseRecord told, house->desk().find(wish.id));
    YX_CHECK(go_on_after(house->desk(), told));
  }
  YX_TRY(const hall::CaseRecord record, house->desk().find(wish.id));
  print(record, wish.json);
  return Exit::done;
}

Result<Exit> show(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const hall::CaseRecord record, house->desk().find(wish.id));
  print(record, wish.json);
  if (!wish.json) {
    YX_TRY(const auto timeline, house->desk().timeline(wish.id));
    for (const hall::CaseEventRecord& event : timeline) {
      std::cout << "  " << to_beijing_text(event.at) << "  " << event.kind << "  " << seal::clean_text(event.actor)
                << "  " << seal::clean_text(event.detail) << "\n";
    }
  }
  return Exit::done;
}

// Every paper that stands, as DER: what an auditor takes away.
Result<Exit> papers(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const hall::CaseRecord record, house->desk().find(wish.id));
  std::error_code failed;
  std::filesystem::create_directories(wish.answer, failed);
  if (failed) {
    return fail(ErrorCode::internal, "cannot make the folder " + wish.answer);
  }
  const std::string folder = wish.answer + "/";
  YX_CHECK(write_file(folder + "snapshot.der", record.snapshot_der, true));
  for (const hall::PaperMention& mention : record.papers) {
    if (mention.paper == hall::Paper::evidence || record.standing(mention.paper, mention.line) != &mention) {
      continue;
    }
    YX_TRY(const Bytes paper, house->desk().paper(wish.id, mention.line, mention.paper));
    const std::string line = mention.line == 0 ? "" : "-" + std::to_string(mention.line);
    YX_CHECK(write_file(folder + std::string(hall::name_of(mention.paper)) + line + ".der", paper, true));
  }
  YX_TRY(const std::vector<Bytes> receipts, house->desk().receipts(wish.id));
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    YX_CHECK(write_file(folder + "evidence-" + std::to_string(i + 1) + ".der", receipts[i], true));
  }
  return Exit::done;
}

Result<Exit> list(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const auto cases, house->desk().list(most_cases_listed));
  boost::json::array all;
  for (const hall::CaseSummary& one : cases) {
    all.push_back(boost::json::object{
        {"number", one.id}, {"revision", one.revision}, {"state", code_of(one.state)}, {"unit", one.unit}});
    if (!wish.json) {
      std::cout << one.id << "  " << label_of(one.state) << "  " << seal::clean_text(one.unit) << "\n";
    }
  }
  if (wish.json) {
    std::cout << boost::json::serialize(all) << "\n";
  }
  return Exit::done;
}

Result<office::Overrides> overrides_of(const Wish& wish) {
  office::Overrides overrides;
  for (const std::string& one : wish.overrides) {
    const auto equals = one.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == one.size()) {
      return fail(ErrorCode::invalid_input, "--override reads KIND=REASON");
    }
    overrides[one.substr(0, equals)] = one.substr(equals + 1);
  }
  return overrides;
}

Result<Exit> decide(const Wish& wish, trust::Decision decision) {
  YX_TRY(const office::Overrides overrides, overrides_of(wish));
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const token::ApprovalBundle bundle, office::lay_before(*house, wish.id, decision, overrides));
  YX_TRY(const auto officer, open_token_key(wish.officer, "审批人"));
  TerminalWindow window;
  SystemRandom random;
  YX_TRY(const Bytes statement, token::approve(bundle, decision,
                                               {.certificate = officer->certificate,
                                                .signer = officer->signer.get(),
                                                .ca_key_hash = pki::issuer_id(house->issuing().public_key()),
                                                .environment = house->settings().environment},
                                               window, random, SystemClock().now()));
  YX_TRY(const hall::CaseRecord record, decision == trust::Decision::accept
                                            ? house->desk().accept(wish.id, statement)
                                            : house->desk().approve(wish.id, statement));
  print(record, wish.json);
  return Exit::done;
}

using Run = Result<Exit> (*)(const Wish&);

CLI::App* add(CLI::App& app, Chosen& chosen, const std::shared_ptr<Wish>& wish, const char* name, const char* what,
              Run run) {
  CLI::App* verb = app.add_subcommand(name, what);
  wish->office.add_to(*verb);
  verb->add_flag("--json", wish->json, "print JSON");
  verb->callback([&chosen, wish, run] {
    chosen.run = [wish, run] {
      const auto exit = run(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
  return verb;
}

void add_decisions(CLI::App& app, Chosen& chosen) {
  const std::pair<const char*, Run> verbs[] = {
      {"accept", [](const Wish& wish) { return decide(wish, trust::Decision::accept); }},
      {"approve", [](const Wish& wish) { return decide(wish, trust::Decision::approve); }}};
  for (const auto& [name, run] : verbs) {
    auto wish = std::make_shared<Wish>();
    CLI::App* verb = add(app, chosen, wish, name, "sign it with an officer's UKey, after reading what it is", run);
    verb->add_option("CASE", wish->id, "number of the case")->required();
    add_token_key_options(*verb, wish->officer, "", "approval");
    if (std::string_view(name) == "accept") {
      verb->add_option("--override", wish->overrides, "KIND=REASON: go on without this provider's answer");
    }
  }
}

}  // namespace

void add_case(CLI::App& app, Chosen& chosen) {
  CLI::App* cases = app.add_subcommand("case", "cases: from an application file to a written token");
  cases->require_subcommand(1);
  auto made = std::make_shared<Wish>();
  CLI::App* submit_app = add(*cases, chosen, made, "submit", "take in an application file", submit);
  submit_app->add_option("--application", made->application, "the application (JSON)")->required();
  submit_app->add_option("--programme", made->programme, "the programme it is made under (YAML)")->required();
  submit_app->add_option("--manifest", made->manifest, "the programme as two administrators signed it")->required();
  auto proven = std::make_shared<Wish>();
  CLI::App* evidence_app = add(*cases, chosen, proven, "evidence", "a provider's answer about the case", evidence);
  evidence_app->add_option("CASE", proven->id)->required();
  evidence_app->add_option("--kind", proven->kind, "carrier_check, liveness_check, micro_deposit …")->required();
  evidence_app->add_option("--provider", proven->provider)->required();
  evidence_app->add_option("--transaction", proven->transaction, "the provider's own id")->required();
  evidence_app->add_option("--answer", proven->answer, "file with the raw answer, up to 4096 bytes")->required();
  evidence_app->add_flag("--failed", proven->failed, "the check was not passed");
  auto shown = std::make_shared<Wish>();
  add(*cases, chosen, shown, "show", "state, lines and timeline", show)->add_option("CASE", shown->id)->required();
  auto taken = std::make_shared<Wish>();
  CLI::App* papers_app = add(*cases, chosen, taken, "papers", "write the standing papers of a case as DER", papers);
  papers_app->add_option("CASE", taken->id)->required();
  papers_app->add_option("--out", taken->answer, "folder")->required();
  add(*cases, chosen, std::make_shared<Wish>(), "list", "the newest cases", list);
  add_decisions(*cases, chosen);
  add_case_making(*cases, chosen);
}

}  // namespace yinxin::cli
