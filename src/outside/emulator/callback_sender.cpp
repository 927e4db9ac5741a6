#include "outside/emulator/callback_sender.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace yinxin::outside {

namespace {
constexpr std::chrono::milliseconds callback_timeout{5'000};
constexpr int port_digits = 5;
}  // namespace

Result<CallbackPlace> callback_place_of(std::string_view url) {
  const Error wrong = fail(ErrorCode::invalid_input, "not the URL of a callback");
  CallbackPlace place;
  place.is_tls = url.starts_with("https://");
  if (!place.is_tls && !url.starts_with("http://")) {
    return wrong;
  }
  url.remove_prefix(place.is_tls ? 8 : 7);
  const std::size_t slash = std::min(url.find('/'), url.size());
  const std::string_view authority = url.substr(0, slash);
  const std::size_t colon = std::min(authority.find(':'), authority.size());
  place.host = authority.substr(0, colon);
  place.target = slash == url.size() ? "/" : std::string(url.substr(slash));
  place.port = place.is_tls ? 443 : 80;
  if (colon < authority.size()) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), place.port);
    if (digits.empty() || digits.size() > port_digits || !all_digits(digits) || error != std::errc{} ||
        place.port == 0) {
      return wrong;
    }
  }
  const bool is_host = !place.host.empty() && std::ranges::all_of(place.host, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
  });
  if (!is_host || !net::parse_target(place.target)) {
    return wrong;
  }
  return place;
}

CallbackSender::CallbackSender(std::vector<std::chrono::milliseconds> retries,
                               std::shared_ptr<const net::TlsIdentity> tls)
    : retries_(std::move(retries)), tls_(std::move(tls)), thread_([this] { run(); }) {}

CallbackSender::~CallbackSender() {
  {
    const std::scoped_lock lock(mutex_);
    is_ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void CallbackSender::send(CallbackPlace place, Make make) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= max_waiting_callbacks) {
      return;
    }
    waiting_.push_back({.place = std::move(place), .make = std::move(make)});
  }
  changed_.notify_all();
}

bool CallbackSender::wait_until_idle(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return waiting_.empty() && !is_busy_; });
}

bool CallbackSender::deliver(const Parcel& parcel) const {
  if (parcel.place.is_tls && !tls_) {
    return false;
  }
  const net::Client client({.host = parcel.place.host,
                            .port = parcel.place.port,
                            .tls = parcel.place.is_tls ? tls_ : nullptr,
                            .timeout = callback_timeout});
  net::ClientRequest request = parcel.make();
  request.target = parcel.place.target;
  const auto answer = client.send(request);
  return answer && (answer->status == 200 || answer->status == 204);
}

void CallbackSender::run() {
  std::unique_lock lock(mutex_);
  while (!is_ended_) {
    const auto next = std::ranges::min_element(waiting_, {}, &Parcel::due);
    if (next == waiting_.end()) {
      changed_.wait(lock);
      continue;
    }
    if (next->due > std::chrono::steady_clock::now()) {
      const auto due = next->due;
      changed_.wait_until(lock, due);
      continue;
    }
    Parcel parcel = std::move(*next);
    waiting_.erase(next);
    is_busy_ = true;
    lock.unlock();
    const bool taken = deliver(parcel);
    lock.lock();
    is_busy_ = false;
    if (!taken && parcel.tries < retries_.size()) {
      parcel.due = std::chrono::steady_clock::now() + retries_[parcel.tries];
      ++parcel.tries;
      waiting_.push_back(std::move(parcel));
    }
    changed_.notify_all();
  }
}

}  // namespace yinxin::outside
