// The requester's own phone: card, face, and the link between the two screens.

#include <algorithm>

#include "base/identifiers/person.h"
#include "base/text.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

constexpr std::size_t max_device_bytes = 64;
constexpr std::chrono::minutes phone_visit_life{15};  // from the first opening
constexpr std::string_view without_end = "长期";
constexpr std::string_view link_text = "phone_link";  // of the programme's texts
constexpr std::string_view link_sent = "link_sent";   // in the timeline

bool has_check(const programme::IdentityRule* rule, std::string_view check) {
  return rule != nullptr && std::ranges::find(rule->checks, check) != rule->checks.end();
}

std::string day_digits(Instant at) {
  std::string day = day_of(at);
  std::erase(day, '-');
  return day;
}

// Why this reading cannot be taken; "" when it can.
std::string judge_card(const Dossier& dossier, CardSide side, const CardReading& reading, Instant now) {
  if (reading.is_copy) {
    return "card.copy";
  }
  if (side == CardSide::emblem) {
    const bool over = reading.valid_to != without_end && reading.valid_to < day_digits(now);
    return over ? "card.expired" : reading.valid_to.empty() ? "card.unreadable" : "";
  }
  const auto id = ResidentId::parse(reading.resident_id, now);
  if (!id || id->text() != dossier.answer("requester_id_number")) {
    return "card.id_differs";
  }
  return reading.name == dossier.answer("requester_name") ? "" : "card.name_differs";
}

Result<void> step_identity(IdentityRecord& identity, IdentityEvent event, By by, bool tries_left) {
  YX_TRY(identity.state, step(life::identity_life, identity.state, event, by,
                              [&](Only only) { return (only == Only::tries_left) == tries_left; }));
  return {};
}

void count_day(IdentityRecord& identity, Instant now) {
  const std::string today = day_of(now);
  if (identity.day != today) {
    identity.day = today;
    identity.face_tries = 0;
    identity.carrier_tries = 0;
  }
}

// The link by SMS, to the number that was checked; so often and no more, since the number may be a stranger's.
Result<void> text_link(DossierChange& change, const Offer& offer, const std::string& url, Instant now) {
  Dossier& dossier = change.dossier;
  YX_CHECK(require(offer.programme.texts.contains(std::string(link_text)), ErrorCode::unsupported, "link.no_text"));
  std::size_t today = 0;
  for (const TimelineEntry& entry : dossier.timeline) {
    if (entry.kind == link_sent) {
      YX_CHECK(require(now >= entry.at + link_message_pause, ErrorCode::too_many_requests, "link.pause"));
      today += day_of(entry.at) == day_of(now) ? 1U : 0U;
    }
  }
  YX_CHECK(require(today < max_link_messages_a_day, ErrorCode::too_many_requests, "link.day"));
  constexpr std::size_t id_bytes = 8;
  const crypto::Digest hash = crypto::sm3(bytes_of(url));
  change.messages.push_back({.id = dossier.id + "-link-" + to_hex(BytesView(hash).first(id_bytes)),
                             .mobile = dossier.answer("requester_mobile"),
                             .text = std::string(link_text),
                             .programme = dossier.programme,
                             .parameters = {{"link", url}}});
  note(dossier, now, std::string(link_sent));
  return {};
}

// By hand from now on: the street waits for no proof, the desk will.
Result<void> leave_to_person(Dossier& dossier, const Offer& offer, Instant now) {
  const programme::IdentityRule* rule = identity_rule(offer.programme);
  YX_CHECK(require(rule != nullptr && !rule->alternative.empty(), ErrorCode::precondition, "identity.no_alternative"));
  if (dossier.face_declined) {
    return {};
  }
  IdentityRecord& identity = dossier.identity;
  YX_CHECK(require(!dossier.application.progress.submitted, ErrorCode::wrong_state, "case.submitted"));
  YX_CHECK(require(identity.state != IdentityState::passed, ErrorCode::wrong_state, "identity.done"));
  if (identity.state == IdentityState::running) {
    YX_CHECK(step_identity(identity, IdentityEvent::timeout, By::clock, true));
  }
  if (identity.state == IdentityState::open) {
    YX_CHECK(step_identity(identity, IdentityEvent::ask_for_person, By::requester, true));
  }
  dossier.face_declined = true;
  dossier.application.needs.identity = false;
  note(dossier, now, "identity_by_person");
  if (dossier.application.state == CaseState::proving_identity) {
    YX_CHECK(move_case(dossier, CaseEvent::edit, requester(dossier), now));
    return move_case(dossier, CaseEvent::complete_entry, requester(dossier), now);
  }
  return {};
}

}  // namespace

Result<Stand> Street::ask_for_person(const std::string& account, const std::string& id) {
  return change(account, id, "ask_for_person", [&](DossierChange& change, const Offer& offer) {
    return leave_to_person(change.dossier, offer, parts_.clock.now());
  });
}

Result<PhoneView> Street::phone_ask_for_person(BytesView token, const std::string& device) {
  Dossier before;
  YX_TRY(const std::string id, case_of_link(token, device, before));
  YX_TRY(const Stand left, change({}, id, "ask_for_person", [&](DossierChange& change, const Offer& offer) {
           return leave_to_person(change.dossier, offer, parts_.clock.now());
         }));
  return view_of(left.dossier);
}

