#include "pki/ocsp/responder.h"

#include <algorithm>

#include "base/kill_point.h"
#include "crypto/oids.h"

namespace yinxin::pki {

OcspResponder::OcspResponder(StatusFeed& feed, HeadKeeper& heads, const Clock& clock, Alarm alarm,
                             ResponderSettings settings)
    : feed_(&feed), heads_(&heads), clock_(&clock), alarm_(std::move(alarm)), settings_(settings) {}

Result<void> OcspResponder::serve(const x509::Certificate& issuer, const x509::Certificate& delegate,
                                  crypto::Signer& signer) {
  if (delegate.public_key().sm2() != signer.public_key() || !(delegate.issuer() == issuer.subject()) ||
      x509::signed_by(delegate, issuer.public_key()) != x509::SignatureCheck::holds ||
      !delegate.has_purpose(oid::eku_ocsp_signing())) {
    return fail(ErrorCode::conflict, "ocsp: the certificate is not one of a responder for this authority");
  }
  const std::scoped_lock lock(mutex_);
  cache_.clear();
  for (Authority& known : authorities_) {
    if (known.issuer == issuer) {
      known.delegate = delegate;
      known.signer = &signer;
      return {};
    }
  }
  Authority fresh{issuer, delegate, &signer, StatusBook(issuer_id(issuer.public_key()))};
  const BytesView key = issuer.public_key().key_bits();
  const Bytes& name = issuer.subject().der();
  fresh.hashes.push_back({oid::sm3(), to_bytes(crypto::sm3(name)), to_bytes(crypto::sm3(key))});
  fresh.hashes.push_back({oid::sha1(), crypto::sha1(name), crypto::sha1(key)});
  fresh.hashes.push_back({oid::sha256(), crypto::sha256(name), crypto::sha256(key)});
  authorities_.push_back(std::move(fresh));
  return {};
}

Result<void> OcspResponder::refresh() {
  const std::scoped_lock lock(mutex_);
  std::optional<Error> failed;
  for (Authority& authority : authorities_) {
    if (const auto refreshed = refresh_one(authority); !refreshed) {
      failed = refreshed.error();
    }
  }
  return failed ? Result<void>(*failed) : Result<void>();
}

Result<void> OcspResponder::refresh(const IssuerId& issuer) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(authorities_, [&](const Authority& a) { return a.book.issuer() == issuer; });
  return found == authorities_.end()
             ? Result<void>(fail(ErrorCode::not_found, "ocsp: nobody answers for this authority here"))
             : refresh_one(*found);
}

std::optional<OcspResponder::Progress> OcspResponder::progress_of(const IssuerId& issuer) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(authorities_, [&](const Authority& a) { return a.book.issuer() == issuer; });
  return found == authorities_.end()
             ? std::nullopt
             : std::optional(Progress{.sequence = found->book.sequence(), .broken = found->book.broken()});
}

Result<void> OcspResponder::refresh_one(Authority& authority) {
  const std::int64_t before = authority.book.sequence();
  // Read before the rows are: they are at least as new as this.
  const Instant now = clock_->now();
  const auto caught = catch_up_through_head(authority);
  if (authority.book.sequence() != before || authority.book.broken()) {
    cache_.clear();
  }
  YX_CHECK(caught);
  if (!settings_.age_is_of_head) {
    authority.as_of = now;
  } else if (!*caught) {
    authority.as_of.reset();  // rows that nothing confirms yet
  } else {
    const Instant confirmed = std::min(**caught, now);
    const bool is_older = authority.as_of && *authority.as_of <= now && *authority.as_of > confirmed;
    authority.as_of = is_older ? *authority.as_of : confirmed;
  }
  return {};
}

Result<std::optional<Instant>> OcspResponder::catch_up_through_head(Authority& authority) {
  std::optional<Instant> signed_at;
  YX_TRY(const auto kept, heads_->last(authority.book.issuer()));
  if (kept) {
    const auto head = read_head(*kept, authority.issuer.public_key());
    const bool behind = head && head->sequence == authority.book.sequence() && head->hash != authority.book.head();
    if (!head || behind) {
      authority.book.give_up();
      return fail(ErrorCode::corrupt, "ocsp: the head kept outside is not of this chain");
    }
    if (head->sequence > authority.book.sequence()) {
      authority.book.expect(head->sequence, head->hash);
    }
    signed_at = head->at;
  }
  YX_CHECK(catch_up(authority.book, *feed_));
  return signed_at;
}

