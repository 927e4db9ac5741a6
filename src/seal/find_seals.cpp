#include "seal/find_seals.h"

#include "crypto/x509/certificate.h"
#include "seal/ofd/signatures.h"
#include "seal/ses/version.h"
#include "seal/text.h"

namespace yinxin::seal {

namespace {

bool starts_with(BytesView bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && text_of(bytes.first(magic.size())) == magic;
}

Result<ses::Seal> seal_of_der(BytesView der) {
  if (ses::looks_like_signature(der)) {
    YX_TRY(ses::SealSignature signature, ses::parse_signature(der));
    return std::move(signature.seal);
  }
  if (ses::looks_like_seal(der)) {
    return ses::parse_seal(der);
  }
  return fail(ErrorCode::unsupported, "neither a seal nor a seal signature nor an OFD");
}

Result<std::vector<FoundSeal>> seals_of_ofd(Bytes file) {
  YX_TRY(const auto package, ofd::Package::open(std::move(file)));
  YX_TRY(const auto document, ofd::PackageDocument::read(package));
  std::vector<FoundSeal> found;
  std::size_t number = 0;
  for (const ofd::Body& body : document.bodies) {
    YX_TRY(const auto list, ofd::SignatureList::read(package, body));
    for (const ofd::SignatureFile& one : list.signatures) {
      ++number;
      const std::string where = clean_text("/" + one.value_path);
      if (one.value_path.empty()) {
        continue;
      }
      YX_TRY(const Bytes value, package.read(one.value_path));
      if (!ses::looks_like_signature(value)) {
        continue;  // a message of GB/T 35275 has no seal
      }
      auto seal = seal_of_der(value);
      if (!seal) {
        return within(where, seal.error());
      }
      found.push_back({.seal = std::move(*seal), .signature = number, .where = where});
    }
  }
  return found;
}

}  // namespace

Result<std::vector<FoundSeal>> find_seals(Bytes file) {
  if (starts_with(file, "PK\x03\x04") || starts_with(file, "PK\x05\x06")) {
    return seals_of_ofd(std::move(file));
  }
  Bytes der = std::move(file);
  if (starts_with(der, "-----BEGIN ")) {
    YX_TRY(der, x509::der_of_file(der));
  }
  YX_TRY(ses::Seal seal, seal_of_der(der));
  std::vector<FoundSeal> found(1);
  found.front().seal = std::move(seal);
  return found;
}

}  // namespace yinxin::seal
