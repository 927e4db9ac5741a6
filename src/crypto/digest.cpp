#include "crypto/digest.h"

#include "crypto/oids.h"
#include "crypto/sm3.h"

namespace yinxin::crypto {

std::optional<Bytes> digest_with(const asn1::ObjectId& algorithm, BytesView data) {
  if (algorithm == oid::sm3()) {
    const Digest digest = sm3(data);
    return Bytes(digest.begin(), digest.end());
  }
  if (algorithm == oid::sha1()) {
    return sha1(data);
  }
  if (algorithm == oid::sha256()) {
    return sha256(data);
  }
  if (algorithm == oid::sha384()) {
    return sha384(data);
  }
  if (algorithm == oid::sha512()) {
    return sha512(data);
  }
  return std::nullopt;
}

}  // namespace yinxin::crypto
