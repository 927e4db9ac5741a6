#include "outside/emulator/callbacks.h"

#include "outside/endpoint.h"

namespace yinxin::outside {

namespace {

constexpr std::chrono::milliseconds callback_timeout{5'000};

}  // namespace

struct Callbacks::Place {
  net::Client client;
  std::string target;
};

Result<std::unique_ptr<Callbacks>> Callbacks::start(std::string_view url) {
  if (url.empty()) {
    return std::unique_ptr<Callbacks>(new Callbacks(nullptr));
  }
  YX_TRY(const Endpoint endpoint, Endpoint::parse(url));
  if (endpoint.is_tls) {
    return fail(ErrorCode::unsupported, "an emulator's callbacks go over plain http");
  }
  YX_TRY(net::ClientOptions options, endpoint.client_options(""));
  options.timeout = callback_timeout;
  auto place = std::make_unique<Place>(
      Place{.client = net::Client(std::move(options)), .target = endpoint.path.empty() ? "/" : endpoint.path});
  return std::unique_ptr<Callbacks>(new Callbacks(std::move(place)));
}

Callbacks::Callbacks(std::unique_ptr<Place> place) : place_(std::move(place)) {
  if (place_) {
    thread_ = std::thread([this] { run(); });
  }
}

Callbacks::~Callbacks() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Callbacks::post(std::string content_type, Bytes body) {
  {
    const std::scoped_lock lock(mutex_);
    if (!place_ || waiting_.size() >= max_waiting_callbacks) {
      return;
    }
    waiting_.push_back({.content_type = std::move(content_type), .body = std::move(body)});
  }
  changed_.notify_all();
}

void Callbacks::run() {
  for (;;) {
    Post next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (ending_) {
        return;
      }
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    // A provider that is not listened to goes on; what it told is asked for otherwise.
    static_cast<void>(place_->client.post(place_->target, std::move(next.content_type), std::move(next.body)));
  }
}

}  // namespace yinxin::outside
