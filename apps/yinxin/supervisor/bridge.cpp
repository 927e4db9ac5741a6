#include "yinxin/supervisor/bridge.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "net/tls_host_key.h"

namespace yinxin::supervisor {

namespace {

constexpr std::chrono::minutes refusals_are_counted_for{1};

std::string name_of(const sockaddr_storage& peer) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_v6 = peer.ss_family == AF_INET6;
  const void* address = is_v6 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr)
                              : &reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
  return ::inet_ntop(peer.ss_family, address, text.data(), text.size()) == nullptr ? "nobody" : text.data();
}

bool is_plain(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == ' '; });
}

}  // namespace

// --------------------------------------------------------------------------------------------------------- local ends

Result<Descriptor> LocalEnds::wish(const std::string& edge, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  ++users_[edge];
  ++waiting_[edge];
  const auto said = say_({.kind = ControlKind::wish, .text = edge});
  const bool came = said && changed_.wait_for(lock, time, [&] { return stopped_ || came_.contains(edge); });
  --waiting_[edge];
  const auto found = came_.find(edge);
  if (!came || found == came_.end()) {
    lock.unlock();
    is_over(edge);
    return fail(ErrorCode::outside_unreachable, "the domain here is not there");
  }
  Descriptor end = std::move(found->second);
  came_.erase(found);
  return end;
}

void LocalEnds::is_over(const std::string& edge) {
  const std::scoped_lock lock(mutex_);
  if (--users_[edge] > 0) {
    return;  // somebody came for it anew before the last one had ended
  }
  [[maybe_unused]] const auto said = say_({.kind = ControlKind::ended, .text = edge});
}

void LocalEnds::attach(const std::string& edge, Descriptor end) {
  const std::scoped_lock lock(mutex_);
  if (waiting_[edge] > 0) {
    came_.insert_or_assign(edge, std::move(end));
    changed_.notify_all();
  }
}

void LocalEnds::stop() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

// -------------------------------------------------------------------------------------------------------------- bridge

Bridge::Bridge(BridgeParts parts)
    : parts_(std::move(parts)),
      self_(*parts_.hosts.find(parts_.self)),
      ends_(parts_.say),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Result<std::unique_ptr<Bridge>> Bridge::start(BridgeParts parts) {
  if (parts.hosts.find(parts.self) == nullptr) {
    return fail(ErrorCode::precondition, "hosts.json has no host " + parts.self);
  }
  std::unique_ptr<Bridge> made(new Bridge(std::move(parts)));
  YX_CHECK(made->open());
  return made;
}

Result<void> Bridge::open() {
  if (!stop_.is_open()) {
    return fail(ErrorCode::internal, "bridge.eventfd");
  }
  YX_TRY(const std::string own, net::certificate_fingerprint(parts_.certificate_pem));
  if (own != self_.fingerprint) {
    return fail(ErrorCode::precondition,
                "hosts.json has another fingerprint for " + self_.name + " than this host's own, which is " + own);
  }
  std::set<std::string> others;
  for (const Host& host : parts_.hosts.all) {
    if (host.name != self_.name) {
      others.insert(host.fingerprint);
    }
  }
  YX_TRY(hears_, identity(net::TlsIdentity::End::hears, others));
  YX_TRY(listener_, net::listen_on(self_.address));
  threads_.emplace_back([this] { hear_strangers(); });
  parts_.log("other hosts are heard on " + self_.address.text());
  for (const FarEdge& edge : parts_.edges) {
    if (edge.asks_here) {
      threads_.emplace_back([this, &edge] { keep_trying(edge.name(), [this, &edge] { return carry(edge); }); });
    }
  }
  if (self_.roles.contains("vault")) {
    for (const Host& host : parts_.hosts.all) {
      if (host.name != self_.name) {
        threads_.emplace_back([this, &host] {
          keep_trying(published_edge() + " " + host.name, [this, &host] { return publish(host); });
        });
      }
    }
  }
  return {};
}

