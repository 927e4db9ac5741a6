// SKF 7.6 SM2: keys of containers, keys from outside, session keys.

#include <algorithm>

#include "crypto/enveloped_key.h"
#include "token/skf/blobs.h"
#include "token/soft/session.h"

using namespace yinxin;
using namespace yinxin::token::soft;
namespace skf = yinxin::token::skf;

namespace {

bool is_sm4(ULONG algorithm) {
  return algorithm == SGD_SM4_ECB || algorithm == SGD_SM4_CBC || algorithm == SGD_SM4_CFB || algorithm == SGD_SM4_OFB ||
         algorithm == SGD_SM4_MAC;
}

bool user_may(const ContainerHandle& handle) {
  return (handle.application->rights & SECURE_USER_ACCOUNT) != 0 && !handle.application->master.empty();
}

// The private key of a pair, for the length of one call.
ULONG open_key(const ContainerHandle& handle, const ApplicationState& application,
               const std::optional<KeyPairState>& pair, bool signing, std::optional<crypto::Sm2PrivateKey>& out) {
  if (!user_may(handle)) {
    return SAR_USER_NOT_LOGGED_IN;
  }
  if (!pair) {
    return SAR_KEYNOTFOUNDERR;
  }
  auto scalar = unwrap(handle.application->master.expose(), scalar_place(application.id, handle.name, signing),
                       pair->wrapped_scalar);
  if (!scalar) {
    return SAR_FILEERR;
  }
  auto key = crypto::Sm2PrivateKey::from_scalar(std::move(*scalar));
  if (!key || key->public_key() != pair->public_key) {
    return SAR_FILEERR;
  }
  out.emplace(std::move(*key));
  return SAR_OK;
}

KeyPairState keep_key(const ContainerHandle& handle, const ApplicationState& application,
                      const crypto::Sm2PrivateKey& key, bool signing) {
  return {key.public_key(),
          wrap(handle.application->master.expose(), scalar_place(application.id, handle.name, signing),
               key.scalar().expose(), chip_random())};
}

ULONG sign_into(const crypto::Sm2PrivateKey& key, const BYTE* data, ECCSIGNATUREBLOB* signature) {
  crypto::Digest e{};
  std::copy_n(data, e.size(), e.begin());
  *signature = skf::to_blob(crypto::sm2_sign_digest(key, e));
  return SAR_OK;
}

ULONG verify(const ECCPUBLICKEYBLOB* key_blob, const BYTE* data, ULONG size, const ECCSIGNATUREBLOB* blob) {
  if (key_blob == nullptr || data == nullptr || blob == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  if (size != crypto::sm3_size) {
    return SAR_INDATALENERR;
  }
  const auto key = skf::from_blob(*key_blob);
  if (!key) {
    return SAR_INDATAERR;
  }
  const auto signature = skf::from_blob(*blob);
  crypto::Digest e{};
  std::copy_n(data, e.size(), e.begin());
  return signature && crypto::sm2_verify_digest(*key, e, *signature) ? SAR_OK : SAR_FAIL;
}

Result<crypto::Sm2Cipher> cipher_of(const ECCCIPHERBLOB* blob) {
  YX_TRY(const std::size_t size, skf::blob_size(*blob));
  return skf::cipher_from_blob(BytesView(reinterpret_cast<const std::uint8_t*>(blob), size));
}

void put_cipher(const crypto::Sm2Cipher& cipher, ECCCIPHERBLOB* out) {
  const Bytes blob = skf::to_blob(cipher);
  std::memcpy(static_cast<void*>(out), blob.data(), blob.size());
}

ULONG give_key(const std::shared_ptr<Connection>& connection, SecretBytes key, ULONG algorithm, HANDLE* out) {
  auto handle = std::make_shared<KeyHandle>(connection);
  handle->key = std::move(key);
  handle->algorithm = algorithm;
  *out = register_object(std::move(handle));
  return SAR_OK;
}

// Plain text in the two-call pattern: the size is known before the private key is touched.
ULONG decrypt_into(const crypto::Sm2PrivateKey& key, const crypto::Sm2Cipher& cipher, BYTE* out, ULONG* size) {
  if (out == nullptr || *size < cipher.cipher_text.size()) {
    return give(cipher.cipher_text, nullptr, size) == SAR_OK && out == nullptr ? SAR_OK : SAR_BUFFER_TOO_SMALL;
  }
  const auto plain = crypto::sm2_decrypt(key, cipher);
  return plain ? give(plain->expose(), out, size) : SAR_INDATAERR;
}

ULONG decrypt_with_container(HCONTAINER container, const ECCCIPHERBLOB* blob, BYTE* out, ULONG* size) {
  return with<ContainerHandle>(container, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (blob == nullptr || size == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    const auto cipher = cipher_of(blob);
    if (!cipher) {
      return SAR_INDATAERR;
    }
    return read_container(*handle, [&](ApplicationState& application, ContainerState& state) -> ULONG {
      std::optional<crypto::Sm2PrivateKey> key;
      const ULONG opened = open_key(*handle, application, state.encryption, false, key);
      return opened == SAR_OK ? decrypt_into(*key, *cipher, out, size) : opened;
    });
  });
}

}  // namespace

// A new signing pair in the container; a certificate of the old one goes with it.
ULONG DEVAPI SKF_GenECCKeyPair(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pBlob) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (pBlob == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (ulAlgId != SGD_SM2_1_OLD && ulAlgId != SGD_SM2_1_NEW) {
      return SAR_NOTSUPPORTYETERR;
    }
    if (!user_may(*handle)) {
      return SAR_USER_NOT_LOGGED_IN;
    }
    const auto key = crypto::Sm2PrivateKey::generate(chip_random());
    const ULONG stored =
        change_container(*handle, [&](ApplicationState& application, ContainerState& container) -> ULONG {
          container.signing = keep_key(*handle, application, key, true);
          container.signing_certificate.clear();
          return SAR_OK;
        });
    if (stored == SAR_OK) {
      *pBlob = skf::to_blob(key.public_key());
    }
    return stored;
  });
}

