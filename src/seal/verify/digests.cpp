#include "seal/verify/digests.h"

#include "crypto/digest.h"

namespace yinxin::seal::verify {

DigestMethod digest_method_of(const std::string& name) {
  if (name == "SM3" || name == "sm3" || name == "1.2.156.10197.1.401" || name == "1.2.156.10197.1.401.1") {
    return DigestMethod::sm3;
  }
  if (name == "1.2.156.10197.1.401.2") {
    return DigestMethod::sm3_with_z;  // registered as HMAC-SM3; dms360 writes it for SM3(Z || file)
  }
  if (name == "SHA256" || name == "SHA-256" || name == "2.16.840.1.101.3.4.2.1") {
    return DigestMethod::sha256;
  }
  if (name == "SHA1" || name == "SHA-1" || name == "1.3.14.3.2.26") {
    return DigestMethod::sha1;
  }
  return DigestMethod::unsupported;
}

namespace {

Result<Bytes> digest_by(DigestMethod method, BytesView data, const std::optional<crypto::Digest>& z) {
  switch (method) {
    case DigestMethod::sm3: return to_bytes(crypto::sm3(data));
    case DigestMethod::sm3_with_z:
      return z ? Result<Bytes>(to_bytes(crypto::sm3({*z, data})))
               : Result<Bytes>(fail(ErrorCode::unsupported, "a digest over a Z that is not known"));
    case DigestMethod::sha256: return crypto::sha256(data);
    case DigestMethod::sha1: return crypto::sha1(data);
    case DigestMethod::unsupported: return fail(ErrorCode::unsupported, "a digest method without a function");
  }
  ensure_unreachable("a digest method that does not exist");
}

}  // namespace

const Result<Bytes>& Digests::of(const std::string& path, DigestMethod method, const std::optional<crypto::Digest>& z) {
  const Question question(path, method, method == DigestMethod::sm3_with_z ? z : std::nullopt);
  auto found = known_.find(question);
  if (found == known_.end()) {
    const auto bytes = package_.read(path);
    found = known_.emplace(question, bytes ? digest_by(method, *bytes, z) : Result<Bytes>(bytes.error())).first;
  }
  return found->second;
}

}  // namespace yinxin::seal::verify
