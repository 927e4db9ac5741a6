// SKF 7.6 symmetric cryptography, digests and MACs.

#include "token/skf/blobs.h"
#include "token/soft/session.h"

using namespace yinxin;
using namespace yinxin::token::soft;
namespace skf = yinxin::token::skf;
using crypto::Sm4Mode;
using Direction = CipherStream::Direction;

namespace {

constexpr ULONG max_piece = 16 * 1024 * 1024;
constexpr ULONG block_bits = 128;

// A stream for a key handle's algorithm and the caller's parameters.
ULONG start(const KeyHandle& key, Direction direction, const BLOCKCIPHERPARAM& parameters,
            std::optional<CipherStream>& out) {
  Sm4Mode mode{};
  switch (key.algorithm) {
    case SGD_SM4_ECB: mode = Sm4Mode::ecb; break;
    case SGD_SM4_CBC:
    case SGD_SM4_MAC: mode = Sm4Mode::cbc; break;
    case SGD_SM4_CFB: mode = Sm4Mode::cfb; break;
    case SGD_SM4_OFB: mode = Sm4Mode::ofb; break;
    default: return SAR_NOTSUPPORTYETERR;
  }
  const bool blocks = mode == Sm4Mode::ecb || mode == Sm4Mode::cbc;
  if (parameters.PaddingType > PKCS5_PADDING || (parameters.PaddingType == PKCS5_PADDING && !blocks)) {
    return SAR_INVALIDPARAMERR;
  }
  if (mode == Sm4Mode::cfb && parameters.FeedBitLen != 0 && parameters.FeedBitLen != block_bits) {
    return SAR_NOTSUPPORTYETERR;
  }
  if (mode != Sm4Mode::ecb && parameters.IVLen != crypto::sm4_block_size) {
    return SAR_INVALIDPARAMERR;
  }
  const BytesView iv(static_cast<const BYTE*>(parameters.IV), mode == Sm4Mode::ecb ? 0 : crypto::sm4_block_size);
  out.emplace(direction, mode, key.key.expose(), iv, parameters.PaddingType == PKCS5_PADDING);
  return SAR_OK;
}

ULONG sar_of_cipher(const Error& error) {
  return error.code == ErrorCode::corrupt ? SAR_DECRYPTPADERR : SAR_INDATALENERR;
}

// Runs on a copy and keeps it only when the answer reached the caller: a size question changes nothing.
template <class Work>
ULONG on_copy(std::optional<CipherStream>& stream, BYTE* out, ULONG* size, bool ends, const Work& work) {
  if (size == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  if (!stream) {
    return SAR_NOTINITIALIZEERR;
  }
  CipherStream copy = stream->clone();
  const Result<SecretBytes> answer = work(copy);
  if (!answer) {
    return sar_of_cipher(answer.error());
  }
  const ULONG given = give(answer->expose(), out, size);
  if (given == SAR_OK && out != nullptr) {
    if (ends) {
      stream.reset();
    } else {
      stream = std::move(copy);
    }
  }
  return given;
}

Result<SecretBytes> whole(CipherStream& stream, BytesView data) {
  YX_TRY(SecretBytes first, stream.update(data));
  YX_TRY(const SecretBytes rest, stream.finish());
  return SecretBytes(concat({first.expose(), rest.expose()}));
}

bool is_piece(const BYTE* data, ULONG size) { return (data != nullptr || size == 0) && size <= max_piece; }

using Stream = std::optional<CipherStream> KeyHandle::*;

ULONG init(HANDLE key, Direction direction, const BLOCKCIPHERPARAM& parameters, Stream stream) {
  return with<KeyHandle>(key, [&](Entered<KeyHandle>& handle) -> ULONG {
    return start(*handle, direction, parameters, (*handle).*stream);
  });
}
ULONG one_piece(HANDLE key, Stream stream, const BYTE* data, ULONG size, BYTE* out, ULONG* out_size) {
  return with<KeyHandle>(key, [&](Entered<KeyHandle>& handle) -> ULONG {
    return !is_piece(data, size) ? SAR_INVALIDPARAMERR
                                 : on_copy((*handle).*stream, out, out_size, true, [&](CipherStream& copy) {
                                     return whole(copy, {data, size});
                                   });
  });
}
ULONG more(HANDLE key, Stream stream, const BYTE* data, ULONG size, BYTE* out, ULONG* out_size) {
  return with<KeyHandle>(key, [&](Entered<KeyHandle>& handle) -> ULONG {
    return !is_piece(data, size) ? SAR_INVALIDPARAMERR
                                 : on_copy((*handle).*stream, out, out_size, false, [&](CipherStream& copy) {
                                     return copy.update({data, size});
                                   });
  });
}
ULONG final_piece(HANDLE key, Stream stream, BYTE* out, ULONG* out_size) {
  return with<KeyHandle>(key, [&](Entered<KeyHandle>& handle) -> ULONG {
    return on_copy((*handle).*stream, out, out_size, true, [](CipherStream& copy) { return copy.finish(); });
  });
}

}  // namespace

ULONG DEVAPI SKF_EncryptInit(HANDLE hKey, BLOCKCIPHERPARAM EncryptParam) {
  return init(hKey, Direction::encrypt, EncryptParam, &KeyHandle::encrypting);
}
ULONG DEVAPI SKF_Encrypt(HANDLE hKey, BYTE* pbData, ULONG ulDataLen, BYTE* pbEncryptedData, ULONG* pulEncryptedLen) {
  return one_piece(hKey, &KeyHandle::encrypting, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen);
}
ULONG DEVAPI SKF_EncryptUpdate(HANDLE hKey, BYTE* pbData, ULONG ulDataLen, BYTE* pbEncryptedData,
                               ULONG* pulEncryptedLen) {
  return more(hKey, &KeyHandle::encrypting, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen);
}
ULONG DEVAPI SKF_EncryptFinal(HANDLE hKey, BYTE* pbEncryptedData, ULONG* pulEncryptedDataLen) {
  return final_piece(hKey, &KeyHandle::encrypting, pbEncryptedData, pulEncryptedDataLen);
}
ULONG DEVAPI SKF_DecryptInit(HANDLE hKey, BLOCKCIPHERPARAM DecryptParam) {
  return init(hKey, Direction::decrypt, DecryptParam, &KeyHandle::decrypting);
}
ULONG DEVAPI SKF_Decrypt(HANDLE hKey, BYTE* pbEncryptedData, ULONG ulEncryptedLen, BYTE* pbData, ULONG* pulDataLen) {
  return one_piece(hKey, &KeyHandle::decrypting, pbEncryptedData, ulEncryptedLen, pbData, pulDataLen);
}
ULONG DEVAPI SKF_DecryptUpdate(HANDLE hKey, BYTE* pbEncryptedData, ULONG ulEncryptedLen, BYTE* pbData,
                               ULONG* pulDataLen) {
  return more(hKey, &KeyHandle::decrypting, pbEncryptedData, ulEncryptedLen, pbData, pulDataLen);
}
ULONG DEVAPI SKF_DecryptFinal(HANDLE hKey, BYTE* pbDecryptedData, ULONG* pulDecryptedDataLen) {
  return final_piece(hKey, &KeyHandle::decrypting, pbDecryptedData, pulDecryptedDataLen);
}

ULONG DEVAPI SKF_DigestInit(DEVHANDLE hDev, ULONG ulAlgID, ECCPUBLICKEYBLOB* pPubKey, BYTE* pucID, ULONG ulIDLen,
                            HANDLE* phHash) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    constexpr ULONG max_id_size = 8191;
    if (phHash == nullptr || (pPubKey != nullptr && (ulIDLen > max_id_size || (pucID == nullptr && ulIDLen != 0)))) {
      return SAR_INVALIDPARAMERR;
    }
    if (ulAlgID != SGD_SM3) {
      return SAR_NOTSUPPORTYETERR;
    }
    auto handle = std::make_shared<HashHandle>(device->connection);
    handle->state.emplace();
    if (pPubKey != nullptr) {
      const auto key = skf::from_blob(*pPubKey);
      if (!key) {
        return SAR_INDATAERR;
      }
      handle->state->update(crypto::sm2_z(*key, text_of(BytesView(pucID, ulIDLen))));
    }
    *phHash = register_object(std::move(handle));
    return SAR_OK;
  });
}

