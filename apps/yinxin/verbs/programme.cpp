// yinxin programme check|sign|adopt FILE…

#include "hall/programme/programme.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "hall/payment/bank_directory.h"
#include "hall/programme/policy.h"
#include "terminal/files.h"
#include "trust/make.h"
#include "yinxin/case_verbs.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

using hall::programme::CheckedProgramme;
using hall::programme::Finding;

struct Wish {
  std::vector<std::string> files;
  bool json = false;
  bool assumptions = false;
};

std::string_view level_name(hall::programme::Level level) {
  switch (level) {
    case hall::programme::Level::error: return "error";
    case hall::programme::Level::warning: return "warning";
    case hall::programme::Level::note: return "note";
  }
  return "error";
}

boost::json::array json_of(const std::vector<Finding>& all) {
  boost::json::array findings;
  for (const Finding& finding : all) {
    findings.push_back(boost::json::object{{"id", finding.id},
                                           {"level", level_name(finding.level)},
                                           {"line", finding.line},
                                           {"column", finding.column},
                                           {"zh", finding.zh},
                                           {"en", finding.en}});
  }
  return findings;
}

boost::json::object json_of(const std::string& file, const CheckedProgramme& checked) {
  boost::json::object out{
      {"file", file}, {"ok", checked.programme.has_value()}, {"findings", json_of(checked.findings)}};
  if (checked.programme) {
    out["code"] = checked.programme->code;
    out["project_id"] = checked.programme->project_id;
    out["version"] = checked.programme->version;
    out["manifest"] = to_hex(checked.programme->manifest_hash);
    out["assumptions"] = checked.programme->assumptions.size();
  }
  return out;
}

void print(const std::string& file, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    std::cout << file << ":" << finding.line << ":" << finding.column << ": " << level_name(finding.level) << " "
              << finding.id << ": " << finding.zh << " / " << finding.en << "\n";
  }
}

void print(const std::string& file, const CheckedProgramme& checked, bool assumptions) {
  print(file, checked.findings);
  if (!checked.programme) {
    std::cout << file << ": 有错误，未通过 / not accepted\n";
    return;
  }
  const auto& programme = *checked.programme;
  std::cout << file << ": 通过 / accepted: " << programme.code << " v" << programme.version << ", manifest SM3 "
            << to_hex(programme.manifest_hash) << ", " << programme.assumptions.size()
            << " 项为假定值，发布前须由运营方确认 / assumed values to be confirmed before publishing\n";
  if (assumptions) {
    for (const auto& assumption : programme.assumptions) {
      std::cout << "  " << file << ":" << assumption.line << ": " << assumption.path << ": " << assumption.reason
                << "\n";
    }
  }
}

bool is_bank_table(const std::string& file) { return file.ends_with(".tsv"); }

boost::json::object json_of(const std::string& file, const hall::CheckedBanks& checked) {
  boost::json::object out{
      {"file", file}, {"ok", checked.directory.has_value()}, {"findings", json_of(checked.findings)}};
  if (checked.directory) {
    out["banks"] = checked.directory->size();
    out["date"] = checked.directory->date();
    out["source"] = checked.directory->source();
    out["is_complete"] = checked.directory->is_complete();
  }
  return out;
}

void print(const std::string& file, const hall::CheckedBanks& checked) {
  print(file, checked.findings);
  if (!checked.directory) {
    std::cout << file << ": 有错误，未通过 / not accepted\n";
    return;
  }
  const auto& banks = *checked.directory;
  std::cout << file << ": 通过 / accepted: " << banks.size() << " 家银行网点 / banks and branches, " << banks.date()
            << ", " << banks.source() << "\n";
  if (!banks.is_complete()) {
    std::cout << file
              << ": 仅为部分网点，申请人仍可自行填写开户行，此时打款不带行号；请以开户银行提供的全表替换 / partial: an "
                 "applicant "
                 "may name any other bank, and a deposit there goes without a number; replace it by the whole table\n";
  }
}

Exit check_files(const Wish& wish) {
  bool good = true;
  boost::json::array all;
  std::vector<CheckedProgramme> accepted;
  for (const std::string& file : wish.files) {
    const auto content = is_bank_table(file) ? read_file(file, hall::max_bank_file_bytes) : read_file(file);
    if (!content) {
      return tell(content.error());
    }
    if (is_bank_table(file)) {
      const hall::CheckedBanks checked = hall::BankDirectory::check(std::string(text_of(*content)));
      good = good && checked.directory.has_value();
      if (wish.json) {
        all.push_back(json_of(file, checked));
      } else {
        print(file, checked);
      }
      continue;
    }
    CheckedProgramme checked = hall::programme::check(text_of(*content), file);
    good = good && checked.programme.has_value();
    if (wish.json) {
      all.push_back(json_of(file, checked));
    } else {
      print(file, checked, wish.assumptions);
    }
    accepted.push_back(std::move(checked));
  }
  std::vector<const hall::programme::Programme*> together;
  for (const CheckedProgramme& checked : accepted) {
    if (checked.programme) {
      together.push_back(&*checked.programme);
    }
  }
  const std::vector<Finding> clashes = hall::programme::check_together(together);
  for (const Finding& clash : clashes) {
    good = false;
    (wish.json ? std::cerr : std::cout) << clash.id << ": " << clash.zh << " / " << clash.en << "\n";
  }
  if (wish.json) {
    std::cout << boost::json::serialize(all) << "\n";
  }
  return good ? Exit::done : Exit::bad_verdict;
}

