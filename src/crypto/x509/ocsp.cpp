#include "crypto/x509/ocsp.h"

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/oids.h"

namespace yinxin::x509 {

namespace {

// Extensions wrapped in [n] EXPLICIT; the nonce's extnValue content, unwrapped from its own OCTET STRING if it has one.
Result<std::optional<Bytes>> read_nonce(asn1::Reader& reader, unsigned wrapper_tag) {
  std::optional<Bytes> nonce;
  if (!reader.next_is(asn1::tag::context_constructed(wrapper_tag))) {
    return nonce;
  }
  YX_TRY(asn1::Reader wrapper, reader.enter(asn1::tag::context_constructed(wrapper_tag)));
  YX_TRY(asn1::Reader list, wrapper.sequence());
  YX_CHECK(wrapper.finish());
  YX_TRY(const std::vector<Extension> extensions, read_extension_list(list));
  for (const Extension& extension : extensions) {
    if (extension.id == oid::ocsp_nonce()) {
      nonce = extension.value;
    } else if (extension.critical) {
      return fail(ErrorCode::unsupported, "an OCSP extension that is critical and unknown");
    }
  }
  return nonce;
}

void write_nonce(asn1::Writer& writer, unsigned wrapper_tag, const std::optional<Bytes>& nonce) {
  if (nonce) {
    writer.explicit_tag(wrapper_tag, [&](asn1::Writer& wrapper) {
      wrapper.sequence([&](asn1::Writer& list) {
        list.sequence([&](asn1::Writer& one) { one.object_id(oid::ocsp_nonce()).octet_string(*nonce); });
      });
    });
  }
}

void write_single(asn1::Writer& writer, const SingleResponse& response) {
  writer.sequence([&](asn1::Writer& one) {
    one.raw(response.id.der);
    switch (response.status) {
      case CertStatus::good: one.primitive(asn1::tag::context(0), {}); break;
      case CertStatus::unknown: one.primitive(asn1::tag::context(2), {}); break;
      case CertStatus::revoked:
        one.constructed(asn1::tag::context_constructed(1), [&](asn1::Writer& info) {
          info.generalized_time(response.revoked_at);
          if (response.reason != RevocationReason::unspecified) {
            info.explicit_tag(0, [&](asn1::Writer& w) { w.enumerated(static_cast<int>(response.reason)); });
          }
        });
        break;
    }
    one.generalized_time(response.this_update);
    if (response.next_update) {
      one.explicit_tag(0, [&](asn1::Writer& w) { w.generalized_time(*response.next_update); });
    }
  });
}

// SingleResponse ::= SEQUENCE { certID, certStatus CHOICE { good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo,
//   unknown [2] IMPLICIT NULL }, thisUpdate, nextUpdate [0] EXPLICIT OPTIONAL, singleExtensions [1] EXPLICIT OPTIONAL }
Result<SingleResponse> read_single(asn1::Reader one) {
  SingleResponse response;
  YX_TRY(response.id, CertId::read(one));
  YX_TRY(const asn1::Element status, one.any());
  if (status.tag == asn1::tag::context(0)) {
    response.status = CertStatus::good;
  } else if (status.tag == asn1::tag::context(2)) {
    response.status = CertStatus::unknown;
  } else if (status.tag == asn1::tag::context_constructed(1)) {
    response.status = CertStatus::revoked;
    asn1::Reader info(status.content);
    YX_TRY(response.revoked_at, info.time());
    if (!info.at_end()) {
      YX_TRY(asn1::Reader wrapper, info.enter(asn1::tag::context_constructed(0)));
      YX_TRY(const asn1::Element reason, wrapper.expect(asn1::tag::enumerated));
      YX_TRY(response.reason, reason_of_number(reason.content.size() == 1 ? reason.content[0] : -1));
    }
  } else {
    return fail(ErrorCode::invalid_input, "a certificate status that does not exist");
  }
  YX_TRY(response.this_update, one.time());
  if (one.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(asn1::Reader wrapper, one.enter(asn1::tag::context_constructed(0)));
    YX_TRY(response.next_update, wrapper.time());
  }
  return response;
}

}  // namespace

CertId CertId::of(const Certificate& issuer, BytesView serial) {
  CertId id;
  id.hash_algorithm = oid::sm3();
  id.issuer_name_hash = *crypto::digest_with(oid::sm3(), issuer.subject().der());
  id.issuer_key_hash = *crypto::digest_with(oid::sm3(), issuer.public_key().key_bits());
  id.serial = to_bytes(serial);
  id.der = asn1::sequence([&](asn1::Writer& w) {
    write_algorithm(w, oid::sm3());
    w.octet_string(id.issuer_name_hash).octet_string(id.issuer_key_hash).primitive(asn1::tag::integer, id.serial);
  });
  return id;
}

bool CertId::names_issuer(const Certificate& issuer) const {
  const auto name = crypto::digest_with(hash_algorithm, issuer.subject().der());
  const auto key = crypto::digest_with(hash_algorithm, issuer.public_key().key_bits());
  return name && key && *name == issuer_name_hash && *key == issuer_key_hash;
}

Result<CertId> CertId::read(asn1::Reader& reader) {
  YX_TRY(const asn1::Element whole, reader.expect(asn1::tag::sequence));
  YX_TRY(asn1::Reader inside, reader.inside(whole));
  CertId id;
  YX_TRY(const Algorithm algorithm, read_algorithm(inside));
  id.hash_algorithm = algorithm.id;
  YX_TRY(const BytesView name, inside.octet_string());
  YX_TRY(const BytesView key, inside.octet_string());
  YX_TRY(const BytesView serial, inside.integer());
  YX_CHECK(inside.finish());
  if (serial.size() > max_serial_size + 1) {
    return fail(ErrorCode::invalid_input, "a serial number of more than 20 octets");
  }
  id.issuer_name_hash = to_bytes(name);
  id.issuer_key_hash = to_bytes(key);
  id.serial = to_bytes(serial);
  id.der = to_bytes(whole.whole);
  return id;
}

// OCSPRequest ::= SEQUENCE { tbsRequest TBSRequest, optionalSignature [0] EXPLICIT OPTIONAL }
// TBSRequest ::= SEQUENCE { version [0] EXPLICIT DEFAULT v1, requestorName [1] EXPLICIT OPTIONAL,
//   requestList SEQUENCE OF SEQUENCE { reqCert CertID, singleRequestExtensions [0] EXPLICIT OPTIONAL },
//   requestExtensions [2] EXPLICIT OPTIONAL }
Result<OcspRequest> OcspRequest::parse(BytesView der) {
  if (der.size() > max_ocsp_request_size) {
    return fail(ErrorCode::invalid_input, "an OCSP request of more than 8 KiB");
  }
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader request, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(asn1::Reader tbs, request.sequence());
  for (const unsigned ignored : {0U, 1U}) {
    YX_CHECK(tbs.optional(asn1::tag::context_constructed(ignored)));
  }
  OcspRequest parsed;
  YX_TRY(asn1::Reader list, tbs.sequence());
  while (!list.at_end()) {
    if (parsed.questions.size() == max_ocsp_request_entries) {
      return fail(ErrorCode::invalid_input, "an OCSP request with more than 16 questions");
    }
    YX_TRY(asn1::Reader one, list.sequence());
    YX_TRY(CertId id, CertId::read(one));
    parsed.questions.push_back(std::move(id));
  }
  if (parsed.questions.empty()) {
    return fail(ErrorCode::invalid_input, "an OCSP request without a question");
  }
  YX_TRY(parsed.nonce, read_nonce(tbs, 2));
  YX_CHECK(tbs.finish());
  if (parsed.nonce && (parsed.nonce->empty() || parsed.nonce->size() > max_ocsp_nonce_size + 2)) {
    return fail(ErrorCode::invalid_input, "an OCSP nonce of a size that is not allowed");
  }
  return parsed;
}

Bytes build_ocsp_request(const std::vector<CertId>& questions, const std::optional<Bytes>& nonce) {
  return asn1::sequence([&](asn1::Writer& request) {
    request.sequence([&](asn1::Writer& tbs) {
      tbs.sequence([&](asn1::Writer& list) {
        for (const CertId& id : questions) {
          list.sequence([&](asn1::Writer& one) { one.raw(id.der); });
        }
      });
      write_nonce(tbs, 2, nonce);
    });
  });
}

// OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, responseBytes [0] EXPLICIT SEQUENCE {
//   responseType OBJECT IDENTIFIER, response OCTET STRING } OPTIONAL }
Result<OcspResponse> OcspResponse::parse(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  OcspResponse response;
  YX_TRY(const asn1::Element status, inside.expect(asn1::tag::enumerated));
  if (status.content.size() != 1 || status.content[0] > 6 || status.content[0] == 4) {
    return fail(ErrorCode::invalid_input, "an OCSP response status that does not exist");
  }
  response.status_ = static_cast<OcspResponseStatus>(status.content[0]);
  if (response.status_ != OcspResponseStatus::successful) {
    return response;
  }
  YX_TRY(asn1::Reader wrapper, inside.enter(asn1::tag::context_constructed(0)));
  YX_TRY(asn1::Reader bytes, wrapper.sequence());
  YX_TRY(const asn1::ObjectId type, bytes.object_id());
  if (type != oid::ocsp_basic()) {
    return fail(ErrorCode::unsupported, "an OCSP response that is not a basic one");
  }
  YX_TRY(const BytesView basic, bytes.octet_string());
  YX_CHECK(response.read_basic(basic));
  return response;
}

// BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature BIT STRING,
//   certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
Result<void> OcspResponse::read_basic(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader basic, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const asn1::Element data, basic.expect(asn1::tag::sequence));
  data_ = to_bytes(data.whole);
  YX_TRY(const asn1::Reader data_reader, basic.inside(data));
  YX_CHECK(read_data(data_reader));
  YX_TRY(const Algorithm algorithm, read_algorithm(basic));
  signature_algorithm_ = algorithm.id;
  YX_TRY(const BytesView signature, basic.bit_string());
  signature_ = to_bytes(signature);
  if (!basic.at_end()) {
    YX_TRY(asn1::Reader wrapper, basic.enter(asn1::tag::context_constructed(0)));
    YX_TRY(asn1::Reader list, wrapper.sequence());
    while (!list.at_end()) {
      if (certificates_.size() == max_ocsp_certificates) {
        return fail(ErrorCode::invalid_input, "an OCSP response with more than 16 certificates");
      }
      YX_TRY(const asn1::Element one, list.expect(asn1::tag::sequence));
      YX_TRY(Certificate certificate, Certificate::parse(one.whole));
      certificates_.push_back(std::move(certificate));
    }
  }
  return basic.finish();
}