namespace {

ULONG finish_hash(HashHandle& hash, BytesView last, BYTE* out, ULONG* size) {
  if (size == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  if (!hash.state) {
    return SAR_NOTINITIALIZEERR;
  }
  if (out == nullptr || *size < crypto::sm3_size) {
    const bool asked = out == nullptr;
    *size = crypto::sm3_size;
    return asked ? SAR_OK : SAR_BUFFER_TOO_SMALL;
  }
  hash.state->update(last);
  const crypto::Digest digest = hash.state->finish();
  hash.state.reset();
  return give(digest, out, size);
}

}  // namespace

ULONG DEVAPI SKF_Digest(HANDLE hHash, BYTE* pbData, ULONG ulDataLen, BYTE* pbHashData, ULONG* pulHashLen) {
  return with<HashHandle>(hHash, [&](Entered<HashHandle>& hash) -> ULONG {
    return !is_piece(pbData, ulDataLen) ? SAR_INVALIDPARAMERR
                                        : finish_hash(*hash, {pbData, ulDataLen}, pbHashData, pulHashLen);
  });
}

ULONG DEVAPI SKF_DigestUpdate(HANDLE hHash, BYTE* pbData, ULONG ulDataLen) {
  return with<HashHandle>(hHash, [&](Entered<HashHandle>& hash) -> ULONG {
    if (!is_piece(pbData, ulDataLen)) {
      return SAR_INVALIDPARAMERR;
    }
    if (!hash->state) {
      return SAR_NOTINITIALIZEERR;
    }
    hash->state->update({pbData, ulDataLen});
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_DigestFinal(HANDLE hHash, BYTE* pbHashData, ULONG* pulHashLen) {
  return with<HashHandle>(
      hHash, [&](Entered<HashHandle>& hash) -> ULONG { return finish_hash(*hash, {}, pbHashData, pulHashLen); });
}

ULONG DEVAPI SKF_MacInit(HANDLE hKey, BLOCKCIPHERPARAM* pMacParam, HANDLE* phMac) {
  return with<KeyHandle>(hKey, [&](Entered<KeyHandle>& key) -> ULONG {
    if (pMacParam == nullptr || phMac == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (key->algorithm != SGD_SM4_MAC && key->algorithm != SGD_SM4_CBC) {
      return SAR_KEYUSAGEERR;
    }
    auto handle = std::make_shared<MacHandle>(key->connection);
    const ULONG started = start(*key, Direction::encrypt, *pMacParam, handle->state);
    if (started == SAR_OK) {
      *phMac = register_object(std::move(handle));
    }
    return started;
  });
}

namespace {

// CBC-MAC: the last block of the ciphertext of everything.
ULONG add_to_mac(MacHandle& mac, BytesView data) {
  const auto out = mac.state->update(data);
  if (!out) {
    return SAR_INDATALENERR;
  }
  if (!out->empty()) {
    mac.last_block = to_bytes(out->expose().last(crypto::sm4_block_size));
  }
  return SAR_OK;
}

ULONG finish_mac(MacHandle& mac, BytesView last, BYTE* out, ULONG* size) {
  if (size == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  if (!mac.state) {
    return SAR_NOTINITIALIZEERR;
  }
  if (out == nullptr || *size < crypto::sm4_block_size) {
    const bool asked = out == nullptr;
    *size = crypto::sm4_block_size;
    return asked ? SAR_OK : SAR_BUFFER_TOO_SMALL;
  }
  if (const ULONG added = add_to_mac(mac, last); added != SAR_OK) {
    return added;
  }
  const auto rest = mac.state->finish();
  mac.state.reset();
  if (!rest) {
    return SAR_INDATALENERR;
  }
  const BytesView answer = rest->empty() ? BytesView(mac.last_block) : rest->expose().last(crypto::sm4_block_size);
  return answer.empty() ? SAR_INDATALENERR : give(answer, out, size);
}

}  // namespace

ULONG DEVAPI SKF_Mac(HANDLE hMac, BYTE* pbData, ULONG ulDataLen, BYTE* pbMacData, ULONG* pulMacLen) {
  return with<MacHandle>(hMac, [&](Entered<MacHandle>& mac) -> ULONG {
    return !is_piece(pbData, ulDataLen) ? SAR_INVALIDPARAMERR
                                        : finish_mac(*mac, {pbData, ulDataLen}, pbMacData, pulMacLen);
  });
}

ULONG DEVAPI SKF_MacUpdate(HANDLE hMac, BYTE* pbData, ULONG ulDataLen) {
  return with<MacHandle>(hMac, [&](Entered<MacHandle>& mac) -> ULONG {
    if (!is_piece(pbData, ulDataLen)) {
      return SAR_INVALIDPARAMERR;
    }
    return mac->state ? add_to_mac(*mac, {pbData, ulDataLen}) : SAR_NOTINITIALIZEERR;
  });
}

ULONG DEVAPI SKF_MacFinal(HANDLE hMac, BYTE* pbMacData, ULONG* pulMacDataLen) {
  return with<MacHandle>(
      hMac, [&](Entered<MacHandle>& mac) -> ULONG { return finish_mac(*mac, {}, pbMacData, pulMacDataLen); });
}

// Session keys, digests and MACs; the other kinds have closing calls of their own.
ULONG DEVAPI SKF_CloseHandle(HANDLE hHandle) {
  return guarded([&]() -> ULONG {
    if (!enter<KeyHandle>(hHandle) && !enter<HashHandle>(hHandle) && !enter<MacHandle>(hHandle)) {
      return SAR_INVALIDHANDLEERR;
    }
    forget_object(hHandle);
    return SAR_OK;
  });
}
