// A dossier as JSON, for the store to seal. Written and read here only.

#include <boost/json.hpp>
#include <limits>

#include "hall/street/dossier.h"

namespace yinxin::hall {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::int64_t format = 1;

value of(const std::string& text) { return boost::json::string(text); }
value of(std::int64_t number) { return number; }
value of(bool yes) { return yes; }
value of(Instant at) { return to_unix_ms(at); }
value of(const Bytes& bytes) { return boost::json::string(to_hex(bytes)); }
value of(const crypto::Digest& digest) { return boost::json::string(to_hex(digest)); }
value of(const Answers& map) {
  object out;
  for (const auto& [key, text] : map) {
    out[key] = text;
  }
  return out;
}
value of(const std::vector<std::string>& texts) {
  array out;
  for (const std::string& text : texts) {
    out.push_back(boost::json::string(text));
  }
  return out;
}

// The store gives back what was written here; anything else is damage, told once by `broken`.
class Source {
 public:
  Source(const value& from, bool& broken) : fields_(from.if_object()), broken_(broken) {
    if (fields_ == nullptr) {
      broken_ = true;
    }
  }
  [[nodiscard]] const value* find(const char* key) const {
    const value* found = fields_ == nullptr ? nullptr : fields_->if_contains(key);
    return found == nullptr || found->is_null() ? nullptr : found;
  }
  [[nodiscard]] bool has(const char* key) const { return find(key) != nullptr; }
  bool& broken() const { return broken_; }

  void read(const char* key, std::string& out) const {
    if (const value* found = need(key); found != nullptr) {
      found->is_string() ? void(out = std::string(found->get_string())) : void(broken_ = true);
    }
  }
  void read(const char* key, std::int64_t& out) const {
    if (const value* found = need(key); found != nullptr) {
      found->is_int64() ? void(out = found->get_int64()) : void(broken_ = true);
    }
  }
  void read(const char* key, int& out) const {
    std::int64_t number = 0;
    read(key, number);
    broken_ = broken_ || number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max();
    out = static_cast<int>(number);
  }
  void read(const char* key, bool& out) const {
    if (const value* found = need(key); found != nullptr) {
      found->is_bool() ? void(out = found->get_bool()) : void(broken_ = true);
    }
  }
  // Of a field that older dossiers do not have: what it was made as stays.
  void read_if_there(const char* key, std::string& out) const {
    if (has(key)) {
      read(key, out);
    }
  }
  void read(const char* key, Instant& out) const {
    std::int64_t ms = 0;
    read(key, ms);
    out = from_unix_ms(ms);
  }
  void read(const char* key, std::optional<Instant>& out) const {
    if (has(key)) {
      read(key, out.emplace());
    }
  }
  void read(const char* key, Bytes& out) const {
    std::string hex;
    read(key, hex);
    auto bytes = from_hex(hex);
    broken_ = broken_ || !bytes;
    out = bytes ? std::move(*bytes) : Bytes();
  }
  void read(const char* key, crypto::Digest& out) const {
    std::string hex;
    read(key, hex);
    const auto bytes = from_hex(hex);
    if (!bytes || bytes->size() != out.size()) {
      broken_ = true;
      return;
    }
    std::ranges::copy(*bytes, out.begin());
  }
  void read(const char* key, Answers& out) const {
    if (const value* found = need(key); found != nullptr && found->is_object()) {
      for (const auto& [name, text] : found->get_object()) {
        broken_ = broken_ || !text.is_string();
        out[name] = text.is_string() ? std::string(text.get_string()) : std::string();
      }
    } else {
      broken_ = true;
    }
  }
  void read(const char* key, std::vector<std::string>& out) const {
    each(key, [&](const value& entry) {
      broken_ = broken_ || !entry.is_string();
      out.push_back(entry.is_string() ? std::string(entry.get_string()) : std::string());
    });
  }
  // Enumerations are kept by number; `count`: how many there are.
  template <class Enum>
  void read_enum(const char* key, Enum& out, std::size_t count) const {
    std::int64_t number = 0;
    read(key, number);
    if (number < 0 || static_cast<std::size_t>(number) >= count) {
      broken_ = true;
      return;
    }
    out = static_cast<Enum>(number);
  }
  template <class Each>
  void each(const char* key, Each&& take) const {
    const value* found = need(key);
    if (found == nullptr || !found->is_array()) {
      broken_ = true;
      return;
    }
    for (const value& entry : found->get_array()) {
      take(entry);
    }
  }