// ResponseData ::= SEQUENCE { version [0] EXPLICIT DEFAULT v1, responderID CHOICE { byName [1], byKey [2] },
//   producedAt GeneralizedTime, responses SEQUENCE OF SingleResponse, responseExtensions [1] EXPLICIT OPTIONAL }
Result<void> OcspResponse::read_data(asn1::Reader data) {
  YX_CHECK(data.optional(asn1::tag::context_constructed(0)));
  YX_TRY(const asn1::Element responder, data.any());
  if (responder.tag != asn1::tag::context_constructed(1) && responder.tag != asn1::tag::context_constructed(2)) {
    return fail(ErrorCode::invalid_input, "an OCSP responder that is neither a name nor a key");
  }
  YX_TRY(produced_at_, data.time());
  YX_TRY(asn1::Reader list, data.sequence());
  while (!list.at_end()) {
    if (responses_.size() == max_ocsp_answers) {
      return fail(ErrorCode::invalid_input, "an OCSP response with more than 256 answers");
    }
    YX_TRY(const asn1::Reader one, list.sequence());
    YX_TRY(SingleResponse response, read_single(one));
    responses_.push_back(std::move(response));
  }
  YX_TRY(nonce_, read_nonce(data, 1));
  return data.finish();
}

SignatureCheck OcspResponse::signed_by(const PublicKey& key) const {
  return check_signature(key, signature_algorithm_, data_, signature_);
}

