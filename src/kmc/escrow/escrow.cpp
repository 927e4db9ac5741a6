#include "kmc/escrow/escrow.h"

#include <algorithm>

#include "crypto/asn1/der.h"

namespace yinxin::kmc {
namespace {

constexpr std::int64_t version = 1;
constexpr std::size_t scalar_bytes = 32;

Result<SealedShare> read_share(asn1::Reader& list) {
  YX_TRY(asn1::Reader in, list.sequence());
  YX_TRY(const std::int64_t index, in.small_integer());
  YX_TRY(const asn1::Element certificate_der, in.expect(asn1::tag::sequence));
  YX_TRY(x509::Certificate certificate, x509::Certificate::parse(certificate_der.whole));
  YX_TRY(const BytesView point, in.bit_string());
  YX_TRY(const crypto::Sm2PublicKey key, crypto::Sm2PublicKey::from_point(point));
  YX_TRY(const BytesView digest, in.octet_string());
  YX_TRY(const asn1::Element cipher, in.expect(asn1::tag::sequence));
  YX_TRY(crypto::Sm2Cipher sealed, crypto::Sm2Cipher::from_der(cipher.whole));
  YX_CHECK(in.finish());
  if (index < 1 || index > static_cast<std::int64_t>(escrow_shares) || digest.size() != crypto::sm3_size) {
    return fail(ErrorCode::invalid_input, "escrow record: a share is malformed");
  }
  SealedShare share{static_cast<std::uint8_t>(index), {std::move(certificate), key}, {}, std::move(sealed)};
  std::ranges::copy(digest, share.digest.begin());
  return share;
}

bool all_different(const std::vector<Custodian>& custodians) {
  for (std::size_t i = 0; i < custodians.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (custodians[i].signing == custodians[j].signing ||
          custodians[i].signing.public_key() == custodians[j].signing.public_key() ||
          custodians[i].encryption == custodians[j].encryption) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

Bytes EscrowRecord::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(id).bit_string(public_key.point());
    out.sequence([this](asn1::Writer& list) {
      for (const SealedShare& share : shares) {
        list.sequence([&](asn1::Writer& one) {
          one.integer(share.index).raw(share.custodian.signing.der()).bit_string(share.custodian.encryption.point());
          one.octet_string(share.digest).raw(share.sealed.to_der());
        });
      }
    });
  });
}

Result<EscrowRecord> EscrowRecord::parse(BytesView der) {
  asn1::Reader outside(der);
  YX_TRY(asn1::Reader in, outside.sequence());
  YX_CHECK(outside.finish());
  YX_TRY(const std::int64_t found, in.small_integer());
  if (found != version) {
    return fail(ErrorCode::unsupported, "an escrow record of another version");
  }
  YX_TRY(const BytesView id, in.octet_string());
  YX_TRY(const BytesView point, in.bit_string());
  YX_TRY(const crypto::Sm2PublicKey key, crypto::Sm2PublicKey::from_point(point));
  EscrowRecord record{{}, key, {}};
  if (id.size() != record.id.size()) {
    return fail(ErrorCode::invalid_input, "escrow record: an id is 16 bytes");
  }
  std::ranges::copy(id, record.id.begin());
  YX_TRY(asn1::Reader list, in.sequence());
  YX_CHECK(in.finish());
  while (!list.at_end() && record.shares.size() <= escrow_shares) {
    YX_TRY(SealedShare share, read_share(list));
    if (share.index != record.shares.size() + 1) {
      return fail(ErrorCode::invalid_input, "escrow record: shares are counted from 1 to 5");
    }
    record.shares.push_back(std::move(share));
  }
  std::vector<Custodian> custodians;
  std::ranges::transform(record.shares, std::back_inserter(custodians), &SealedShare::custodian);
  if (record.shares.size() != escrow_shares || !all_different(custodians)) {
    return fail(ErrorCode::invalid_input, "escrow record: five shares of five custodians");
  }
  return record;
}

crypto::Digest share_digest(const RequestId& escrow, std::uint8_t index, BytesView share) {
  return crypto::sm3({bytes_of("yinxin.escrow.share.1"), escrow, BytesView(&index, 1), share});
}

Result<EscrowRecord> make_escrow(const std::vector<Custodian>& custodians, Random& random) {
  if (custodians.size() != escrow_shares || !all_different(custodians)) {
    return fail(ErrorCode::invalid_input, "an escrow has five custodians, all different");
  }
  const auto pair = crypto::Sm2PrivateKey::generate(random);
  EscrowRecord record{{}, pair.public_key(), {}};
  random.fill(record.id);
  YX_TRY(const std::vector<Share> shares, split(pair.scalar(), escrow_threshold, escrow_shares, random));
  for (std::size_t n = 0; n < shares.size(); ++n) {
    YX_TRY(crypto::Sm2Cipher sealed, crypto::sm2_encrypt(custodians[n].encryption, shares[n].value.expose()));
    record.shares.push_back({shares[n].index, custodians[n],
                             share_digest(record.id, shares[n].index, shares[n].value.expose()), std::move(sealed)});
  }
  YX_CHECK(reunite(record, {&shares[0], &shares[2], &shares[4]}));
  return record;
}

crypto::Digest escrow_context(const KeyName& name, const crypto::Sm2PublicKey& key) {
  return crypto::sm3(asn1::sequence([&](asn1::Writer& out) {
    out.utf8("yinxin.escrow.key.1").octet_string(name.issuer).octet_string(name.serial).bit_string(key.point());
  }));
}

Result<Bytes> escrow_key(const EscrowRecord& escrow, const KeyName& name, const crypto::Sm2PrivateKey& key) {
  const SecretBytes plain(concat({key.scalar().expose(), escrow_context(name, key.public_key())}));
  YX_TRY(const crypto::Sm2Cipher sealed, crypto::sm2_encrypt(escrow.public_key, plain.expose()));
  return sealed.to_der();
}

Result<crypto::Sm2PrivateKey> open_escrowed(BytesView escrowed, const crypto::Sm2PrivateKey& escrow_private,
                                            const KeyName& name, const crypto::Sm2PublicKey& expected) {
  const Error wrong = fail(ErrorCode::corrupt, "the escrowed key is not the one that was asked for");
  YX_TRY(const crypto::Sm2Cipher cipher, crypto::Sm2Cipher::from_der(escrowed));
  YX_TRY(const SecretBytes plain, crypto::sm2_decrypt(escrow_private, cipher));
  if (plain.size() != scalar_bytes + crypto::sm3_size ||
      !same(plain.expose().subspan(scalar_bytes), escrow_context(name, expected))) {
    return wrong;
  }
  auto key = crypto::Sm2PrivateKey::from_scalar(SecretBytes(plain.expose().first(scalar_bytes)));
  if (!key || key->public_key() != expected) {
    return wrong;
  }
  return key;
}

Result<crypto::Sm2PrivateKey> reunite(const EscrowRecord& escrow, const std::vector<const Share*>& shares) {
  if (shares.size() < escrow_threshold) {
    return fail(ErrorCode::precondition, "three custodians are needed");
  }
  YX_TRY(SecretBytes scalar, combine(shares));
  auto key = crypto::Sm2PrivateKey::from_scalar(std::move(scalar));
  if (!key || key->public_key() != escrow.public_key) {
    return fail(ErrorCode::corrupt, "the shares do not give the escrow key");
  }
  return key;
}

}  // namespace yinxin::kmc
