// The XML files of a package from strangers. The first byte says which file the rest is put in the place of.

#include <cstdint>

#include "base/text.h"
#include "seal/ofd/xml_edit.h"
#include "seal/ofd/zip_appender.h"
#include "seal/verify/verify.h"

using namespace yinxin;

namespace {

std::vector<seal::ofd::NewFile> package_files() {
  const auto file = [](std::string path, std::string_view text) {
    return seal::ofd::NewFile{std::move(path), to_bytes(bytes_of(text))};
  };
  return {
      file("OFD.xml",
           "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot><Signatures>D/Signatures.xml</Signatures></DocBody></OFD>"),
      file("D/Document.xml",
           "<Document><CommonData><PublicRes>Res.xml</PublicRes></CommonData><Pages><Page ID='1' "
           "BaseLoc='P.xml'/></Pages>"
           "<Annotations>A.xml</Annotations></Document>"),
      file("D/Res.xml", "<Res BaseLoc='R'><Font><FontFile>f</FontFile></Font></Res>"),
      file("D/P.xml", "<Page><Area><PhysicalBox>0 0 1 1</PhysicalBox></Area></Page>"),
      file("D/Signatures.xml", "<Signatures><MaxSignId>1</MaxSignId><Signature ID='1' BaseLoc='S.xml'/></Signatures>"),
      file("D/S.xml",
           "<Signature><SignedInfo><References CheckMethod='SM3'><Reference "
           "FileRef='/OFD.xml'><CheckValue>AA==</CheckValue>"
           "</Reference></References></SignedInfo><SignedValue>v</SignedValue></Signature>"),
      file("D/v", "x"),
      file("OFDEntries.xml", "<DocEntries><SignedValueLoc>/D/v</SignedValueLoc><FileList/></DocEntries>"),
  };
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const BytesView text(data + 1, size - 1);
  auto files = package_files();
  files[data[0] % files.size()].content = to_bytes(text);
  auto package = seal::ofd::zip_of(files, from_unix_ms(0));
  if (!package) {
    return 0;
  }
  seal::verify::Options options;
  options.trust.now = from_unix_ms(1795219200000);
  const auto report = seal::verify::verify_bytes(std::move(*package), options);
  ensure(is_utf8(to_json(report)), "a report is UTF-8");
  for (const std::size_t depth : {0U, 1U}) {
    const auto edited = seal::ofd::insert_at_end(text, "Signatures", depth, 0, "<ofd:X/>");
    ensure(!edited || edited->size() > text.size(), "an insertion makes the file longer");
  }
  return 0;
}
