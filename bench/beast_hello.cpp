#include "beast_hello.h"

#include <pthread.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <ctime>
#include <thread>

namespace yinxin::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::chrono::seconds deadline{30};

asio::awaitable<void> converse(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  try {
    for (bool keeps_alive = true; keeps_alive;) {
      http::request<http::empty_body> request;
      stream.expires_after(deadline);
      co_await http::async_read(stream, buffer, request, asio::use_awaitable);
      http::response<http::string_body> response(http::status::ok, request.version());
      response.set(http::field::content_type, "application/json");
      response.keep_alive(request.keep_alive());
      response.body() = R"({"hello":"world"})";
      response.prepare_payload();
      keeps_alive = response.keep_alive();
      stream.expires_after(deadline);
      co_await http::async_write(stream, response, asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    // the client has gone
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), converse(std::move(socket)), asio::detached);
  }
}

class Running final : public BeastHello {
 public:
  Running() : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(context_, accept(acceptor_), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Running() override {
    context_.stop();
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }

  [[nodiscard]] double processor_seconds() override {
    clockid_t clock{};
    timespec used{};
    if (::pthread_getcpuclockid(thread_.native_handle(), &clock) != 0 || ::clock_gettime(clock, &used) != 0) {
      return 0;
    }
    constexpr double nanoseconds = 1e-9;
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * nanoseconds;
  }

 private:
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<BeastHello>> BeastHello::start() {
  try {
    return std::unique_ptr<BeastHello>(std::make_unique<Running>());
  } catch (const boost::system::system_error& wrong) {
    return fail(ErrorCode::internal, wrong.what());
  }
}

}  // namespace yinxin::bench
