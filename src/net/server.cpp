#include "net/server.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "net/framing.h"
#include "net/serving.h"

namespace yinxin::net {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;
using Parser = http::request_parser<http::vector_body<std::uint8_t>>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t header_read_bytes = 8 * 1024;
constexpr std::size_t body_read_bytes = 64 * 1024;
constexpr std::size_t max_lingering_bytes = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds accept_pause{50};  // when the process has no descriptor left

class Connection;

// One thread and the connections that live on it; everything in here is touched by that thread alone.
struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  asio::steady_timer sweep{context};
  std::unordered_set<Connection*> connections;
  std::optional<SteadyTime> drain_until;
  DateText date;
  std::thread thread;
};

struct House : Serving {
  asio::thread_pool workers;

  House(ServerOptions given, Router routes, const Clock& time)
      : Serving(std::move(given), std::move(routes), time), workers(options.workers) {}
};

int status_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return 431;
  }
  if (error == http::error::body_limit) {
    return 413;
  }
  return error == http::error::bad_version ? 505 : 400;
}

class Connection {
 public:
  Connection(House& house, Loop& loop, tcp::socket socket)
      : house_(house), limits_(house.options.limits), loop_(loop), socket_(std::move(socket)) {
    loop_.connections.insert(this);
  }
  ~Connection() { loop_.connections.erase(this); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Called between the coroutine's steps, on the loop's thread.
  void sweep(SteadyTime now) {
    if (now < deadline_) {
      return;
    }
    timed_out_ = true;
    deadline_ = SteadyTime::max();
    house_.timeouts.fetch_add(1, std::memory_order_relaxed);
    error_code ignored;
    if (phase_ == Phase::reading && !loop_.drain_until) {
      socket_.cancel(ignored);  // it will be told 408
    } else {
      socket_.close(ignored);
    }
  }

  void drain() {
    if (phase_ == Phase::idle) {
      error_code ignored;
      socket_.close(ignored);
    } else {
      deadline_ = std::min(deadline_, *loop_.drain_until);
      stream_pause_.cancel();
    }
  }

  awaitable<void> run() {
    if (!begin()) {
      co_return;
    }
    for (std::size_t served = 1; socket_.is_open(); ++served) {
      enter(Phase::idle, limits_.idle_timeout);
      if (buffer_.size() == 0) {
        const bool received = co_await receive(header_read_bytes);
        if (!received) {
          break;
        }
      }
      enter(Phase::reading, limits_.request_timeout);
      Incoming incoming;
      co_await read_request(incoming);
      if (incoming.closed) {
        break;
      }
      Response response;
      if (incoming.refusal) {
        response = std::move(*incoming.refusal);
      } else {
        enter(Phase::handling, std::nullopt);
        co_await respond(incoming, response);
      }
      incoming.keep_alive = incoming.keep_alive && served < limits_.max_requests_a_connection && !house_.stopping;
      house_.requests.fetch_add(1, std::memory_order_relaxed);
      incoming.keep_alive = incoming.keep_alive && !response.stream;
      const auto stream = incoming.head_only ? nullptr : response.stream;
      bool written = co_await write(incoming, std::move(response));
      if (stream) {
        if (written) {
          written = co_await write_stream(*stream, !incoming.is_1_0);
        }
        house_.streams.fetch_sub(1);
      }
      if (!written || !incoming.keep_alive) {
        if (written) {
          co_await linger();
        }
        break;
      }
    }
  }

  // For the one connection too many.
  awaitable<void> turn_away() {
    if (!begin() || tls_) {
      co_return;
    }
    Incoming incoming;
    Response refusal = busy("too many connections");
    const bool written = co_await write(incoming, std::move(refusal));
    if (written) {
      co_await linger();
    }
  }

 private:
  enum class Phase { idle, reading, handling, writing };

  void enter(Phase phase, std::optional<std::chrono::milliseconds> at_most) {
    phase_ = phase;
    timed_out_ = false;
    deadline_ = at_most ? std::chrono::steady_clock::now() + *at_most : SteadyTime::max();
    if (loop_.drain_until) {
      deadline_ = std::min(deadline_, *loop_.drain_until);
    }
  }

  bool begin() {
    error_code error;
    const tcp::endpoint peer = socket_.remote_endpoint(error);
    if (error || house_.stopping) {
      return false;
    }
    socket_.set_option(tcp::no_delay(true), error);
    asio::ip::address address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    peer_ = {.address = address.to_string(), .port = peer.port(), .is_loopback = address.is_loopback()};
    if (house_.options.tls) {
      tls_ = TlsSession::begin(*house_.options.tls);
    }
    return true;
  }

  // More of the client's bytes into buffer_; false when there will be none, or none in time (timed_out_).
  awaitable<bool> receive(std::size_t at_most) {
    if (!tls_) {
      const auto room = buffer_.prepare(at_most);
      const auto [error, size] = co_await socket_.async_read_some(room, as_result);
      buffer_.commit(error ? 0 : size);
      co_return !error && !timed_out_;
    }
    Bytes wire(at_most);
    Bytes plain;
    while (plain.empty()) {
      const auto [error, size] = co_await socket_.async_read_some(asio::buffer(wire), as_result);
      if (error || timed_out_) {
        co_return false;
      }
      const bool good = tls_->receive(BytesView(wire).first(size), plain).has_value();
      const bool flushed = co_await flush_tls();
      if (!good || !flushed || (plain.empty() && tls_->is_ended())) {
        co_return false;
      }
    }
    const auto room = buffer_.prepare(plain.size());
    buffer_.commit(asio::buffer_copy(room, asio::buffer(plain)));
    co_return true;
  }

  awaitable<bool> flush_tls() {
    const Bytes out = tls_->outgoing();
    if (out.empty()) {
      co_return true;
    }
    const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(out), as_result);
    co_return !error;
  }

