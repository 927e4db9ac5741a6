// SM2, SM3 and SM4 by the vectors of OpenSSL's and Wycheproof's collections. Every stanza is counted, so that none is
// silently passed over.

#include <boost/json.hpp>
#include <map>
#include <sstream>

#include "crypto/key_file.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "crypto/testing/vectors.h"
#include "crypto/x509/certificate.h"

namespace yinxin::crypto {
namespace {

// A stanza of OpenSSL's EVP test text: "key = value" lines up to a blank one.
struct Stanza {
  std::string kind;  // the first key that is not "Availablein" or "Title"
  std::multimap<std::string, std::string> values;
  std::string pem;
  [[nodiscard]] bool has(const std::string& key) const { return values.contains(key); }
  [[nodiscard]] std::string text(const std::string& key) const {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
  }
  // Hexadecimal, or a text in quotes.
  [[nodiscard]] Bytes bytes(const std::string& key) const {
    const std::string value = text(key);
    if (value.size() >= 2 && value.front() == '"') {
      return to_bytes(bytes_of(std::string_view(value).substr(1, value.size() - 2)));
    }
    const auto parsed = from_hex(value);
    EXPECT_TRUE(parsed) << key << " = " << value;
    return parsed ? *parsed : Bytes();
  }
};

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<Stanza> stanzas_of(const std::string& file) {
  std::vector<Stanza> all;
  Stanza current;
  const auto close = [&] {
    if (!current.kind.empty()) {
      all.push_back(current);
    }
    current = {};
  };
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    line = trimmed(line);
    if (line.starts_with("#")) {
      continue;
    }
    const auto equals = line.find('=');
    if (line.empty()) {
      close();
    } else if (line.starts_with("-----") || equals == std::string::npos || !current.pem.empty()) {
      current.pem += line + "\n";
    } else {
      const std::string key = trimmed(line.substr(0, equals));
      current.values.emplace(key, trimmed(line.substr(equals + 1)));
      if (current.kind.empty() && key != "Availablein" && key != "Title") {
        current.kind = key;
      }
    }
  }
  close();
  return all;
}

class AlgorithmVectors : public yinxin::testing::VectorTest {};

TEST_F(AlgorithmVectors, Sm3DigestsOpenSslsStanzas) {
  int checked = 0;
  int of_others = 0;  // SHA3-256, which the house has not, and SHA-512
  for (const Stanza& stanza : stanzas_of(read_text("algo/openssl_evpmd_sm3.txt"))) {
    if (stanza.text("Digest") != "SM3") {
      of_others += stanza.kind == "Digest" ? 1 : 0;
      if (stanza.text("Digest") == "shA512") {
        EXPECT_EQ(sha512(stanza.bytes("Input")), stanza.bytes("Output"));
      }
      continue;
    }
    const Bytes input = stanza.bytes("Input");
    Sm3 piecewise;
    for (const std::uint8_t octet : input) {
      piecewise.update({&octet, 1});
    }
    EXPECT_EQ(to_hex(sm3(input)), to_hex(stanza.bytes("Output")));
    EXPECT_EQ(to_hex(piecewise.finish()), to_hex(stanza.bytes("Output")));
    ++checked;
  }
  EXPECT_EQ(checked, 8);
  EXPECT_EQ(of_others, 2);
}

TEST_F(AlgorithmVectors, HmacSm3AuthenticatesOpenSslsStanzas) {
  int checked = 0;
  for (const Stanza& stanza : stanzas_of(read_text("algo/openssl_evpmac_sm3.txt"))) {
    ASSERT_EQ(stanza.text("Algorithm"), "SM3");
    EXPECT_EQ(to_hex(hmac_sm3(stanza.bytes("Key"), stanza.bytes("Input"))), to_hex(stanza.bytes("Output")));
    ++checked;
  }
  EXPECT_EQ(checked, 4);
}

void expect_aead(const Stanza& stanza, bool gcm) {
  const Bytes sealed = concat({stanza.bytes("Ciphertext"), stanza.bytes("Tag")});
  const Bytes key = stanza.bytes("Key");
  const Bytes nonce = stanza.bytes("IV");
  const Bytes more = stanza.bytes("AAD");
  const auto encrypted = gcm ? sm4_gcm_encrypt(key, nonce, more, stanza.bytes("Plaintext"))
                             : sm4_ccm_encrypt(key, nonce, more, stanza.bytes("Plaintext"));
  ASSERT_TRUE(encrypted);
  EXPECT_EQ(to_hex(*encrypted), to_hex(sealed));
  const auto opened = gcm ? sm4_gcm_decrypt(key, nonce, more, sealed) : sm4_ccm_decrypt(key, nonce, more, sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(to_hex(opened->expose()), to_hex(stanza.bytes("Plaintext")));
}

TEST_F(AlgorithmVectors, Sm4EncryptsAndDecryptsOpenSslsStanzasInEveryModeWeHave) {
  const std::map<std::string, Sm4Mode> modes{{"SM4-ECB", Sm4Mode::ecb},
                                             {"SM4-CBC", Sm4Mode::cbc},
                                             {"SM4-CFB", Sm4Mode::cfb},
                                             {"SM4-OFB", Sm4Mode::ofb},
                                             {"SM4-CTR", Sm4Mode::ctr}};
  std::map<std::string, int> checked;
  for (const Stanza& stanza : stanzas_of(read_text("algo/openssl_evpciph_sm4.txt"))) {
    if (stanza.kind != "Cipher") {
      continue;
    }
    const std::string name = stanza.text("Cipher");
    ++checked[name];
    if (name == "SM4-GCM" || name == "SM4-CCM") {
      expect_aead(stanza, name == "SM4-GCM");
    } else if (name != "SM4-XTS") {  // the house has no XTS
      ASSERT_TRUE(modes.contains(name)) << name;
      const Bytes key = stanza.bytes("Key");
      const Bytes iv = stanza.has("IV") ? stanza.bytes("IV") : Bytes();
      const auto encrypted = sm4_encrypt(modes.at(name), key, iv, stanza.bytes("Plaintext"));
      const auto decrypted = sm4_decrypt(modes.at(name), key, iv, stanza.bytes("Ciphertext"));
      ASSERT_TRUE(encrypted && decrypted);
      EXPECT_EQ(to_hex(*encrypted), to_hex(stanza.bytes("Ciphertext"))) << name;
      EXPECT_EQ(to_hex(decrypted->expose()), to_hex(stanza.bytes("Plaintext"))) << name;
    }
  }
  EXPECT_EQ(checked, (std::map<std::string, int>{{"SM4-CBC", 3},
                                                 {"SM4-CCM", 1},
                                                 {"SM4-CFB", 1},
                                                 {"SM4-CTR", 1},
                                                 {"SM4-ECB", 1},
                                                 {"SM4-GCM", 1},
                                                 {"SM4-OFB", 1},
                                                 {"SM4-XTS", 4}}));
}

void expect_verify_stanza(const Stanza& stanza, const Sm2PublicKey& key) {
  Digest e{};
  const Bytes input = stanza.bytes("Input");
  const auto signature = Sm2Signature::from_der(stanza.bytes("Output"));
  ASSERT_TRUE(signature);
  if (stanza.has("Result")) {
    EXPECT_NE(input.size(), e.size()) << "a stanza that fails for another reason than its SHA-512 digest";
    return;
  }
  ASSERT_EQ(input.size(), e.size());
  std::ranges::copy(input, e.begin());
  EXPECT_TRUE(sm2_verify_digest(key, e, *signature));
  for (const std::size_t changed : {0U, 31U}) {
    Digest other = e;
    other[changed] ^= 1;
    EXPECT_FALSE(sm2_verify_digest(key, other, *signature));
    Sm2Signature forged = *signature;
    forged.s[changed] ^= 1;
    EXPECT_FALSE(sm2_verify_digest(key, e, forged));
  }
}

TEST_F(AlgorithmVectors, Sm2VerifiesAndDecryptsOpenSslsStanzas) {
  std::map<std::string, int> checked;
  std::optional<Sm2PrivateKey> key;
  for (const Stanza& stanza : stanzas_of(read_text("algo/openssl_evppkey_sm2.txt"))) {
    if (stanza.kind == "PrivateKey") {
      auto read = read_private_key(bytes_of(stanza.pem));
      ASSERT_TRUE(read) << read.error().describe();
      key = std::move(*read);
    } else if (stanza.kind == "Verify") {
      expect_verify_stanza(stanza, key->public_key());
    } else if (stanza.kind == "Decrypt") {
      const auto cipher = Sm2Cipher::from_der(stanza.bytes("Input"));
      ASSERT_TRUE(cipher) << cipher.error().describe();
      const auto plain = sm2_decrypt(*key, *cipher);
      if (stanza.has("Result")) {
        // C3 under SHAKE128: with SM3, our only hash, the same octets open.
        EXPECT_EQ(stanza.text("Ctrl"), "digest:SHAKE128");
      } else {
        ASSERT_TRUE(plain) << plain.error().describe();
        EXPECT_EQ(to_hex(plain->expose()), to_hex(stanza.bytes("Output")));
      }
      Sm2Cipher changed = *cipher;
      changed.cipher_text.back() ^= 1;
      EXPECT_EQ(sm2_decrypt(*key, changed).error().code, ErrorCode::corrupt);
      changed = *cipher;
      changed.x.back() ^= 1;  // off the curve
      EXPECT_EQ(sm2_decrypt(*key, changed).error().code, ErrorCode::corrupt);
    } else if (stanza.kind == "Sign") {
      Digest e{};
      std::ranges::copy(stanza.bytes("Input"), e.begin());
      EXPECT_TRUE(sm2_verify_digest(key->public_key(), e, sm2_sign_digest(*key, e)));
    } else if (stanza.kind == "KeyGen") {
      SystemRandom random;
      const Sm2PrivateKey fresh = Sm2PrivateKey::generate(random);
      EXPECT_TRUE(Sm2PublicKey::from_point(fresh.public_key().point()));
    }
    ++checked[stanza.kind];
  }
  EXPECT_EQ(checked,
            (std::map<std::string, int>{{"Decrypt", 5}, {"KeyGen", 2}, {"PrivateKey", 1}, {"Sign", 1}, {"Verify", 3}}));
}

Bytes member(const boost::json::object& test, std::string_view name) {
  const auto& value = test.at(name).as_string();
  return *from_hex(std::string_view(value.data(), value.size()));
}

struct WycheproofCount {
  int valid = 0;
  int invalid = 0;
  bool operator==(const WycheproofCount&) const = default;
};
std::ostream& operator<<(std::ostream& out, const WycheproofCount& count) {
  return out << count.valid << " valid, " << count.invalid << " invalid";
}

template <class Check>
WycheproofCount walk(const std::string& text, Check&& check) {
  WycheproofCount count;
  const boost::json::value root = boost::json::parse(text);
  for (const auto& group : root.at("testGroups").as_array()) {
    const auto tag_size = static_cast<std::size_t>(group.at("tagSize").as_int64() / 8);
    for (const auto& test : group.at("tests").as_array()) {
      const bool valid = test.at("result").as_string() == "valid";
      ++(valid ? count.valid : count.invalid);
      check(test.as_object(), tag_size, valid);
    }
  }
  return count;
}

TEST_F(AlgorithmVectors, HmacSm3FollowsWycheproof) {
  const auto count =
      walk(read_text("algo/wycheproof_hmac_sm3_test.json"), [](const auto& test, std::size_t tag_size, bool valid) {
        const Digest mac = hmac_sm3(member(test, "key"), member(test, "msg"));
        EXPECT_EQ(equal_in_constant_time(BytesView(mac).first(tag_size), member(test, "tag")), valid)
            << "case " << test.at("tcId");
      });
  EXPECT_EQ(count, (WycheproofCount{66, 108}));
}

TEST_F(AlgorithmVectors, Sm4GcmFollowsWycheproof) {
  const auto count =
      walk(read_text("algo/wycheproof_sm4_gcm_test.json"), [](const auto& test, std::size_t tag_size, bool valid) {
        const Bytes sealed = concat({member(test, "ct"), member(test, "tag")});
        const auto opened =
            sm4_gcm_decrypt(member(test, "key"), member(test, "iv"), member(test, "aad"), sealed, tag_size);
        EXPECT_EQ(opened.has_value(), valid) << "case " << test.at("tcId");
        if (opened && valid) {
          EXPECT_EQ(to_bytes(opened->expose()), member(test, "msg"));
          EXPECT_EQ(*sm4_gcm_encrypt(member(test, "key"), member(test, "iv"), member(test, "aad"), member(test, "msg")),
                    sealed);
        }
      });
  EXPECT_EQ(count, (WycheproofCount{75, 29}));
}

TEST_F(AlgorithmVectors, Sm4CcmFollowsWycheproof) {
  const auto count = walk(read_text("algo/wycheproof_sm4_ccm_test.json"), [](const auto& test, std::size_t tag_size,
                                                                             bool valid) {
    const Bytes sealed = concat({member(test, "ct"), member(test, "tag")});
    const auto opened = sm4_ccm_decrypt(member(test, "key"), member(test, "iv"), member(test, "aad"), sealed, tag_size);
    EXPECT_EQ(opened.has_value(), valid) << "case " << test.at("tcId");
    if (opened && valid) {
      EXPECT_EQ(to_bytes(opened->expose()), member(test, "msg"));
      EXPECT_EQ(
          *sm4_ccm_encrypt(member(test, "key"), member(test, "iv"), member(test, "aad"), member(test, "msg"), tag_size),
          sealed);
    }
  });
  EXPECT_EQ(count, (WycheproofCount{135, 49}));
}

}  // namespace
}  // namespace yinxin::crypto
