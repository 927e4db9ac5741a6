#include "seal/ofd/stamp.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <algorithm>

#include "seal/ofd/xml_edit.h"
#include "seal/test_workshop.h"

namespace yinxin::seal::ofd {
namespace {

using verify::Integrity;
using verify::Level;
using verify::Verdict;

// What libzip, another reader, finds under `path`; it is asked to check the archive's consistency.
std::optional<Bytes> read_by_libzip(const Bytes& file, const std::string& path) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (archive == nullptr) {
    ADD_FAILURE() << "libzip: " << zip_error_strerror(&error);
    zip_source_free(source);
    return std::nullopt;
  }
  std::optional<Bytes> content;
  zip_stat_t stat;
  if (zip_stat(archive, path.c_str(), 0, &stat) == 0) {
    content.emplace(stat.size);
    zip_file_t* entry = zip_fopen(archive, path.c_str(), 0);
    if (entry == nullptr || zip_fread(entry, content->data(), stat.size) != static_cast<zip_int64_t>(stat.size)) {
      content.reset();
    }
    zip_fclose(entry);
  }
  zip_discard(archive);
  return content;
}

std::string all_findings(const verify::DocumentReport& report) { return to_json(report, verify::Language::en); }

TEST(Stamp, IsValidForWhoeverTrustsTheRoot) {
  Workshop shop;
  const Bytes stamped = shop.stamp(document(), shop.request()).value();
  const auto report = shop.verify(stamped);
  ASSERT_EQ(report.signatures.size(), 1U);
  EXPECT_EQ(report.verdict, Verdict::valid) << all_findings(report);
  EXPECT_EQ(verify::exit_status(report), 0);
  const auto& signature = report.signatures[0];
  EXPECT_EQ(signature.kind, "ses_v4");
  EXPECT_EQ(signature.integrity, Integrity::intact);
  EXPECT_EQ(signature.trust, verify::Trust::trusted);
  EXPECT_EQ(signature.sealer, "测试单位有限公司");
  EXPECT_EQ(signature.seal_name, "测试单位公章");
  EXPECT_EQ(signature.sealed_at, day(2026, 3, 1));
  for (const auto& finding : signature.findings) {
    EXPECT_TRUE(finding.level == Level::pass || finding.level == Level::info) << finding.check->id;
  }
  EXPECT_NE(signature.find("ofd.coverage", Level::pass), nullptr);
}

TEST(Stamp, LeavesEveryOtherStoredByteAlone) {
  Workshop shop;
  const Bytes before = document();
  const Bytes once = shop.stamp(before, shop.request()).value();
  const Bytes twice = shop.stamp(once, shop.request()).value();
  const auto compare = [](const Bytes& old_file, const Bytes& new_file, const std::vector<std::string>& may_change) {
    const auto old_package = Package::open(old_file).value();
    const auto new_package = Package::open(new_file).value();
    for (const ZipEntry& entry : old_package.directory().entries) {
      const ZipEntry* same_entry = new_package.find(entry.name);
      ASSERT_NE(same_entry, nullptr) << entry.name;
      const auto record = [](const Bytes& file, const ZipEntry& of) {
        return Bytes(file.begin() + static_cast<std::ptrdiff_t>(of.record_at),
                     file.begin() + static_cast<std::ptrdiff_t>(of.record_end));
      };
      const bool changed = record(old_file, entry) != record(new_file, *same_entry);
      const bool allowed = std::find(may_change.begin(), may_change.end(), entry.name) != may_change.end();
      EXPECT_EQ(changed, allowed) << entry.name;
    }
  };
  compare(before, once, {"OFD.xml"});
  compare(once, twice, {"Doc_0/Signs/Signatures.xml"});
  for (const std::string& path : Package::open(twice).value().paths()) {
    EXPECT_EQ(read_by_libzip(twice, path), *Package::open(twice).value().read(path)) << path;
  }
  const auto report = shop.verify(twice);
  ASSERT_EQ(report.signatures.size(), 2U);
  EXPECT_EQ(report.verdict, Verdict::valid) << all_findings(report);
}

TEST(Stamp, ChangesOfdXmlByOneInsertedElementOnly) {
  Workshop shop;
  const Bytes stamped = shop.stamp(document(), shop.request()).value();
  std::string text(text_of(*Package::open(stamped).value().read("OFD.xml")));
  const std::string inserted = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>";
  const std::size_t at = text.find(inserted);
  ASSERT_NE(at, std::string::npos);
  text.erase(at, inserted.size());
  EXPECT_EQ(text, text_of(document_files()[0].content));
}

TEST(Stamp, IsRefusedOnALockedDocument) {
  Workshop shop;
  auto request = shop.request();
  request.lock = true;
  const Bytes locked = shop.stamp(document(), request).value();
  EXPECT_EQ(shop.verify(locked).verdict, Verdict::valid);
  const auto again = shop.stamp(locked, shop.request());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::forbidden);
}

TEST(Stamp, IsRefusedOnABrokenDocumentUnlessTold) {
  Workshop shop;
  const Bytes stamped = shop.stamp(document(), shop.request()).value();
  const auto package = Package::open(stamped).value();
  const Bytes broken =
      with_files(stamped, package.directory(), {{"Doc_0/Res/logo.bin", {1, 2, 3}}}, day(2026, 3, 2)).value();
  auto request = shop.request();
  ASSERT_FALSE(shop.stamp(broken, request));
  EXPECT_EQ(shop.stamp(broken, request).error().code, ErrorCode::precondition);
  request.accept_broken = true;
  const auto report = shop.verify(shop.stamp(broken, request).value());
  ASSERT_EQ(report.signatures.size(), 2U);
  EXPECT_EQ(report.signatures[0].integrity, Integrity::broken);
  EXPECT_EQ(report.signatures[1].integrity, Integrity::intact);
  EXPECT_EQ(report.verdict, Verdict::invalid);
}