 private:
  [[nodiscard]] const value* need(const char* key) const {
    const value* found = find(key);
    broken_ = broken_ || found == nullptr;
    return found;
  }
  const object* fields_;
  bool& broken_;
};

// One list of fields for both ways: `Pen` writes into an object, `Eye` reads from one.
class Pen {
 public:
  template <class T>
  void operator()(const char* key, const T& field) {
    out[key] = of(field);
  }
  void operator()(const char* key, const int& field) { out[key] = std::int64_t{field}; }
  void operator()(const char* key, const std::optional<Instant>& field) {
    if (field) {
      out[key] = of(*field);
    }
  }
  void later(const char* key, const std::string& field) {
    if (!field.empty()) {
      out[key] = of(field);
    }
  }
  template <class T, class Fields>
  void later_list(const char* key, const std::vector<T>& entries, Fields&& fields) {
    if (!entries.empty()) {
      list(key, entries, std::forward<Fields>(fields));
    }
  }
  template <class Enum>
  void number(const char* key, const Enum& field, std::size_t) {
    out[key] = static_cast<std::int64_t>(field);
  }
  template <class T, class Fields>
  void list(const char* key, const std::vector<T>& entries, Fields&& fields) {
    array written;
    for (const T& entry : entries) {
      Pen inner;
      fields(inner, const_cast<T&>(entry));
      written.push_back(std::move(inner.out));
    }
    out[key] = std::move(written);
  }
  // Left out when empty: dossiers of before the field have none.
  template <class T, class Fields>
  void list_if_any(const char* key, const std::vector<T>& entries, Fields&& fields) {
    if (!entries.empty()) {
      list(key, entries, fields);
    }
  }
  template <class T, class Fields>
  void part(const char* key, const std::optional<T>& entry, Fields&& fields) {
    if (entry) {
      Pen inner;
      fields(inner, const_cast<T&>(*entry));
      out[key] = std::move(inner.out);
    }
  }
  template <class T, class Fields>
  void inside(const char* key, T& entry, Fields&& fields) {
    Pen inner;
    fields(inner, entry);
    out[key] = std::move(inner.out);
  }
  object out;
};

class Eye {
 public:
  explicit Eye(const Source& source) : source_(source) {}
  template <class T>
  void operator()(const char* key, T& field) {
    source_.read(key, field);
  }
  // What older dossiers do not have.
  void later(const char* key, std::string& field) { source_.read_if_there(key, field); }
  template <class T, class Fields>
  void later_list(const char* key, std::vector<T>& entries, Fields&& fields) {
    if (source_.has(key)) {
      list(key, entries, std::forward<Fields>(fields));
    }
  }
  template <class Enum>
  void number(const char* key, Enum& field, std::size_t count) {
    source_.read_enum(key, field, count);
  }
  template <class T, class Fields>
  void list(const char* key, std::vector<T>& entries, Fields&& fields) {
    source_.each(key, [&](const value& entry) {
      const Source inner(entry, source_.broken());
      Eye eye(inner);
      fields(eye, entries.emplace_back());
    });
  }
  template <class T, class Fields>
  void list_if_any(const char* key, std::vector<T>& entries, Fields&& fields) {
    if (source_.has(key)) {
      list(key, entries, fields);
    }
  }
  template <class T, class Fields>
  void part(const char* key, std::optional<T>& entry, Fields&& fields) {
    if (const value* found = source_.find(key)) {
      const Source inner(*found, source_.broken());
      Eye eye(inner);
      fields(eye, entry.emplace());
    }
  }
  template <class T, class Fields>
  void inside(const char* key, T& entry, Fields&& fields) {
    const value* found = source_.find(key);
    if (found == nullptr) {
      source_.broken() = true;
      return;
    }
    const Source inner(*found, source_.broken());
    Eye eye(inner);
    fields(eye, entry);
  }

