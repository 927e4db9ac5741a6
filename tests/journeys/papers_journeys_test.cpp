// Papers: what a scanner, a careless hand or a stranger may send, each refused with its sentence, while what was handed
// in before stays.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>

#include "intake/picture.h"
#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using paper::testing::SealDrawing;

Bytes plain_jpeg(int width, int height) {
  constexpr std::size_t channels = 3;
  intake::Picture picture{.width = width, .height = height, .rgb = {}};
  picture.rgb.assign(channels * static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 240);
  constexpr int quality = 80;
  return must_have("a picture", intake::encode_jpeg(picture, quality));
}

// A PDF from its objects (object 1 is the catalogue), with a right cross-reference table.
Bytes pdf_of(const std::vector<std::string>& objects) {
  constexpr std::size_t offset_digits = 10;
  std::string text = "%PDF-1.5\n";
  std::vector<std::size_t> offsets;
  for (std::size_t n = 0; n < objects.size(); ++n) {
    offsets.push_back(text.size());
    text += std::to_string(n + 1) + " 0 obj\n" + objects[n] + "\nendobj\n";
  }
  const std::size_t table = text.size();
  const std::string count = std::to_string(objects.size() + 1);
  text += "xref\n0 " + count + "\n0000000000 65535 f \n";
  for (const std::size_t offset : offsets) {
    const std::string digits = std::to_string(offset);
    text += std::string(offset_digits - digits.size(), '0') + digits + " 00000 n \n";
  }
  text += "trailer\n<< /Size " + count + " /Root 1 0 R >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
  return to_bytes(bytes_of(text));
}

std::string stream(const std::string& dictionary, BytesView data) {
  return "<< " + dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + std::string(text_of(data)) +
         "\nendstream";
}

// `pages` pages, each one picture over all of it.
Bytes scanned_pdf(const std::string& image, std::size_t pages = 1, const std::string& catalogue_more = "") {
  std::string kids;
  std::vector<std::string> objects{"<< /Type /Catalog /Pages 2 0 R " + catalogue_more + " >>", "",
                                   stream("", bytes_of("q 595 0 0 842 0 0 cm /Im0 Do Q")), image};
  for (std::size_t n = 0; n < pages; ++n) {
    kids += std::to_string(objects.size() + 1) + " 0 R ";
    objects.push_back(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /XObject << /Im0 4 0 R >> "
        ">> >>");
  }
  objects[1] = "<< /Type /Pages /Count " + std::to_string(pages) + " /Kids [" + kids + "] >>";
  return pdf_of(objects);
}

std::string jpeg_image(int width, int height) {
  return stream("/Type /XObject /Subtype /Image /Width " + std::to_string(width) + " /Height " +
                    std::to_string(height) + " /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
                plain_jpeg(width, height));
}

Bytes deflated(BytesView data) {
  uLongf size = compressBound(data.size());
  Bytes out(size);
  EXPECT_EQ(compress2(out.data(), &size, data.data(), data.size(), 6), Z_OK);
  out.resize(size);
  return out;
}

void put_number(Bytes& bytes, std::size_t at, std::uint32_t number) {
  constexpr unsigned bits = 8;
  for (unsigned n = 0; n < sizeof number; ++n) {
    bytes[at + n] = static_cast<std::uint8_t>(number >> (bits * (3 - n)));
  }
}

// A PNG whose header says 50000 by 50000.
Bytes png_bomb() {
  Bytes bomb = must_have("a picture",
                         intake::encode_png(must_have("pixels", intake::decode(plain_jpeg(1200, 900), 10'000'000))));
  constexpr std::uint32_t wide = 50'000;
  put_number(bomb, 16, wide);
  put_number(bomb, 20, wide);
  put_number(bomb, 29, static_cast<std::uint32_t>(crc32(0, bomb.data() + 12, 17)));
  return bomb;
}

// A ZIP with one deflated member of 60 MB of nothing, as an OFD would be.
Bytes zip_bomb() {
  const Bytes packed = deflated(Bytes(60'000'000, 0));
  Bytes zip = to_bytes(bytes_of(std::string("PK\x03\x04\x14\0\0\0\x08\0", 10)));
  zip.resize(30);
  zip.insert(zip.end(), packed.begin() + 2, packed.end() - 4);
  return zip;
}