Result<std::string> Street::open_phone_link(const std::string& account, const std::string& id) {
  return make_phone_link(account, id, {});
}

Result<std::string> Street::send_phone_link(const std::string& account, const std::string& id,
                                            const std::string& page) {
  return make_phone_link(account, id, page);
}

Result<std::string> Street::make_phone_link(const std::string& account, const std::string& id,
                                            const std::string& page) {
  std::string token;
  const auto opened = change(account, id, "phone_link", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    token.clear();
    YX_CHECK(check_offer(dossier));
    YX_CHECK(require(are_only_warnings(entry_problems(offer.programme, dossier, now, banks_)), ErrorCode::precondition,
                     "entry.incomplete"));
    YX_CHECK(require(are_only_warnings(paper_problems(offer.programme, dossier)), ErrorCode::precondition,
                     "papers.incomplete"));
    if (dossier.application.state == CaseState::draft) {
      YX_CHECK(move_case(dossier, CaseEvent::complete_entry, requester(dossier), now));
    }
    if (dossier.application.state != CaseState::proving_identity || dossier.face_declined) {
      return {};
    }
    const Bytes drawn = parts_.random.bytes(phone_token_bytes);
    token = to_hex(drawn);
    dossier.identity.link = {.token_hash = crypto::sm3(drawn), .expires_at = now + phone_link_life, .device_hash = {}};
    return page.empty() ? Result<void>() : text_link(change, offer, page + token, now);
  });
  if (!opened) {
    return opened.error();
  }
  return token;
}

Result<std::string> Street::case_of_link(BytesView token, const std::string& device, Dossier& dossier) {
  YX_CHECK(require(!device.empty() && device.size() <= max_device_bytes, ErrorCode::invalid_input, "link.device"));
  const crypto::Digest hash = crypto::sm3(token);
  const auto id = parts_.store.find_link(hash);
  YX_CHECK(require(id.has_value(), ErrorCode::not_found, "link.unknown"));
  YX_TRY(dossier, parts_.store.load(*id));
  const auto& link = dossier.identity.link;
  YX_CHECK(require(link && link->token_hash == hash, ErrorCode::expired, "link.replaced"));
  const std::string device_hash = to_hex(crypto::sm3(bytes_of(device)));
  YX_CHECK(
      require(link->device_hash.empty() || link->device_hash == device_hash, ErrorCode::forbidden, "link.other_phone"));
  YX_CHECK(require(parts_.clock.now() < link->expires_at, ErrorCode::expired, "link.late"));
  return *id;
}

Result<PhoneView> Street::view_of(const Dossier& dossier) {
  YX_TRY(const auto offer, offer_of(dossier));
  const programme::IdentityRule* rule = identity_rule(offer->programme);
  const bool is_done = dossier.identity.state == IdentityState::passed;
  return PhoneView{.unit = dossier.answer("unit_name"),
                   .programme = offer->programme.name,
                   .requester = masked(dossier.answer("requester_name"), 1, 0),
                   .resident_id = masked_answer("requester_id_number", dossier.answer("requester_id_number")),
                   .identity = dossier.identity,
                   .is_done = is_done,
                   .done_text = is_done && rule != nullptr ? rule->done_text : std::string()};
}

Result<PhoneView> Street::phone_open(BytesView token, const std::string& device) {
  Dossier before;
  YX_TRY(const std::string id, case_of_link(token, device, before));
  YX_TRY(const Stand opened, change({}, id, "phone_open", [&](DossierChange& change, const Offer&) -> Result<void> {
           auto& link = change.dossier.identity.link;
           const std::string device_hash = to_hex(crypto::sm3(bytes_of(device)));
           YX_CHECK(require(link && (link->device_hash.empty() || link->device_hash == device_hash),
                            ErrorCode::forbidden, "link.other_phone"));
           if (link->device_hash.empty()) {
             link->device_hash = device_hash;
             link->expires_at = parts_.clock.now() + phone_visit_life;
             note(change.dossier, parts_.clock.now(), "phone_opened");
           }
           return {};
         }));
  return view_of(opened.dossier);
}

Result<PhoneView> Street::phone_card(BytesView token, const std::string& device, CardSide side, BytesView picture) {
  Dossier before;
  YX_TRY(const std::string id, case_of_link(token, device, before));
  // It is evidence, so it must be a picture that an officer can look at; only then is the provider asked.
  YX_TRY(const Examined examined, parts_.examiner.examine(picture));
  std::optional<CardPhoto> photo;
  if (examined.refusal.empty()) {
    photo.emplace();
    YX_TRY(photo->original, parts_.store.put_file(picture));
    YX_TRY(photo->rendition, parts_.store.put_file(examined.rendition));
  }
  const auto reading = photo ? parts_.cards.read(side, picture)
                             : Result<CardReading>(fail(ErrorCode::declined_by_outside, "not a picture"));
  if (!reading && reading.error().code != ErrorCode::declined_by_outside) {
    return reading.error();
  }
  YX_TRY(const Stand read, change({}, id, "phone_card", [&](DossierChange& change, const Offer&) -> Result<void> {
           IdentityRecord& identity = change.dossier.identity;
           identity.reason = reading ? judge_card(change.dossier, side, *reading, parts_.clock.now())
                                     : std::string("card.unreadable");
           auto& kept = side == CardSide::portrait ? identity.portrait_side : identity.emblem_side;
           auto& kept_photo = side == CardSide::portrait ? identity.portrait_photo : identity.emblem_photo;
           kept.reset();
           kept_photo.reset();
           if (identity.reason.empty()) {
             kept_photo = photo;
             kept = *reading;
             kept->answer.raw.clear();
           }
           return {};
         }));
  return view_of(read.dossier);
}

