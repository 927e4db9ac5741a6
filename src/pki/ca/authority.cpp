#include "pki/ca/authority.h"

#include <algorithm>

#include "audit/log.h"
#include "base/kill_point.h"

namespace yinxin::pki {

Result<SerialNumbers> SerialNumbers::make(int instance, int epoch, Random& random) {
  if (instance < 1 || instance > 127 || epoch < 0 || epoch > 255) {
    return fail(ErrorCode::invalid_input, "serial numbers: instance 1 to 127, epoch 0 to 255");
  }
  return SerialNumbers(static_cast<std::uint8_t>(instance), static_cast<std::uint8_t>(epoch), random);
}

Bytes SerialNumbers::draw() const {
  Bytes serial{instance_, epoch_};
  append(serial, random_->bytes(serial_random_bytes));
  return serial;
}

Result<void> record_all(audit::Recorder& recorder, const std::vector<audit::Deed>& deeds) {
  if (auto* log = dynamic_cast<audit::AuditLog*>(&recorder)) {
    for (std::size_t at = 0; at < deeds.size(); at += audit::max_deeds_per_append) {
      const std::size_t count = std::min(audit::max_deeds_per_append, deeds.size() - at);
      const auto from = deeds.begin() + static_cast<std::ptrdiff_t>(at);
      YX_CHECK(log->append({from, from + static_cast<std::ptrdiff_t>(count)}));
    }
    return {};
  }
  for (const audit::Deed& deed : deeds) {
    YX_CHECK(recorder.record(deed));
  }
  return {};
}

// One order on its way. `failed` ends it; whatever was begun for it is burned.
struct CertificateAuthority::Work {
  const IssueOrder* order = nullptr;
  Issuance issuance;
  Instant not_before;
  Instant not_after;
  bool begun = false;
  bool finished = false;
  std::optional<Error> failed{};
  IssuedCertificates issued{};
  std::vector<Bytes> ders{};

  [[nodiscard]] bool going() const { return !failed && !finished; }
};

Result<CertificateAuthority> CertificateAuthority::make(Parts parts, SerialNumbers serials) {
  ensure(parts.signer != nullptr && parts.journal != nullptr && parts.audit != nullptr && parts.clock != nullptr &&
             parts.profiles != nullptr,
         "a certification authority without one of its parts");
  YX_CHECK(parts.profiles->find(parts.profile));
  if (parts.certificate && parts.certificate->public_key().sm2() != parts.signer->public_key()) {
    return fail(ErrorCode::conflict, "ca: the signer's key is not the key of the authority's certificate");
  }
  return CertificateAuthority(std::move(parts), serials);
}

IssuerId CertificateAuthority::id() const { return issuer_id(x509::PublicKey::of(parts_.signer->public_key())); }

bool CertificateAuthority::may_issue_at(Instant at) const {
  if (!parts_.certificate) {
    return true;
  }
  const Validity longest = parts_.profiles->longest_under(parts_.profile);
  return parts_.certificate->in_force_at(at) && end_of(at, longest) <= parts_.certificate->not_after();
}

Result<void> CertificateAuthority::check_order(const IssueOrder& order) const {
  const Instant now = parts_.clock->now();
  if (!may_issue_at(now)) {
    return fail(ErrorCode::wrong_state, "ca: the authority's remaining life is shorter than its longest profile");
  }
  for (const IssueOrder::Part& part : order.parts_) {
    const ProfileFields& fields = part.profile->fields();
    if (fields.issuer != parts_.profile || (fields.kind == CertificateClass::root) != !parts_.certificate) {
      return fail(ErrorCode::forbidden, "ca: " + parts_.profile + " does not issue " + part.profile->name());
    }
  }
  return {};
}

Result<void> CertificateAuthority::begin(std::vector<Work>& works) {
  std::vector<Issuance> fresh;
  std::vector<Work*> asked;
  for (Work& work : works) {
    if (const auto fit = check_order(*work.order); !fit) {
      work.failed = fit.error();
      continue;
    }
    work.not_before = whole_seconds(parts_.clock->now());
    work.not_after = end_of(work.not_before, work.order->validity_);
    Issuance issuance{.issuer = id(),
                      .order = work.order->order_,
                      .key_hash = crypto::sm3(work.order->key_.der()),
                      .at = work.not_before,
                      .certificates = {}};
    for (const IssueOrder::Part& part : work.order->parts_) {
      issuance.certificates.push_back(
          {.use = part.use, .serial = serials_.draw(), .tbs = {}, .der = {}, .envelope = {}});
    }
    fresh.push_back(std::move(issuance));
    asked.push_back(&work);
  }
  if (fresh.empty()) {
    return {};
  }
  YX_TRY(const auto answers, parts_.journal->begin(fresh));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Work& work = *asked[i];
    if (!answers[i]) {
      work.failed = answers[i].error();
      continue;
    }
    work.issuance = answers[i]->issuance;
    if (!answers[i]->existed) {
      work.begun = true;
      continue;
    }
    if (work.issuance.state != IssuanceState::issued) {
      work.failed = fail(ErrorCode::conflict, "ca: this order is being carried out");
      continue;
    }
    for (const CertificateRecord& record : work.issuance.certificates) {
      YX_TRY(x509::Certificate certificate, x509::Certificate::parse(record.der));
      work.issued.certificates.push_back(std::move(certificate));
      if (!record.envelope.empty()) {
        work.issued.envelope = record.envelope;
      }
    }
    work.issued.repeated = true;
    work.finished = true;
  }
  return {};
}

