#include "crypto/tsp/time_stamp.h"

#include "crypto/digest.h"
#include "crypto/oids.h"

namespace yinxin::tsp {

namespace {

Result<Imprint> read_imprint(asn1::Reader& reader) {
  YX_TRY(asn1::Reader inside, reader.sequence());
  YX_TRY(const x509::Algorithm algorithm, x509::read_algorithm(inside));
  YX_TRY(const BytesView digest, inside.octet_string());
  YX_CHECK(inside.finish());
  const auto expected = crypto::digest_with(algorithm.id, {});
  if (expected && expected->size() != digest.size()) {
    return fail(ErrorCode::invalid_input, "an imprint whose size is not its algorithm's");
  }
  return Imprint{algorithm.id, to_bytes(digest)};
}

void write_imprint(asn1::Writer& writer, const Imprint& imprint) {
  writer.sequence([&](asn1::Writer& w) {
    x509::write_algorithm(w, imprint.algorithm);
    w.octet_string(imprint.digest);
  });
}

Result<std::optional<Bytes>> read_nonce(asn1::Reader& reader) {
  std::optional<Bytes> nonce;
  if (reader.next_is(asn1::tag::integer)) {
    YX_TRY(const BytesView value, reader.integer());
    if (value.size() > max_nonce_size) {
      return fail(ErrorCode::invalid_input, "a time-stamp nonce of more than 32 octets");
    }
    nonce = to_bytes(value);
  }
  return nonce;
}

}  // namespace

Imprint Imprint::sm3_of(BytesView data) {
  const crypto::Digest digest = crypto::sm3(data);
  return {oid::sm3(), Bytes(digest.begin(), digest.end())};
}

bool Imprint::is_of(BytesView data) const {
  const auto computed = crypto::digest_with(algorithm, data);
  return computed && *computed == digest;
}

// TimeStampReq ::= SEQUENCE { version INTEGER (1), messageImprint, reqPolicy OBJECT IDENTIFIER OPTIONAL,
//   nonce INTEGER OPTIONAL, certReq BOOLEAN DEFAULT FALSE, extensions [0] IMPLICIT OPTIONAL }
Result<TimeStampRequest> TimeStampRequest::parse(BytesView der) {
  if (der.size() > max_request_size) {
    return fail(ErrorCode::invalid_input, "a time-stamp request of more than 8 KiB");
  }
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const std::int64_t version, inside.small_integer());
  if (version != 1) {
    return fail(ErrorCode::invalid_input, "a time-stamp request of an unknown version");
  }
  TimeStampRequest request;
  YX_TRY(request.imprint, read_imprint(inside));
  if (inside.next_is(asn1::tag::object_id)) {
    YX_TRY(request.policy, inside.object_id());
  }
  YX_TRY(request.nonce, read_nonce(inside));
  if (inside.next_is(asn1::tag::boolean)) {
    YX_TRY(request.want_certificate, inside.boolean());
  }
  if (inside.next_is(asn1::tag::context_constructed(0))) {
    return fail(ErrorCode::unsupported, "a time-stamp request with extensions");
  }
  YX_CHECK(inside.finish());
  return request;
}

Bytes TimeStampRequest::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(1);
    write_imprint(w, imprint);
    if (policy) {
      w.object_id(*policy);
    }
    if (nonce) {
      w.primitive(asn1::tag::integer, *nonce);
    }
    if (want_certificate) {
      w.boolean(true);
    }
  });
}

// TSTInfo ::= SEQUENCE { version INTEGER (1), policy OBJECT IDENTIFIER, messageImprint, serialNumber INTEGER, genTime
//   GeneralizedTime, accuracy SEQUENCE OPTIONAL, ordering BOOLEAN DEFAULT FALSE, nonce INTEGER OPTIONAL,
//   tsa [0] EXPLICIT GeneralName OPTIONAL, extensions [1] IMPLICIT OPTIONAL }
Result<TstInfo> TstInfo::parse(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_CHECK(inside.small_integer());
  TstInfo info;
  YX_TRY(info.policy, inside.object_id());
  YX_TRY(info.imprint, read_imprint(inside));
  YX_TRY(const BytesView serial, inside.integer());
  info.serial = to_bytes(serial);
  YX_TRY(info.time, inside.time());
  YX_CHECK(inside.optional(asn1::tag::sequence));
  YX_CHECK(inside.optional(asn1::tag::boolean));
  YX_TRY(info.nonce, read_nonce(inside));
  YX_CHECK(inside.optional(asn1::tag::context_constructed(0)));
  YX_CHECK(inside.optional(asn1::tag::context_constructed(1)));
  YX_CHECK(inside.finish());
  return info;
}

Bytes TstInfo::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(1).object_id(policy);
    write_imprint(w, imprint);
    w.primitive(asn1::tag::integer, serial).generalized_time(time);
    w.sequence([](asn1::Writer& accuracy) { accuracy.integer(1); });  // one second, what DER without fraction carries
    if (nonce) {
      w.primitive(asn1::tag::integer, *nonce);
    }
  });
}

// TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL }
// PKIStatusInfo ::= SEQUENCE { status INTEGER, statusString SEQUENCE OF UTF8String OPTIONAL, failInfo BIT STRING
// OPTIONAL }
Bytes granted_response(BytesView token) {
  return asn1::sequence([&](asn1::Writer& w) {
    w.sequence([](asn1::Writer& status) { status.integer(0); });
    w.raw(token);
  });
}

Bytes rejected_response(TspFailure failure, std::string_view text) {
  return asn1::sequence([&](asn1::Writer& w) {
    w.sequence([&](asn1::Writer& status) {
      status.integer(2);
      status.sequence([&](asn1::Writer& strings) { strings.utf8(text); });
      status.named_bits(1U << static_cast<unsigned>(failure));
    });
  });
}

Result<Bytes> token_of_response(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(asn1::Reader status, inside.sequence());
  YX_TRY(const std::int64_t number, status.small_integer());
  if (number > 1) {
    std::string text;
    if (status.next_is(asn1::tag::sequence)) {
      YX_TRY(asn1::Reader strings, status.sequence());
      YX_TRY(text, strings.text());
    }
    return fail(ErrorCode::declined_by_outside, "the time-stamp authority refused: " + text);
  }
  YX_TRY(const asn1::Element token, inside.expect(asn1::tag::sequence));
  YX_CHECK(inside.finish());
  return to_bytes(token.whole);
}

// SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2 }
// ESSCertIDv2 ::= SEQUENCE { hashAlgorithm DEFAULT sha256, certHash OCTET STRING, issuerSerial OPTIONAL }
Result<Bytes> make_token(const TstInfo& info, const x509::Certificate& certificate, crypto::Signer& signer,
                         bool include_certificate) {
  const Bytes signing_certificate = asn1::sequence([&](asn1::Writer& w) {
    w.sequence([&](asn1::Writer& certs) {
      certs.sequence([&](asn1::Writer& one) {
        x509::write_algorithm(one, oid::sm3());
        one.octet_string(certificate.fingerprint());
      });
    });
  });
  const cms::SigningOptions options{
      .family = cms::Family::rfc,
      .content_type = oid::tst_info(),
      .attached = true,
      .signing_time = info.time,
      .with_attributes = true,
      .include_certificate = include_certificate,
      .more_certificates = {},
      .more_attributes = {{oid::attribute_signing_certificate_v2(), signing_certificate}}};
  return cms::sign(info.to_der(), certificate, signer, options);
}

Result<TimeStampToken> TimeStampToken::parse(BytesView der) {
  YX_TRY(cms::SignedData message, cms::SignedData::parse(der));
  if (message.content_type != oid::tst_info() || !message.content || message.signers.size() != 1) {
    return fail(ErrorCode::invalid_input, "a SignedData that is not a time-stamp token");
  }
  YX_TRY(TstInfo info, TstInfo::parse(*message.content));
  return TimeStampToken{std::move(message), std::move(info)};
}

std::string_view name_of(TokenProblem problem) {
  switch (problem) {
    case TokenProblem::signature: return "signature";
    case TokenProblem::no_certificate: return "no_certificate";
    case TokenProblem::certificate_purpose: return "certificate_purpose";
    case TokenProblem::certificate_not_named: return "certificate_not_named";
    case TokenProblem::imprint: return "imprint";
  }
  ensure_unreachable("a TokenProblem without a name");
}

namespace {

// The signing-certificate attribute, when it uses a digest we know, must name the certificate (RFC 3161 2.4.1).
bool names_certificate(const cms::SignerInfo& signer, const x509::Certificate& certificate) {
  const auto value = signer.find_signed_attribute(oid::attribute_signing_certificate_v2());
  if (!value) {
    return true;  // the older attribute holds a SHA-1 hash; its absence alone is not a lie
  }
  asn1::Reader outer(*value);
  auto whole = outer.sequence();
  auto list = whole ? whole->sequence() : whole;
  auto one = list ? list->sequence() : list;
  if (!one) {
    return false;
  }
  asn1::ObjectId algorithm = oid::sha256();
  if (one->next_is(asn1::tag::sequence)) {
    const auto read = x509::read_algorithm(*one);
    if (!read) {
      return false;
    }
    algorithm = read->id;
  }
  const auto hash = one->octet_string();
  const auto computed = crypto::digest_with(algorithm, certificate.der());
  return hash && computed && same(*hash, *computed);
}

}  // namespace

TokenReport check_token(const TimeStampToken& token, BytesView data) {
  TokenReport report;
  const cms::SignerInfo& signer = token.message.signers.front();
  const cms::SignerReport checked = cms::check_signer(token.message, signer);
  report.certificate = checked.certificate;
  if (checked.problem == cms::SignerProblem::no_certificate) {
    report.problems.push_back(TokenProblem::no_certificate);
  } else if (checked.problem) {
    report.problems.push_back(TokenProblem::signature);
  }
  if (checked.certificate) {
    if (!checked.certificate->has_purpose(oid::eku_time_stamping())) {
      report.problems.push_back(TokenProblem::certificate_purpose);
    }
    if (!names_certificate(signer, *checked.certificate)) {
      report.problems.push_back(TokenProblem::certificate_not_named);
    }
  }
  if (!token.info.imprint.is_of(data)) {
    report.problems.push_back(TokenProblem::imprint);
  }
  return report;
}

}  // namespace yinxin::tsp
