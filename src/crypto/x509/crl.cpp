#include "crypto/x509/crl.h"

#include <algorithm>
#include <array>

#include "crypto/oids.h"

namespace yinxin::x509 {

namespace {

constexpr std::array reasons{
    std::pair{RevocationReason::unspecified, "unspecified"},
    std::pair{RevocationReason::key_compromise, "key_compromise"},
    std::pair{RevocationReason::ca_compromise, "ca_compromise"},
    std::pair{RevocationReason::affiliation_changed, "affiliation_changed"},
    std::pair{RevocationReason::superseded, "superseded"},
    std::pair{RevocationReason::cessation_of_operation, "cessation_of_operation"},
    std::pair{RevocationReason::certificate_hold, "certificate_hold"},
    std::pair{RevocationReason::remove_from_crl, "remove_from_crl"},
    std::pair{RevocationReason::privilege_withdrawn, "privilege_withdrawn"},
    std::pair{RevocationReason::aa_compromise, "aa_compromise"},
};

}  // namespace

std::string_view name_of(RevocationReason reason) {
  const auto* const found = std::ranges::find(reasons, reason, [](const auto& r) { return r.first; });
  ensure(found != reasons.end(), "a revocation reason without a name");
  return found->second;
}

Result<RevocationReason> reason_of_number(std::int64_t number) {
  for (const auto& [reason, name] : reasons) {
    if (static_cast<std::int64_t>(reason) == number) {
      return reason;
    }
  }
  return fail(ErrorCode::invalid_input, "a revocation reason that does not exist");
}

Result<RevocationReason> reason_of_name(std::string_view name) {
  for (const auto& [reason, known] : reasons) {
    if (known == name) {
      return reason;
    }
  }
  return fail(ErrorCode::invalid_input, "a revocation reason that does not exist");
}

// CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING }
Result<CertificateList> CertificateList::parse(BytesView der) {
  if (der.size() > max_crl_size) {
    return fail(ErrorCode::invalid_input, "a CRL of more than 256 MiB");
  }
  CertificateList crl;
  crl.der_ = to_bytes(der);
  asn1::Reader outer(crl.der_);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const asn1::Element tbs, inside.expect(asn1::tag::sequence));
  crl.tbs_at_ = static_cast<std::size_t>(tbs.whole.data() - crl.der_.data());
  crl.tbs_size_ = tbs.whole.size();
  YX_TRY(const asn1::Reader tbs_reader, inside.inside(tbs));
  YX_CHECK(crl.read_tbs(tbs_reader));
  YX_TRY(const Algorithm algorithm, read_algorithm(inside));
  crl.signature_algorithm_ = algorithm.id;
  YX_TRY(const BytesView signature, inside.bit_string());
  YX_CHECK(inside.finish());
  crl.signature_ = to_bytes(signature);
  std::ranges::sort(crl.entries_, {}, &RevokedEntry::serial);
  return crl;
}

// TBSCertList ::= SEQUENCE { version INTEGER OPTIONAL, signature AlgorithmIdentifier, issuer Name, thisUpdate Time,
//   nextUpdate Time OPTIONAL, revokedCertificates SEQUENCE OF … OPTIONAL, crlExtensions [0] EXPLICIT OPTIONAL }
Result<void> CertificateList::read_tbs(asn1::Reader tbs) {
  if (tbs.next_is(asn1::tag::integer)) {
    YX_CHECK(tbs.small_integer());
  }
  YX_CHECK(read_algorithm(tbs));
  YX_TRY(const asn1::Element issuer, tbs.expect(asn1::tag::sequence));
  YX_TRY(issuer_, Name::parse(issuer.whole));
  YX_TRY(this_update_, tbs.time());
  if (tbs.next_is(asn1::tag::utc_time) || tbs.next_is(asn1::tag::generalized_time)) {
    YX_TRY(next_update_, tbs.time());
  }
  if (tbs.next_is(asn1::tag::sequence)) {
    YX_TRY(const asn1::Reader list, tbs.sequence());
    YX_CHECK(read_entries(list));
  }
  if (tbs.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(asn1::Reader wrapper, tbs.enter(asn1::tag::context_constructed(0)));
    YX_TRY(const asn1::Reader list, wrapper.sequence());
    YX_CHECK(read_extensions(list));
  }
  return tbs.finish();
}