OcspResponder::Authority* OcspResponder::find(const x509::CertId& question) {
  for (Authority& authority : authorities_) {
    for (const Hashes& hashes : authority.hashes) {
      if (question.hash_algorithm == hashes.algorithm && same(question.issuer_name_hash, hashes.name) &&
          same(question.issuer_key_hash, hashes.key)) {
        return &authority;
      }
    }
  }
  return nullptr;
}

x509::SingleResponse OcspResponder::answer_one(const Authority& authority, const x509::CertId& question, Instant now) {
  x509::SingleResponse single;
  single.id = question;
  single.this_update = whole_seconds(std::min(now, *authority.as_of));
  single.next_update = whole_seconds(now) + settings_.answer_validity;
  const Status* status = authority.book.find(question.serial);
  if (status == nullptr) {
    single.status = x509::CertStatus::unknown;
    if (alarm_) {
      alarm_(authority.book.issuer(), question.serial);
    }
  } else if (status->good()) {
    single.status = x509::CertStatus::good;
  } else {
    single.status = x509::CertStatus::revoked;
    single.revoked_at = whole_seconds(status->since);
    single.reason = status->revoked ? status->reason : x509::RevocationReason::certificate_hold;
  }
  return single;
}

Bytes OcspResponder::signed_answer(Authority& authority, const x509::OcspRequest& request, Instant now) {
  std::vector<x509::SingleResponse> singles;
  singles.reserve(request.questions.size());
  for (const x509::CertId& question : request.questions) {
    singles.push_back(answer_one(authority, question, now));
  }
  const Bytes data =
      x509::to_be_signed_response(authority.signer->public_key(), whole_seconds(now), singles, request.nonce);
  const auto signature = outgoing_call("ocsp.sign", [&] { return authority.signer->sign(data); });
  if (!signature || !crypto::sm2_verify(authority.signer->public_key(), data, *signature)) {
    return x509::failed_ocsp_response(x509::OcspResponseStatus::internal_error);
  }
  return x509::assemble_ocsp_response(data, *signature, {authority.delegate.der()});
}

Bytes OcspResponder::answer(BytesView request) {
  using x509::OcspResponseStatus;
  const auto parsed = x509::OcspRequest::parse(request);
  if (!parsed || parsed->questions.empty()) {
    return x509::failed_ocsp_response(OcspResponseStatus::malformed_request);
  }
  const std::scoped_lock lock(mutex_);
  Authority* authority = find(parsed->questions.front());
  Bytes cache_key;
  for (const x509::CertId& question : parsed->questions) {
    if (authority == nullptr || find(question) != authority) {
      // A delegate of one authority cannot answer for another.
      return x509::failed_ocsp_response(OcspResponseStatus::unauthorized);
    }
    append(cache_key, question.der);
  }
  const Instant now = clock_->now();
  if (authority->book.broken() || !authority->as_of || now - *authority->as_of > max_status_age ||
      !authority->delegate.in_force_at(now)) {
    return x509::failed_ocsp_response(OcspResponseStatus::try_later);
  }
  const bool may_cache = !parsed->nonce.has_value();
  if (may_cache) {
    const auto cached = cache_.find(cache_key);
    if (cached != cache_.end() && cached->second.made <= now &&
        now - cached->second.made < settings_.answer_validity / 2) {
      ++cache_hits_;
      return cached->second.response;
    }
  }
  Bytes response = signed_answer(*authority, *parsed, now);
  // Only questions about known serial numbers are kept: strangers cannot fill the cache with inventions.
  const bool all_known = std::ranges::all_of(parsed->questions, [&](const x509::CertId& question) {
    return authority->book.find(question.serial) != nullptr;
  });
  if (may_cache && all_known) {
    if (cache_.size() >= max_cached_answers) {
      cache_.clear();
    }
    cache_[cache_key] = {response, now};
  }
  return response;
}

std::uint64_t OcspResponder::cache_hits() const {
  const std::scoped_lock lock(mutex_);
  return cache_hits_;
}

}  // namespace yinxin::pki