Bytes encrypted_pdf(const std::string& folder) {
  const std::string plain = folder + "/plain.pdf";
  const std::string closed = folder + "/closed.pdf";
  const Bytes pdf = scanned_pdf(jpeg_image(1200, 1600));
  std::ofstream(plain, std::ios::binary) << text_of(pdf);
  const std::string command = "qpdf --encrypt secret owner 256 -- '" + plain + "' '" + closed + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe): a test's tool
  std::ifstream in(closed, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return to_bytes(bytes_of(text));
}

// What stands in a slot, to see that a refusal leaves it.
Bytes standing(Requester& who, const std::string& slot) {
  const Answered shown = must_have("the paper", who.customer().get("/api/v1/cases/" + who.id() + "/materials/" + slot));
  return shown.status == 200 ? shown.body : Bytes();
}

struct BadFile {
  const char* what;
  Bytes bytes;
  const char* word;
  const char* sentence;
};

std::vector<BadFile> bad_files() {
  const std::string folder = LiveHall::get().scratch();
  const std::string image = jpeg_image(1200, 1600);
  const Bytes whole = plain_jpeg(1200, 900);
  const std::string grey = "/Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode ";
  const std::string swelling = stream(grey + "/Width 50000 /Height 50000", deflated(Bytes(60'000'000, 0)));
  const char* const not_a_picture = "请上传JPG、PNG或PDF文件";
  const char* const too_large = "图片尺寸过大,请按300 dpi扫描";
  return {
      {"nothing", {}, "upload.empty", "文件是空的(0字节),请重新选择"},
      {"a text", to_bytes(bytes_of("申请表\n")), "upload.not_a_picture", not_a_picture},
      {"a zip bomb", zip_bomb(), "upload.not_a_picture", not_a_picture},
      {"half a picture", to_bytes(BytesView(whole).first(whole.size() / 2)), "upload.broken", "文件已损坏,无法打开"},
      {"a PNG bomb", png_bomb(), "upload.too_many_pixels", too_large},
      {"a PDF bomb", scanned_pdf(swelling), "upload.too_many_pixels", too_large},
      {"a PDF with a script", scanned_pdf(image, 1, "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
       "upload.scripted_pdf", "PDF内含脚本或动作,为安全起见请打印后扫描上传"},
      {"a closed PDF", encrypted_pdf(folder), "upload.encrypted_pdf", "PDF已加密,请去除密码后上传"},
      {"a stamp-sized picture", plain_jpeg(600, 800), "upload.too_small", "图片过小,请用300 dpi扫描或靠近重拍"},
      {"eleven pages", scanned_pdf(image, 11), "upload.too_many_pages", "文件页数不能超过10页"},
      {"eleven megabytes", Bytes(11 << 20, 0xFF), "", ""},
  };
}

TEST(PapersJourney, EveryFileThatCannotBeTakenIsRefusedAndTheOneBeforeStays) {
  Requester who;
  who.lead_to(Stage::papers_in);
  const Bytes before = standing(who, "licence");
  ASSERT_FALSE(before.empty());
  for (const BadFile& bad : bad_files()) {
    SCOPED_TRACE(bad.what);
    const Answered refused = who.upload("licence", bad.bytes);
    EXPECT_EQ(refused.status, *bad.word == '\0' ? 413 : 422);
    if (*bad.word != '\0') {
      expect_problem(refused, "materials.licence", bad.word, bad.sentence);
    } else {
      expect_problem(refused, "file", "upload.too_big", "文件不能超过10 MB");
    }
    EXPECT_TRUE(same(standing(who, "licence"), before));
  }
  EXPECT_EQ(who.answers(), who.applicant().answers);
  const Answered unknown = who.upload("passport", plain_jpeg(1200, 1600));
  expect_refused(unknown, 404, "slot.unknown", "没有这一项资料");
  who.lead_to(Stage::submitted);
  EXPECT_EQ(who.state(), "awaiting_acceptance");
}

// A socket to the hall, to send what no honest client sends.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must("a connection", ::connect(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0
                             ? Result<void>()
                             : fail(ErrorCode::outside_unreachable, "the hall"));
  }
  ~Wire() { ::close(socket_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  // Whether all of it was taken.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  [[nodiscard]] std::string read() const {
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = ::recv(socket_, part.data(), part.size(), 0)) > 0;) {
      all.append(part.data(), static_cast<std::size_t>(got));
      if (all.find("\"status\":") != std::string::npos && all.ends_with("}")) {
        break;
      }
    }
    return all;
  }

 private:
  int socket_;
};

