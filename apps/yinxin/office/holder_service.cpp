#include "yinxin/office/holder_service.h"

#include "crypto/oids.h"
#include "trust/open.h"
#include "trust/statement.h"

namespace yinxin::office {

namespace {

// Nobody learns from the answer what was wrong about a token.
Error unknown_token() { return fail(ErrorCode::not_found, "token.unknown"); }

}  // namespace

Result<pki::IssuedLine> waiting_line(VaultDoors& vault, const api::TokenSeen& seen) {
  YX_TRY(const auto line, vault.find_issued_on(seen.device_serial));
  if (!line || line->written.empty() || !line->activated.empty()) {
    return unknown_token();
  }
  YX_TRY(const auto signing, x509::Certificate::parse(line->signing));
  if (!equal_in_constant_time(signing.serial(), seen.certificate_serial)) {
    return unknown_token();
  }
  return *line;
}

api::HolderPorts HolderService::ports() {
  return {.begin = [this](const api::TokenSeen& seen) { return begin(seen); },
          .send_code = [this](const api::TokenSeen& seen,
                              const std::string& mobile) { return parts_.desk.send_code(seen, mobile); },
          .activate = [this](BytesView activation) -> Result<Bytes> {
            const auto held = lock();
            return parts_.pin.activate(activation);
          },
          .confirm = [this](BytesView activated) { return confirm(activated); }};
}

std::unique_lock<std::mutex> HolderService::lock() const {
  return parts_.writer == nullptr ? std::unique_lock<std::mutex>() : std::unique_lock(*parts_.writer);
}

Result<api::ActivationOpened> HolderService::begin(const api::TokenSeen& seen) {
  const auto held = lock();
  YX_TRY(const pki::IssuedLine line, waiting_line(parts_.vault, seen));
  api::ActivationOpened opened{.line = line.name(),
                               .door = parts_.pin.door().der(),
                               .pin_domain = parts_.pin.certificate().der(),
                               .seal_hash = std::nullopt};
  if (line.wants_seal) {
    const crypto::Digest hash = crypto::sm3(line.seal);
    opened.seal_hash = Bytes(hash.begin(), hash.end());
  }
  return opened;
}

// Which line it is stands in the word itself; the vault judges it. The desk follows: a word that is said again after
// one of them could not be reached finds the other where it was.
Result<std::optional<Bytes>> HolderService::confirm(BytesView activated) {
  YX_TRY(const auto opened, trust::open_signed(activated, oid::statement_activated()));
  YX_TRY(const auto said, trust::TokenWord::parse(opened.content, trust::TokenWord::Kind::activated));
  Result<void> heard;
  const auto hear = [&]() -> Result<pki::IssuedLine> {
    const auto held = lock();
    YX_TRY(const auto line, parts_.vault.find_issued_on(said.device_serial));
    if (!line || line->written.empty() || crypto::sm3(line->signing) != said.signing_certificate) {
      return unknown_token();
    }
    heard = parts_.vault.hear_activated(line->second_approval, line->line, activated);
    return *line;
  };
  YX_TRY(const pki::IssuedLine line, hear());
  // Also for a token whose earlier word has reached the vault and not the desk.
  YX_CHECK(parts_.desk.follow_line(line.case_id, line.line));
  YX_CHECK(heard);
  return line.wants_seal ? std::optional(line.seal) : std::nullopt;
}

}  // namespace yinxin::office