// SEQUENCE { userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }
Result<void> CertificateList::read_entries(asn1::Reader list) {
  while (!list.at_end()) {
    YX_TRY(asn1::Reader one, list.sequence());
    RevokedEntry entry;
    YX_TRY(const BytesView serial, one.integer());
    entry.serial = to_bytes(serial);
    YX_TRY(entry.revoked_at, one.time());
    if (!one.at_end()) {
      YX_TRY(asn1::Reader extensions, one.sequence());
      YX_TRY(const std::vector<Extension> read, read_extension_list(extensions));
      for (const Extension& extension : read) {
        if (extension.id == oid::crl_reason()) {
          YX_TRY(const asn1::Element value, asn1::whole_element(extension.value, asn1::tag::enumerated));
          YX_TRY(entry.reason, reason_of_number(value.content.size() == 1 ? value.content[0] : -1));
        } else if (extension.critical) {
          unknown_critical_ = true;  // certificateIssuer: an indirect list, which we do not read
        }
      }
      YX_CHECK(one.finish());
    }
    entries_.push_back(std::move(entry));
  }
  return {};
}

Result<void> CertificateList::read_extensions(asn1::Reader list) {
  YX_TRY(const std::vector<Extension> read, read_extension_list(list));
  for (const Extension& extension : read) {
    if (extension.id == oid::crl_number()) {
      YX_TRY(const asn1::Element value, asn1::whole_element(extension.value, asn1::tag::integer));
      number_ = to_bytes(value.content);
    } else if (extension.id == oid::delta_crl_indicator()) {
      delta_ = true;
    } else if (extension.id == oid::issuing_distribution_point()) {
      partial_ = true;
    } else if (extension.critical) {
      unknown_critical_ = true;
    }
  }
  return {};
}

const RevokedEntry* CertificateList::find(BytesView serial) const {
  const auto found = std::ranges::lower_bound(entries_, to_bytes(serial), {}, &RevokedEntry::serial);
  return found != entries_.end() && same(found->serial, serial) ? &*found : nullptr;
}

SignatureCheck CertificateList::signed_by(const PublicKey& key) const {
  return check_signature(key, signature_algorithm_, BytesView(der_).subspan(tbs_at_, tbs_size_), signature_);
}

Bytes to_be_signed(const CrlContent& content) {
  return asn1::sequence([&](asn1::Writer& tbs) {
    tbs.integer(1);
    write_algorithm(tbs, oid::sm2_with_sm3());
    tbs.raw(content.issuer.der());
    tbs.x509_time(content.this_update).x509_time(content.next_update);
    if (!content.entries.empty()) {
      tbs.sequence([&](asn1::Writer& list) {
        for (const RevokedEntry& entry : content.entries) {
          list.sequence([&](asn1::Writer& one) {
            one.primitive(asn1::tag::integer, entry.serial).x509_time(entry.revoked_at);
            if (entry.reason != RevocationReason::unspecified) {  // RFC 5280 5.3.1: absent instead of unspecified
              one.sequence([&](asn1::Writer& extensions) {
                extensions.sequence([&](asn1::Writer& reason) {
                  reason.object_id(oid::crl_reason());
                  reason.octet_string(asn1::Writer().enumerated(static_cast<int>(entry.reason)).bytes());
                });
              });
            }
          });
        }
      });
    }
    tbs.explicit_tag(0, [&](asn1::Writer& wrapper) {
      wrapper.sequence([&](asn1::Writer& extensions) {
        const Extension key_id = extension::authority_key_id(content.authority_key_id);
        const Extension number{oid::crl_number(), false, asn1::Writer().unsigned_integer(content.number).take()};
        for (const Extension& one : {key_id, number}) {
          extensions.sequence([&](asn1::Writer& w) { w.object_id(one.id).octet_string(one.value); });
        }
      });
    });
  });
}

}  // namespace yinxin::x509