Result<void> CertificateAuthority::build_one(Work& work, std::size_t index) {
  const IssueOrder::Part& part = work.order->parts_[index];
  CertificateRecord& record = work.issuance.certificates[index];
  x509::PublicKey key = work.order->key_;
  if (part.use == CertificateUse::encryption) {
    if (parts_.encryption_keys == nullptr) {
      return fail(ErrorCode::wrong_state, "ca: there is no key centre to ask for an encryption key");
    }
    const EncryptionKeyWish wish{.issuer = id(),
                                 .serial = record.serial,
                                 .subject = crypto::sm3(part.made.subject.der()),
                                 .signing_key = work.order->key_,
                                 .not_before = work.not_before,
                                 .not_after = work.not_after};
    YX_TRY(EncryptionKey given, outgoing_call("vault.kmc", [&] { return parts_.encryption_keys->take(wish); }));
    if (given.public_key == work.order->key_ || given.envelope.empty()) {
      return fail(ErrorCode::internal, "ca: the key centre gave no proper key");
    }
    key = std::move(given.public_key);
    record.envelope = std::move(given.envelope);
  }
  const x509::Certificate* issuer = parts_.certificate ? &*parts_.certificate : nullptr;
  record.tbs = x509::to_be_signed(content_of(part.made, record.serial, work.not_before, work.not_after, key, issuer));
  const ProfileFields& fields = part.profile->fields();
  lint::Expected expected;
  expected.authority = fields.kind != CertificateClass::end_entity;
  expected.root = fields.kind == CertificateClass::root;
  expected.path_length = fields.path_length;
  expected.key_usage = fields.key_usage;
  expected.purposes = fields.purposes;
  expected.policies = fields.policies;
  expected.environment = work.order->environment_;
  expected.now = parts_.clock->now();
  expected.latest_end = end_of(work.not_before, fields.max_validity);
  expected.serial_bytes = serial_bytes;
  YX_TRY(const auto findings, lint::examine_tbs(record.tbs, {&expected, issuer}));
  if (lint::has_error(findings)) {
    return fail(ErrorCode::precondition, "ca: the certificate would break rules: " + lint::text_of(findings));
  }
  return {};
}

void CertificateAuthority::build(Work& work) {
  for (std::size_t i = 0; i < work.order->parts_.size() && work.going(); ++i) {
    if (const auto built = build_one(work, i); !built) {
      work.failed = built.error();
    }
  }
}

Result<void> CertificateAuthority::prepare(std::vector<Work>& works) {
  std::vector<Issuance> prepared;
  for (const Work& work : works) {
    if (work.going()) {
      prepared.push_back(work.issuance);
    }
  }
  return prepared.empty() ? Result<void>() : parts_.journal->prepare(prepared);
}

Result<void> CertificateAuthority::record(std::vector<Work>& works) {
  std::vector<audit::Deed> deeds;
  for (const Work& work : works) {
    if (work.going()) {
      for (const CertificateRecord& one : work.issuance.certificates) {
        deeds.push_back({.role = "vault",
                         .subject = to_hex(id()),
                         .action = "certificate.sign",
                         .object = to_hex(one.serial) + " " + to_hex(crypto::sm3(one.tbs)),
                         .result = "intended by " + to_hex(work.order->order_)});
      }
    }
  }
  return record_all(*parts_.audit, deeds);
}

