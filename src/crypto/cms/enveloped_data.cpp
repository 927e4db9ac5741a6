#include "crypto/cms/enveloped_data.h"

#include <algorithm>

#include "crypto/oids.h"
#include "crypto/sm4.h"

namespace yinxin::cms {

namespace {

constexpr std::size_t max_recipients = 64;

// RecipientInfo ::= SEQUENCE { version INTEGER, issuerAndSerialNumber | subjectKeyIdentifier [0],
//   keyEncryptionAlgorithm, encryptedKey OCTET STRING }   -- the octets are a DER SM2Cipher
Result<Recipient> read_recipient(asn1::Reader reader) {
  Recipient recipient;
  YX_CHECK(reader.small_integer());
  if (reader.next_is(asn1::tag::sequence)) {
    YX_TRY(asn1::Reader rid, reader.sequence());
    // At request time there is no certificate yet: two CAs in production write 00 00 instead of an empty Name.
    YX_TRY(const asn1::Element issuer, rid.any());
    YX_TRY(const BytesView serial, rid.integer());
    YX_CHECK(rid.finish());
    recipient.issuer_and_serial = x509::IssuerAndSerial{to_bytes(issuer.whole), to_bytes(serial)};
  } else {
    YX_TRY(const asn1::Element key_id, reader.expect(asn1::tag::context(0)));
    recipient.subject_key_id = to_bytes(key_id.content);
  }
  YX_TRY(const x509::Algorithm algorithm, x509::read_algorithm(reader));
  recipient.key_algorithm = algorithm.id;
  YX_TRY(const BytesView key, reader.octet_string());
  YX_CHECK(reader.finish());
  if (algorithm.id != oid::sm2_encrypt() && algorithm.id != oid::sm2_encrypt_gmssl() &&
      algorithm.id != oid::ec_public_key()) {
    return fail(ErrorCode::unsupported, "a recipient whose key is not encrypted with SM2");
  }
  YX_TRY(recipient.encrypted_key, crypto::Sm2Cipher::from_der(key));
  return recipient;
}

// EncryptedContentInfo ::= SEQUENCE { contentType, contentEncryptionAlgorithm, encryptedContent [0] IMPLICIT OCTET
//   STRING OPTIONAL, sharedInfo1 [1], sharedInfo2 [2] OPTIONAL }
Result<void> read_encrypted_content(asn1::Reader reader, EnvelopedData& message) {
  YX_CHECK(reader.object_id());
  YX_TRY(const x509::Algorithm algorithm, x509::read_algorithm(reader));
  message.content_algorithm = algorithm.id;
  if (!algorithm.parameters.empty() && algorithm.parameters[0] == asn1::tag::octet_string) {
    YX_TRY(const asn1::Element iv, asn1::whole_element(algorithm.parameters, asn1::tag::octet_string));
    message.iv = to_bytes(iv.content);
  }
  if (reader.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(asn1::Reader segments, reader.enter(asn1::tag::context_constructed(0)));
    while (!segments.at_end()) {
      YX_TRY(const BytesView segment, segments.octet_string());
      append(message.encrypted_content, segment);
    }
  } else {
    YX_TRY(const asn1::Element content, reader.expect(asn1::tag::context(0)));
    message.encrypted_content = to_bytes(content.content);
  }
  for (const unsigned shared : {1U, 2U}) {
    YX_CHECK(reader.optional(asn1::tag::context(shared)));
    YX_CHECK(reader.optional(asn1::tag::context_constructed(shared)));
  }
  return reader.finish();
}

}  // namespace

bool Recipient::is(const x509::Certificate& certificate) const {
  if (issuer_and_serial) {
    return *issuer_and_serial == certificate.issuer_and_serial();
  }
  const auto key_id = certificate.subject_key_id();
  return key_id && subject_key_id && *key_id == *subject_key_id;
}

// EnvelopedData ::= SEQUENCE { version INTEGER, recipientInfos SET OF RecipientInfo, encryptedContentInfo, … }
// SignedAndEnvelopedData ::= SEQUENCE { version INTEGER, recipientInfos SET OF, digestAlgorithms SET OF,
//   encryptedContentInfo, certificates [0] IMPLICIT OPTIONAL, crls [1] IMPLICIT OPTIONAL, signerInfos SET OF }
Result<EnvelopedData> EnvelopedData::parse(BytesView der) {
  if (der.size() > max_message_size) {
    return fail(ErrorCode::invalid_input, "a message of more than 64 MiB");
  }
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader info, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const asn1::ObjectId type, info.object_id());
  EnvelopedData message;
  message.is_signed = type == oid::gm_signed_and_enveloped_data();
  if (type == oid::cms_enveloped_data()) {
    message.family = Family::rfc;
  } else if (type != oid::gm_enveloped_data() && !message.is_signed) {
    return fail(ErrorCode::unsupported, "not an EnvelopedData");
  }
  YX_TRY(asn1::Reader wrapper, info.enter(asn1::tag::context_constructed(0)));
  YX_TRY(asn1::Reader data, wrapper.sequence());
  YX_CHECK(data.small_integer());
  YX_CHECK(data.optional(asn1::tag::context_constructed(0)));  // originatorInfo
  YX_TRY(asn1::Reader recipients, data.set());
  while (!recipients.at_end()) {
    if (message.recipients.size() == max_recipients) {
      return fail(ErrorCode::invalid_input, "a message with more than 64 recipients");
    }
    YX_TRY(const asn1::Reader one, recipients.sequence());
    YX_TRY(Recipient recipient, read_recipient(one));
    message.recipients.push_back(std::move(recipient));
  }
  if (message.is_signed) {
    YX_CHECK(data.set());  // digestAlgorithms
  }
  YX_TRY(const asn1::Reader content, data.sequence());
  YX_CHECK(read_encrypted_content(content, message));
  if (message.is_signed) {
    YX_TRY(const auto certificates, data.optional(asn1::tag::context_constructed(0)));
    if (certificates) {
      asn1::Reader list(certificates->content);
      while (!list.at_end() && message.certificates.size() < max_certificates) {
        YX_TRY(const asn1::Element one, list.any());
        YX_TRY(x509::Certificate certificate, x509::Certificate::parse(one.whole));
        message.certificates.push_back(std::move(certificate));
      }
    }
    YX_CHECK(data.optional(asn1::tag::context_constructed(1)));
    YX_TRY(asn1::Reader signers, data.set());
    YX_TRY(asn1::Reader signer, signers.sequence());
    while (!signer.at_end()) {
      YX_TRY(const asn1::Element element, signer.any());
      if (element.tag == asn1::tag::octet_string) {
        message.signature = to_bytes(element.content);
      }
    }
  }
  return message;
}

