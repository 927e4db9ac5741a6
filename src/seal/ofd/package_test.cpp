#include "seal/ofd/package.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "seal/ofd/document.h"
#include "seal/ofd/signatures.h"
#include "seal/ofd/xml.h"
#include "seal/test_workshop.h"

namespace yinxin::seal::ofd {
namespace {

// One entry as a hostile writer would write it: every field can be set apart.
struct RawEntry {
  std::string name = "a";
  Bytes data = {'x'};
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
  std::optional<std::uint32_t> size{};
  std::optional<std::uint32_t> local_crc{};
  std::optional<std::string> local_name{};
  std::uint32_t attributes = 0100644U << 16;
  std::uint16_t made_by = 3 << 8 | 20;
  Bytes hidden_after{};
  std::optional<std::uint32_t> offset{};
};

void put(Bytes& to, std::size_t value, int octets) {
  for (int i = 0; i < octets; ++i) {
    to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  }
}

struct RawZip {
  std::vector<RawEntry> entries;
  Bytes before{};
  Bytes after{};
  std::optional<std::uint16_t> count{};

  [[nodiscard]] Bytes bytes() const {
    Bytes out = before;
    Bytes central;
    for (const RawEntry& entry : entries) {
      const std::size_t at = entry.offset.value_or(static_cast<std::uint32_t>(out.size()));
      const std::uint32_t crc =
          static_cast<std::uint32_t>(crc32(0, entry.data.data(), static_cast<uInt>(entry.data.size())));
      const std::size_t size = entry.size.value_or(static_cast<std::uint32_t>(entry.data.size()));
      const std::string local_name = entry.local_name.value_or(entry.name);
      put(out, 0x04034b50, 4), put(out, 20, 2), put(out, entry.flags, 2), put(out, entry.method, 2), put(out, 0, 4);
      put(out, entry.local_crc.value_or(crc), 4), put(out, entry.data.size(), 4), put(out, size, 4);
      put(out, local_name.size(), 2), put(out, 0, 2);
      append(out, bytes_of(local_name));
      append(out, entry.data);
      append(out, entry.hidden_after);
      put(central, 0x02014b50, 4), put(central, entry.made_by, 2), put(central, 20, 2), put(central, entry.flags, 2);
      put(central, entry.method, 2), put(central, 0, 4), put(central, crc, 4), put(central, entry.data.size(), 4);
      put(central, size, 4), put(central, entry.name.size(), 2), put(central, 0, 8);
      put(central, entry.attributes, 4), put(central, at, 4);
      append(central, bytes_of(entry.name));
    }
    const std::size_t directory_at = out.size();
    append(out, central);
    put(out, 0x06054b50, 4), put(out, 0, 4);
    const std::size_t number = count.value_or(static_cast<std::uint16_t>(entries.size()));
    put(out, number, 2), put(out, number, 2), put(out, central.size(), 4), put(out, directory_at, 4), put(out, 0, 2);
    append(out, after);
    return out;
  }
};

RawZip good() {
  RawZip zip;
  zip.entries = {{.name = "OFD.xml"}, {.name = "Doc_0/", .data = {}}, {.name = "Doc_0/Document.xml"}};
  return zip;
}

// The reason, or empty text when it opens.
std::string refusal(const RawZip& zip) {
  const auto package = Package::open(zip.bytes());
  return package ? std::string() : package.error().detail;
}
RawZip with(const std::function<void(RawZip&)>& change) {
  RawZip zip = good();
  change(zip);
  return zip;
}

TEST(Package, OpensAPlainOneAndReadsIt) {
  const auto package = Package::open(good().bytes());
  ASSERT_TRUE(package) << package.error().describe();
  EXPECT_EQ(package->paths(), (std::vector<std::string>{"OFD.xml", "Doc_0/Document.xml"}));
  EXPECT_EQ(*package->read("OFD.xml"), Bytes{'x'});
  EXPECT_EQ(package->read("ofd.xml").error().code, ErrorCode::not_found);
  EXPECT_EQ(package->read("Doc_0/").error().code, ErrorCode::not_found);
}

TEST(Package, UnpacksNoMoreThanItsLimitHoweverOftenItIsAsked) {
  const auto package = Package::open(good().bytes(), 3);
  ASSERT_TRUE(package);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(package->unpacked_bytes(), i);
    EXPECT_EQ(*package->read("OFD.xml"), Bytes{'x'});
  }
  EXPECT_EQ(package->read("OFD.xml").error().code, ErrorCode::too_many_requests);
  EXPECT_EQ(package->read("no.xml").error().code, ErrorCode::not_found);
  EXPECT_EQ(package->unpacked_bytes(), 3U);
}

TEST(Package, RefusesEveryHostileArchiveForItsOwnReason) {
  const auto added = [](RawEntry entry) { return with([&](RawZip& zip) { zip.entries.push_back(std::move(entry)); }); };
  const std::string deep = [] {
    std::string path;
    for (std::size_t i = 0; i <= max_path_depth; ++i) {
      path += "d/";
    }
    return path + "f";
  }();
  const Bytes zeros(ratio_counts_from_size * 2, 0);
  const auto bomb_package = zip_of({{"OFD.xml", zeros}}, day(2026, 1, 1)).value();
  const std::vector<std::pair<RawZip, std::string>> cases = {
      {added({.name = "../../evil.txt"}), "leaves its place"},
      {added({.name = "a/../b"}), "leaves its place"},
      {added({.name = "a//b"}), "leaves its place"},
      {added({.name = "./a"}), "leaves its place"},
      {added({.name = "/etc/passwd"}), "absolute"},
      {added({.name = "C:/a"}), "absolute"},
      {added({.name = "a\\b"}), "backslash"},
      {added({.name = std::string("a\0b", 3)}), "control character"},
      {added({.name = "a\nb"}), "control character"},
      {added({.name = "\xff\xfe"}), "not UTF-8"},
      {added({.name = ""}), "empty"},
      {added({.name = std::string(max_path_size + 1, 'n')}), "too long"},
      {added({.name = deep}), "too deep"},
      {added({.name = "OFD.xml"}), "occurs twice"},
      {added({.name = "Doc_0", .data = {}}), "occurs twice"},
      {added({.name = "e", .flags = 1}), "encrypted"},
      {added({.name = "e", .flags = 1 << 6}), "encrypted"},
      {added({.name = "m", .method = 12}), "neither stored nor deflated"},
      {added({.name = "l", .attributes = 0120777U << 16}), "link"},
      {added({.name = "s", .size = 5}), "two sizes"},
      {added({.name = "big", .method = 8, .size = static_cast<std::uint32_t>(max_entry_size + 1)}),
       "larger than its limit"},
      {added({.name = "bomb", .method = 8, .size = static_cast<std::uint32_t>(max_entry_size)}), "more than 300 times"},
      {added({.name = "z", .method = 8, .size = 0xffffffff}), "Zip64"},
      {added({.name = "f/", .data = {'x'}}), "folder with content"},
      {added({.name = "c", .local_crc = 1}), "local header differs"},
      {added({.name = "c", .local_name = "d"}), "local header differs"},
      {added({.name = "o", .offset = 0}), "overlap"},
      {added({.name = "h", .hidden_after = Bytes(40, 'h')}), "hidden bytes"},
      {with([](RawZip& zip) {
         zip.before = {'M', 'Z'};
       }),
       "before the first"},
      {with([](RawZip& zip) { zip.after = {'x'}; }), "bytes follow"},
      {with([](RawZip& zip) { zip.count = 2; }), "more in it than it counts"},
      {with([](RawZip& zip) { zip.count = 4; }), "damaged ZIP directory"},
      {with([](RawZip& zip) { zip.entries.erase(zip.entries.begin()); }), "no OFD.xml"},
      {with([](RawZip& zip) { zip.entries.resize(max_entries + 1, {.name = "n"}); }), "more ZIP entries"},
      {with([](RawZip& zip) {
         for (int i = 0; i < 5; ++i) {
           const Bytes packed(max_entry_size / 250, 'p');
           zip.entries.push_back({.name = "t" + std::to_string(i),
                                  .data = packed,
                                  .method = 8,
                                  .size = static_cast<std::uint32_t>(max_entry_size)});
         }
       }),
       "inflates to more than"},
  };
  for (const auto& [zip, reason] : cases) {
    EXPECT_NE(refusal(zip).find(reason), std::string::npos) << reason << " / " << refusal(zip);
  }
  const auto real_bomb = Package::open(bomb_package);
  ASSERT_FALSE(real_bomb);
  EXPECT_NE(real_bomb.error().detail.find("300 times"), std::string::npos);
}

TEST(Package, FindsThatAnEntryIsNotWhatTheDirectorySays) {
  // Deflated data that is rubbish, that is cut, and that inflates to more than it says.
  const Bytes text(1000, 'a');
  Bytes zip = zip_of({{"OFD.xml", text}}, day(2026, 1, 1)).value();
  const ZipEntry entry = ZipDirectory::read(zip)->entries[0];
  ASSERT_EQ(*unpack(zip, entry), text);
  ZipEntry shorter = entry;
  shorter.size = 999;
  EXPECT_EQ(unpack(zip, shorter).error().code, ErrorCode::corrupt);
  ZipEntry longer = entry;
  longer.size = 1001;
  EXPECT_EQ(unpack(zip, longer).error().code, ErrorCode::corrupt);
  ZipEntry cut = entry;
  cut.packed_size -= 1;
  EXPECT_EQ(unpack(zip, cut).error().code, ErrorCode::corrupt);
  ZipEntry other = entry;
  other.crc ^= 1;
  EXPECT_EQ(unpack(zip, other).error().code, ErrorCode::corrupt);
  zip[entry.data_at] = 0xff;
  EXPECT_EQ(unpack(zip, entry).error().code, ErrorCode::corrupt);
}

TEST(Paths, AreRootedAtThePackageOrRelativeToTheirFile) {
  EXPECT_EQ(*resolve("Doc_0/Signs/Signatures.xml", "Sign_0/Signature.xml"), "Doc_0/Signs/Sign_0/Signature.xml");
  EXPECT_EQ(*resolve("Doc_0/Signs/Signatures.xml", "/Doc_0/a"), "Doc_0/a");
  EXPECT_EQ(*resolve("Doc_0/Signs/Signatures.xml", "../Pages/./a"), "Doc_0/Pages/a");
  for (const char* bad : {"", "/", "..", "../../../a", "/../a", "a\\b"}) {
    EXPECT_FALSE(resolve("Doc_0/Document.xml", bad)) << bad;
  }
}

TEST(Xml, RefusesWhatCouldHurt) {
  const auto refused = [](const std::string& text) {
    const auto tree = xml::Document::parse(bytes_of(text));
    return tree ? std::string() : tree.error().detail;
  };
  EXPECT_EQ(refused("<a><b/></a>"), "");
  EXPECT_NE(refused("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>").find("document type"),
            std::string::npos);
  std::string deep;
  for (std::size_t i = 0; i <= max_xml_depth; ++i) {
    deep += "<a>";
  }
  std::string closing;
  for (std::size_t i = 0; i <= max_xml_depth; ++i) {
    closing += "</a>";
  }
  EXPECT_NE(refused(deep + "x" + closing).find("nested too deep"), std::string::npos);
  EXPECT_NE(refused(std::string(max_xml_nodes + 1, '<')).find("too many elements"), std::string::npos);
  EXPECT_NE(refused(std::string(max_xml_size + 1, ' ')).find("larger"), std::string::npos);
  EXPECT_NE(refused("<a>").find("not well-formed"), std::string::npos);
  EXPECT_NE(refused("").find("not well-formed"), std::string::npos);
}

TEST(Boxes, AreFourFiniteNumbers) {
  const auto box = parse_box(" 1.5 -2 30 40 ");
  ASSERT_TRUE(box);
  EXPECT_DOUBLE_EQ(box->x, 1.5);
  EXPECT_DOUBLE_EQ(box->height, 40);
  for (const char* bad :
       {"", "1 2 3", "1 2 3 4 5", "1 2 0 4", "1 2 -3 4", "nan 1 2 3", "inf 1 2 3", "1e9 1 2 3", "a b c d"}) {
    EXPECT_FALSE(parse_box(bad)) << bad;
  }
}

TEST(Document, KnowsItsFilesAndWhatIsMissing) {
  auto files = document_files();
  files[3].path = "Doc_0/elsewhere.bin";
  const auto package = Package::open(zip_of(files, day(2026, 1, 1)).value()).value();
  const auto document = PackageDocument::read(package).value();
  EXPECT_EQ(document.missing, std::vector<std::string>{"Res/logo.bin"});
  EXPECT_FALSE(document.files.contains("Doc_0/elsewhere.bin"));
  EXPECT_EQ(document.files.at("Doc_0/Pages/Page_1/Content.xml"), Role::page);
  const Page* page = document.bodies[0].find_page("5");
  ASSERT_NE(page, nullptr);
  EXPECT_DOUBLE_EQ(page->area.width, 148);
  EXPECT_EQ(document.bodies[0].find_page("2"), nullptr);
}

TEST(Signatures, HaveALimitForAllTheirReferencesTogether) {
  std::string signature = "<Signature><SignedInfo><References CheckMethod='SM3'>";
  for (std::size_t i = 0; i < max_references; ++i) {
    signature += "<Reference FileRef='/OFD.xml'/>";
  }
  signature += "</References></SignedInfo><SignedValue>v</SignedValue></Signature>";
  const auto list_of = [&](std::size_t count) {
    std::string list = "<Signatures>";
    for (std::size_t i = 0; i < count; ++i) {
      list += "<Signature ID='" + std::to_string(i) + "' BaseLoc='S.xml'/>";
    }
    auto files = document_files();
    files.push_back({"D/Signatures.xml", to_bytes(bytes_of(list + "</Signatures>"))});
    files.push_back({"D/S.xml", to_bytes(bytes_of(signature))});
    Body body;
    body.signatures_path = "D/Signatures.xml";
    return SignatureList::read(Package::open(zip_of(files, day(2026, 1, 1)).value()).value(), body);
  };
  const auto most = list_of(max_all_references / max_references);
  ASSERT_TRUE(most) << most.error().describe();
  EXPECT_EQ(most->signatures.back().references.size(), max_references);
  EXPECT_FALSE(list_of(max_all_references / max_references + 1));
}

TEST(Signatures, AreReadInTheDialectsThatProductsWrite) {
  SignatureFile file;
  file.path = "Doc_0/Signs/Sign_0/Signature.xml";
  const std::string_view text =
      "<Signature "
      "xmlns='x'><SignedValue>SignValue.dat</SignedValue><SignedInfo><Provider><ProviderName>P</ProviderName>"
      "</Provider><Seal><BaseLoc>Seal.esl</BaseLoc></Seal><StampAnnot ID='7' PageRef='1' Boundary='1 2 3 4' Clip='0 0 "
      "1 1'/>"
      "<StampAnnot ID='8' PageRef='2' Boundary='oops'/><References CheckMethod='SM3'><Reference FileRef='/a/../../b'>"
      "<CheckValue>AAEC</CheckValue></Reference><Reference FileRef='/a b'><CheckValue>?</CheckValue></Reference>"
      "</References></SignedInfo></Signature>";
  file.bytes = to_bytes(bytes_of(text));
  ASSERT_TRUE(read_signature_file(nullptr, file));
  EXPECT_EQ(file.provider, "P");
  EXPECT_EQ(file.value_path, "Doc_0/Signs/Sign_0/SignValue.dat");
  EXPECT_EQ(file.seal_path, "Doc_0/Signs/Sign_0/Seal.esl");
  ASSERT_EQ(file.references.size(), 2U);
  EXPECT_FALSE(file.references[0].path.has_value());  // leaves the package
  EXPECT_EQ(file.references[0].check_value, (Bytes{0, 1, 2}));
  EXPECT_EQ(file.references[1].path, "a b");
  EXPECT_TRUE(file.references[1].check_value.empty());
  ASSERT_EQ(file.stamps.size(), 2U);
  EXPECT_TRUE(file.stamps[0].clip.has_value());
  EXPECT_FALSE(file.stamps[1].boundary.has_value());
}

}  // namespace
}  // namespace yinxin::seal::ofd
