// Any bytes as a certification request.
#include "base/ensure.h"
#include "crypto/oids.h"
#include "crypto/x509/build.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const auto request = x509::CertificationRequest::parse({data, size});
  if (!request) {
    return 0;
  }
  ensure(same(request->der(), {data, size}), "a request keeps its bytes");
  ensure(x509::PublicKey::parse(request->public_key().der()).has_value(), "its key can be read again");
  ensure(x509::Name::parse(request->subject().der()).has_value(), "its subject can be read again");
  (void)request->check_signature();
  (void)request->find_attribute(oid::extension_request());
  (void)request->find_attribute(oid::permit_hash());
  return 0;
}
