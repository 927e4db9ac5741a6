#include "net/client.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>

#include "net/framing.h"

namespace yinxin::net {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 64 * 1024;

bool is_blank_or_control(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

Result<std::string> head_of(const ClientOptions& options, const ClientRequest& request) {
  if (request.target.empty() || std::ranges::any_of(request.target, is_blank_or_control)) {
    return fail(ErrorCode::invalid_input, "not a request target");
  }
  std::string head = std::string(name_of(request.method)) + " " + request.target +
                     " HTTP/1.1\r\nHost: " + host_field(options) + "\r\n";
  for (const auto& [name, value] : request.headers.fields()) {
    if (name.empty() || std::ranges::any_of(name, is_blank_or_control) || has_control(value)) {
      return fail(ErrorCode::invalid_input, "not a header field: " + name);
    }
    head += name + ": " + value + "\r\n";
  }
  if (!request.body.empty() || request.method == Method::post || request.method == Method::put) {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return head + "Connection: close\r\n\r\n";
}

class Exchange {
 public:
  Exchange(asio::io_context& context, const ClientOptions& options, const ClientRequest& request)
      : options_(options), request_(request), socket_(context), deadline_(context) {}

  Result<Response> run(asio::io_context& context, std::string_view head) {
    error_code error;
    tcp::resolver resolver(context);
    places_ = resolver.resolve(options_.host, std::to_string(options_.port), tcp::resolver::numeric_service, error);
    if (error) {
      return fail(ErrorCode::outside_unreachable, options_.host + " is not found: " + error.message());
    }
    deadline_.expires_after(options_.timeout);
    deadline_.async_wait([this](const error_code& cancelled) {
      if (!cancelled) {
        timed_out_ = true;
        error_code ignored;
        socket_.close(ignored);
      }
    });
    asio::co_spawn(context, talk(head), asio::detached);
    context.run();
    if (response_) {
      return std::move(*response_);
    }
    const ErrorCode code = sent_ ? ErrorCode::outside_uncertain : ErrorCode::outside_unreachable;
    return fail(code, where() + (timed_out_ ? ": no answer in time" : ": " + failure_));
  }

 private:
  [[nodiscard]] std::string where() const { return options_.host + " port " + std::to_string(options_.port); }

  awaitable<void> talk(std::string_view head) {
    const auto [failed, place] = co_await asio::async_connect(socket_, places_, as_result);
    if (failed) {
      failure_ = failed.message();
    } else {
      error_code ignored;
      socket_.set_option(tcp::no_delay(true), ignored);
      bool ready = true;
      if (options_.tls) {
        ready = co_await shake_hands();
      }
      if (ready && !timed_out_) {
        // A server may answer and close before it has read all: what it said counts, so a failed write is not the end.
        sent_ = true;
        co_await write_request(head);
        co_await read_response();
      }
    }
    deadline_.cancel();
  }

  awaitable<bool> shake_hands() {
    tls_ = TlsSession::begin(*options_.tls, options_.host);
    bool good = co_await flush_tls();
    while (good && !tls_->is_established()) {
      good = co_await receive();
    }
    co_return good;
  }

  awaitable<bool> flush_tls() {
    const Bytes out = tls_->outgoing();
    const auto [failed, size] = co_await asio::async_write(socket_, asio::buffer(out), as_result);
    if (failed) {
      failure_ = failed.message();
    }
    co_return !failed;
  }

  awaitable<void> write_request(std::string_view head) {
    if (tls_) {
      if (tls_->send(bytes_of(head)) && tls_->send(request_.body)) {
        co_await flush_tls();
      }
      co_return;
    }
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head.data(), head.size()), asio::buffer(request_.body)};
    [[maybe_unused]] const auto [failed, size] = co_await asio::async_write(socket_, parts, as_result);
  }

  // False at the end of the stream (ended_) and on failures.
  awaitable<bool> receive() {
    Bytes wire(read_bytes);
    const auto [failed, size] = co_await socket_.async_read_some(asio::buffer(wire), as_result);
    if (failed) {
      failure_ = failed.message();
      ended_ = failed == asio::error::eof && !tls_;
      co_return false;
    }
    Bytes plain;
    if (tls_) {
      const auto read = tls_->receive(BytesView(wire).first(size), plain);
      const bool flushed = co_await flush_tls();
      if (!read || !flushed) {
        failure_ = read ? failure_ : read.error().detail;
        co_return false;
      }
      ended_ = tls_->is_ended();
    } else {
      wire.resize(size);
      plain = std::move(wire);
    }
    const auto room = buffer_.prepare(plain.size());
    buffer_.commit(asio::buffer_copy(room, asio::buffer(plain)));
    co_return !plain.empty() || !ended_;
  }

  awaitable<void> read_response() {
    http::response_parser<http::vector_body<std::uint8_t>> parser;
    parser.header_limit(static_cast<std::uint32_t>(options_.max_header_bytes));
    parser.body_limit(options_.max_body_bytes);
    parser.eager(true);
    parser.skip(request_.method == Method::head);
    error_code failed;
    while (!parser.is_done()) {
      const std::size_t before = buffer_.size();
      if (before > 0) {
        buffer_.consume(parser.put(buffer_.data(), failed));
        if (failed && failed != http::error::need_more) {
          failure_ = failed.message();
          co_return;
        }
        if (parser.is_done() || (buffer_.size() > 0 && buffer_.size() < before)) {
          continue;
        }
        if (buffer_.size() > options_.max_header_bytes) {
          failure_ = "an endless header";
          co_return;
        }
      }
      bool more = false;
      if (!ended_) {
        more = co_await receive();
      }
      if (!more && buffer_.size() == 0 && ended_ && parser.got_some()) {
        parser.put_eof(failed);  // the end of a body without a length
        if (failed || !parser.is_done()) {
          failure_ = "the answer is cut";
          co_return;
        }
      } else if (!more) {
        co_return;
      }
    }
    take(parser);
  }

  template <class Parser>
  void take(Parser& parser) {
    if (timed_out_) {
      return;
    }
    Response response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
      response.headers.add(std::string(field.name_string()), std::string(field.value().data(), field.value().size()));
    }
    response.body = Body(std::move(parser.get().body()));
    response_ = std::move(response);
  }

  const ClientOptions& options_;
  const ClientRequest& request_;
  tcp::socket socket_;
  asio::steady_timer deadline_;
  tcp::resolver::results_type places_;
  boost::beast::flat_buffer buffer_;
  std::unique_ptr<TlsSession> tls_;
  bool sent_ = false;
  bool ended_ = false;
  bool timed_out_ = false;
  std::string failure_ = "no answer";
  std::optional<Response> response_;
};

}  // namespace

std::string host_field(const ClientOptions& options) {
  constexpr std::uint16_t http_port = 80;
  constexpr std::uint16_t https_port = 443;
  const bool is_v6 = options.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + options.host + "]" : options.host;
  return options.port == (options.tls ? https_port : http_port) ? host : host + ":" + std::to_string(options.port);
}

Result<Response> Client::send(const ClientRequest& request) const {
  YX_TRY(const std::string head, head_of(options_, request));
  asio::io_context context{1};
  Exchange exchange(context, options_, request);
  return exchange.run(context, head);
}

Result<Response> Client::get(std::string target) const { return send({.target = std::move(target)}); }

Result<Response> Client::post(std::string target, std::string content_type, Bytes body) const {
  ClientRequest request{.method = Method::post, .target = std::move(target), .body = std::move(body)};
  request.headers.add("Content-Type", std::move(content_type));
  return send(request);
}

}  // namespace yinxin::net