void CertificateAuthority::sign(Work& work) {
  for (const CertificateRecord& record : work.issuance.certificates) {
    auto der = outgoing_call("vault.sign", [&] { return x509::sign_and_assemble(record.tbs, *parts_.signer); });
    const auto certificate = der ? x509::Certificate::parse(*der) : Result<x509::Certificate>(der.error());
    if (!certificate) {
      work.failed = certificate.error();
      return;
    }
    const x509::PublicKey key = x509::PublicKey::of(parts_.signer->public_key());
    if (!same(certificate->tbs(), record.tbs) || x509::signed_by(*certificate, key) != x509::SignatureCheck::holds) {
      work.failed = fail(ErrorCode::internal, "ca: what was signed is not what was linted");
      return;
    }
    work.issued.certificates.push_back(*certificate);
    work.ders.push_back(std::move(*der));
    if (!record.envelope.empty()) {
      work.issued.envelope = record.envelope;
    }
  }
}

Result<void> CertificateAuthority::complete(std::vector<Work>& works) {
  std::vector<Completion> completions;
  for (const Work& work : works) {
    if (work.going()) {
      completions.push_back({work.issuance.id, work.ders, !work.order->held_, parts_.clock->now()});
    }
  }
  if (completions.empty()) {
    return {};
  }
  YX_CHECK(parts_.journal->complete(completions));
  for (Work& work : works) {
    if (work.going()) {
      work.finished = true;
    }
  }
  return {};
}

void CertificateAuthority::burn_failed(std::vector<Work>& works) {
  std::vector<std::int64_t> ids;
  for (const Work& work : works) {
    if (work.failed && work.begun) {
      ids.push_back(work.issuance.id);
    }
  }
  // If even this cannot be stored, recover() finds them.
  if (!ids.empty() && !parts_.journal->burn(ids, parts_.clock->now())) {
    for (Work& work : works) {
      if (work.failed && work.begun) {
        work.failed = within("ca: the serial numbers could not be burned yet", *work.failed);
      }
    }
  }
}

std::vector<Result<IssuedCertificates>> CertificateAuthority::issue(std::span<const IssueOrder> orders) {
  std::vector<Work> works;
  for (const IssueOrder& order : orders) {
    works.push_back({.order = &order, .issuance = {}, .not_before = {}, .not_after = {}});
    if (works.size() > max_orders_per_batch) {
      works.back().failed = fail(ErrorCode::too_many_requests, "ca: more orders than a batch takes");
    }
  }
  // A step that fails as a whole fails everybody who had come that far.
  const auto step = [&](const Result<void>& done) {
    for (Work& work : works) {
      if (!done && work.going()) {
        work.failed = done.error();
      }
    }
  };
  step(begin(works));
  for (Work& work : works) {
    if (work.going()) {
      build(work);
    }
  }
  step(prepare(works));
  step(record(works));
  for (Work& work : works) {
    if (work.going()) {
      sign(work);
    }
  }
  step(complete(works));
  burn_failed(works);
  std::vector<Result<IssuedCertificates>> answers;
  for (Work& work : works) {
    work.failed ? answers.emplace_back(*work.failed) : answers.emplace_back(std::move(work.issued));
  }
  return answers;
}

Result<IssuedCertificates> CertificateAuthority::issue(const IssueOrder& order) {
  auto answers = issue(std::span(&order, 1));
  return std::move(answers.front());
}

Result<std::size_t> CertificateAuthority::recover() {
  YX_TRY(const std::vector<Issuance> dangling, parts_.journal->dangling(id()));
  std::vector<std::int64_t> ids;
  std::vector<audit::Deed> deeds;
  for (const Issuance& issuance : dangling) {
    ids.push_back(issuance.id);
    for (const CertificateRecord& one : issuance.certificates) {
      deeds.push_back({.role = "vault",
                       .subject = to_hex(id()),
                       .action = "certificate.burn",
                       .object = to_hex(one.serial),
                       .result = "left behind as " + std::string(name_of(issuance.state))});
    }
  }
  if (ids.empty()) {
    return ids.size();
  }
  YX_CHECK(record_all(*parts_.audit, deeds));
  YX_CHECK(parts_.journal->burn(ids, parts_.clock->now()));
  return ids.size();
}

std::string_view name_of(IssuanceState state) {
  switch (state) {
    case IssuanceState::intended: return "intended";
    case IssuanceState::prepared: return "prepared";
    case IssuanceState::issued: return "issued";
    case IssuanceState::burned: return "burned";
    case IssuanceState::ended: return "ended";
  }
  ensure_unreachable("an IssuanceState without a name");
}

}  // namespace yinxin::pki