struct SignWish {
  OfficeOptions office;
  TokenKeyWish administrator;
  std::string file;
  std::string profiles = "profiles";
  std::string environment;
  std::string manifest;
};

// The programme in the CA's words, under this house's profiles: what both administrators sign.
Result<trust::ProgrammePolicy> policy_of_file(const SignWish& wish) {
  YX_TRY(const Bytes yaml, read_file(wish.file));
  const CheckedProgramme checked = hall::programme::check(text_of(yaml), wish.file);
  if (!checked.programme) {
    return fail(ErrorCode::invalid_input, "the programme has mistakes; see yinxin programme check " + wish.file);
  }
  YX_TRY(const pki::ProfileSet profiles, pki::ProfileSet::load(wish.profiles));
  std::map<std::string, crypto::Digest> hashes;
  for (const hall::programme::KindOffered& offered : checked.programme->kinds) {
    YX_TRY(const pki::ProfilePair pair, profiles.find_pair(offered.kind));
    hashes[offered.kind] = pair.hash();
  }
  return hall::programme::policy_of(*checked.programme, wish.environment, hashes);
}

Result<Exit> sign_programme(const SignWish& wish) {
  YX_TRY(const trust::ProgrammePolicy policy, policy_of_file(wish));
  trust::SignedManifest manifest{.content = policy.to_der(), .signatures = {}};
  std::error_code ignored;
  if (std::filesystem::exists(wish.manifest, ignored)) {
    YX_TRY(const Bytes file, read_file(wish.manifest, trust::max_statement_size));
    YX_TRY(trust::SignedManifest before, trust::SignedManifest::parse(file));
    if (before.content != manifest.content) {
      return fail(ErrorCode::conflict, wish.manifest + " is of another programme, version, environment or profile");
    }
    manifest = std::move(before);
  }
  YX_TRY(const auto administrator, open_token_key(wish.administrator, "管理员"));
  YX_TRY(Bytes signature, trust::sign_manifest(manifest.content, administrator->certificate, *administrator->signer,
                                               SystemClock().now()));
  manifest.signatures.push_back(std::move(signature));
  YX_CHECK(write_file(wish.manifest, manifest.to_der(), true));
  std::cout << "项目 " << policy.programme << " v" << policy.version << "，清单 SM3 " << to_hex(manifest.hash())
            << "，已有 " << manifest.signatures.size() << " 份签名，需两位管理员 / signatures so far; two are needed\n";
  return Exit::done;
}

Result<Exit> adopt_programme(const SignWish& wish) {
  YX_TRY(const Bytes manifest, read_file(wish.manifest, trust::max_statement_size));
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(pki::Vault* const vault, house->vault());
  YX_TRY(const crypto::Digest hash, vault->adopt(manifest));
  std::cout << "清单已生效 / the manifest is in force: SM3 " << to_hex(hash) << "\n";
  return Exit::done;
}

void add_signing(CLI::App& programme, Chosen& chosen) {
  CLI::App* sign = programme.add_subcommand("sign", "an administrator's signature under a programme; two are needed");
  auto signing = std::make_shared<SignWish>();
  sign->add_option("FILE", signing->file, "the programme (YAML)")->required();
  sign->add_option("--profiles", signing->profiles, "folder of certificate profiles")->capture_default_str();
  sign->add_option("--environment", signing->environment, "demo, production …")->required();
  sign->add_option("--manifest", signing->manifest, "the signed manifest; made, or added to")->required();
  add_token_key_options(*sign, signing->administrator, "", "approval");
  sign->callback([&chosen, signing] {
    chosen.run = [signing] {
      const auto exit = sign_programme(*signing);
      return exit ? *exit : tell(exit.error());
    };
  });
  CLI::App* adopt = programme.add_subcommand("adopt", "the vault takes a signed manifest over");
  auto adopted = std::make_shared<SignWish>();
  adopted->office.add_to(*adopt);
  adopt->add_option("--manifest", adopted->manifest, "the manifest that two administrators signed")->required();
  adopt->callback([&chosen, adopted] {
    chosen.run = [adopted] {
      const auto exit = adopt_programme(*adopted);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace

void add_programme(CLI::App& app, Chosen& chosen) {
  CLI::App* programme =
      app.add_subcommand("programme", "programmes as data: what an authority's applicants may ask for");
  programme->require_subcommand(1);
  CLI::App* check =
      programme->add_subcommand("check", "explain every mistake of programme files, with line and column");
  auto wish = std::make_shared<Wish>();
  check->add_option("FILE", wish->files, "programme files (YAML), tables of banks (.tsv)")->required();
  check->add_flag("--json", wish->json, "print JSON");
  check->add_flag("--assumptions", wish->assumptions, "list the values that no guide says");
  check->callback([&chosen, wish] { chosen.run = [wish] { return check_files(*wish); }; });
  add_signing(*programme, chosen);
}

}  // namespace yinxin::cli