ULONG DEVAPI SKF_ImportECCKeyPair(HCONTAINER hContainer, ENVELOPEDKEYBLOB* pEnvelopedKeyBlob) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (pEnvelopedKeyBlob == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    // The structure that a caller must bring whole ends with 16 bytes of ciphertext; more is never read.
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(pEnvelopedKeyBlob);
    if (pEnvelopedKeyBlob->ECCCipherBlob.CipherLen != crypto::sm4_key_size) {
      return SAR_INDATALENERR;
    }
    const auto envelope =
        skf::enveloped_from_blob(BytesView(bytes, sizeof(ENVELOPEDKEYBLOB) - 1 + crypto::sm4_key_size));
    if (!envelope) {
      return envelope.error().code == ErrorCode::unsupported ? SAR_NOTSUPPORTYETERR : SAR_INDATAERR;
    }
    return change_container(*handle, [&](ApplicationState& application, ContainerState& container) -> ULONG {
      std::optional<crypto::Sm2PrivateKey> signing;
      const ULONG opened = open_key(*handle, application, container.signing, true, signing);
      if (opened != SAR_OK) {
        return opened;
      }
      const auto key = crypto::open_enveloped_key(*envelope, *signing);
      if (!key) {
        return SAR_INDATAERR;
      }
      const bool same_pair = container.encryption && container.encryption->public_key == key->public_key();
      container.encryption = keep_key(*handle, application, *key, false);
      if (!same_pair) {
        container.encryption_certificate.clear();
      }
      return SAR_OK;
    });
  });
}

ULONG DEVAPI SKF_ECCSignData(HCONTAINER hContainer, BYTE* pbData, ULONG ulDataLen, ECCSIGNATUREBLOB* pSignature) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (pbData == nullptr || pSignature == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (ulDataLen != crypto::sm3_size) {
      return SAR_INDATALENERR;
    }
    return read_container(*handle, [&](ApplicationState& application, ContainerState& container) -> ULONG {
      std::optional<crypto::Sm2PrivateKey> key;
      const ULONG opened = open_key(*handle, application, container.signing, true, key);
      return opened == SAR_OK ? sign_into(*key, pbData, pSignature) : opened;
    });
  });
}

ULONG DEVAPI SKF_ECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                           ECCSIGNATUREBLOB* pSignature) {
  return with<DeviceHandle>(
      hDev, [&](Entered<DeviceHandle>&) -> ULONG { return verify(pECCPubKeyBlob, pbData, ulDataLen, pSignature); });
}

ULONG DEVAPI SKF_ECCExportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB* pPubKey,
                                     ECCCIPHERBLOB* pData, HANDLE* phSessionKey) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (pPubKey == nullptr || pData == nullptr || phSessionKey == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (!is_sm4(ulAlgId)) {
      return SAR_NOTSUPPORTYETERR;
    }
    const auto recipient = skf::from_blob(*pPubKey);
    if (!recipient) {
      return SAR_INDATAERR;
    }
    SecretBytes key = chip_random().secret(crypto::sm4_key_size);
    const auto cipher = crypto::sm2_encrypt(*recipient, key.expose());
    if (!cipher) {
      return SAR_FAIL;
    }
    put_cipher(*cipher, pData);
    return give_key(handle->connection, std::move(key), ulAlgId, phSessionKey);
  });
}

