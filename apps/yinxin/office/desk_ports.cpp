#include "yinxin/office/desk_ports.h"

#include <algorithm>

#include "base/identifiers/contact.h"
#include "hall/application/life_parts.h"
#include "yinxin/office/approvals.h"
#include "yinxin/office/holder_service.h"
#include "yinxin/office/production.h"

namespace yinxin::office {

namespace {

audit::Deed deed_of(const api::OfficerSession& officer, std::string_view action, const std::string& object) {
  return {.role = std::string(trust::name_of(officer.role)),
          .subject = officer.person,
          .action = std::string(action),
          .object = object,
          .result = "intended"};
}

api::AuditEntry audit_entry(const audit::Entry& entry) {
  return {.sequence = entry.sequence,
          .at = entry.time,
          .role = entry.deed.role,
          .officer = entry.deed.subject,
          .action = entry.deed.action,
          .object = entry.deed.object,
          .result = entry.deed.result};
}

Result<std::vector<api::ListedOfficer>> listed_officers(House& house) {
  YX_TRY(const auto revoked, house.current_roles_list());
  YX_TRY(auto roster, house.roster());
  std::vector<api::ListedOfficer> all;
  for (RosterEntry& entry : roster) {
    const auto* const ended = revoked.find(entry.approval.serial());
    all.push_back({.approval = std::move(entry.approval),
                   .login = std::move(entry.login),
                   .officer = entry.officer,
                   .revoked_at = ended == nullptr ? std::nullopt : std::optional(ended->revoked_at)});
  }
  return all;
}

}  // namespace

DeskService::DeskService(Parts parts)
    : parts_(std::move(parts)),
      sessions_({.clock = parts_.clock,
                 .random = parts_.random,
                 .roles_ca = parts_.house.roles(),
                 .roles_list = [this]() -> Result<x509::CertificateList> {
                   const std::scoped_lock lock(parts_.writer);
                   return parts_.house.current_roles_list();
                 }}),
      tickets_(parts_.clock, parts_.random) {}

void DeskService::add_desk_routes(net::Router& router) {
  api::add_desk_routes(router, {.desk = parts_.house.desk(),
                                .writer = parts_.writer,
                                .sessions = sessions_,
                                .roles_ca = parts_.house.roles(),
                                .origin = parts_.origin,
                                .is_over_tls = parts_.is_over_tls,
                                .papers_origin = parts_.papers_origin,
                                .tickets = &tickets_,
                                .ports = desk_ports()});
  api::add_finance_routes(router, {.sessions = sessions_,
                                   .origin = parts_.origin,
                                   .papers_origin = parts_.papers_origin,
                                   .tickets = &tickets_,
                                   .ports = finance_ports()});
  api::add_audit_routes(router, {.sessions = sessions_, .origin = parts_.origin, .ports = audit_ports()});
}

void DeskService::add_paper_routes(net::Router& router) {
  std::function<Result<Bytes>(const std::string&)> voucher;
  if (StreetDoors* const street = parts_.outside.street; street != nullptr) {
    voucher = [street](const std::string& order) { return street->voucher(order); };
  }
  api::add_paper_routes(router, {.desk = parts_.house.desk(),
                                 .writer = parts_.writer,
                                 .tickets = tickets_,
                                 .voucher = std::move(voucher),
                                 .origin = parts_.papers_origin,
                                 .desk_origin = parts_.origin});
}

// Nobody decides about his own money. A case that the desk does not know yet concerns none of the officers by its word.
Result<void> DeskService::check_not_concerned(const std::string& id, const hall::Actor& officer) {
  const std::scoped_lock lock(parts_.writer);
  const auto record = parts_.house.desk().find(id);
  if (!record) {
    return record.error().code == ErrorCode::not_found ? Result<void>() : Result<void>(record.error());
  }
  const auto& concerned = record->application.concerned;
  return std::ranges::find(concerned, officer.person) == concerned.end()
             ? Result<void>()
             : Result<void>(fail(ErrorCode::forbidden, "an officer may not handle a case that concerns them"));
}

api::FinancePorts DeskService::finance_ports() {
  api::FinancePorts ports;
  ports.record = desk_ports().record;
  StreetDoors* const street = parts_.outside.street;
  if (street == nullptr) {
    return ports;
  }
  ports.to_decide = [street] { return street->money_to_decide(); };
  ports.decide = [this, street](const std::string& refund, hall::FinanceDeed deed, const hall::Actor& officer,
                                const std::string& words) -> Result<hall::MoneyItem> {
    YX_TRY(const std::string id, street->case_of_refund(refund));
    YX_CHECK(check_not_concerned(id, officer));
    return street->decide_refund(refund, deed, officer.person, words);
  };
  ports.give_back = [this, street](const std::string& order, std::int64_t fen, const hall::Actor& officer,
                                   const std::string& words) -> Result<hall::MoneyItem> {
    YX_TRY(const std::string id, street->case_of_order(order));
    YX_CHECK(check_not_concerned(id, officer));
    return street->give_back(order, fen, officer.person, words);
  };
  ports.transfers = [street] { return street->transfers_awaited(); };
  ports.deny_voucher = [this, street](const std::string& order, const hall::Actor& officer,
                                      const std::string& words) -> Result<void> {
    YX_TRY(const std::string id, street->case_of_order(order));
    YX_CHECK(check_not_concerned(id, officer));
    return street->deny_voucher(order, officer.person, words);
  };
  ports.name_booking = [this, street](const std::string& order, const std::string& booking, const hall::Actor& officer,
                                      const std::string& words) -> Result<void> {
    YX_TRY(const std::string id, street->case_of_order(order));
    YX_CHECK(check_not_concerned(id, officer));
    return street->name_booking(order, booking, officer.person, words);
  };
  return ports;
}

api::AuditPorts DeskService::audit_ports() {
  api::AuditPorts ports;
  ports.record = desk_ports().record;
  // Beside the writer, whose lock it does not take: who reads far back holds nobody up.
  ports.read = [&house = parts_.house](const api::AuditQuery& query) -> Result<api::AuditPage> {
    const auto wanted = [&query](const audit::Entry& entry) { return query.is_met_by(audit_entry(entry)); };
    YX_TRY(audit::LookedBack seen, house.desk_domain().look_back(query.before, wanted));
    const audit::Head start = house.desk_domain().audit_at_start();
    api::AuditPage page{.entries = {},
                        .newest = seen.newest,
                        .oldest = seen.oldest,
                        .newest_sm3 = seen.newest_hash,
                        .predecessor_sm3 = seen.predecessor,
                        .looked_at = seen.looked_at,
                        .reaches_writer = seen.reaches_writer,
                        .has_older = seen.has_older,
                        .breaks = {},
                        .checked_at_start = start.sequence};
    std::ranges::transform(seen.entries, std::back_inserter(page.entries), audit_entry);
    for (audit::Break& each : seen.breaks) {
      page.breaks.push_back({.sequence = each.sequence, .id = std::move(each.id)});
    }
    return page;
  };
  return ports;
}

// Seen by a registration officer, confirmed by a review officer.
Result<void> DeskService::prove_legal_representative(const std::string& id, const hall::Actor& officer,
                                                     const hall::SeenInPerson& seen) {
  StreetDoors* const street = parts_.outside.street;
  if (street == nullptr) {
    return fail(ErrorCode::not_found, "case.unknown");
  }
  YX_CHECK(check_not_concerned(id, officer));
  return officer.role == hall::By::review_officer ? street->confirm_legal_representative(id, officer)
                                                  : street->see_legal_representative(id, officer, seen);
}

Result<api::OfferedBundle> DeskService::offer(const std::string& id, trust::Decision decision,
                                              const std::map<std::string, std::string>& overrides) {
  const std::scoped_lock lock(parts_.writer);
  YX_TRY(token::ApprovalBundle bundle, lay_before(parts_.house, id, decision, overrides));
  api::OfferedBundle offered{.snapshot = std::move(bundle.snapshot),
                             .manifest = std::move(bundle.manifest),
                             .content = bundle.content.to_der(),
                             .materials = {},
                             .evidence = std::move(bundle.evidence),
                             .first_approval = std::move(bundle.first_approval),
                             .checks = {}};
  YX_TRY(offered.checks, parts_.house.desk().checks(id));
  for (token::ShownMaterial& material : bundle.materials) {
    offered.materials.push_back(
        {std::move(material.slot), std::move(material.original), std::move(material.rendition)});
  }
  return offered;
}

api::DeskPorts DeskService::desk_ports() {
  House& house = parts_.house;
  std::mutex& writer = parts_.writer;
  return {
      .record = [&](const api::OfficerSession& officer, std::string_view action,
                    const std::string& object) -> Result<void> {
        const std::scoped_lock lock(writer);
        YX_CHECK(house.desk_audit().record(deed_of(officer, action, object)));
        return {};
      },
      .lay_before = [this](
                        const std::string& id, trust::Decision decision,
                        const std::map<std::string, std::string>& overrides) { return offer(id, decision, overrides); },
      .requery = parts_.outside.requery,
      .consents = [street = parts_.outside.street](const std::string& id) -> Result<std::vector<hall::ConsentShown>> {
        auto given = street == nullptr ? Result<std::vector<hall::ConsentShown>>(std::vector<hall::ConsentShown>())
                                       : street->consents_of(id);
        const bool is_not_of_the_street = !given && given.error().code == ErrorCode::not_found;
        return is_not_of_the_street ? Result<std::vector<hall::ConsentShown>>(std::vector<hall::ConsentShown>())
                                    : std::move(given);
      },
      .legal_check = [street =
                          parts_.outside.street](const std::string& id) -> Result<std::optional<hall::LegalCheck>> {
        if (street == nullptr) {
          return fail(ErrorCode::not_found, "case.unknown");
        }
        return street->legal_check(id);
      },
      .prove_legal_representative =
          [this](const std::string& id, const hall::Actor& officer, const hall::SeenInPerson& seen) {
            return prove_legal_representative(id, officer, seen);
          },
      .order_courier = parts_.outside.order_courier,
      .permit = [&](const std::string& id, std::int64_t line, const std::string& device,
                    const x509::Certificate& station, const x509::Certificate& officer) -> Result<api::PermittedLine> {
        const std::scoped_lock lock(writer);
        api::PermittedLine made;
        YX_TRY(made.secrets, permit_line(house, id, line, device, station, officer));
        YX_TRY(made.permit, house.desk().paper(id, line, hall::Paper::permit));
        made.pin_domain = house.pin().certificate().der();
        return made;
      },
      .issue = [&](const std::string& id, std::int64_t line) -> Result<void> {
        const std::scoped_lock lock(writer);
        return issue_line(house, id, line);
      },
      .make_seal = [&](const std::string& id, std::int64_t line) -> Result<Bytes> {
        const std::scoped_lock lock(writer);
        return make_line_seal(house, id, line);
      },
      .certificates = [&](const std::string& id, std::int64_t line) -> Result<api::MadeLine> {
        const std::scoped_lock lock(writer);
        YX_TRY(LineCertificates made, certificates_of_line(house, id, line));
        return api::MadeLine{.signing = std::move(made.signing),
                             .encryption = std::move(made.encryption),
                             .envelope = std::move(made.envelope),
                             .seal = std::move(made.seal)};
      },
      .hear_written = [&](const std::string& id, std::int64_t line, BytesView written) -> Result<void> {
        const std::scoped_lock lock(writer);
        return hear_written(house, id, line, written);
      },
      .programmes = parts_.outside.programmes,
      .officers = [&]() -> Result<std::vector<api::ListedOfficer>> {
        const std::scoped_lock lock(writer);
        return listed_officers(house);
      }};
}

// A code is drawn and counted whatever number was named, and the answer is the same: who holds a stolen token cannot
// ask us whose it is.
Result<api::CodeTicket> DeskService::send_code(const api::TokenSeen& seen, const std::string& mobile) {
  const auto named = MobileNumber::parse(mobile);
  if (!named) {
    return named.error();
  }
  if (!parts_.outside.send_code) {
    return fail(ErrorCode::unsupported, "there is no provider of messages");
  }
  const auto whose = [&]() -> Result<std::pair<std::string, std::string>> {
    const std::scoped_lock lock(parts_.writer);
    YX_TRY(const pki::IssuedLine line, waiting_line(parts_.house.doors(), seen));
    YX_TRY(const hall::CaseRecord record, parts_.house.desk().find(line.case_id));
    return std::pair(line.name(), record.snapshot.requester.mobile);
  };
  YX_TRY(const auto line, whose());
  const bool is_theirs = named->text() == line.second;
  YX_TRY(Bytes challenge,
         parts_.outside.send_code(line.first, seen.device_serial, is_theirs ? line.second : std::string()));
  const Instant now = parts_.clock.now();
  return api::CodeTicket{
      .challenge = std::move(challenge), .expires_at = now + pin::code_life, .next_at = now + pin::code_pause};
}

Result<void> DeskService::follow_line(const std::string& case_id, std::int64_t line) {
  const std::scoped_lock lock(parts_.writer);
  return carry_over(parts_.house, case_id, line);
}

}  // namespace yinxin::office
