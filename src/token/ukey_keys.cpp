// What a Ukey does with the keys of a container.

#include <algorithm>
#include <cstring>

#include "crypto/sm4.h"
#include "token/skf/blobs.h"
#include "token/skf/lists.h"
#include "token/ukey_state.h"

namespace yinxin::token {

using skf::checked;

Result<crypto::Sm2PublicKey> Ukey::Container::public_key(bool signing) const {
  YX_TRY(const Bytes bytes, skf::bytes_of_call("export a public key", [&](BYTE* out, ULONG* size) {
           return (*this)->ExportPublicKey(get(), signing ? TRUE : FALSE, out, size);
         }));
  ECCPUBLICKEYBLOB blob{};
  if (bytes.size() != sizeof blob) {
    return fail(ErrorCode::corrupt, "the token's public key is not an ECCPUBLICKEYBLOB");
  }
  std::memcpy(&blob, bytes.data(), sizeof blob);
  return skf::from_blob(blob);
}

Result<Bytes> Ukey::Container::certificate(bool signing) const {
  return skf::bytes_of_call("export a certificate", [&](BYTE* out, ULONG* size) {
    return (*this)->ExportCertificate(get(), signing ? TRUE : FALSE, out, size);
  });
}

Result<void> Ukey::Container::import_certificate(bool signing, BytesView der) const {
  Bytes copy = to_bytes(der);
  return checked(
      (*this)->ImportCertificate(get(), signing ? TRUE : FALSE, copy.data(), static_cast<ULONG>(copy.size())),
      "import a certificate");
}

Result<crypto::Sm2Signature> Ukey::Container::sign(const crypto::Sm2PublicKey& key, BytesView message) const {
  crypto::Digest e = crypto::sm2_message_digest(key, message);
  ECCSIGNATUREBLOB blob{};
  YX_CHECK(checked((*this)->ECCSignData(get(), e.data(), static_cast<ULONG>(e.size()), &blob), "sign"));
  YX_TRY(const crypto::Sm2Signature signature, skf::from_blob(blob));
  // A token that signed something else, or with another key, must be found out here and not by a relying party.
  if (!crypto::sm2_verify_digest(key, e, signature)) {
    return fail(ErrorCode::corrupt, "the token's signature does not verify with its own public key");
  }
  return signature;
}

Result<crypto::Sm2PublicKey> Ukey::generate_signing_pair(const std::string& name) {
  YX_TRY(const Container held, container(name));
  ECCPUBLICKEYBLOB blob{};
  // Drivers of the older numbering know only the first, those of GM/T 0006-2012 only the second.
  ULONG sar = held->GenECCKeyPair(held.get(), SGD_SM2_1_OLD, &blob);
  if (sar == SAR_NOTSUPPORTYETERR || sar == SAR_INVALIDPARAMERR) {
    sar = held->GenECCKeyPair(held.get(), SGD_SM2_1_NEW, &blob);
  }
  YX_CHECK(checked(sar, "generate a signing pair"));
  YX_TRY(const crypto::Sm2PublicKey told, skf::from_blob(blob));
  YX_TRY(const crypto::Sm2PublicKey kept, held.public_key(true));
  if (told != kept) {
    return fail(ErrorCode::corrupt, "the token told one new public key and kept another");
  }
  return told;
}

Result<crypto::Sm2PublicKey> Ukey::signing_public_key(const std::string& name) {
  YX_TRY(const Container held, container(name));
  return held.public_key(true);
}

Result<crypto::Sm2PublicKey> Ukey::encryption_public_key(const std::string& name) {
  YX_TRY(const Container held, container(name));
  return held.public_key(false);
}

Result<crypto::Sm2Signature> Ukey::sign(const std::string& name, BytesView message) {
  YX_TRY(const Container held, container(name));
  YX_TRY(const crypto::Sm2PublicKey key, held.public_key(true));
  return held.sign(key, message);
}

namespace {

class UkeySigner final : public crypto::Signer {
 public:
  UkeySigner(Ukey& ukey, std::string container, const crypto::Sm2PublicKey& key)
      : ukey_(&ukey), container_(std::move(container)), key_(key) {}
  [[nodiscard]] const crypto::Sm2PublicKey& public_key() const override { return key_; }
  Result<crypto::Sm2Signature> sign(BytesView message) override { return ukey_->sign(container_, message); }