  awaitable<bool> send(std::string_view head, BytesView body) {
    if (tls_) {
      if (!tls_->send(bytes_of(head)) || !tls_->send(body)) {
        co_return false;
      }
      const bool flushed = co_await flush_tls();
      co_return flushed;
    }
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head.data(), head.size()),
                                                  asio::buffer(body.data(), body.size())};
    const auto [error, size] = co_await asio::async_write(socket_, parts, as_result);
    co_return !error;
  }

  // Feeds the parser what is there. nullopt: go on with more bytes, or done; else the status of the refusal.
  std::optional<int> parse(Parser& parser) {
    error_code error;
    buffer_.consume(parser.put(buffer_.data(), error));
    if (error && error != http::error::need_more) {
      return status_of(error);
    }
    // What stays is one unfinished header, chunk header or trailer.
    return buffer_.size() > limits_.max_header_bytes ? std::optional(431) : std::nullopt;
  }

  // False when the request ends here: `incoming` says how.
  template <class Done>
  awaitable<bool> read_until(Parser& parser, Incoming& incoming, std::size_t at_a_time, Done done) {
    while (!done()) {
      const std::size_t before = buffer_.size();
      if (before > 0) {
        if (const auto status = parse(parser)) {
          incoming.refuse(problem(*status, ""));
          co_return false;
        }
        if (done() || (buffer_.size() > 0 && buffer_.size() < before)) {
          continue;
        }
      }
      const bool received = co_await receive(at_a_time);
      if (!received) {
        if (timed_out_ && socket_.is_open()) {
          incoming.refuse(problem(408, ""));
        } else {
          incoming.closed = true;
        }
        co_return false;
      }
    }
    co_return true;
  }

  awaitable<void> read_request(Incoming& incoming) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.max_header_bytes));
    parser.body_limit(boost::none);  // the route's own limit is held below
    const auto header_done = [&] { return parser.is_header_done(); };
    const bool has_header = co_await read_until(parser, incoming, header_read_bytes, header_done);
    if (!has_header) {
      co_return;
    }
    read_header(parser, incoming);
    if (incoming.refusal && !incoming.keep_alive) {
      co_return;
    }
    const std::size_t max_body = incoming.route == nullptr ? 0 : incoming.route->options.max_body_bytes;
    if (!parser.is_done() && incoming.request.headers.count("Expect") > 0 && buffer_.size() == 0) {
      const bool sent = co_await send("HTTP/1.1 100 Continue\r\n\r\n", {});
      if (!sent) {
        incoming.closed = true;
        co_return;
      }
    }
    enter(Phase::reading, limits_.request_timeout + time_for(limits_, max_body));
    parser.eager(true);
    const auto body_done = [&] { return parser.is_done() || parser.get().body().size() > max_body; };
    const bool has_body = co_await read_until(parser, incoming, body_read_bytes, body_done);
    if (has_body) {
      incoming.request.body = std::move(parser.get().body());
      if (incoming.request.body.size() > max_body) {
        incoming.refuse(body_too_large(incoming.route->options));
      }
    }
  }

  void read_header(const Parser& parser, Incoming& incoming) {
    const auto& message = parser.get();
    const std::string_view method_name(message.method_string().data(), message.method_string().size());
    incoming.head_only = method_name == "HEAD";
    std::size_t fields = 0;
    for (const auto& field : message) {
      const std::string_view value(field.value().data(), field.value().size());
      if (++fields > limits_.max_header_fields) {
        return incoming.refuse(problem(431, "too many header fields"));
      }
      if (has_control(value)) {
        return incoming.refuse(problem(400, "a control character in a header field"));
      }
      incoming.request.headers.add(std::string(field.name_string()), std::string(value));
    }
    const std::string_view raw_target(message.target().data(), message.target().size());
    understand(house_.router,
               {.method = method_name,
                .target = raw_target,
                .version = message.version(),
                .is_chunked = parser.chunked(),
                .body_bytes = parser.content_length().value_or(0),
                .keep_alive = message.keep_alive()},
               incoming);
    house_.admit(peer_, incoming);
  }

  awaitable<void> respond(const Incoming& incoming, Response& response) {
    if (!incoming.route->options.slow) {
      response = house_.call(*incoming.route, incoming.request);
    } else {
      const bool had_room = co_await on_worker([&] { response = house_.call(*incoming.route, incoming.request); });
      if (!had_room) {
        response = busy("too many requests are waiting");
      }
    }
    if (!has_clean_fields(response)) {
      response = problem(500, "");
    }
    if (response.stream && !incoming.head_only && house_.streams.fetch_add(1) >= limits_.max_streams) {
      house_.streams.fetch_sub(1);
      response = busy("too many streams");
    }
  }

  // False when too many wait. The coroutine stands still until the worker has posted back to its loop, so that `work`
  // may refer to it.
  template <class Work>
  awaitable<bool> on_worker(Work work) {
    if (house_.waiting_slow.fetch_add(1) >= limits_.max_waiting_slow_requests) {
      house_.waiting_slow.fetch_sub(1);
      co_return false;
    }
    auto begin = [this, &work](auto handler) {
      asio::post(house_.workers, [this, &work, back = std::move(handler)]() mutable {
        work();
        house_.waiting_slow.fetch_sub(1);
        asio::post(loop_.context, std::move(back));
      });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
    co_return true;
  }

  // Until the stream ends, the client stops reading, or the server stops.
  awaitable<bool> write_stream(Stream& stream, bool in_chunks) {
    const auto rung = std::make_shared<bool>(false);
    stream.bell().tell([this, rung] {
      asio::post(loop_.context, [this, alive = std::weak_ptr<bool>(rung)] {
        if (const auto still = alive.lock()) {
          *still = true;
          stream_pause_.cancel();
        }
      });
    });
    bool sent = true;
    std::optional<Bytes> piece = Bytes();
    while (sent && piece && !house_.stopping) {
      *rung = false;
      piece = Bytes();
      enter(Phase::handling, std::nullopt);
      co_await on_worker([&] { piece = house_.guarded([&] { return stream.next(); }, std::optional<Bytes>()); });
      if (piece && !piece->empty()) {
        enter(Phase::writing, limits_.answer_timeout + time_for(limits_, piece->size()));
        const std::string chunk = in_chunks ? chunk_of(*piece) : std::string(text_of(*piece));
        sent = co_await send(chunk, {});
        sent = sent && !timed_out_;
      } else if (piece && !*rung && !house_.stopping) {
        stream_pause_.expires_after(stream.pause());
        [[maybe_unused]] const auto [woken] = co_await stream_pause_.async_wait(as_result);
      }
    }
    stream.bell().tell({});
    enter(Phase::writing, limits_.answer_timeout);
    const std::string last = sent && in_chunks ? chunk_of({}) : std::string();
    if (!last.empty()) {
      sent = co_await send(last, {});
    }
    co_return sent;
  }

  awaitable<bool> write(const Incoming& incoming, Response response) {
    const bool bare = incoming.head_only || response.status == 204 || response.status == 304;
    const BytesView body = bare ? BytesView{} : response.body.view();
    enter(Phase::writing, limits_.answer_timeout + time_for(limits_, body.size()));
    const Ending ending = !response.stream ? Ending::length : incoming.is_1_0 ? Ending::close : Ending::chunks;
    const std::string head = header_text(response, loop_.date.at(house_.clock.now()), incoming.keep_alive, ending);
    const bool sent = co_await send(head, body);
    co_return sent && !timed_out_;
  }

  // Ends our side and reads on for a while: closing over unread bytes would reset the connection, and the client might
  // lose the answer.
  awaitable<void> linger() {
    enter(Phase::writing, limits_.linger_timeout);
    if (tls_) {
      tls_->end();
      const bool flushed = co_await flush_tls();
      if (!flushed) {
        co_return;
      }
    }
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    Bytes unread(header_read_bytes);
    for (std::size_t total = 0; !error && total < max_lingering_bytes;) {
      const auto [failed, size] = co_await socket_.async_read_some(asio::buffer(unread), as_result);
      error = failed;
      total += size;
    }
  }

  House& house_;
  const ServerLimits& limits_;
  Loop& loop_;
  tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::unique_ptr<TlsSession> tls_;
  Peer peer_;
  asio::steady_timer stream_pause_{loop_.context};
  Phase phase_ = Phase::idle;
  SteadyTime deadline_ = SteadyTime::max();
  bool timed_out_ = false;
};