Result<std::string> Street::phone_begin_face(BytesView token, const std::string& device, const std::string& return_url,
                                             const std::string& device_info) {
  Dossier before;
  YX_TRY(const std::string id, case_of_link(token, device, before));
  YX_TRY(const auto offer, offer_of(before));
  const programme::IdentityRule* rule = identity_rule(offer->programme);
  const std::int64_t most = rule != nullptr && rule->tries_a_day > 0 ? rule->tries_a_day : usual_face_tries_a_day;
  count_day(before.identity, parts_.clock.now());
  YX_CHECK(require(!before.face_declined, ErrorCode::wrong_state, "identity.by_person"));
  YX_CHECK(require(before.application.state == CaseState::proving_identity, ErrorCode::wrong_state, "identity.done"));
  YX_CHECK(require(before.identity.face_tries < most, ErrorCode::too_many_requests, "face.tries_used"));
  const bool has_cards = before.identity.portrait_side && before.identity.emblem_side;
  YX_CHECK(require(has_cards || !has_check(rule, "id_photos"), ErrorCode::precondition, "card.missing"));
  YX_TRY(const FaceCheckBegun begun, parts_.faces.begin({.id = to_hex(parts_.random.bytes(16)),
                                                         .name = before.answer("requester_name"),
                                                         .resident_id = before.answer("requester_id_number"),
                                                         .return_url = return_url,
                                                         .device_info = device_info}));
  const auto noted = change({}, id, "phone_face", [&](DossierChange& change, const Offer&) -> Result<void> {
    IdentityRecord& identity = change.dossier.identity;
    const Instant now = parts_.clock.now();
    count_day(identity, now);
    if (identity.state == IdentityState::running) {
      YX_CHECK(step_identity(identity, IdentityEvent::timeout, By::clock, true));
    }
    YX_CHECK(step_identity(identity, IdentityEvent::start, By::requester, true));
    identity.face_transaction = begun.transaction;
    identity.face_consent_at = now;
    identity.reason.clear();
    return {};
  });
  if (!noted) {
    return noted.error();
  }
  return begun.url;
}

Result<PhoneView> Street::phone_result(BytesView token, const std::string& device, bool left) {
  Dossier before;
  YX_TRY(const std::string id, case_of_link(token, device, before));
  if (before.identity.state != IdentityState::running) {
    return view_of(before);
  }
  YX_TRY(FaceFact fact, parts_.faces.result(before.identity.face_transaction));
  if (fact.verdict == FaceVerdict::under_way && left) {
    fact.verdict = FaceVerdict::cancelled;
  }
  if (fact.verdict == FaceVerdict::under_way) {
    return view_of(before);
  }
  YX_TRY(
      const Stand told, change({}, id, "face_result", [&](DossierChange& change, const Offer& offer) -> Result<void> {
        Dossier& dossier = change.dossier;
        IdentityRecord& identity = dossier.identity;
        if (identity.state != IdentityState::running || identity.face_transaction != before.identity.face_transaction) {
          return {};
        }
        const Instant now = parts_.clock.now();
        if (fact.verdict == FaceVerdict::cancelled) {
          identity.reason = "face.cancelled";
          return step_identity(identity, IdentityEvent::timeout, By::clock, true);
        }
        if (fact.verdict == FaceVerdict::failed) {
          const programme::IdentityRule* rule = identity_rule(offer.programme);
          const std::int64_t most =
              rule != nullptr && rule->tries_a_day > 0 ? rule->tries_a_day : usual_face_tries_a_day;
          count_day(identity, now);
          ++identity.face_tries;
          identity.reason = "face.failed";
          note(dossier, now, "face_failed");
          return step_identity(identity, IdentityEvent::failed, By::outside, identity.face_tries < most);
        }
        YX_CHECK(step_identity(identity, IdentityEvent::passed, By::outside, true));
        identity.reason.clear();
        dossier.application.progress.identity_proven = true;
        YX_CHECK(move_case(dossier, CaseEvent::identity_passed, {By::outside, {}}, now));
        // After a return everything else may be done already: then it is the desk's turn at once.
        if (life::traits_of(dossier.application.state).owner == Owner::desk) {
          ask_to_submit(change);
        }
        return {};
      }));
  return view_of(told.dossier);
}

}  // namespace yinxin::hall