 private:
  const Source& source_;
};

constexpr auto consent_fields = [](auto& io, Consent& c) {
  io("document", c.document);
  io("text", c.text);
  io("at", c.at);
  io("address", c.visitor.address);
  io("agent", c.visitor.agent);
};
constexpr auto form_fields = [](auto& io, FormVersion& f) {
  io("number", f.number);
  io("answers", f.answers);
  io("made_at", f.made_at);
  io("printed_at", f.printed_at);
};
constexpr auto check_fields = [](auto& io, MachineCheck& c) {
  io("id", c.id);
  io.number("level", c.level, static_cast<std::size_t>(CheckLevel::not_checked) + 1);
  io("subject", c.subject);
  io("compared_with", c.compared_with);
  io("found", c.found);
};
constexpr auto photo_fields = [](auto& io, CardPhoto& p) {
  io("original", p.original);
  io("rendition", p.rendition);
};
constexpr auto upload_fields = [](auto& io, Upload& u) {
  io("slot", u.slot);
  io("original", u.original);
  io("rendition", u.rendition);
  io("media_type", u.media_type);
  io("pages", u.pages);
  io("form_version", u.form_version);
  io("warnings", u.warnings);
  io.list_if_any("checks", u.checks, check_fields);
  io("seal_width", u.seal_width_tenths_mm);
  io("seal_height", u.seal_height_tenths_mm);
  io("at", u.at);
};
constexpr auto link_fields = [](auto& io, PhoneLink& l) {
  io("token", l.token_hash);
  io("expires_at", l.expires_at);
  io("device", l.device_hash);
};
constexpr auto card_fields = [](auto& io, CardReading& c) {
  io("name", c.name);
  io("resident_id", c.resident_id);
  io("valid_from", c.valid_from);
  io("valid_to", c.valid_to);
  io("is_copy", c.is_copy);
  io("provider", c.answer.provider);
  io("transaction", c.answer.transaction);
};
constexpr auto identity_fields = [](auto& io, IdentityRecord& i) {
  io.number("state", i.state, life::identity_states.size());
  io.part("link", i.link, link_fields);
  io.part("portrait", i.portrait_side, card_fields);
  io.part("emblem", i.emblem_side, card_fields);
  io.part("portrait_photo", i.portrait_photo, photo_fields);
  io.part("emblem_photo", i.emblem_photo, photo_fields);
  io("face_consent_at", i.face_consent_at);
  io("face_transaction", i.face_transaction);
  io("day", i.day);
  io("face_tries", i.face_tries);
  io("carrier_tries", i.carrier_tries);
  io.number("carrier", i.carrier, static_cast<std::size_t>(CarrierVerdict::no_record) + 1);
  io("carrier_subject", i.carrier_subject);
  io("reason", i.reason);
};
constexpr auto order_fields = [](auto& io, OrderRecord& o) {
  io("number", o.number);
  io("way", o.way);
  io("price_fen", o.price_fen);
  io.number("state", o.state, life::payment_states.size());
  io("code_url", o.code_url);
  io("expires_at", o.expires_at);
  io("transaction", o.transaction);
  io("paid_fen", o.paid_fen);
  io("paid_at", o.paid_at);
  io.later("currency", o.currency);
  io.later("payer", o.payer);
  io.later("booking", o.booking);
};
constexpr auto refund_fields = [](auto& io, RefundRecord& r) {
  io("number", r.number);
  io("order", r.order);
  io("fen", r.fen);
  io.number("reason", r.reason, refund_reasons.size());
  io.number("state", r.state, life::refund_states.size());
  io("asked_at", r.asked_at);
  io("decided_by", r.decided_by);
  io("words", r.words);
  io("transaction", r.transaction);
  io("granted_at", r.granted_at);
  io("ended_at", r.ended_at);
};
constexpr auto deposit_fields = [](auto& io, DepositRecord& d) {
  io("id", d.id);
  io.number("state", d.state, life::deposit_states.size());
  io("reason", d.reason);
  io("asked_at", d.asked_at);
  io("failures", d.failures);
};
constexpr auto legal_check_fields = [](auto& io, LegalCheck& c) {
  io("deposit", c.deposit);
  io("mobile", c.mobile);
  io("method", c.seen.method);
  io("words", c.seen.words);
  io("seen_by", c.seen_by);
  io("seen_at", c.seen_at);
  io("confirmed_by", c.confirmed_by);
  io("confirmed_at", c.confirmed_at);
};
constexpr auto line_fields = [](auto& io, CaseLine& l) {
  io("number", l.number);
  io.number("business", l.business, kinds.size());
  io.number("medium", l.medium, static_cast<std::size_t>(Medium::new_) + 1);
  io.number("state", l.state, life::line_states.size());
};
constexpr auto timeline_fields = [](auto& io, TimelineEntry& t) {
  io("at", t.at);
  io("kind", t.kind);
  io("detail", t.detail);
};
constexpr auto seal_fields = [](auto& io, MadeSeal& s) {
  io("id", s.id);
  io("name", s.name);
  io("valid_from", s.valid_from);
  io("valid_until", s.valid_until);
};
constexpr auto made_fields = [](auto& io, MadeLine& m) {
  io("line", m.line);
  io("token", m.token);
  io("signing", m.signing);
  io("encryption", m.encryption);
  io.part("seal", m.seal, seal_fields);
};
constexpr auto application_fields = [](auto& io, Application& a) {
  io.number("state", a.state, life::case_states.size());
  io("act_by", a.act_by);
  io("needs_identity", a.needs.identity);
  io("needs_account", a.needs.account_before_review);
  io("needs_paper", a.needs.paper);
  io("needs_delivery", a.needs.delivery);
  io.number("gate", a.needs.gate, static_cast<std::size_t>(PaymentGate::hand_over) + 1);
  io("submitted", a.progress.submitted);
  io("identity_proven", a.progress.identity_proven);
  io("paid", a.progress.paid);
  io("payment_under_way", a.progress.payment_under_way);
  io("account_proven", a.progress.account_proven);
  io("paper_complete", a.progress.paper_complete);
  io.list("lines", a.lines, line_fields);
};

constexpr auto dossier_fields = [](auto& io, Dossier& d) {
  io("id", d.id);
  io("account", d.account);
  io("mobile", d.mobile);
  io("project_id", d.project_id);
  io("programme", d.programme);
  io("programme_version", d.programme_version);
  io("revision", d.revision);
  io("opening_key", d.opening_key);
  io.inside("application", d.application, application_fields);
  io("price_version", d.price_version);
  io("wants_seal", d.wants_seal);
  io("face_declined", d.face_declined);
  io("answers", d.answers);
  io.list("consents", d.consents, consent_fields);
  io.list("forms", d.forms, form_fields);
  io.list("uploads", d.uploads, upload_fields);
  io.inside("identity", d.identity, identity_fields);
  io.list("orders", d.orders, order_fields);
  io.list("deposits", d.deposits, deposit_fields);
  io.part("legal_check", d.legal_check, legal_check_fields);
  io.later_list("refunds", d.refunds, refund_fields);
  io("withdrawal_asked_at", d.withdrawal_asked_at);
  io("reopened", d.reopened);
  io("waybill", d.waybill);
  io.later_list("made", d.made, made_fields);
  io("promised_by", d.promised_by);
  io.list("timeline", d.timeline, timeline_fields);
  io("begun", d.begun);
  io("changed", d.changed);
};

}  // namespace

std::string Dossier::to_json() const {
  Pen pen;
  dossier_fields(pen, const_cast<Dossier&>(*this));
  pen.out["format"] = format;
  return boost::json::serialize(pen.out);
}

Result<Dossier> Dossier::from_json(std::string_view text) {
  boost::system::error_code failed;
  const value read = boost::json::parse(text, failed);
  if (failed) {
    return fail(ErrorCode::corrupt, "a dossier that is not JSON");
  }
  bool broken = false;
  const Source source(read, broken);
  std::int64_t found_format = 0;
  source.read("format", found_format);
  if (found_format != format) {
    return fail(ErrorCode::corrupt, "a dossier of another format");
  }
  Dossier dossier;
  Eye eye(source);
  dossier_fields(eye, dossier);
  if (broken) {
    return fail(ErrorCode::corrupt, "a dossier that misses something");
  }
  return dossier;
}

}  // namespace yinxin::hall
