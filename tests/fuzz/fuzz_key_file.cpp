// Any bytes as a private key in clear and as CFCA's container. Sealed and PKCS#12 keys ask for real work per try and
// are left out.
#include "base/ensure.h"
#include "crypto/key_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  using namespace yinxin::crypto;
  const BytesView input(data, size);
  // EncryptedPrivateKeyInfo starts with a SEQUENCE inside a SEQUENCE and may ask for any number of rounds.
  const bool encrypted = size > 6 && (data[2] == 0x30 || data[3] == 0x30 || data[4] == 0x30);
  if (!encrypted && (size == 0 || data[0] == 0x30)) {
    if (const auto key = read_private_key(input)) {
      ensure(read_private_key(pkcs8_of(*key).expose())->scalar().equals(key->scalar()), "a key is written as read");
    }
  }
  (void)read_cfca_sm2(input, SecretBytes(bytes_of("123456")));
  return 0;
}