TEST(Stamp, IsRefusedForWhatAVerifierWouldReject) {
  Workshop shop;
  const auto code_of = [&](const ofd::StampRequest& request, const Bytes& file = document()) {
    const auto result = shop.stamp(file, request);
    return result ? std::optional<ErrorCode>() : std::optional<ErrorCode>(result.error().code);
  };
  auto request = shop.request();
  EXPECT_EQ(code_of(request), std::nullopt);
  request.places = {{"2", {50, 50, 42, 42}, std::nullopt}};
  EXPECT_EQ(code_of(request), ErrorCode::not_found);
  request.places = {{"1", {169, 50, 42, 42}, std::nullopt}};
  EXPECT_EQ(code_of(request), ErrorCode::invalid_input);
  request.places = {{"5", {120, 50, 42, 42}, std::nullopt}};  // fits the document's page, not this one's own area
  EXPECT_EQ(code_of(request), ErrorCode::invalid_input);
  request.places = {{"1", {50, 50, 42, 42}, Box{30, 0, 20, 42}}};
  EXPECT_EQ(code_of(request), ErrorCode::invalid_input);
  request = shop.request();
  request.at = day(2027, 1, 1);
  EXPECT_EQ(code_of(request), ErrorCode::precondition);  // seal no longer in force
  request = shop.request();
  request.signer_certificate = shop.maker->certificate.der();
  EXPECT_EQ(code_of(request), ErrorCode::precondition);  // not an owner
  request = shop.request();
  request.seal[request.seal.size() - 1] ^= 1;
  EXPECT_TRUE(code_of(request).has_value());
  request = shop.request();
  request.body = 1;
  EXPECT_EQ(code_of(request), ErrorCode::not_found);
  auto files = document_files();
  files.push_back({"OFDEntries.xml", to_bytes(bytes_of("<DocEntries/>"))});
  EXPECT_EQ(code_of(shop.request(), zip_of(files, day(2026, 1, 1)).value()), ErrorCode::precondition);
}

TEST(Stamp, TakesOnlyTheOwnersSignature) {
  Workshop shop;
  const auto package = Package::open(document()).value();
  const auto prepared = prepare(package, shop.request()).value();
  const Bytes foreign = shop.maker->callback()(prepared.to_be_signed()).value();
  const auto result = prepared.finish(foreign);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::precondition);
  EXPECT_FALSE(prepared.finish(bytes_of("rubbish")));
}

TEST(Stamp, RidesOverTheEdgesOfAllPages) {
  Workshop shop;
  const auto package = Package::open(document()).value();
  const auto pages = PackageDocument::read(package).value().bodies[0].pages;
  auto request = shop.request();
  request.places = riding_seam(pages, 42, 42, 100).value();
  ASSERT_EQ(request.places.size(), 2U);
  EXPECT_DOUBLE_EQ(request.places[0].box.x, 189);
  EXPECT_DOUBLE_EQ(request.places[1].box.x, 106);
  EXPECT_DOUBLE_EQ(request.places[1].clip->x, 21);
  const Bytes stamped = shop.stamp(document(), request).value();
  const auto document_read = PackageDocument::read(Package::open(stamped).value()).value();
  const auto list = SignatureList::read(Package::open(stamped).value(), document_read.bodies[0]).value();
  ASSERT_EQ(list.signatures[0].stamps.size(), 2U);
  EXPECT_EQ(list.signatures[0].stamps[1].page_ref, "5");
  EXPECT_DOUBLE_EQ(list.signatures[0].stamps[1].clip->width, 21);
  EXPECT_EQ(list.max_sign_id, "3");
  EXPECT_EQ(shop.verify(stamped).verdict, Verdict::valid);
  EXPECT_FALSE(riding_seam({pages[0]}, 42, 42, 100));
}

TEST(XmlEdit, TouchesNothingButThePlace) {
  const std::string_view xml =
      "<?xml version='1.0'?><!-- <a:B> --><a:B x='>'><c/><a:B><![CDATA[</a:B>]]></a:B>\n</a:B>";
  const auto edited = insert_at_end(bytes_of(xml), "B", 0, 0, "<ofd:N>1</ofd:N>");
  ASSERT_TRUE(edited) << edited.error().describe();
  EXPECT_EQ(text_of(*edited),
            "<?xml version='1.0'?><!-- <a:B> --><a:B x='>'><c/><a:B><![CDATA[</a:B>]]></a:B>\n<a:N>1</a:N></a:B>");
  EXPECT_EQ(text_of(*replace_text(bytes_of(xml), "B", 1, "new")),
            "<?xml version='1.0'?><!-- <a:B> --><a:B x='>'><c/><a:B>new</a:B>\n</a:B>");
  EXPECT_FALSE(insert_at_end(bytes_of(xml), "c", 1, 0, "x"));  // self-closing
  EXPECT_FALSE(insert_at_end(bytes_of(xml), "D", 0, 0, "x"));
  EXPECT_FALSE(insert_at_end(bytes_of("</a><"), "a", 0, 0, "x"));
}

}  // namespace
}  // namespace yinxin::seal::ofd
