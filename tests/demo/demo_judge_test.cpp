// The judge of the demonstration finds what it says it looks for, and says no to what is not so.

#include <gtest/gtest.h>
#include <png.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <set>

#include "demo/judge/apart.h"
#include "demo/judge/seal_picture.h"
#include "demo/judge/seek.h"

namespace yinxin::demo {
namespace {

namespace fs = std::filesystem;

class JudgeTest : public ::testing::Test {
 protected:
  JudgeTest() {
    std::string pattern = (fs::temp_directory_path() / "demo-judge-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~JudgeTest() override { fs::remove_all(folder_); }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  fs::path folder_;
};

const std::vector<Sought> sought{{"mobile", "13812345678"}, {"id", "11010519491231002X"}, {"secret", "80412967"}};

TEST_F(JudgeTest, FindsEveryValueInEveryEncodingAloneAndCompressed) {
  const auto planted = prove_seeker(folder_, sought);
  ASSERT_TRUE(planted) << planted.error().describe();
  EXPECT_EQ(*planted, 4 * patterns_of(sought)->size());
}

TEST_F(JudgeTest, FindsWhatOtherProgramsEncoded) {
  // By hand: `printf 'tel=13812345678' | base64`, `… | xxd -p`, `… | iconv -t UTF-16LE`.
  write("base64", "{\"x\":\"dGVsPTEzODEyMzQ1Njc4\"}");
  write("hex", "74656c3d3133383132333435363738");
  write("wide", std::string_view("1\0003\0008\0001\0002\0003\0004\0005\0006\0007\0008\000", 22));
  Search found;
  ASSERT_TRUE(search(folder_, *patterns_of({{"mobile", "13812345678"}}), found));
  EXPECT_EQ(found.files, 3U);
  std::set<std::string> files;
  for (const Hit& hit : found.hits) {
    files.insert(fs::path(hit.file).filename().string());
  }
  EXPECT_EQ(files, (std::set<std::string>{"base64", "hex", "wide"}));
}

TEST_F(JudgeTest, FindsNothingWhereThereIsNothingAndRefusesWhatIsTooShort) {
  write("one", "13812345679 dGVsPTEzODEyMzQ1Njc5 11010519491231002");
  Search found;
  ASSERT_TRUE(search(folder_, *patterns_of(sought), found));
  EXPECT_EQ(found.files, 1U);
  EXPECT_TRUE(found.hits.empty());
  EXPECT_FALSE(patterns_of({{"pin", "1234"}}));
  EXPECT_FALSE(search(folder_ / "missing", *patterns_of(sought), found));
}

struct Drawing {
  double picture_mm = 42, ink_mm = 42, tilt_deg = 5;
  bool has_haze = false, has_white_ground = false, has_pale_corner = false, has_filled_arc = false;
};
constexpr double px_per_mm = 20;

// A ring, twelve blocks on an arc, a five-pointed star, drawn point by point.
Bytes drawn(const Drawing& how) {
  const int side = static_cast<int>(std::lround(how.picture_mm * px_per_mm));
  Bytes rgba(4 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  const double radius = how.ink_mm / 2;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double dx = (x + 0.5) / px_per_mm - how.picture_mm / 2;
      const double dy = (y + 0.5) / px_per_mm - how.picture_mm / 2;
      const double r = std::hypot(dx, dy);
      const double turn = std::atan2(dy, dx) * 180 / std::numbers::pi - how.tilt_deg + 90;  // 0: up
      const double on_arc = std::remainder(turn, 360.0) + 130;
      const bool is_ring = r <= radius && r >= radius - 1.2;
      const bool is_letter = r < radius - 2.6 && r > radius - 6.6 && on_arc >= 0 && on_arc <= 260 &&
                             (how.has_filled_arc || std::fmod(on_arc, 21.7) < 14);
      const double within = std::abs(std::remainder(turn, 72.0)) / 36;
      const bool is_star = r < 7 - 4.3 * within;
      const bool is_inked = is_ring || is_letter || is_star;
      const bool is_corner = how.has_pale_corner && x < 20 && y < 20;
      const std::size_t at =
          4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x));
      const bool is_white = !is_inked && (how.has_white_ground || is_corner);
      rgba[at] = is_white ? 250 : 200;
      rgba[at + 1] = rgba[at + 2] = is_white ? 248 : 20;
      rgba[at + 3] = is_inked || is_white ? 255 : how.has_haze ? 12 : 0;
    }
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, rgba.data(), 0, nullptr);
  Bytes png(size);
  png_image_write_to_memory(&image, png.data(), &size, 0, rgba.data(), 0, nullptr);
  png.resize(size);
  return png;
}

std::vector<std::string> judged(const Drawing& how, double shown_mm = 42, double said_tilt_deg = 5) {
  const auto measured = measure(drawn(how), shown_mm, shown_mm);
  if (!measured) {
    return {measured.error().describe()};
  }
  return mistakes_of(
      *measured, {.is_oval = false, .width_mm = 42, .height_mm = 42, .tilt_deg = said_tilt_deg, .characters = 12}, 300);
}

TEST_F(JudgeTest, AGoodSealHasNoMistakes) {
  const auto wrong = judged({});
  EXPECT_TRUE(wrong.empty()) << wrong.front();
}

TEST_F(JudgeTest, EachFlawOfASealIsTold) {
  // A margin that makes the seal two millimetres smaller on the page than it was drawn.
  EXPECT_EQ(judged({.picture_mm = 44}).size(), 2U);
  EXPECT_EQ(judged({.ink_mm = 41}).size(), 2U);
  EXPECT_EQ(judged({}, 42, -5).size(), 1U);
  EXPECT_FALSE(judged({.has_haze = true}).empty());
  EXPECT_FALSE(judged({.has_white_ground = true}).empty());
  EXPECT_FALSE(judged({.has_pale_corner = true}).empty());
  EXPECT_EQ(judged({.has_filled_arc = true}).size(), 1U);
}

TEST_F(JudgeTest, FindsThePictureInsideAnotherFile) {
  const Bytes png = drawn({});
  Bytes file = to_bytes(bytes_of("30 82 something before"));
  append(file, png);
  append(file, bytes_of("and after"));
  EXPECT_EQ(png_inside(file).value(), png);
  file.resize(file.size() - png.size() / 2);
  EXPECT_EQ(png_inside(file).error().code, ErrorCode::corrupt);
  EXPECT_EQ(png_inside(bytes_of("no picture")).error().code, ErrorCode::not_found);
}

// Runs `work` in a process of its own; its exit status.
template <class Work>
int in_child(Work&& work) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(work());
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(JudgeTest, AClientThatIsApartIsRefusedWhereWeAreNot) {
  write("secret", "text");
  fs::permissions(folder_, fs::perms::owner_all);
  const std::string file = (folder_ / "secret").string();
  EXPECT_FALSE(try_to_open(file).is_refused);
  EXPECT_FALSE(try_to_open((folder_ / "missing").string()).is_refused) << "what is not there was not refused";
  const HowApart how = how_apart();
  if (how.way == Way::none) {
    EXPECT_FALSE(go_apart(how, {}));
    return;
  }
  EXPECT_EQ(in_child([&] {
              if (!go_apart(how, {})) {
                return 2;
              }
              return try_to_open(file).is_refused && try_to_open(folder_.string()).is_refused ? 0 : 1;
            }),
            0);
}

TEST_F(JudgeTest, LandlockAlsoHoldsAPlainUser) {
  const HowApart how = in_child([] { return setuid(client_uid) == 0 && how_apart().way == Way::landlock ? 0 : 1; }) == 0
                           ? HowApart{.way = Way::landlock, .landlock_abi = 1}
                           : HowApart{};
  if (how.way == Way::none) {
    EXPECT_NE(how_apart().way, Way::none) << "said plainly by the demonstration";
    return;
  }
  const fs::path open = folder_ / "open";
  const fs::path closed = folder_ / "closed";
  for (const fs::path& place : {open, closed}) {
    fs::create_directory(place);
    fs::permissions(place, fs::perms::all);
    std::ofstream(place / "file") << "text";
    fs::permissions(place / "file", fs::perms::all);
  }
  fs::permissions(folder_, fs::perms::all);
  EXPECT_EQ(in_child([&] {
              if (setuid(client_uid) != 0 || try_to_open((closed / "file").string()).is_refused) {
                return 2;
              }
              if (!go_apart(how, {.readable = {}, .writable = {open.string()}})) {
                return 3;
              }
              const bool may = !try_to_open((open / "file").string()).is_refused;
              return may && try_to_open((closed / "file").string()).is_refused ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace yinxin::demo
