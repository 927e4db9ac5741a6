// demo-judge: what the demonstration judges by itself, and how it keeps its client apart.
//
// demo-judge seek --values FILE --work DIR FOLDER…       1 when a value stands somewhere in clear; FILE: "name value" a
// line demo-judge seal FILE --shown W H --drawn SHAPE W H TILT CHARACTERS --dpi N        FILE: anything with the PNG
// inside demo-judge way                                          user | landlock N | none (exit 4) demo-judge refused
// [--process PID]… PATH…               0 only when each attempt is refused demo-judge apart [--read DIR]… [--write
// DIR]… -- COMMAND…
//
// Exit: 0 holds, 1 does not, 2 wrong usage, 3 could not be judged, 4 no way.

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "demo/judge/apart.h"
#include "demo/judge/seal_picture.h"
#include "demo/judge/seek.h"

namespace yinxin::demo {

namespace {

enum Exit : int { holds = 0, does_not = 1, usage = 2, not_judged = 3, no_way = 4 };

using Words = std::vector<std::string>;

int wrong_usage(const char* what) {
  std::cerr << "demo-judge: " << what << "\n";
  return usage;
}
int not_done(const Error& error) {
  std::cerr << "demo-judge: " << error.describe() << "\n";
  return not_judged;
}

Result<Bytes> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  Bytes content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return in.is_open() ? Result<Bytes>(std::move(content)) : Result<Bytes>(fail(ErrorCode::not_found, path));
}

// Takes `--name VALUE…` of `count` values out of the words; empty when it is not there.
Words take(Words& words, const std::string& name, std::ptrdiff_t count) {
  const auto found = std::ranges::find(words, name);
  if (found == words.end() || words.end() - found <= count) {
    return {};
  }
  Words values(found + 1, found + 1 + count);
  words.erase(found, found + 1 + count);
  return values;
}

Result<std::vector<Sought>> read_values(const std::string& path) {
  std::ifstream in(path);
  std::vector<Sought> values;
  for (Sought one; in >> one.name >> one.value;) {
    values.push_back(one);
  }
  return values.empty() ? Result<std::vector<Sought>>(fail(ErrorCode::invalid_input, path + " has no values"))
                        : Result<std::vector<Sought>>(std::move(values));
}

int seek(Words words) {
  const Words file = take(words, "--values", 1);
  const Words work = take(words, "--work", 1);
  if (file.empty() || work.empty() || words.empty()) {
    return wrong_usage("seek --values FILE --work DIR FOLDER…");
  }
  const auto values = read_values(file[0]);
  if (!values) {
    return not_done(values.error());
  }
  const auto planted = prove_seeker(work[0], *values);
  if (!planted) {
    return not_done(planted.error());
  }
  std::cout << *planted << " planted, all found\n";
  const auto patterns = patterns_of(*values);
  if (!patterns) {
    return not_done(patterns.error());
  }
  std::size_t hits = 0;
  for (const std::string& root : words) {
    Search found;
    if (const auto looked = search(root, *patterns, found); !looked) {
      return not_done(looked.error());
    }
    std::cout << root << ": " << found.files << " files, " << found.bytes << " bytes, " << found.streams
              << " compressed streams, " << patterns->size() << " patterns of " << values->size()
              << " values: " << found.hits.size() << " found\n";
    if (found.files == 0) {
      std::cout << "there is nothing to look through in " << root << "\n";
      return not_judged;
    }
    for (const Hit& hit : found.hits) {
      std::cout << "IN CLEAR: " << hit.name << " as " << hit.encoding << " in " << hit.file << "\n";
    }
    hits += found.hits.size();
  }
  return hits == 0 ? holds : does_not;
}

double number(const std::string& text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() ? value : 0;
}

int seal(Words words) {
  const Words shown = take(words, "--shown", 2);
  const Words told = take(words, "--drawn", 5);
  const Words dpi = take(words, "--dpi", 1);
  if (shown.empty() || told.empty() || dpi.empty() || words.size() != 1 || number(shown[0]) <= 0 ||
      number(shown[1]) <= 0 || number(dpi[0]) <= 0) {
    return wrong_usage("seal FILE --shown W H --drawn SHAPE W H TILT CHARACTERS --dpi N");
  }
  const DrawnSeal drawn{.is_oval = told[0] == "ellipse",
                        .width_mm = number(told[1]),
                        .height_mm = number(told[2]),
                        .tilt_deg = number(told[3]),
                        .characters = static_cast<int>(number(told[4]))};
  const auto file = read_whole(words[0]);
  const auto png = file ? png_inside(*file) : Result<Bytes>(file.error());
  const auto measured = png ? measure(*png, number(shown[0]), number(shown[1])) : Result<PictureMeasures>(png.error());
  if (!measured) {
    return not_done(measured.error());
  }
  const PictureMeasures& m = *measured;
  std::cout << "drawn: " << told[0] << " " << drawn.width_mm << " x " << drawn.height_mm << " mm, tilted "
            << drawn.tilt_deg << " degrees, " << drawn.characters << " characters\n"
            << "picture: " << m.width_px << " x " << m.height_px << " px, " << m.shown_width_mm << " x "
            << m.shown_height_mm << " mm on the page\nink: " << m.ink_width_mm << " x " << m.ink_height_mm
            << " mm, long axis at " << m.axis_deg << ", star at " << m.star_deg << " degrees\nshares: ink "
            << m.inked_share << ", clear " << m.clear_share << ", faint " << m.faint_share << "\n"
            << m.gaps << " clear stretches on the arc, " << m.pale_px << " pale pixels, " << m.corner_px
            << " outside the seal\n";
  const auto wrong = mistakes_of(m, drawn, number(dpi[0]));
  for (const std::string& sentence : wrong) {
    std::cout << "WRONG: " << sentence << "\n";
  }
  return wrong.empty() ? holds : does_not;
}

int way() {
  const HowApart how = how_apart();
  switch (how.way) {
    case Way::user: std::cout << "user " << client_uid << "\n"; return holds;
    case Way::landlock: std::cout << "landlock " << how.landlock_abi << "\n"; return holds;
    case Way::none: break;
  }
  std::cout << "none\n";
  return no_way;
}

int refused(Words words) {
  std::vector<Attempt> attempts;
  for (Words process = take(words, "--process", 1); !process.empty(); process = take(words, "--process", 1)) {
    for (Attempt& attempt : try_to_reach(static_cast<pid_t>(number(process[0])), getuid() == client_uid)) {
      attempts.push_back(std::move(attempt));
    }
  }
  for (const std::string& path : words) {
    attempts.push_back(try_to_open(path));
  }
  if (attempts.empty()) {
    return wrong_usage("refused PATH…");
  }
  std::cout << "uid " << getuid() << "\n";
  for (const Attempt& attempt : attempts) {
    std::cout << (attempt.is_refused ? "refused: " : "NOT REFUSED: ") << attempt.what << ": " << attempt.answer << "\n";
  }
  return std::ranges::all_of(attempts, &Attempt::is_refused) ? holds : does_not;
}

int apart(Words words) {
  const auto end = std::ranges::find(words, "--");
  if (end == words.end() || end + 1 == words.end()) {
    return wrong_usage("apart [--read DIR]… [--write DIR]… -- COMMAND…");
  }
  Words command(end + 1, words.end());
  words.erase(end, words.end());
  Reach reach;
  for (Words one = take(words, "--read", 1); !one.empty(); one = take(words, "--read", 1)) {
    reach.readable.push_back(one[0]);
  }
  for (Words one = take(words, "--write", 1); !one.empty(); one = take(words, "--write", 1)) {
    reach.writable.push_back(one[0]);
  }
  if (!words.empty()) {
    return wrong_usage(("what is " + words[0] + "?").c_str());
  }
  if (const auto gone = go_apart(how_apart(), reach); !gone) {
    return gone.error().code == ErrorCode::precondition ? no_way : not_done(gone.error());
  }
  std::vector<char*> arguments;
  for (std::string& word : command) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  std::cerr << "demo-judge: cannot run " << command[0] << ": " << std::strerror(errno) << "\n";
  return not_judged;
}

int judge(const Words& words) {
  if (words.empty()) {
    return wrong_usage("seek | seal | way | refused | apart");
  }
  const Words rest(words.begin() + 1, words.end());
  if (words[0] == "seek") {
    return seek(rest);
  }
  if (words[0] == "seal") {
    return seal(rest);
  }
  if (words[0] == "way") {
    return way();
  }
  if (words[0] == "refused") {
    return refused(rest);
  }
  return words[0] == "apart" ? apart(rest) : wrong_usage(("no verb " + words[0]).c_str());
}

}  // namespace

}  // namespace yinxin::demo

int main(int count, char** words) {
  try {
    return yinxin::demo::judge({words + 1, words + count});
  } catch (const std::exception& wrong) {
    std::cerr << "demo-judge: " << wrong.what() << "\n";
    return yinxin::demo::not_judged;
  }
}
