// yinxin programme check FILE…

#include "hall/programme/programme.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "yinxin/files.h"
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

boost::json::object json_of(const std::string& file, const CheckedProgramme& checked) {
  boost::json::array findings;
  for (const Finding& finding : checked.findings) {
    findings.push_back(boost::json::object{{"id", finding.id},
                                           {"level", level_name(finding.level)},
                                           {"line", finding.line},
                                           {"column", finding.column},
                                           {"zh", finding.zh},
                                           {"en", finding.en}});
  }
  boost::json::object out{{"file", file}, {"ok", checked.programme.has_value()}, {"findings", std::move(findings)}};
  if (checked.programme) {
    out["code"] = checked.programme->code;
    out["version"] = checked.programme->version;
    out["manifest"] = to_hex(checked.programme->manifest_hash);
    out["assumptions"] = checked.programme->assumptions.size();
  }
  return out;
}

void print(const std::string& file, const CheckedProgramme& checked, bool assumptions) {
  for (const Finding& finding : checked.findings) {
    std::cout << file << ":" << finding.line << ":" << finding.column << ": " << level_name(finding.level) << " "
              << finding.id << ": " << finding.zh << " / " << finding.en << "\n";
  }
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

Exit check_files(const Wish& wish) {
  bool good = true;
  boost::json::array all;
  std::vector<CheckedProgramme> accepted;
  for (const std::string& file : wish.files) {
    const auto content = read_file(file);
    if (!content) {
      return tell(content.error());
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

}  // namespace

void add_programme(CLI::App& app, Chosen& chosen) {
  CLI::App* programme =
      app.add_subcommand("programme", "programmes as data: what an authority's applicants may ask for");
  programme->require_subcommand(1);
  CLI::App* check =
      programme->add_subcommand("check", "explain every mistake of programme files, with line and column");
  auto wish = std::make_shared<Wish>();
  check->add_option("FILE", wish->files, "programme files (YAML)")->required();
  check->add_flag("--json", wish->json, "print JSON");
  check->add_flag("--assumptions", wish->assumptions, "list the values that no guide says");
  check->callback([&chosen, wish] { chosen.run = [wish] { return check_files(*wish); }; });
}

}  // namespace yinxin::cli
