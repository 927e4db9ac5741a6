#include "api/routes/hall/events.h"

#include <atomic>
#include <boost/json.hpp>
#include <charconv>

#include "api/routes/hall/views.h"

namespace yinxin::api {

namespace {

constexpr std::size_t max_event_id_bytes = 40;

// An event's id says what the page knows afterwards: "<version of the case>-<entries of its timeline>".
struct Seen {
  std::int64_t version = 0;
  std::size_t entries = 0;
};

Seen seen_of(std::string_view id) {
  Seen seen;
  if (id.size() > max_event_id_bytes) {
    return seen;
  }
  const char* const end = id.data() + id.size();
  const auto version = std::from_chars(id.data(), end, seen.version);
  if (version.ec != std::errc() || version.ptr == end || *version.ptr != '-') {
    return {};
  }
  const auto entries = std::from_chars(version.ptr + 1, end, seen.entries);
  return entries.ec == std::errc() && entries.ptr == end ? seen : Seen{};
}

std::string session_name(BytesView token) { return "session/" + to_hex(crypto::sm3(token)); }

}  // namespace

class CaseStream final : public net::Stream {
 public:
  struct Subject {
    Bytes token;
    std::string account;
    std::string case_id;
  };
  CaseStream(hall::Login& login, hall::Street& street, EventLimits limits, Subject subject, Seen seen)
      : login_(login),
        street_(street),
        limits_(limits),
        subject_(std::move(subject)),
        seen_(seen),
        begun_(std::chrono::steady_clock::now()),
        of_case_(street.news(), subject_.case_id, [this] { bell().ring(); }),
        of_session_(street.news(), session_name(subject_.token), [this] { bell().ring(); }) {}

  std::optional<Bytes> next() override {
    if (is_over_) {
      return std::nullopt;
    }
    const auto now = std::chrono::steady_clock::now();
    if (is_replaced_) {
      return last("replaced");
    }
    if (!login_.holds(subject_.token)) {
      return last("session");
    }
    if (now - begun_ >= limits_.life) {
      return last("life");
    }
    const auto stand = street_.find(subject_.account, subject_.case_id);
    if (!stand) {
      return last("case");
    }
    const hall::Dossier& dossier = stand->dossier;
    if (dossier.version != seen_.version) {
      written_ = now;
      return news_of(dossier);
    }
    if (now - written_ < limits_.heartbeat) {
      return Bytes();
    }
    written_ = now;
    return to_bytes(bytes_of(": \n\n"));
  }
  [[nodiscard]] std::chrono::milliseconds pause() const override { return limits_.heartbeat; }
  void replace() {
    is_replaced_ = true;
    bell().ring();
  }

 private:
  Bytes news_of(const hall::Dossier& dossier) {
    boost::json::object data = case_news_view(dossier, seen_.entries);
    const std::size_t entries = dossier.timeline.size();
    std::string text = is_begun_ ? "" : "retry: " + std::to_string(event_retry.count()) + "\n";
    text += "id: " + std::to_string(dossier.version) + "-" + std::to_string(entries) +
            "\nevent: case\ndata: " + boost::json::serialize(data) + "\n\n";
    seen_ = {.version = dossier.version, .entries = entries};
    is_begun_ = true;
    return to_bytes(bytes_of(text));
  }
  // Why no more will come; a page that was signed out does not come back for more.
  Bytes last(std::string_view why) {
    is_over_ = true;
    return to_bytes(bytes_of("event: end\ndata: {\"reason\":\"" + std::string(why) + "\"}\n\n"));
  }

  hall::Login& login_;
  hall::Street& street_;
  EventLimits limits_;
  Subject subject_;
  Seen seen_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point written_;
  bool is_begun_ = false;
  bool is_over_ = false;
  std::atomic<bool> is_replaced_ = false;
  hall::CaseNews::Watch of_case_, of_session_;  // let go first
};

Result<net::Response> CaseEvents::open(BytesView session_token, const std::string& case_id,
                                       std::string_view last_event_id) {
  YX_TRY(const hall::SessionRecord session, login_.session(session_token));
  YX_CHECK(street_.find(session.account, case_id));
  const auto stream = std::make_shared<CaseStream>(
      login_, street_, limits_,
      CaseStream::Subject{.token = to_bytes(session_token), .account = session.account, .case_id = case_id},
      seen_of(last_event_id));
  {
    const std::scoped_lock lock(mutex_);
    for (auto each = of_session_.begin(); each != of_session_.end();) {
      each->second.remove_if([](const auto& old) { return old.expired(); });
      each = each->second.empty() ? of_session_.erase(each) : std::next(each);
    }
    auto& streams = of_session_[session_name(session_token)];
    streams.push_back(stream);
    if (streams.size() > max_streams_of_session) {
      if (const auto oldest = streams.front().lock()) {
        oldest->replace();
      }
      streams.pop_front();
    }
  }
  net::Response response = net::answer("text/event-stream; charset=utf-8", {});
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");
  response.stream = stream;
  return response;
}

void CaseEvents::session_ended(BytesView session_token) { street_.news().tell(session_name(session_token)); }

}  // namespace yinxin::api
