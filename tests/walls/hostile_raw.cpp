// Frames that no program of ours would send.

#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "hostile.h"
#include "net/edge_frame.h"
#include "yinxin/office/remote_vault.h"

namespace yinxin::walls {

namespace {

using net::Frame;
using net::FrameKind;
constexpr int raw_patience_ms = 30'000;

bool send_all(const Descriptor& socket, BytesView octets) {
  while (!octets.empty()) {
    const ssize_t sent = ::send(socket.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;  // it has ended the edge already
    }
    octets = octets.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

// What comes; nothing at its end, or when nothing comes in time.
Bytes receive(const Descriptor& socket) {
  pollfd wait{.fd = socket.number(), .events = POLLIN, .revents = 0};
  std::array<std::uint8_t, 65536> part{};
  if (::poll(&wait, 1, raw_patience_ms) <= 0) {
    return {};
  }
  const ssize_t got = ::recv(socket.number(), part.data(), part.size(), 0);
  return got <= 0 ? Bytes() : Bytes(part.begin(), part.begin() + got);
}

bool comes_to_its_end(const Descriptor& socket) {
  while (true) {
    pollfd wait{.fd = socket.number(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, raw_patience_ms) <= 0) {
      return false;
    }
    std::array<std::uint8_t, 65536> part{};
    if (::recv(socket.number(), part.data(), part.size(), 0) <= 0) {
      return true;
    }
  }
}

class Frames {
 public:
  explicit Frames(const Descriptor& socket) : socket_(socket) {}
  std::optional<Frame> next() {
    while (true) {
      if (auto frame = reader_.next()) {
        return frame;
      }
      const Bytes some = receive(socket_);
      if (some.empty() || !reader_.feed(some)) {
        return std::nullopt;
      }
    }
  }

 private:
  const Descriptor& socket_;
  net::FrameReader reader_;
};

Bytes frame(std::uint64_t id, std::uint16_t verb, FrameKind kind, Bytes body = {}) {
  return net::to_wire({.id = id, .verb = verb, .kind = kind, .body = std::move(body)});
}
Bytes header(std::array<std::uint8_t, net::frame_header_bytes> octets) { return {octets.begin(), octets.end()}; }
Bytes joined(Bytes first, const Bytes& second) {
  append(first, second);
  return first;
}

struct Raw {
  const char* name;
  Bytes octets;
  bool is_half = false;  // its end comes before it is whole
};

constexpr std::size_t over_limit = net::max_edge_body_bytes + 1;
// A frame's head alone that promises one octet too many.
Bytes over_long(std::uint8_t kind) {
  return header({static_cast<std::uint8_t>(over_limit >> 24U), static_cast<std::uint8_t>(over_limit >> 16U & 0xFFU),
                 static_cast<std::uint8_t>(over_limit >> 8U & 0xFFU), static_cast<std::uint8_t>(over_limit & 0xFFU), 0,
                 0, 0, 0, 0, 0, 0, 1, 0, 1, kind, 0});
}

// To somebody who hears: each ends the edge.
const std::vector<Raw>& questions() {
  static const std::vector<Raw> all{
      {"a verb that there is not", frame(1, 0x7777, FrameKind::ask, {1, 2, 3})},
      {"the vault's own verb", frame(1, 0x0F02, FrameKind::ask, {1, 2, 3})},
      {"an id that was there", joined(frame(1, 1, FrameKind::ask, {0x30, 0}), frame(1, 1, FrameKind::ask, {0x30, 0}))},
      {"an id that counts down", joined(frame(9, 1, FrameKind::ask, {0x30, 0}), frame(2, 1, FrameKind::ask))},
      {"an answer to nothing", frame(1, 1, FrameKind::done)},
      {"more than the limit", over_long(1)},
      {"four gigabytes", header({255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0})},
      {"a kind that there is not", header({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 9, 0})},
      {"a question with an error's code", header({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 3})},
      {"noise", Bytes(70'000, 0xA5)},
      {"half a frame", header({0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0}), true}};
  return all;
}

struct Told {
  const char* name;
  Bytes (*octets)(const Frame& fetch);  // to the vault's first fetch
  bool ends_edge;
  bool is_half = false;
};

Bytes question_within(FrameKind kind) { return frame(1, office::vault_verb::manifests, kind); }

// To the vault, which asked for work.
const std::vector<Told>& answers() {
  static const std::vector<Told> all{
      {"an answer to what was never asked", [](const Frame& f) { return frame(f.id + 7, f.verb, FrameKind::done); },
       true},
      {"an answer twice",
       [](const Frame& f) {
         return joined(frame(f.id, f.verb, FrameKind::done), frame(f.id, f.verb, FrameKind::done));
       },
       true},
      {"an answer of another verb", [](const Frame& f) { return frame(f.id, 2, FrameKind::done); }, true},
      {"a question to the vault itself",
       [](const Frame& f) { return frame(f.id, office::vault_verb::issue, FrameKind::ask); }, true},
      {"more than the limit", [](const Frame&) { return over_long(2); }, true},
      {"a code that there is not",
       [](const Frame&) {
         return header({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x0F, 1, 3, 255});
       },
       true},
      {"half an answer",
       [](const Frame&) {
         return header({0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x0F, 1, 2, 0});
       },
       true, true},
      {"work that is no frame",
       [](const Frame& f) {
         return frame(f.id, f.verb, FrameKind::done, {1, 2, 3});
       },
       false},
      {"work that is an answer",
       [](const Frame& f) { return frame(f.id, f.verb, FrameKind::done, question_within(FrameKind::done)); }, false},
      {"two pieces of work",
       [](const Frame& f) {
         return frame(f.id, f.verb, FrameKind::done,
                      joined(question_within(FrameKind::ask), question_within(FrameKind::ask)));
       },
       false},
      {"a failure instead of work",
       [](const Frame& f) {
         return net::to_wire(net::frame_of_failure(f.id, f.verb, fail(ErrorCode::internal, "no work")));
       },
       false}};
  return all;
}

void ask_broken(const Raw& raw, std::map<std::string, Descriptor>& asked, std::vector<std::string>& wrong) {
  for (auto& [name, socket] : asked) {
    send_all(socket, raw.octets);
    if (raw.is_half) {
      ::shutdown(socket.number(), SHUT_WR);
    }
    if (!comes_to_its_end(socket)) {
      wrong.push_back(name + " did not end its edge after " + raw.name);
    }
  }
}

void answer_broken(const Told& told, const Descriptor& vault, std::vector<std::string>& wrong) {
  Frames frames(vault);
  const auto fetch = frames.next();
  if (!fetch || fetch->verb != net::pull_verb::fetch) {
    wrong.emplace_back("the vault fetched nothing");
    return;
  }
  send_all(vault, told.octets(*fetch));
  if (told.is_half) {
    ::shutdown(vault.number(), SHUT_WR);
  }
  if (told.ends_edge) {
    if (!comes_to_its_end(vault)) {
      wrong.push_back(std::string("the vault did not end its edge after ") + told.name);
    }
    return;
  }
  if (const auto again = frames.next(); !again || again->verb != net::pull_verb::fetch) {
    wrong.push_back(std::string("the vault did not fetch again after ") + told.name);
  }
}

// What the vault brings is refused, or answered with more than nothing: it fetches again.
void refuse_what_is_brought(const Descriptor& vault, std::vector<std::string>& wrong) {
  Frames frames(vault);
  for (const bool refuses : {true, false}) {
    const auto fetch = frames.next();
    if (!fetch) {
      wrong.emplace_back("the vault fetched nothing");
      return;
    }
    send_all(vault, frame(fetch->id, fetch->verb, FrameKind::done, question_within(FrameKind::ask)));
    const auto brought = frames.next();
    if (!brought || brought->verb != net::pull_verb::bring) {
      wrong.emplace_back("the vault brought nothing");
      return;
    }
    send_all(vault, refuses ? net::to_wire(net::frame_of_failure(brought->id, brought->verb,
                                                                 fail(ErrorCode::corrupt, "edge.stray")))
                            : frame(brought->id, brought->verb, FrameKind::done, {1, 2, 3}));
  }
  if (!frames.next()) {
    wrong.emplace_back("the vault did not fetch again");
  }
}

}  // namespace

std::size_t raw_lives() { return std::max(questions().size(), answers().size() + 1); }

std::vector<std::string> run_raw_life(std::size_t life, EdgeEnds ends) {
  std::vector<std::string> wrong;
  if (life < questions().size()) {
    ask_broken(questions()[life], ends.asked, wrong);
  }
  if (life < answers().size()) {
    answer_broken(answers()[life], ends.vault, wrong);
  } else {
    refuse_what_is_brought(ends.vault, wrong);
  }
  return wrong;
}

}  // namespace yinxin::walls