Bridge::~Bridge() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_.number(), &one, sizeof one);
  ends_.stop();
  for (std::thread& thread : threads_) {
    thread.join();
  }
  for (Guest& guest : guests_) {
    guest.thread.join();
  }
}

Result<Bridge::Identity> Bridge::identity(net::TlsIdentity::End end, std::set<std::string> peers) const {
  return net::TlsIdentity::pinned(end, parts_.certificate_pem, parts_.key_pem, std::move(peers));
}

// Whether it has not been stopped meanwhile.
bool Bridge::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return is_stopped(); });
}

// Strangers may come as often as they like: they do not fill the record.
void Bridge::refuse(const std::string& from, const std::string& object, const std::string& why) {
  std::string uncounted;
  {
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now - minute_ >= refusals_are_counted_for) {
      minute_ = now;
      refusals_ = 0;
    }
    if (++refusals_ > parts_.limits.max_refusals_a_minute) {
      ++unrecorded_;
      return;
    }
    if (unrecorded_ > 0) {
      uncounted = "; before it " + std::to_string(std::exchange(unrecorded_, 0)) + " that are not recorded";
    }
  }
  const auto recorded = parts_.audit.record({.role = std::string(bridge_name),
                                             .subject = from,
                                             .action = "bridge.refuse",
                                             .object = object,
                                             .result = "refused: " + why + uncounted});
  parts_.log("refused " + from + ", " + object + ": " + why +
             (recorded ? "" : "; it could not be recorded: " + recorded.error().describe()));
}

// --------------------------------------------------------------------------------------------------- those who come

