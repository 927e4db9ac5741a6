#include "pki/revocation/head.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "crypto/x509/build.h"

namespace yinxin::pki {

namespace {

constexpr std::size_t max_head_bytes = 4096;

Result<Digest> read_digest(asn1::Reader& reader) {
  YX_TRY(const BytesView octets, reader.octet_string());
  Digest digest{};
  if (octets.size() != digest.size()) {
    return fail(ErrorCode::corrupt, "status head: a hash that is not 32 bytes");
  }
  std::ranges::copy(octets, digest.begin());
  return digest;
}

Error failed_at(const std::string& path) {
  return fail(ErrorCode::internal, "status head: " + path + ": " + std::strerror(errno));
}

// Writes `data` and has it on the disk; closes `file` in any case.
bool write_out(int file, BytesView data) {
  bool good = true;
  for (std::size_t done = 0; good && done < data.size();) {
    const ssize_t wrote = ::write(file, data.data() + done, data.size() - done);
    good = wrote > 0 || (wrote < 0 && errno == EINTR);
    done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
  }
  good = good && ::fsync(file) == 0;
  return ::close(file) == 0 && good;
}

}  // namespace

Bytes StatusHead::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(1).octet_string(issuer).integer(sequence).octet_string(hash).generalized_time(at);
  });
}

Result<Bytes> sign_head(const StatusHead& head, crypto::Signer& signer) {
  return x509::sign_and_assemble(head.to_der(), signer);
}

Result<StatusHead> read_head(BytesView signed_head, const x509::PublicKey& issuer_key) {
  asn1::Reader outer(signed_head);
  YX_TRY(asn1::Reader parts, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const asn1::Element body, parts.expect(asn1::tag::sequence));
  YX_TRY(const x509::Algorithm algorithm, x509::read_algorithm(parts));
  YX_TRY(const BytesView signature, parts.bit_string());
  YX_CHECK(parts.finish());
  YX_TRY(asn1::Reader reader, parts.inside(body));
  StatusHead head;
  YX_TRY(const std::int64_t version, reader.small_integer());
  YX_TRY(head.issuer, read_digest(reader));
  YX_TRY(head.sequence, reader.small_integer());
  YX_TRY(head.hash, read_digest(reader));
  YX_TRY(head.at, reader.time());
  YX_CHECK(reader.finish());
  if (version != 1 || head.issuer != issuer_id(issuer_key) ||
      x509::check_signature(issuer_key, algorithm.id, body.whole, signature) != x509::SignatureCheck::holds) {
    return fail(ErrorCode::corrupt, "status head: not signed by this authority");
  }
  return head;
}

std::string HeadFolder::path_of(const IssuerId& issuer) const { return folder_ + "/" + to_hex(issuer) + ".head"; }

Result<std::optional<Bytes>> HeadFolder::last(const IssuerId& issuer) {
  const std::string path = path_of(issuer);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    return errno == ENOENT ? Result<std::optional<Bytes>>(std::optional<Bytes>())
                           : Result<std::optional<Bytes>>(failed_at(path));
  }
  Bytes bytes(max_head_bytes);
  const ssize_t size = ::read(file, bytes.data(), bytes.size());
  ::close(file);
  if (size < 0) {
    return failed_at(path);
  }
  bytes.resize(static_cast<std::size_t>(size));
  return std::optional<Bytes>(std::move(bytes));
}

Result<void> HeadFolder::keep(const IssuerId& issuer, BytesView signed_head) {
  const std::string path = path_of(issuer);
  const std::string fresh = path + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 || !write_out(file, signed_head) || ::rename(fresh.c_str(), path.c_str()) != 0) {
    return failed_at(fresh);
  }
  const int folder = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return failed_at(folder_);
  }
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  return synced ? Result<void>() : Result<void>(failed_at(folder_));
}

Result<StatusBook> read_book(const x509::PublicKey& issuer_key, StatusFeed& feed, HeadKeeper& keeper) {
  StatusBook book(issuer_id(issuer_key));
  YX_TRY(const auto kept, keeper.last(book.issuer()));
  if (kept) {
    YX_TRY(const StatusHead head, read_head(*kept, issuer_key));
    book.expect(head.sequence, head.hash);
  }
  YX_CHECK(catch_up(book, feed));
  return book;
}

Result<void> HeadSigner::advance() {
  const std::scoped_lock lock(mutex_);
  return advance_alone();
}

Result<void> HeadSigner::advance_alone() {
  if (!book_) {
    YX_TRY(StatusBook book, read_book(x509::PublicKey::of(signer_->public_key()), *feed_, *keeper_));
    book_ = std::move(book);
  } else {
    YX_CHECK(catch_up(*book_, *feed_));
  }
  YX_TRY(const auto kept, keeper_->last(book_->issuer()));
  if (kept) {
    YX_TRY(const StatusHead head, read_head(*kept, x509::PublicKey::of(signer_->public_key())));
    if (head.sequence == book_->sequence()) {
      return {};
    }
  }
  return sign_now();
}

Result<void> HeadSigner::sign_now() {
  YX_TRY(const Bytes signed_head,
         sign_head({book_->issuer(), book_->sequence(), book_->head(), clock_->now()}, *signer_));
  return keeper_->keep(book_->issuer(), signed_head);
}

Result<HeadSigner::Told> HeadSigner::tell(std::chrono::milliseconds max_age) {
  const std::scoped_lock lock(mutex_);
  YX_CHECK(advance_alone());
  const auto kept = [this]() -> Result<Told> {
    YX_TRY(auto last, keeper_->last(book_->issuer()));
    if (!last) {
      return fail(ErrorCode::corrupt, "status head: there is none");
    }
    YX_TRY(const StatusHead head, read_head(*last, x509::PublicKey::of(signer_->public_key())));
    return Told{.head = head, .signed_head = std::move(*last)};
  };
  YX_TRY(Told told, kept());
  const Instant now = clock_->now();
  if (told.head.at > now || now - told.head.at >= max_age) {
    YX_CHECK(sign_now());
    YX_TRY(told, kept());
  }
  if (told.head.sequence != book_->sequence() || told.head.hash != book_->head()) {
    return fail(ErrorCode::corrupt, "status head: the one that is kept is not of this chain");
  }
  return told;
}

}  // namespace yinxin::pki
