// Makes the fuzz targets' seeds: small true artefacts of each kind, of a certification authority in memory.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "crypto/cms/enveloped_data.h"
#include "crypto/key_file.h"
#include "crypto/testing/little_ca.h"
#include "crypto/tsp/time_stamp.h"
#include "make_seeds.h"

namespace {

std::filesystem::path folder;

}  // namespace

void yinxin::fuzz::seed(const std::string& target, const std::string& name, BytesView bytes) {
  std::filesystem::create_directories(folder / target);
  std::ofstream(folder / target / name, std::ios::binary) << text_of(bytes);
}

namespace {

using namespace yinxin;
using namespace yinxin::testing;
using fuzz::seed;

// The constructed elements of DER with indefinite lengths.
Bytes indefinite(BytesView der) {
  Bytes out;
  asn1::Reader reader(der);
  while (!reader.at_end()) {
    const auto element = reader.any();
    if ((element->tag & 0x20) == 0) {
      append(out, element->whole);
      continue;
    }
    const Bytes inside = indefinite(element->content);
    append(out, Bytes{element->tag, 0x80});
    append(out, inside);
    append(out, Bytes{0, 0});
  }
  return out;
}

void x509_seeds(Party& root, Party& leaf) {
  for (const char* target : {"x509", "der"}) {
    seed(target, "root", root.certificate.der());
    seed(target, "leaf", leaf.certificate.der());
  }
  seed("x509", "pem", bytes_of(x509::to_pem("CERTIFICATE", leaf.certificate.der())));
  seed("x509", "list",
       crl(root,
           {{leaf.certificate.serial(), day(0), x509::RevocationReason::certificate_hold},
            {{0x05}, day(0), x509::RevocationReason::unspecified}},
           1)
           .der());
  seed("pkcs10", "plain", *x509::make_request(name("request"), leaf.signer));
  seed("pkcs10", "attribute",
       *x509::make_request(name("request"), leaf.signer,
                           {{oid::permit_hash(), asn1::Writer().octet_string(Bytes(32, 1)).take()}}));
}

void cms_seeds(Party& leaf, Random& random) {
  int number = 0;
  for (const cms::Family family : {cms::Family::gm, cms::Family::rfc}) {
    for (const bool attached : {true, false}) {
      const cms::SigningOptions options{.family = family,
                                        .content_type = {},
                                        .attached = attached,
                                        .signing_time = day(1),
                                        .with_attributes = attached,
                                        .include_certificate = true,
                                        .more_certificates = {},
                                        .more_attributes = {}};
      const Bytes message = *cms::sign(bytes_of("content"), leaf.certificate, leaf.signer, options);
      seed("cms", "signed" + std::to_string(++number), message);
      seed("cms", "indefinite" + std::to_string(number), indefinite(message));
    }
    seed("cms", "enveloped" + std::to_string(++number),
         *cms::envelop(bytes_of("content"), {leaf.certificate}, family, random));
  }
}

void ocsp_seeds(Party& root, Party& leaf) {
  const auto id = x509::CertId::of(root.certificate, leaf.certificate.serial());
  const Bytes nonce = asn1::Writer().octet_string(Bytes(16, 2)).take();
  seed("ocsp", "request", x509::build_ocsp_request({id}, {}));
  seed("ocsp", "request_nonce", x509::build_ocsp_request({id, id}, nonce));
  seed("ocsp", "good",
       ocsp_bytes(root, {status_of(root.certificate, leaf.certificate, x509::CertStatus::good, 1)}, 1,
                  {root.certificate.der()}, nonce));
  seed("ocsp", "hold",
       ocsp_bytes(root,
                  {status_of(root.certificate, leaf.certificate, x509::CertStatus::revoked, 1, 0,
                             x509::RevocationReason::certificate_hold)},
                  1, {}));
  seed("ocsp", "try_later", x509::failed_ocsp_response(x509::OcspResponseStatus::try_later));
}

void tsp_seeds(Party& root) {
  Profile profile = leaf_profile("TSA");
  profile.purposes = {oid::eku_time_stamping()};
  Party tsa = issued(profile, root);
  const tsp::TstInfo info{.policy = oid::policy_demo(),
                          .imprint = tsp::Imprint::sm3_of(bytes_of("a document")),
                          .serial = {0x09},
                          .time = day(1),
                          .nonce = Bytes{0x42}};
  const Bytes token = *tsp::make_token(info, tsa.certificate, tsa.signer, true);
  const tsp::TimeStampRequest request{
      .imprint = info.imprint, .policy = info.policy, .nonce = info.nonce, .want_certificate = true};
  seed("tsp", "request", request.to_der());
  seed("tsp", "info", info.to_der());
  seed("tsp", "token", token);
  seed("tsp", "granted", tsp::granted_response(token));
  seed("tsp", "rejected", tsp::rejected_response(tsp::TspFailure::bad_algorithm, "no"));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  folder = argv[1];
  SystemRandom random;
  Party root = self_signed(ca_profile("root"));
  Profile profile = leaf_profile("leaf");
  profile.more = {x509::extension::text(oid::unified_social_credit_code(), "91330100MA27XF5M7X"),
                  x509::extension::policies({oid::policy_demo()}, "http://a/cps"),
                  x509::extension::crl_distribution_point("http://a/crl"),
                  x509::extension::authority_info_access("http://a/ocsp", "http://a/ca")};
  Party leaf = issued(profile, root);
  x509_seeds(root, leaf);
  cms_seeds(leaf, random);
  ocsp_seeds(root, leaf);
  tsp_seeds(root);
  asn1::Writer mixed;
  mixed.sequence([](asn1::Writer& w) {
    w.boolean(true).integer(-129).integer(65537).null().object_id(oid::permit_hash()).utf8("印信").printable("A");
    w.generalized_time(day(1)).x509_time(day(1)).named_bits(0x41).enumerated(3).bit_string(Bytes{1, 2});
    w.primitive(asn1::tag::bmp_string, Bytes{0x53, 0x70}).set_of([](asn1::Writer& s) { s.integer(2).integer(1); });
  });
  seed("der", "mixed", mixed.bytes());
  seed("der", "indefinite", indefinite(mixed.bytes()));
  seed("key_file", "pkcs8", crypto::pkcs8_of(leaf.signer.key()).expose());
  seed("key_file", "sec1", asn1::sequence([&](asn1::Writer& w) {
         w.integer(1).octet_string(leaf.signer.key().scalar().expose());
         w.explicit_tag(0, [](asn1::Writer& curve) { curve.object_id(oid::curve_sm2()); });
       }));
  seed("key_file", "cfca", asn1::sequence([&](asn1::Writer& w) {
         w.integer(1);
         w.sequence([](asn1::Writer& s) { s.object_id(oid::gm_data()).object_id(oid::sm4()).octet_string(Bytes(48)); });
         w.sequence([&](asn1::Writer& s) { s.object_id(oid::gm_data()).octet_string(leaf.certificate.der()); });
       }));
  fuzz::make_domain_seeds();
  return 0;
}
