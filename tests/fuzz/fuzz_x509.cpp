// Any bytes as a certificate or list; what is read is asked everything, and stands as leaf, link and anchor of paths.
#include "base/ensure.h"
#include "crypto/oids.h"
#include "crypto/x509/path.h"

namespace {

using namespace yinxin;
using namespace yinxin::x509;

void ask_everything(const Certificate& certificate) {
  (void)certificate.key_usage();
  (void)certificate.basic_constraints();
  (void)certificate.extended_key_usage();
  (void)certificate.policies();
  (void)certificate.subject_key_id();
  (void)certificate.authority_key_id();
  (void)certificate.ocsp_addresses();
  (void)certificate.crl_addresses();
  (void)certificate.may(KeyUsage::key_cert_sign);
  (void)certificate.has_purpose(oid::eku_ocsp_signing());
  (void)certificate.subject().text();
  (void)certificate.subject().common_name();
  (void)certificate.public_key().identifier();
  ensure(certificate.subject().matches(certificate.subject()), "a name is itself");
  const auto again = Name::parse(certificate.subject().der());
  ensure(again.has_value() && *again == certificate.subject(), "a name's bytes are the name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  (void)Certificate::parse_all(input);
  std::vector<CertificateList> lists;
  if (auto list = CertificateList::parse(input)) {
    ensure(same(list->der(), input), "a list keeps its bytes");
    for (const RevokedEntry& entry : list->entries()) {
      const RevokedEntry* found = list->find(entry.serial);
      ensure(found != nullptr && found->serial == entry.serial, "an entry is found by its serial");
    }
    lists.push_back(std::move(*list));
  }
  const auto certificate = Certificate::parse(input);
  if (!certificate) {
    return 0;
  }
  ensure(same(certificate->der(), input), "a certificate keeps its bytes");
  ensure(
      certificate->tbs().data() >= certificate->der().data() && certificate->tbs().size() < certificate->der().size(),
      "the signed part lies inside");
  ask_everything(*certificate);
  const auto pem = Certificate::parse_any(bytes_of(to_pem("CERTIFICATE", certificate->der())));
  ensure(pem.has_value() && *pem == *certificate, "PEM holds the same certificate");
  const PathRequest request{.at = certificate->not_before(), .require_status = true, .status_not_older_than = {}};
  const TrustStore as_anchor{.anchors = {*certificate}, .intermediates = {}, .crls = lists, .ocsp_responses = {}};
  ensure(validate_path(*certificate, as_anchor, request).reaches_anchor(), "an anchor reaches itself");
  const TrustStore as_link{.anchors = {}, .intermediates = {*certificate}, .crls = {}, .ocsp_responses = {}};
  ensure(!validate_path(*certificate, as_link, request).valid(), "nothing is valid without an anchor");
  (void)known_status(*certificate, *certificate, as_anchor, request);
  (void)signed_by(*certificate, certificate->public_key());
  return 0;
}