awaitable<void> serve(House& house, Loop& loop, tcp::socket socket) {
  const bool one_too_many = house.open.fetch_add(1) >= house.options.limits.max_connections;
  {
    Connection connection(house, loop, std::move(socket));
    if (!one_too_many) {
      co_await connection.run();
    } else {
      house.turned_away.fetch_add(1, std::memory_order_relaxed);
      house.open.fetch_sub(1);
      if (house.turning_away.fetch_add(1) < house.options.limits.max_turned_away) {
        co_await connection.turn_away();
      }
      house.turning_away.fetch_sub(1);
    }
  }
  if (!one_too_many) {
    house.open.fetch_sub(1);
  }
}

awaitable<void> sweep_connections(Loop& loop, std::chrono::milliseconds interval) {
  while (!loop.drain_until || !loop.connections.empty()) {
    loop.sweep.expires_after(interval);
    [[maybe_unused]] const auto [error] = co_await loop.sweep.async_wait(as_result);
    const SteadyTime now = std::chrono::steady_clock::now();
    for (Connection* connection : loop.connections) {
      connection->sweep(now);
    }
  }
}

class RunningServer final : public Server {
 public:
  RunningServer(ServerOptions options, Router router, const Clock& clock)
      : house_(std::move(options), std::move(router), clock), loops_(house_.options.threads) {}
  ~RunningServer() override { RunningServer::stop(); }

