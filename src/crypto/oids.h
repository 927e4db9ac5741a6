#pragma once
// Every object identifier the house writes or recognises, in one list. Our own live under one 2.25.UUID arc.

#include "crypto/asn1/der.h"

namespace yinxin::oid {

#define YX_OID(name, dotted)                \
  inline const asn1::ObjectId& name() {     \
    static const asn1::ObjectId id(dotted); \
    return id;                              \
  }

// Keys and signatures (GM/T 0006, RFC 5480, RFC 8017)
YX_OID(ec_public_key, "1.2.840.10045.2.1")
YX_OID(curve_sm2, "1.2.156.10197.1.301")
YX_OID(curve_p256, "1.2.840.10045.3.1.7")
YX_OID(sm2_sign, "1.2.156.10197.1.301.1")
YX_OID(sm2_encrypt_gmssl, "1.2.156.10197.1.301.2")  // wrong arc that GmSSL writes: read, never written
YX_OID(sm2_encrypt, "1.2.156.10197.1.301.3")
YX_OID(sm2_with_sm3, "1.2.156.10197.1.501")
YX_OID(sm3, "1.2.156.10197.1.401")
YX_OID(sm4, "1.2.156.10197.1.104")
YX_OID(sm4_ecb, "1.2.156.10197.1.104.1")
YX_OID(sm4_cbc, "1.2.156.10197.1.104.2")
YX_OID(rsa_encryption, "1.2.840.113549.1.1.1")
YX_OID(rsa_sha1, "1.2.840.113549.1.1.5")
YX_OID(rsa_sha256, "1.2.840.113549.1.1.11")
YX_OID(rsa_sha384, "1.2.840.113549.1.1.12")
YX_OID(rsa_sha512, "1.2.840.113549.1.1.13")
YX_OID(ecdsa_sha256, "1.2.840.10045.4.3.2")
YX_OID(ecdsa_sha384, "1.2.840.10045.4.3.3")
YX_OID(sha1, "1.3.14.3.2.26")
YX_OID(sha256, "2.16.840.1.101.3.4.2.1")
YX_OID(sha384, "2.16.840.1.101.3.4.2.2")
YX_OID(sha512, "2.16.840.1.101.3.4.2.3")

// Distinguished names
YX_OID(common_name, "2.5.4.3")
YX_OID(serial_number, "2.5.4.5")
YX_OID(country, "2.5.4.6")
YX_OID(locality, "2.5.4.7")
YX_OID(state, "2.5.4.8")
YX_OID(organization, "2.5.4.10")
YX_OID(organizational_unit, "2.5.4.11")
YX_OID(email_address, "1.2.840.113549.1.9.1")

// Extensions (RFC 5280, RFC 6960)
YX_OID(subject_key_id, "2.5.29.14")
YX_OID(key_usage, "2.5.29.15")
YX_OID(basic_constraints, "2.5.29.19")
YX_OID(crl_number, "2.5.29.20")
YX_OID(crl_reason, "2.5.29.21")
YX_OID(delta_crl_indicator, "2.5.29.27")
YX_OID(issuing_distribution_point, "2.5.29.28")
YX_OID(name_constraints, "2.5.29.30")
YX_OID(crl_distribution_points, "2.5.29.31")
YX_OID(certificate_policies, "2.5.29.32")
YX_OID(authority_key_id, "2.5.29.35")
YX_OID(policy_constraints, "2.5.29.36")
YX_OID(extended_key_usage, "2.5.29.37")
YX_OID(inhibit_any_policy, "2.5.29.54")
YX_OID(authority_info_access, "1.3.6.1.5.5.7.1.1")
YX_OID(access_ocsp, "1.3.6.1.5.5.7.48.1")
YX_OID(access_ca_issuers, "1.3.6.1.5.5.7.48.2")
YX_OID(ocsp_basic, "1.3.6.1.5.5.7.48.1.1")
YX_OID(ocsp_nonce, "1.3.6.1.5.5.7.48.1.2")
YX_OID(ocsp_no_check, "1.3.6.1.5.5.7.48.1.5")
YX_OID(any_policy, "2.5.29.32.0")
YX_OID(eku_any, "2.5.29.37.0")
YX_OID(eku_time_stamping, "1.3.6.1.5.5.7.3.8")
YX_OID(eku_ocsp_signing, "1.3.6.1.5.5.7.3.9")
YX_OID(eku_client_auth, "1.3.6.1.5.5.7.3.2")

// Chinese identity extensions (GB/T 20518-2018; GM/T 0015-2023 for the unified code)
YX_OID(person_identity, "1.2.156.10260.4.1.1")
YX_OID(organization_code, "1.2.156.10260.4.1.4")
YX_OID(unified_social_credit_code, "1.2.156.10260.4.4")

// Messages: GM/T 0010 = GB/T 35275, and CMS (RFC 5652)
YX_OID(gm_data, "1.2.156.10197.6.1.4.2.1")
YX_OID(gm_signed_data, "1.2.156.10197.6.1.4.2.2")
YX_OID(gm_enveloped_data, "1.2.156.10197.6.1.4.2.3")
YX_OID(gm_signed_and_enveloped_data, "1.2.156.10197.6.1.4.2.4")
YX_OID(cms_data, "1.2.840.113549.1.7.1")
YX_OID(cms_signed_data, "1.2.840.113549.1.7.2")
YX_OID(cms_enveloped_data, "1.2.840.113549.1.7.3")
YX_OID(attribute_content_type, "1.2.840.113549.1.9.3")
YX_OID(attribute_message_digest, "1.2.840.113549.1.9.4")
YX_OID(attribute_signing_time, "1.2.840.113549.1.9.5")
YX_OID(attribute_signing_certificate_v2, "1.2.840.113549.1.9.16.2.47")
YX_OID(extension_request, "1.2.840.113549.1.9.14")
YX_OID(tst_info, "1.2.840.113549.1.9.16.1.4")

// Ours. One arc: 2.25.<UUID 8d1f3c62-5a0e-4b7e-9a43-6c1b7f20d9e5 as a number>.
// .1 statements, .2 extended key usages, .3 extensions, .4 policies, .5 request attributes
#define YX_ARC "2.25.187583333345094795592339238563222706661"
YX_OID(statement_approval, YX_ARC ".1.1")
YX_OID(statement_permit, YX_ARC ".1.2")
YX_OID(statement_key_binding, YX_ARC ".1.3")
YX_OID(statement_issue_receipt, YX_ARC ".1.4")
YX_OID(statement_written, YX_ARC ".1.5")
YX_OID(statement_activated, YX_ARC ".1.6")
YX_OID(statement_unlocked, YX_ARC ".1.7")
YX_OID(statement_evidence, YX_ARC ".1.8")
YX_OID(statement_manifest, YX_ARC ".1.9")
YX_OID(statement_roster, YX_ARC ".1.10")
YX_OID(statement_revocation, YX_ARC ".1.11")
YX_OID(statement_holder, YX_ARC ".1.12")
YX_OID(eku_approval, YX_ARC ".2.1")
YX_OID(eku_officer_login, YX_ARC ".2.2")
YX_OID(eku_station, YX_ARC ".2.3")
YX_OID(eku_evidence, YX_ARC ".2.4")
YX_OID(eku_permit, YX_ARC ".2.5")
YX_OID(eku_administrator, YX_ARC ".2.6")
YX_OID(eku_seal_maker, YX_ARC ".2.7")
YX_OID(officer_role, YX_ARC ".3.1")
YX_OID(person_id, YX_ARC ".3.2")
YX_OID(policy_demo, YX_ARC ".4.1")
YX_OID(policy_organization, YX_ARC ".4.2")
YX_OID(policy_officer, YX_ARC ".4.3")
YX_OID(policy_time_stamp, YX_ARC ".4.4")
YX_OID(policy_service, YX_ARC ".4.5")
YX_OID(policy_person, YX_ARC ".4.6")
YX_OID(permit_hash, YX_ARC ".5.1")

}  // namespace yinxin::oid
