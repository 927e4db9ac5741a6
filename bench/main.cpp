// yinxin-bench: what this machine does with our code, and with a peer's in the same run.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "engine.h"
#include "report.h"
#include "terminal/files.h"
#include "terminal/tell.h"

namespace {

using namespace yinxin;
using namespace yinxin::bench;

constexpr int done = 0, wrong_usage = 2, could_not = 3;

struct Wish {
  std::vector<std::string> names;
  std::string json;
  bool is_quick = false;
  bool lists = false;
};

std::vector<Subject> all_subjects() {
  std::vector<Subject> all;
  for (auto* const group :
       {document_subjects, hall_subjects, sm2_subjects, symmetric_subjects, x509_subjects, answer_subjects}) {
    for (Subject& subject : group()) {
      all.push_back(std::move(subject));
    }
  }
  return all;
}

// Those that were asked for, or all; nothing when a name is unknown.
std::optional<std::vector<Subject>> chosen(std::vector<Subject> all, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::ranges::find(all, name, &Subject::name) == all.end()) {
      std::cerr << "没有名为 " << name << " 的测试 / there is no benchmark " << name << ". There are:";
      for (const Subject& subject : all) {
        std::cerr << " " << subject.name;
      }
      std::cerr << "\n";
      return std::nullopt;
    }
  }
  if (!names.empty()) {
    std::erase_if(all, [&](const Subject& subject) { return std::ranges::find(names, subject.name) == names.end(); });
  }
  return all;
}

// What is not measured is not in the file.
int measure_all(const std::vector<Subject>& subjects, const Wish& wish) {
  const Pace pace = wish.is_quick ? quick_pace : Pace{};
  start_engine();
  std::vector<Figure> figures;
  bool has_failed = false;
  std::cout << table_head() << std::endl;
  for (const Subject& subject : subjects) {
    auto figure = measure(subject, pace);
    if (!figure) {
      has_failed = true;
      std::cerr << subject.name << "：未能测量 / was not measured: " << figure.error().describe() << std::endl;
      continue;
    }
    if (wish.is_quick) {
      figure->note += figure->note.empty() ? "quick: no measurement" : "; quick: no measurement";
    }
    std::cout << table_line(*figure) << std::endl;
    figures.push_back(std::move(*figure));
  }
  for (const Figure& figure : figures) {
    if (!figure.note.empty()) {
      std::cout << "  " << figure.name << ": " << figure.note << "\n";
    }
  }
  if (!wish.json.empty()) {
    const std::string text = to_json(figures);
    if (const auto written = cli::write_file(wish.json, bytes_of(text), true); !written) {
      return static_cast<int>(cli::tell(written.error()));
    }
  }
  return has_failed ? could_not : done;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Benchmarks: medians of measurements in which ours and the peer's take turns. Exit status 3 when one of "
      "them could not be done."};
  Wish wish;
  app.add_option("NAME", wish.names, "which ones; all by default");
  app.add_option("--json", wish.json, "file for the figures");
  app.add_flag("--quick", wish.is_quick, "each only a moment, to see whether it runs; the figures say nothing");
  app.add_flag("--list", wish.lists, "the names, without measuring");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? done : wrong_usage;
  }
  try {
    std::vector<Subject> all = all_subjects();
    if (wish.lists) {
      for (const Subject& subject : all) {
        std::cout << subject.name << "\n";
      }
      return done;
    }
    const auto subjects = chosen(std::move(all), wish.names);
    return subjects ? measure_all(*subjects, wish) : wrong_usage;
  } catch (const std::exception& wrong) {
    std::cerr << "测试中断 / stopped: " << wrong.what() << std::endl;
    return could_not;
  }
}