  Result<void> listen() {
    error_code error;
    const auto address = asio::ip::make_address(house_.options.address, error);
    if (error) {
      return fail(ErrorCode::invalid_input, "not an address: " + house_.options.address);
    }
    const tcp::endpoint endpoint(address, house_.options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
      acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
      acceptor_.bind(endpoint, error);
    }
    if (!error) {
      acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    }
    if (error) {
      const ErrorCode code = error == asio::error::address_in_use  ? ErrorCode::already_exists
                             : error == asio::error::access_denied ? ErrorCode::forbidden
                                                                   : ErrorCode::invalid_input;
      return fail(code, "cannot listen at " + house_.options.address + " port " + std::to_string(house_.options.port) +
                            ": " + error.message());
    }
    port_ = acceptor_.local_endpoint(error).port();
    return {};
  }

  void begin() {
    asio::co_spawn(loops_.front().context, accept_connections(), asio::detached);
    for (Loop& loop : loops_) {
      asio::co_spawn(loop.context, sweep_connections(loop, sweep_interval(house_.options.limits)), asio::detached);
      loop.thread = std::thread([&context = loop.context] { context.run(); });
    }
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }
  [[nodiscard]] ServerCounts counts() const override { return house_.counts(); }

  void stop() override {
    const std::lock_guard one_at_a_time(stop_mutex_);
    house_.stopping = true;
    const SteadyTime until = std::chrono::steady_clock::now() + house_.options.limits.drain_timeout;
    asio::post(loops_.front().context, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      accept_pause_.cancel();
    });
    for (Loop& loop : loops_) {
      asio::post(loop.context, [&one = loop, until] {
        one.drain_until = until;
        for (Connection* connection : one.connections) {
          connection->drain();
        }
        one.sweep.cancel();
        one.guard.reset();
      });
    }
    for (Loop& loop : loops_) {
      if (loop.thread.joinable()) {
        loop.thread.join();
      }
    }
    house_.workers.join();
  }

 private:
  awaitable<void> accept_connections() {
    for (std::size_t next = 0; !house_.stopping; next = (next + 1) % loops_.size()) {
      Loop& loop = loops_[next];
      auto [error, socket] = co_await acceptor_.async_accept(loop.context, as_result);
      if (!error) {
        house_.accepted.fetch_add(1, std::memory_order_relaxed);
        asio::co_spawn(loop.context, serve(house_, loop, std::move(socket)), asio::detached);
      } else if (!house_.stopping) {
        accept_pause_.expires_after(accept_pause);
        [[maybe_unused]] const auto [cancelled] = co_await accept_pause_.async_wait(as_result);
      }
    }
  }

  House house_;
  std::deque<Loop> loops_;
  tcp::acceptor acceptor_{loops_.front().context};
  asio::steady_timer accept_pause_{loops_.front().context};
  std::uint16_t port_ = 0;
  std::mutex stop_mutex_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Router router, const Clock& clock) {
  ensure(options.threads > 0 && options.workers > 0, "a server has threads");
  auto server = std::make_unique<RunningServer>(std::move(options), std::move(router), clock);
  YX_CHECK(server->listen());
  server->begin();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace yinxin::net