Result<Bytes> envelop(BytesView content, const std::vector<x509::Certificate>& recipients, Family family,
                      Random& random) {
  if (recipients.empty() || recipients.size() > max_recipients) {
    return fail(ErrorCode::invalid_input, "an envelope has 1 to 64 recipients");
  }
  const bool gm = family == Family::gm;
  const SecretBytes content_key = random.secret(crypto::sm4_key_size);
  const Bytes iv = random.bytes(crypto::sm4_block_size);
  YX_TRY(const Bytes encrypted, crypto::sm4_cbc_pkcs7_encrypt(content_key.expose(), iv, content));
  std::vector<Bytes> infos;
  for (const x509::Certificate& recipient : recipients) {
    if (!recipient.public_key().sm2()) {
      return fail(ErrorCode::unsupported, "a recipient without an SM2 key");
    }
    YX_TRY(const crypto::Sm2Cipher key, crypto::sm2_encrypt(*recipient.public_key().sm2(), content_key.expose()));
    infos.push_back(asn1::sequence([&](asn1::Writer& info) {
      info.integer(gm ? 1 : 0);
      info.sequence([&](asn1::Writer& rid) {
        rid.raw(recipient.issuer().der()).primitive(asn1::tag::integer, recipient.serial());
      });
      x509::write_algorithm(info, oid::sm2_encrypt());
      info.octet_string(key.to_der());
    }));
  }
  return asn1::sequence([&](asn1::Writer& info) {
    info.object_id(gm ? oid::gm_enveloped_data() : oid::cms_enveloped_data());
    info.explicit_tag(0, [&](asn1::Writer& wrapper) {
      wrapper.sequence([&](asn1::Writer& data) {
        data.integer(gm ? 1 : 0);
        data.set_of([&](asn1::Writer& set) {
          for (const Bytes& one : infos) {
            set.raw(one);
          }
        });
        data.sequence([&](asn1::Writer& encrypted_content) {
          encrypted_content.object_id(gm ? oid::gm_data() : oid::cms_data());
          encrypted_content.sequence([&](asn1::Writer& a) { a.object_id(oid::sm4_cbc()).octet_string(iv); });
          encrypted_content.primitive(asn1::tag::context(0), encrypted);
        });
      });
    });
  });
}

Result<SecretBytes> open_content(const EnvelopedData& message, BytesView content_key) {
  // Bare SM4 without a vector means ECB (key hand-over at several CAs), with one CBC.
  const bool ecb =
      message.content_algorithm == oid::sm4_ecb() || (message.content_algorithm == oid::sm4() && message.iv.empty());
  if (ecb) {
    return crypto::sm4_decrypt(crypto::Sm4Mode::ecb, content_key, {}, message.encrypted_content);
  }
  if (message.content_algorithm == oid::sm4_cbc() || message.content_algorithm == oid::sm4()) {
    return crypto::sm4_cbc_pkcs7_decrypt(content_key, message.iv, message.encrypted_content);
  }
  return fail(ErrorCode::unsupported, "content that is not encrypted with SM4 in ECB or CBC");
}

Result<SecretBytes> open(const EnvelopedData& message, const x509::Certificate& certificate,
                         const crypto::Sm2PrivateKey& key) {
  for (const Recipient& recipient : message.recipients) {
    if (recipient.is(certificate)) {
      YX_TRY(const SecretBytes content_key, crypto::sm2_decrypt(key, recipient.encrypted_key));
      return open_content(message, content_key.expose());
    }
  }
  return fail(ErrorCode::not_found, "the message is not for this certificate");
}

}  // namespace yinxin::cms