ULONG DEVAPI SKF_ExtECCEncrypt(DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbPlainText,
                               ULONG ulPlainTextLen, ECCCIPHERBLOB* pCipherText) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>&) -> ULONG {
    if (pECCPubKeyBlob == nullptr || pbPlainText == nullptr || pCipherText == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (ulPlainTextLen == 0 || ulPlainTextLen > skf::max_cipher_size) {
      return SAR_INDATALENERR;
    }
    const auto key = skf::from_blob(*pECCPubKeyBlob);
    if (!key) {
      return SAR_INDATAERR;
    }
    const auto cipher = crypto::sm2_encrypt(*key, BytesView(pbPlainText, ulPlainTextLen));
    if (!cipher) {
      return SAR_FAIL;
    }
    put_cipher(*cipher, pCipherText);
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_ExtECCDecrypt(DEVHANDLE hDev, ECCPRIVATEKEYBLOB* pECCPriKeyBlob, ECCCIPHERBLOB* pCipherText,
                               BYTE* pbPlainText, ULONG* pulPlainTextLen) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>&) -> ULONG {
    if (pECCPriKeyBlob == nullptr || pCipherText == nullptr || pulPlainTextLen == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    const auto key = skf::from_blob(*pECCPriKeyBlob);
    const auto cipher = cipher_of(pCipherText);
    return key && cipher ? decrypt_into(*key, *cipher, pbPlainText, pulPlainTextLen) : SAR_INDATAERR;
  });
}

ULONG DEVAPI SKF_ExtECCSign(DEVHANDLE hDev, ECCPRIVATEKEYBLOB* pECCPriKeyBlob, BYTE* pbData, ULONG ulDataLen,
                            ECCSIGNATUREBLOB* pSignature) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>&) -> ULONG {
    if (pECCPriKeyBlob == nullptr || pbData == nullptr || pSignature == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (ulDataLen != crypto::sm3_size) {
      return SAR_INDATALENERR;
    }
    const auto key = skf::from_blob(*pECCPriKeyBlob);
    return key ? sign_into(*key, pbData, pSignature) : SAR_INDATAERR;
  });
}

ULONG DEVAPI SKF_ExtECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB* pECCPubKeyBlob, BYTE* pbData, ULONG ulDataLen,
                              ECCSIGNATUREBLOB* pSignature) {
  return SKF_ECCVerify(hDev, pECCPubKeyBlob, pbData, ulDataLen, pSignature);
}

ULONG DEVAPI SKF_ExportPublicKey(HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbBlob, ULONG* pulBlobLen) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    return read_container(*handle, [&](ApplicationState&, ContainerState& container) -> ULONG {
      const auto& pair = bSignFlag != FALSE ? container.signing : container.encryption;
      if (!pair) {
        return SAR_KEYNOTFOUNDERR;
      }
      const ECCPUBLICKEYBLOB blob = skf::to_blob(pair->public_key);
      return give(BytesView(reinterpret_cast<const std::uint8_t*>(&blob), sizeof blob), pbBlob, pulBlobLen);
    });
  });
}

ULONG DEVAPI SKF_ImportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, BYTE* pbWrapedData, ULONG ulWrapedLen,
                                  HANDLE* phKey) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (pbWrapedData == nullptr || phKey == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (!is_sm4(ulAlgId)) {
      return SAR_NOTSUPPORTYETERR;
    }
    const auto cipher = skf::cipher_from_blob(BytesView(pbWrapedData, ulWrapedLen));
    if (!cipher || cipher->cipher_text.size() != crypto::sm4_key_size) {
      return SAR_INDATALENERR;
    }
    return read_container(*handle, [&](ApplicationState& application, ContainerState& container) -> ULONG {
      std::optional<crypto::Sm2PrivateKey> key;
      const ULONG opened = open_key(*handle, application, container.encryption, false, key);
      if (opened != SAR_OK) {
        return opened;
      }
      auto plain = crypto::sm2_decrypt(*key, *cipher);
      return plain ? give_key(handle->connection, std::move(*plain), ulAlgId, phKey) : SAR_INDATAERR;
    });
  });
}

ULONG DEVAPI SKF_SetSymmKey(DEVHANDLE hDev, BYTE* pbKey, ULONG ulAlgID, HANDLE* phKey) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    if (pbKey == nullptr || phKey == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (!is_sm4(ulAlgID)) {
      return SAR_NOTSUPPORTYETERR;
    }
    return give_key(device->connection, SecretBytes(BytesView(pbKey, crypto::sm4_key_size)), ulAlgID, phKey);
  });
}

ULONG DEVAPI SKF_ECCDecrypt(HCONTAINER hContainer, ECCCIPHERBLOB* pCipherText, BYTE* pbPlainText,
                            ULONG* pulPlainTextLen) {
  return decrypt_with_container(hContainer, pCipherText, pbPlainText, pulPlainTextLen);
}

// The signing key only signs.
ULONG DEVAPI SKF_PrvKeyDecrypt(HCONTAINER hContainer, ULONG ulType, ECCCIPHERBLOB* pCipherText, BYTE* pbPlainText,
                               ULONG* pulPlainTextLen) {
  return ulType == PRVKEY_FOR_ENCRYPTION ? decrypt_with_container(hContainer, pCipherText, pbPlainText, pulPlainTextLen)
                                         : SAR_KEYUSAGEERR;
}
