#include "api/routes/hall/certificates.h"

#include <boost/json.hpp>

#include <array>

namespace yinxin::api {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

enum class Standing : std::uint8_t { in_force, on_hold, revoked, expired, not_yet, unknown };
struct StandingRow {
  std::string_view code;
  std::string_view zh;
  std::string_view en;
};
constexpr std::array<StandingRow, 6> standings{
    StandingRow{"in_force", "有效", "In force"},          StandingRow{"on_hold", "未启用", "Not in use yet"},
    StandingRow{"revoked", "已注销", "Revoked"},          StandingRow{"expired", "已过期", "Expired"},
    StandingRow{"not_yet", "未生效", "Not in force yet"}, StandingRow{"unknown", "状态未知", "Status not known"}};

// A certificate that was revoked stays so; one whose time is over needs no other word.
Standing standing_of(Instant from, Instant until, const StatusTold& told, Instant now) {
  const bool is_revoked = told.status == x509::CertStatus::revoked;
  if (is_revoked && told.reason != x509::RevocationReason::certificate_hold) {
    return Standing::revoked;
  }
  if (now > until) {
    return Standing::expired;
  }
  if (is_revoked) {
    return Standing::on_hold;
  }
  if (told.status == x509::CertStatus::unknown) {
    return Standing::unknown;
  }
  return now < from ? Standing::not_yet : Standing::in_force;
}

object state_view(Standing standing) {
  const StandingRow& row = standings[static_cast<std::size_t>(standing)];
  return {{"code", row.code}, {"label", row.zh}, {"label_en", row.en}};
}

// Days that are left, begun ones counted; 0 when it is over.
std::int64_t days_left(Instant until, Instant now) {
  return std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::days>(until - now).count());
}

object certificate_view(const x509::Certificate& certificate, const StatusTold& told, Instant now) {
  const Standing standing = standing_of(certificate.not_before(), certificate.not_after(), told, now);
  return {{"serial", certificate.serial_hex()},
          {"subject", certificate.subject().text()},
          {"issuer", certificate.issuer().text()},
          {"valid_from", to_rfc3339(certificate.not_before())},
          {"valid_until", to_rfc3339(certificate.not_after())},
          {"days_left", days_left(certificate.not_after(), now)},
          {"state", state_view(standing)},
          {"revoked_at", standing == Standing::revoked ? value(to_rfc3339(told.revoked_at)) : value(nullptr)}};
}

// A seal lives as long as the certificate that it stands on.
value seal_view(const std::optional<hall::MadeSeal>& seal, const StatusTold& signing, Instant now) {
  if (!seal) {
    return nullptr;
  }
  return object{{"id", seal->id},
                {"name", seal->name},
                {"valid_from", to_rfc3339(seal->valid_from)},
                {"valid_until", to_rfc3339(seal->valid_until)},
                {"state", state_view(standing_of(seal->valid_from, seal->valid_until, signing, now))}};
}

Result<std::vector<x509::Certificate>> certificates_in(const std::vector<hall::Dossier>& cases) {
  std::vector<x509::Certificate> all;
  for (const hall::Dossier& dossier : cases) {
    for (const hall::MadeLine& made : dossier.made) {
      for (const Bytes* const der : {&made.signing, &made.encryption}) {
        auto parsed = x509::Certificate::parse(*der);
        if (!parsed) {
          return fail(ErrorCode::corrupt, "a certificate of " + dossier.id, parsed.error());
        }
        all.push_back(std::move(*parsed));
      }
    }
  }
  return all;
}

}  // namespace

Result<array> certificates_view(const std::vector<hall::Dossier>& cases,
                                const std::function<std::string(const hall::Dossier&)>& programme_name,
                                const StatusOf& status_of, Instant now) {
  YX_TRY(const auto certificates, certificates_in(cases));
  std::vector<StatusTold> told = status_of ? status_of(certificates) : std::vector<StatusTold>();
  told.resize(certificates.size());
  array list;
  std::size_t next = 0;
  for (const hall::Dossier& dossier : cases) {
    for (const hall::MadeLine& made : dossier.made) {
      const std::size_t signing = next++;
      const std::size_t encryption = next++;
      list.push_back(object{{"case", dossier.id},
                            {"line", made.line},
                            {"unit", dossier.answer("unit_name")},
                            {"programme", object{{"code", dossier.programme}, {"name", programme_name(dossier)}}},
                            {"token", made.token},
                            {"signing", certificate_view(certificates[signing], told[signing], now)},
                            {"encryption", certificate_view(certificates[encryption], told[encryption], now)},
                            {"seal", seal_view(made.seal, told[signing], now)}});
    }
  }
  return list;
}

}  // namespace yinxin::api