std::size_t most_memory_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stoul(line.substr(6));
    }
  }
  return 0;
}

TEST(PapersJourney, TwoHundredMegabytesAreRefusedBeforeTheyAreSent) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::entered);
  const std::string cookie = who.customer().memory().substr(0, who.customer().memory().find('\n'));
  constexpr std::size_t huge = std::size_t{200} << 20;
  const std::string head = "PUT /api/v1/cases/" + who.id() + "/materials/licence HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                           "X-Yinxin-Page: 1\r\nCookie: " + cookie + "\r\nContent-Type: application/octet-stream\r\n";
  // A body that says how long it is gets its answer before a byte of it is sent.
  const Wire honest(hall.port());
  ASSERT_TRUE(honest.send(head + "Content-Length: " + std::to_string(huge) + "\r\n\r\n"));
  const std::string at_once = honest.read();
  EXPECT_NE(at_once.find(" 413 "), std::string::npos) << at_once;
  EXPECT_NE(at_once.find("文件不能超过10 MB"), std::string::npos) << at_once;
  // One that streams on gets it on the way, and is cut off; all of it is never held.
  const std::size_t before_kib = most_memory_kib();
  const Wire streaming(hall.port());
  ASSERT_TRUE(streaming.send(head + "Transfer-Encoding: chunked\r\n\r\n"));
  constexpr std::size_t part = std::size_t{1} << 20;
  const std::string chunk = "100000\r\n" + std::string(part, '\xFF') + "\r\n";
  std::size_t sent = 0;
  while (sent < huge && streaming.send(chunk)) {
    sent += part;
  }
  EXPECT_LT(sent, huge) << "it was let in to the end";
  constexpr std::size_t allowed_kib = std::size_t{48} << 10;
  EXPECT_LT(most_memory_kib() - before_kib, allowed_kib);
  // Nothing of it is kept, and the case goes on.
  expect_refused(must_have("an answer", who.customer().get("/api/v1/cases/" + who.id() + "/materials/licence")), 404,
                 "slot.empty", "该资料尚未上传");
  EXPECT_EQ(who.answers(), who.applicant().answers);
  who.lead_to(Stage::papers_in);
  expect_done(who.post("/phone-links"), 201);
}

TEST(PapersJourney, TheFormIsThisOneOfThisCaseInItsNewestVersion) {
  Requester who;
  who.lead_to(Stage::entered);
  const std::string field = "materials.application_form";
  expect_problem(who.upload("application_form", plain_jpeg(1200, 1600)), field, "form.print_first",
                 "请先打印申请表,再点击下一步");
  const Bytes first = who.form_scan();
  expect_done(who.upload("application_form", first));
  expect_done(who.upload("licence", first));
  expect_done(who.upload("impression_sheet", who.good_sheet()));
  // He changes what is printed: the scan is of an older version from then on.
  expect_done(who.save({{"requester_post", "财务总监"}}));
  const Answered outdated = who.post("/resubmission");
  EXPECT_EQ(outdated.status, 409);
  expect_refused(who.post("/phone-links"), 409, "papers.incomplete", "资料尚未上传齐全");
  const Bytes second = who.form_scan();
  expect_problem(who.upload("application_form", first), field, "form.old_version.1",
                 "这是第1版申请表,内容修改后已作废,请打印最新一版盖章后上传");
  expect_problem(who.upload("application_form", who.good_sheet()), field, "form.is_the_sheet",
                 "这是印模采集表,请上传盖章的申请表");
  Requester other;
  other.lead_to(Stage::entered);
  expect_problem(who.upload("application_form", other.form_scan()), field, "form.other_application",
                 "这是另一份申请的申请表");
  // A scan on which nothing can be read is taken, and a person will look; so is one without a red seal.
  const Answered unread = who.upload("application_form", plain_jpeg(1200, 1600));
  expect_done(unread);
  expect_problem(unread, field, "form.no_code", "未能识别申请表上的二维码,工作人员将人工核对", true);
  expect_problem(unread, field, "stamp.not_seen", "未发现红色印章,请确认已加盖公章", true);
  const Answered unstamped = who.upload("application_form", who.form_scan(false));
  expect_done(unstamped);
  expect_problem(unstamped, field, "stamp.not_seen", "未发现红色印章,请确认已加盖公章", true);
  const Answered good = who.upload("application_form", second);
  expect_done(good);
  expect_no_problem(good, field);
  EXPECT_EQ(who.answers().at("requester_post"), "财务总监");
  expect_done(who.post("/phone-links"), 201);
  EXPECT_EQ(who.state(), "proving_identity");
}

