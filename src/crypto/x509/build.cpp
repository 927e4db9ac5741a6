#include "crypto/x509/build.h"

#include <algorithm>

#include "crypto/oids.h"

namespace yinxin::x509 {

namespace {

void write_extensions(asn1::Writer& writer, const std::vector<Extension>& extensions) {
  writer.sequence([&](asn1::Writer& list) {
    for (const Extension& extension : extensions) {
      list.sequence([&](asn1::Writer& one) {
        one.object_id(extension.id);
        if (extension.critical) {
          one.boolean(true);
        }
        one.octet_string(extension.value);
      });
    }
  });
}

}  // namespace

Bytes to_be_signed(const CertificateContent& content) {
  ensure(!content.serial.empty() && content.serial.size() <= max_serial_size && (content.serial[0] & 0x80) == 0,
         "a serial number that is not a positive INTEGER of up to 20 octets");
  return asn1::sequence([&](asn1::Writer& tbs) {
    tbs.explicit_tag(0, [](asn1::Writer& version) { version.integer(2); });
    tbs.unsigned_integer(content.serial);
    write_algorithm(tbs, oid::sm2_with_sm3());
    tbs.raw(content.issuer.der());
    tbs.sequence([&](asn1::Writer& validity) { validity.x509_time(content.not_before).x509_time(content.not_after); });
    tbs.raw(content.subject.der());
    tbs.raw(content.public_key.der());
    tbs.explicit_tag(3, [&](asn1::Writer& wrapper) { write_extensions(wrapper, content.extensions); });
  });
}

Bytes assemble_signed(BytesView tbs, const crypto::Sm2Signature& signature) {
  return asn1::sequence([&](asn1::Writer& whole) {
    whole.raw(tbs);
    write_algorithm(whole, oid::sm2_with_sm3());
    whole.bit_string(signature.to_der());
  });
}

Result<Bytes> sign_and_assemble(BytesView tbs, crypto::Signer& signer) {
  YX_TRY(const crypto::Sm2Signature signature, signer.sign(tbs));
  if (!crypto::sm2_verify(signer.public_key(), tbs, signature)) {
    return fail(ErrorCode::internal, "the signer's signature does not hold over what it was given");
  }
  return assemble_signed(tbs, signature);
}

namespace extension {

Extension basic_constraints(bool ca, std::optional<int> path_length) {
  return {oid::basic_constraints(), true, asn1::sequence([&](asn1::Writer& w) {
            if (ca) {
              w.boolean(true);
            }
            if (path_length) {
              w.integer(*path_length);
            }
          })};
}

Extension key_usage(std::uint32_t bits) { return {oid::key_usage(), true, asn1::Writer().named_bits(bits).take()}; }

Extension extended_key_usage(const std::vector<asn1::ObjectId>& purposes, bool critical) {
  return {oid::extended_key_usage(), critical, asn1::sequence([&](asn1::Writer& w) {
            for (const asn1::ObjectId& purpose : purposes) {
              w.object_id(purpose);
            }
          })};
}

Extension subject_key_id(BytesView id) {
  return {oid::subject_key_id(), false, asn1::Writer().octet_string(id).take()};
}

Extension authority_key_id(BytesView id) {
  return {oid::authority_key_id(), false,
          asn1::sequence([&](asn1::Writer& w) { w.primitive(asn1::tag::context(0), id); })};
}

// PolicyInformation with a CPS pointer (id-qt-cps 1.3.6.1.5.5.7.2.1) on the first policy.
Extension policies(const std::vector<asn1::ObjectId>& policies, std::string_view cps_address) {
  static const asn1::ObjectId cps_pointer("1.3.6.1.5.5.7.2.1");
  return {oid::certificate_policies(), false, asn1::sequence([&](asn1::Writer& list) {
            for (const asn1::ObjectId& policy : policies) {
              list.sequence([&](asn1::Writer& information) {
                information.object_id(policy);
                if (!cps_address.empty() && policy == policies.front()) {
                  information.sequence([&](asn1::Writer& qualifiers) {
                    qualifiers.sequence([&](asn1::Writer& one) { one.object_id(cps_pointer).ia5(cps_address); });
                  });
                }
              });
            }
          })};
}

Extension crl_distribution_point(std::string_view address) {
  return {oid::crl_distribution_points(), false, asn1::sequence([&](asn1::Writer& list) {
            list.sequence([&](asn1::Writer& point) {
              point.explicit_tag(0, [&](asn1::Writer& name) {
                name.constructed(asn1::tag::context_constructed(0), [&](asn1::Writer& full_name) {
                  full_name.primitive(asn1::tag::context(6), bytes_of(address));
                });
              });
            });
          })};
}

Extension authority_info_access(std::string_view ocsp_address, std::string_view issuer_address) {
  return {oid::authority_info_access(), false, asn1::sequence([&](asn1::Writer& list) {
            for (const auto& [method, address] :
                 {std::pair{&oid::access_ocsp(), ocsp_address}, {&oid::access_ca_issuers(), issuer_address}}) {
              if (!address.empty()) {
                list.sequence([&, method = method, address = address](asn1::Writer& one) {
                  one.object_id(*method).primitive(asn1::tag::context(6), bytes_of(address));
                });
              }
            }
          })};
}

Extension ocsp_no_check() { return {oid::ocsp_no_check(), false, asn1::Writer().null().take()}; }

Extension text(const asn1::ObjectId& id, std::string_view value) {
  constexpr std::string_view punctuation = " '()+,-./:=?";
  const bool printable = std::ranges::all_of(value, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           punctuation.find(c) != std::string_view::npos;
  });
  asn1::Writer writer;
  printable ? writer.printable(value) : writer.utf8(value);
  return {id, false, writer.take()};
}

}  // namespace extension

// CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature BIT STRING }
// CertificationRequestInfo ::= SEQUENCE { version INTEGER (0), subject Name, subjectPKInfo, attributes [0] IMPLICIT SET
// OF Attribute } Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY }   -- CFCA writes the value
// without the SET
Result<CertificationRequest> CertificationRequest::parse(BytesView der) {
  if (der.size() > max_certificate_size) {
    return fail(ErrorCode::invalid_input, "a request of more than 64 KiB");
  }
  CertificationRequest request;
  request.der_ = to_bytes(der);
  asn1::Reader outer(request.der_);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const asn1::Element info, inside.expect(asn1::tag::sequence));
  request.info_at_ = static_cast<std::size_t>(info.whole.data() - request.der_.data());
  request.info_size_ = info.whole.size();
  YX_TRY(const Algorithm algorithm, read_algorithm(inside));
  request.signature_algorithm_ = algorithm.id;
  YX_TRY(const BytesView signature, inside.bit_string());
  request.signature_ = to_bytes(signature);
  YX_CHECK(inside.finish());

  YX_TRY(asn1::Reader reader, inside.inside(info));
  YX_CHECK(reader.small_integer());
  YX_TRY(const asn1::Element subject, reader.expect(asn1::tag::sequence));
  YX_TRY(request.subject_, Name::parse(subject.whole));
  YX_TRY(const asn1::Element key, reader.expect(asn1::tag::sequence));
  YX_TRY(request.public_key_, PublicKey::parse(key.whole));
  if (reader.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(asn1::Reader attributes, reader.enter(asn1::tag::context_constructed(0)));
    while (!attributes.at_end()) {
      YX_TRY(asn1::Reader attribute, attributes.sequence());
      YX_TRY(asn1::ObjectId type, attribute.object_id());
      YX_TRY(const asn1::Element values, attribute.any());
      BytesView value = values.whole;
      if (values.tag == asn1::tag::set) {
        asn1::Reader set(values.content);
        YX_TRY(const asn1::Element first, set.any());
        value = first.whole;
      }
      request.attributes_.emplace_back(std::move(type), to_bytes(value));
    }
  }
  YX_CHECK(reader.finish());
  return request;
}

SignatureCheck CertificationRequest::check_signature() const {
  return x509::check_signature(public_key_, signature_algorithm_, BytesView(der_).subspan(info_at_, info_size_),
                               signature_);
}

std::optional<Bytes> CertificationRequest::find_attribute(const asn1::ObjectId& id) const {
  for (const auto& [type, value] : attributes_) {
    if (type == id) {
      return value;
    }
  }
  return std::nullopt;
}

Result<Bytes> make_request(const Name& subject, crypto::Signer& signer,
                           const std::vector<std::pair<asn1::ObjectId, Bytes>>& attributes) {
  const Bytes info = asn1::sequence([&](asn1::Writer& w) {
    w.integer(0).raw(subject.der()).raw(PublicKey::of(signer.public_key()).der());
    w.set_of(
        [&](asn1::Writer& set) {
          for (const auto& [type, value] : attributes) {
            set.sequence([&, &type = type, &value = value](asn1::Writer& attribute) {
              attribute.object_id(type).constructed(asn1::tag::set, [&](asn1::Writer& values) { values.raw(value); });
            });
          }
        },
        asn1::tag::context_constructed(0));
  });
  return sign_and_assemble(info, signer);
}

}  // namespace yinxin::x509