void Bridge::hear_strangers() {
  while (!is_stopped()) {
    std::array<pollfd, 2> polled{pollfd{.fd = listener_.number(), .events = POLLIN, .revents = 0},
                                 pollfd{.fd = stop_.number(), .events = POLLIN, .revents = 0}};
    if (::poll(polled.data(), polled.size(), -1) <= 0 || polled[1].revents != 0) {
      continue;
    }
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    Descriptor socket(
        ::accept4(listener_.number(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    std::erase_if(guests_, [](Guest& guest) {
      const bool is_gone = guest.is_gone;
      if (is_gone) {
        guest.thread.join();
      }
      return is_gone;
    });
    if (!socket.is_open()) {
      if (!pause(parts_.limits.first_pause)) {  // no descriptor is free: it would be tried without an end
        return;
      }
      continue;
    }
    if (guests_.size() >= parts_.limits.max_guests) {
      refuse(name_of(peer), "connection", "too many at once");
      continue;
    }
    Guest& guest = guests_.emplace_back();
    guest.thread = std::thread([this, &guest, from = name_of(peer), taken = std::move(socket)]() mutable {
      receive(std::move(taken), from);
      guest.is_gone = true;
    });
  }
}

void Bridge::receive(Descriptor socket, const std::string& from) {
  net::TlsStream stream(std::move(socket), hears_, stop_.number(), parts_.limits.tunnel);
  if (const auto shaken = stream.shake_hands(); !shaken) {
    if (shaken.error().code == ErrorCode::invalid_input) {
      refuse(from, "handshake", shaken.error().detail);
    }
    return;
  }
  if (const auto welcomed = welcome(stream, from); !welcomed && welcomed.error().code == ErrorCode::invalid_input) {
    refuse(from, "greeting", welcomed.error().detail);
  }
}

// The asker must be a role of the host that holds this certificate, and the hearer one of ours.
bool Bridge::may_ask(const Host& peer, const std::string& edge) const {
  if (edge == published_edge()) {
    return peer.roles.contains("vault");
  }
  return std::ranges::any_of(parts_.edges, [&](const FarEdge& known) {
    return !known.asks_here && known.name() == edge && known.host == peer.name;
  });
}

Result<void> Bridge::answer(net::TlsStream& stream, GreetingAnswer answer) {
  const Bytes octet{static_cast<std::uint8_t>(answer)};
  return stream.write(octet);
}

Result<void> Bridge::welcome(net::TlsStream& stream, const std::string& from) {
  const Host* peer = parts_.hosts.of_fingerprint(stream.peer_fingerprint());
  YX_TRY(const Bytes length, stream.read(1));
  if (peer == nullptr || length[0] > parts_.limits.max_greeting_bytes) {
    return fail(ErrorCode::invalid_input, "no greeting");
  }
  YX_TRY(const Bytes greeting, stream.read(length[0]));
  const std::string edge(text_of(greeting));
  if (!may_ask(*peer, edge)) {
    refuse(from + " " + peer->name, is_plain(edge) ? edge : "greeting", "it is no edge of that host's");
    return answer(stream, GreetingAnswer::refused);
  }
  if (edge == published_edge()) {
    YX_CHECK(answer(stream, GreetingAnswer::welcome));
    return take_published(stream);
  }
  auto local = ends_.wish(edge, parts_.limits.end_time);
  if (!local) {
    return answer(stream, GreetingAnswer::absent);
  }
  if (const auto told = answer(stream, GreetingAnswer::welcome); told) {
    parts_.log("edge " + edge + " from " + peer->name + ": up");
    parts_.log("edge " + edge + " from " + peer->name + ": " + stream.carry(std::move(*local)));
  }
  ends_.is_over(edge);
  return {};
}

// ------------------------------------------------------------------------------------------------- those we go to

Result<net::TlsStream> Bridge::greet(const Host& host, const std::string& edge) {
  YX_TRY(Identity own, identity(net::TlsIdentity::End::connects, {host.fingerprint}));
  YX_TRY(Descriptor socket, net::connect_to(host.address, stop_.number(), parts_.limits.tunnel));
  net::TlsStream stream(std::move(socket), std::move(own), stop_.number(), parts_.limits.tunnel);
  YX_CHECK(stream.shake_hands());
  Bytes greeting{static_cast<std::uint8_t>(edge.size())};
  const BytesView text = bytes_of(edge);
  greeting.insert(greeting.end(), text.begin(), text.end());
  YX_CHECK(stream.write(greeting));
  YX_TRY(const Bytes answer, stream.read(1, parts_.limits.answer_time));
  switch (static_cast<GreetingAnswer>(answer[0])) {
    case GreetingAnswer::welcome: return stream;
    case GreetingAnswer::refused: return fail(ErrorCode::forbidden, "that host says it is no edge of ours");
    case GreetingAnswer::absent: return fail(ErrorCode::outside_unreachable, "the domain there is not there");
  }
  return fail(ErrorCode::invalid_input, "no answer to a greeting");
}

void Bridge::keep_trying(const std::string& what, const std::function<Result<void>()>& once) {
  std::string told;
  auto next = parts_.limits.first_pause;
  while (!is_stopped()) {
    const auto done = once();
    if (done) {
      next = parts_.limits.first_pause;
      told.clear();
    } else if (std::string why = done.error().describe(); why != told && !is_stopped()) {
      told = std::move(why);
      if (done.error().code == ErrorCode::outside_unreachable) {
        parts_.log("edge " + what + ": " + told);
      } else {
        refuse("the other host", what, told);
      }
    }
    if (!pause(next)) {
      return;
    }
    next = done ? parts_.limits.first_pause : std::min(next * 2, parts_.limits.longest_pause);
  }
}

Result<void> Bridge::carry(const FarEdge& edge) {
  YX_TRY(net::TlsStream stream, greet(*parts_.hosts.find(edge.host), edge.name()));
  YX_TRY(Descriptor local, ends_.wish(edge.name(), parts_.limits.end_time));
  parts_.log("edge " + edge.name() + " to " + edge.host + ": up");
  parts_.log("edge " + edge.name() + " to " + edge.host + ": " + stream.carry(std::move(local)));
  ends_.is_over(edge.name());
  return {};
}

}  // namespace yinxin::supervisor