TEST(PapersJourney, TheSealIsWholeDarkAloneAndOnItsOwnSheet) {
  Requester who;
  who.lead_to(Stage::entered);
  const Bytes form = who.form_scan();
  expect_done(who.upload("application_form", form));
  expect_done(who.upload("licence", form));
  const std::string field = "materials.impression_sheet";
  const std::string code = who.id() + "/seal";
  const std::string unit = who.applicant().answer("unit_name");
  const auto sheet = [&](const std::vector<SealDrawing>& seals) {
    return who.upload("impression_sheet", who.sheet_scan(seals, code));
  };
  expect_problem(who.upload("impression_sheet", plain_jpeg(1700, 2200)), field, "impression.no_marks",
                 "未找到采集表的定位标记,请完整扫描采集表");
  expect_problem(sheet({}), field, "impression.no_seal", "采集框内未找到红色印章");
  expect_problem(sheet({{.width_mm = 30, .height_mm = 30, .text = unit, .x_mm = -20},
                        {.width_mm = 30, .height_mm = 30, .text = unit, .x_mm = 20}}),
                 field, "impression.two_seals", "采集框内有多枚印章,只能盖一枚");
  expect_problem(sheet({{.text = unit, .x_mm = 25}}), field, "impression.cut_off",
                 "印章超出采集框,请居中盖章后重新扫描");
  expect_problem(sheet({{.text = unit, .ink = 0.2}}), field, "impression.pale", "印章过淡,请重新盖章,油印适中");
  expect_problem(who.upload("impression_sheet", scanned_pdf(jpeg_image(1200, 1600), 2)), field, "impression.one_page",
                 "采集表应为一页,请单独扫描上传");
  Requester other;
  other.lead_to(Stage::begun);
  expect_problem(who.upload("impression_sheet", who.sheet_scan({who.applicant().seal}, other.id() + "/seal")), field,
                 "sheet.other_application", "这是另一份申请的印模采集表");
  expect_refused(who.post("/phone-links"), 409, "papers.incomplete", "资料尚未上传齐全");
  const Answered unread = who.upload("impression_sheet", who.sheet_scan({who.applicant().seal}, "样例"));
  expect_done(unread);
  expect_problem(unread, field, "sheet.no_code", "未能识别采集表上的二维码,工作人员将人工核对", true);
  const Answered good = who.upload("impression_sheet", who.good_sheet());
  expect_done(good);
  expect_no_problem(good, field);
  EXPECT_EQ(who.answers(), who.applicant().answers);
  who.lead_to(Stage::papers_in);
  who.lead_to(Stage::submitted);
  EXPECT_EQ(who.state(), "awaiting_acceptance");
}

TEST(PapersJourney, WhoWantsNoSealHasNoSheet) {
  Requester who;
  who.lead_to(Stage::agreed);
  expect_done(who.save(who.applicant().answers, false));
  expect_done(who.finish_entry());
  expect_refused(must_have("an answer", who.customer().get("/api/v1/cases/" + who.id() + "/impression-sheet")), 409,
                 "seal.not_chosen", "本申请未选择办理电子签章");
  expect_done(who.save({}, true));
  expect_done(who.finish_entry());
  expect_done(must_have("an answer", who.customer().get("/api/v1/cases/" + who.id() + "/impression-sheet")));
}

}  // namespace
}  // namespace yinxin::journeys
