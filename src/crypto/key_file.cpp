#include "crypto/key_file.h"

#include <algorithm>

#include "crypto/oids.h"
#include "crypto/openssl/key_containers.h"
#include "crypto/sm4.h"
#include "crypto/x509/certificate.h"

namespace yinxin::crypto {

namespace {

constexpr std::size_t scalar_size = 32;

// The file as DER: what starts like one, or the first PEM block with one of the labels, or bare base64.
Result<SecretBytes> der_of_key_file(BytesView file, const std::vector<std::string_view>& labels) {
  if (file.size() > max_key_file_size) {
    return fail(ErrorCode::invalid_input, "a key file of more than 256 KiB");
  }
  if (!file.empty() && file[0] == asn1::tag::sequence) {
    return SecretBytes(file);
  }
  if (text_of(file).find("-----BEGIN") == std::string_view::npos) {
    YX_TRY(Bytes der, from_base64(text_of(file)));
    return SecretBytes(std::move(der));
  }
  YX_TRY(Bytes der, x509::der_of_file(file, labels));
  return SecretBytes(std::move(der));
}

// ECPrivateKey ::= SEQUENCE { version INTEGER (1), privateKey OCTET STRING, parameters [0] EXPLICIT OPTIONAL,
//   publicKey [1] EXPLICIT BIT STRING OPTIONAL }
// `curve_known`: the PKCS#8 around it has named the curve; else the parameters must.
Result<Sm2PrivateKey> read_sec1(asn1::Reader inside, bool curve_known) {
  YX_TRY(const std::int64_t version, inside.small_integer());
  if (version != 1) {
    return fail(ErrorCode::invalid_input, "an EC key of an unknown version");
  }
  YX_TRY(const BytesView octets, inside.octet_string());
  if (octets.empty() || octets.size() > scalar_size) {
    return fail(ErrorCode::invalid_input, "a private key that is not of this curve");
  }
  if (inside.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(asn1::Reader parameters, inside.enter(asn1::tag::context_constructed(0)));
    YX_TRY(const asn1::ObjectId curve, parameters.object_id());
    YX_CHECK(parameters.finish());
    if (curve != oid::curve_sm2()) {
      return fail(ErrorCode::unsupported, "a key on another curve than sm2p256v1");
    }
  } else if (!curve_known) {
    return fail(ErrorCode::invalid_input, "an EC key that does not name its curve");
  }
  SecretBytes scalar(scalar_size);  // some writers drop leading zeros
  std::ranges::copy(octets, scalar.expose_for_writing().last(octets.size()).begin());
  YX_TRY(Sm2PrivateKey key, Sm2PrivateKey::from_scalar(std::move(scalar)));
  if (inside.next_is(asn1::tag::context_constructed(1))) {
    YX_TRY(asn1::Reader wrapper, inside.enter(asn1::tag::context_constructed(1)));
    YX_TRY(const BytesView point, wrapper.bit_string());
    YX_CHECK(wrapper.finish());
    if (!same(point, key.public_key().point())) {
      return fail(ErrorCode::invalid_input, "a public key that does not belong to its private key");
    }
  }
  YX_CHECK(inside.finish());
  return key;
}

// PrivateKeyInfo ::= SEQUENCE { version INTEGER (0), algorithm AlgorithmIdentifier, privateKey OCTET STRING, … }
Result<Sm2PrivateKey> read_pkcs8(asn1::Reader inside) {
  YX_CHECK(inside.small_integer());
  YX_TRY(const x509::Algorithm algorithm, x509::read_algorithm(inside));
  const Bytes curve = asn1::Writer().object_id(oid::curve_sm2()).take();
  if (algorithm.id != oid::ec_public_key() || algorithm.parameters != curve) {
    return fail(ErrorCode::unsupported, "a private key that is not SM2");
  }
  YX_TRY(const BytesView octets, inside.octet_string());
  asn1::Reader outer(octets);
  YX_TRY(const asn1::Reader sec1, outer.sequence());
  YX_CHECK(outer.finish());
  return read_sec1(sec1, true);
}

Result<Sm2PrivateKey> read_plain(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(const asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  asn1::Reader look(inside);
  YX_TRY(const std::int64_t version, look.small_integer());
  return version == 1 && look.next_is(asn1::tag::octet_string) ? read_sec1(inside, false) : read_pkcs8(inside);
}

}  // namespace

SecretBytes pkcs8_of(const Sm2PrivateKey& key) {
  asn1::Writer sec1;
  sec1.sequence([&](asn1::Writer& w) {
    w.integer(1).octet_string(key.scalar().expose());
    w.explicit_tag(1, [&](asn1::Writer& point) { point.bit_string(key.public_key().point()); });
  });
  const SecretBytes inner(sec1.take());
  return SecretBytes(asn1::sequence([&](asn1::Writer& w) {
    w.integer(0);
    w.sequence([](asn1::Writer& algorithm) { algorithm.object_id(oid::ec_public_key()).object_id(oid::curve_sm2()); });
    w.octet_string(inner.expose());
  }));
}

Result<Sm2PrivateKey> read_private_key(BytesView file, const SecretBytes& passphrase) {
  YX_TRY(const SecretBytes der,
         der_of_key_file(file, {"PRIVATE KEY", "EC PRIVATE KEY", "SM2 PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}));
  asn1::Reader outer(der.expose());
  YX_TRY(const asn1::Reader inside, outer.sequence());
  // EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm AlgorithmIdentifier, encryptedData OCTET STRING }
  if (inside.next_is(asn1::tag::sequence)) {
    YX_TRY(const SecretBytes plain, openssl::decrypt_pkcs8(der.expose(), passphrase));
    return read_plain(plain.expose());
  }
  return read_plain(der.expose());
}

Result<KeyAndCertificate> read_pkcs12(BytesView file, const SecretBytes& passphrase) {
  YX_TRY(const SecretBytes der, der_of_key_file(file, {"PKCS12"}));
  YX_TRY(openssl::Pkcs12Parts parts, openssl::open_pkcs12(der.expose(), passphrase));
  YX_TRY(Sm2PrivateKey key, read_plain(parts.private_key.expose()));
  return KeyAndCertificate{std::move(key), std::move(parts.certificate)};
}

Result<KeyAndCertificate> read_cfca_sm2(BytesView file, const SecretBytes& passphrase) {
  YX_TRY(const SecretBytes der, der_of_key_file(file, {}));
  asn1::Reader outer(der.expose());
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const std::int64_t version, inside.small_integer());
  YX_TRY(asn1::Reader sealed, inside.sequence());
  YX_TRY(const asn1::ObjectId type, sealed.object_id());
  YX_TRY(const asn1::ObjectId cipher, sealed.object_id());
  YX_TRY(const BytesView encrypted, sealed.octet_string());
  YX_CHECK(sealed.finish());
  YX_TRY(asn1::Reader with_certificate, inside.sequence());
  YX_CHECK(with_certificate.object_id());
  YX_TRY(const BytesView certificate, with_certificate.octet_string());
  YX_CHECK(with_certificate.finish());
  YX_CHECK(inside.finish());
  if (version != 1 || type != oid::gm_data() || (cipher != oid::sm4() && cipher != oid::sm4_cbc())) {
    return fail(ErrorCode::unsupported, "not a .sm2 container of version 1 under SM4");
  }
  // The first half of the derived bytes is the vector, the second the key.
  const SecretBytes derived = sm3_kdf(passphrase.expose(), sm4_block_size + sm4_key_size);
  auto scalar =
      sm4_cbc_pkcs7_decrypt(derived.expose().last(sm4_key_size), derived.expose().first(sm4_block_size), encrypted);
  if (!scalar) {
    return scalar.error().code == ErrorCode::corrupt ? fail(ErrorCode::forbidden, "the passphrase is wrong")
                                                     : std::move(scalar).error();
  }
  auto key = Sm2PrivateKey::from_scalar(std::move(*scalar));
  YX_TRY(const x509::Certificate parsed, x509::Certificate::parse(certificate));
  // One wrong passphrase in 256 leaves a padding that holds; the certificate then tells.
  if (!key || parsed.public_key().sm2() != key->public_key()) {
    return fail(ErrorCode::forbidden, "the passphrase is wrong");
  }
  return KeyAndCertificate{std::move(*key), to_bytes(certificate)};
}

}  // namespace yinxin::crypto