 private:
  Ukey* ukey_;
  std::string container_;
  crypto::Sm2PublicKey key_;
};

}  // namespace

Result<std::unique_ptr<crypto::Signer>> Ukey::signer(const std::string& name) {
  YX_TRY(const crypto::Sm2PublicKey key, signing_public_key(name));
  return std::unique_ptr<crypto::Signer>(std::make_unique<UkeySigner>(*this, name, key));
}

Result<void> Ukey::import_signing_certificate(const std::string& name, BytesView der) {
  YX_TRY(const Container held, container(name));
  return held.import_certificate(true, der);
}

Result<void> Ukey::import_encryption_certificate(const std::string& name, BytesView der) {
  YX_TRY(const Container held, container(name));
  return held.import_certificate(false, der);
}

Result<Bytes> Ukey::signing_certificate(const std::string& name) {
  YX_TRY(const Container held, container(name));
  return held.certificate(true);
}

Result<Bytes> Ukey::encryption_certificate(const std::string& name) {
  YX_TRY(const Container held, container(name));
  return held.certificate(false);
}

Result<void> Ukey::import_encryption_pair(const std::string& name, BytesView enveloped_key_der) {
  YX_TRY(const crypto::EnvelopedKey envelope, crypto::EnvelopedKey::parse(enveloped_key_der));
  YX_TRY(const Container held, container(name));
  Bytes blob = skf::to_blob(envelope);
  YX_CHECK(checked(held->ImportECCKeyPair(held.get(), reinterpret_cast<ENVELOPEDKEYBLOB*>(blob.data())),
                   "import an encryption pair"));
  YX_TRY(const crypto::Sm2PublicKey kept, held.public_key(false));
  if (kept != envelope.public_key) {
    return fail(ErrorCode::corrupt, "the token kept another encryption pair than it was given");
  }
  return {};
}

Result<SecretBytes> Ukey::decrypt(const std::string& name, const crypto::Sm2Cipher& cipher) {
  YX_TRY(const Container held, container(name));
  if (held->ECCDecrypt == nullptr && held->PrvKeyDecrypt == nullptr) {
    return fail(ErrorCode::unsupported, "the token's driver has no decryption with a private key");
  }
  Bytes blob = skf::to_blob(cipher);
  auto* structure = reinterpret_cast<ECCCIPHERBLOB*>(blob.data());
  SecretBytes plain(cipher.cipher_text.size());
  ULONG size = static_cast<ULONG>(plain.size());
  BYTE* out = plain.expose_for_writing().data();
  const ULONG sar = held->ECCDecrypt != nullptr
                        ? held->ECCDecrypt(held.get(), structure, out, &size)
                        : held->PrvKeyDecrypt(held.get(), PRVKEY_FOR_ENCRYPTION, structure, out, &size);
  YX_CHECK(checked(sar, "decrypt"));
  if (size > plain.size()) {
    return fail(ErrorCode::corrupt, "the token wrote more plain text than there can be");
  }
  return SecretBytes(plain.expose().first(size));
}

Result<SecretBytes> Ukey::unwrap_session_key_and_decrypt(const std::string& name, const crypto::Sm2Cipher& wrapped_key,
                                                         BytesView iv, BytesView cipher_text) {
  constexpr std::size_t max_content = 16 * 1024 * 1024;
  if (iv.size() != crypto::sm4_block_size || cipher_text.empty() || cipher_text.size() > max_content) {
    return fail(ErrorCode::invalid_input, "content of a size that SM4-CBC on a token does not have");
  }
  YX_TRY(const Container held, container(name));
  Bytes blob = skf::to_blob(wrapped_key);
  HANDLE key = nullptr;
  YX_CHECK(checked(held->ImportSessionKey(held.get(), SGD_SM4_CBC, blob.data(), static_cast<ULONG>(blob.size()), &key),
                   "import a session key"));
  const OwnedHandle closed(key, held->CloseHandle);
  BLOCKCIPHERPARAM parameters{};
  std::ranges::copy(iv, static_cast<BYTE*>(parameters.IV));
  parameters.IVLen = static_cast<ULONG>(iv.size());
  parameters.PaddingType = PKCS5_PADDING;
  YX_CHECK(checked(held->DecryptInit(key, parameters), "start decrypting"));
  Bytes input = to_bytes(cipher_text);
  SecretBytes plain(input.size());
  ULONG size = static_cast<ULONG>(plain.size());
  YX_CHECK(checked(
      held->Decrypt(key, input.data(), static_cast<ULONG>(input.size()), plain.expose_for_writing().data(), &size),
      "decrypt"));
  if (size > plain.size()) {
    return fail(ErrorCode::corrupt, "the token wrote more plain text than there can be");
  }
  return SecretBytes(plain.expose().first(size));
}

Result<void> Ukey::prove_written(const std::string& name, BytesView signing_certificate_der,
                                 BytesView encryption_certificate_der, const crypto::Sm2PublicKey& certificate_key,
                                 Random& random) {
  constexpr std::size_t probe_size = 48;
  YX_TRY(const Bytes signing, signing_certificate(name));
  YX_TRY(const Bytes encryption, encryption_certificate(name));
  if (!same(signing, signing_certificate_der) || !same(encryption, encryption_certificate_der)) {
    return fail(ErrorCode::corrupt, "the token gives back other certificates than were written");
  }
  const SecretBytes key = random.secret(crypto::sm4_key_size);
  const Bytes iv = random.bytes(crypto::sm4_block_size);
  const Bytes probe = random.bytes(probe_size);
  YX_TRY(const crypto::Sm2Cipher wrapped, crypto::sm2_encrypt(certificate_key, key.expose()));
  YX_TRY(const Bytes cipher_text, crypto::sm4_cbc_pkcs7_encrypt(key.expose(), iv, probe));
  auto opened = unwrap_session_key_and_decrypt(name, wrapped, iv, cipher_text);
  if (!opened) {
    return within("the probe does not decrypt", opened.error());
  }
  if (!same(opened->expose(), probe)) {
    return fail(ErrorCode::corrupt, "the token decrypts the probe to something else");
  }
  return {};
}

}  // namespace yinxin::token
