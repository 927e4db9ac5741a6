#pragma once
// Making certificates, requests and lists: first the to-be-signed bytes, which can be stored and linted,
// then the signature put beside them. Nobody signs what he has not written down.

#include "crypto/signer.h"
#include "crypto/x509/certificate.h"

namespace yinxin::x509 {

struct CertificateContent {
  Bytes serial;  // content octets of a positive INTEGER, up to 20
  Name issuer;
  Instant not_before;
  Instant not_after;
  Name subject;
  PublicKey public_key;
  std::vector<Extension> extensions;  // written in this order
};
// DER of TBSCertificate, version 3, signature algorithm SM2-with-SM3 without parameters.
Bytes to_be_signed(const CertificateContent& content);

// SEQUENCE { tbs, AlgorithmIdentifier .501, BIT STRING signature }: certificates, CRLs, CSRs, OCSP alike.
Bytes assemble_signed(BytesView tbs, const crypto::Sm2Signature& signature);
// Signs `tbs` and assembles; the signature is verified before it is handed out.
Result<Bytes> sign_and_assemble(BytesView tbs, crypto::Signer& signer);

namespace extension {
Extension basic_constraints(bool ca, std::optional<int> path_length);  // critical
Extension key_usage(std::uint32_t bits);                               // critical
Extension extended_key_usage(const std::vector<asn1::ObjectId>& purposes, bool critical);
Extension subject_key_id(BytesView id);
Extension authority_key_id(BytesView id);
Extension policies(const std::vector<asn1::ObjectId>& policies, std::string_view cps_address = {});
Extension crl_distribution_point(std::string_view address);
Extension authority_info_access(std::string_view ocsp_address, std::string_view issuer_address);
Extension ocsp_no_check();
// A string extension of GB/T 20518: PrintableString when it can be, UTF8String otherwise.
Extension text(const asn1::ObjectId& id, std::string_view value);
}  // namespace extension

// CertificationRequest (RFC 2986)
class CertificationRequest {
 public:
  static Result<CertificationRequest> parse(BytesView der);
  [[nodiscard]] const Bytes& der() const { return der_; }
  [[nodiscard]] const Name& subject() const { return subject_; }
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  // The signature of the request with its own key: proof of possession.
  [[nodiscard]] SignatureCheck check_signature() const;
  // Value (whole element) of the single-valued attribute; nullopt when absent.
  [[nodiscard]] std::optional<Bytes> find_attribute(const asn1::ObjectId& id) const;

 private:
  Bytes der_;
  std::size_t info_at_ = 0;
  std::size_t info_size_ = 0;
  Bytes signature_;
  asn1::ObjectId signature_algorithm_;
  Name subject_;
  PublicKey public_key_;
  std::vector<std::pair<asn1::ObjectId, Bytes>> attributes_;
};

// A request for `signer`'s key. `attributes`: type and the whole element of the one value.
Result<Bytes> make_request(const Name& subject, crypto::Signer& signer,
                           const std::vector<std::pair<asn1::ObjectId, Bytes>>& attributes = {});

}  // namespace yinxin::x509