bool OcspResponse::is_authorised(const Certificate& issuer, Instant at) const {
  if (status_ != OcspResponseStatus::successful) {
    return false;
  }
  if (signed_by(issuer.public_key()) == SignatureCheck::holds) {
    return true;
  }
  return std::ranges::any_of(certificates_, [&](const Certificate& delegate) {
    return delegate.issuer().matches(issuer.subject()) && delegate.has_purpose(oid::eku_ocsp_signing()) &&
           delegate.in_force_at(at) && x509::signed_by(delegate, issuer.public_key()) == SignatureCheck::holds &&
           signed_by(delegate.public_key()) == SignatureCheck::holds;
  });
}

const SingleResponse* OcspResponse::find(const Certificate& issuer, BytesView serial) const {
  const auto found = std::ranges::find_if(responses_, [&](const SingleResponse& response) {
    return same(response.id.serial, serial) && response.id.names_issuer(issuer);
  });
  return found == responses_.end() ? nullptr : &*found;
}

Bytes to_be_signed_response(const crypto::Sm2PublicKey& responder, Instant produced_at,
                            const std::vector<SingleResponse>& responses, const std::optional<Bytes>& nonce) {
  return asn1::sequence([&](asn1::Writer& data) {
    // KeyHash ::= OCTET STRING -- SHA-1 of the responder's key, fixed by RFC 6960 4.2.1
    data.explicit_tag(2, [&](asn1::Writer& by_key) { by_key.octet_string(crypto::sha1(responder.point())); });
    data.generalized_time(produced_at);
    data.sequence([&](asn1::Writer& list) {
      for (const SingleResponse& response : responses) {
        write_single(list, response);
      }
    });
    write_nonce(data, 1, nonce);
  });
}

Bytes assemble_ocsp_response(BytesView response_data, const crypto::Sm2Signature& signature,
                             const std::vector<Bytes>& certificates) {
  const Bytes basic = asn1::sequence([&](asn1::Writer& w) {
    w.raw(response_data);
    write_algorithm(w, oid::sm2_with_sm3());
    w.bit_string(signature.to_der());
    w.explicit_tag(0, [&](asn1::Writer& wrapper) {
      wrapper.sequence([&](asn1::Writer& list) {
        for (const Bytes& certificate : certificates) {
          list.raw(certificate);
        }
      });
    });
  });
  return asn1::sequence([&](asn1::Writer& w) {
    w.enumerated(0);
    w.explicit_tag(0, [&](asn1::Writer& wrapper) {
      wrapper.sequence([&](asn1::Writer& bytes) { bytes.object_id(oid::ocsp_basic()).octet_string(basic); });
    });
  });
}

Bytes failed_ocsp_response(OcspResponseStatus status) {
  return asn1::sequence([&](asn1::Writer& w) { w.enumerated(static_cast<int>(status)); });
}

}  // namespace yinxin::x509
