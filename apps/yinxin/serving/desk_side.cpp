#include "yinxin/serving/desk_side.h"

#include <iostream>

#include "yinxin/serving/public_side.h"

namespace yinxin::serving {

namespace {

std::string origin_at(const std::string& host, std::uint16_t port) {
  return "http://" + host + ":" + std::to_string(port);
}

// Where the officer's own agent listens.
constexpr std::string_view agent_origin = "http://127.0.0.1:21051";

std::string usual_papers_host(const std::string& listen) { return listen == "127.0.0.1" ? "localhost" : listen; }

}  // namespace

DeskSide::DeskSide(DeskParts parts)
    : listen_(std::move(parts.listen)),
      papers_host_(parts.papers_host.empty() ? usual_papers_host(listen_) : std::move(parts.papers_host)),
      web_(std::move(parts.web)),
      clock_(parts.clock),
      port_(parts.port),
      papers_port_(parts.papers_port) {
  service_.emplace(office::DeskService::Parts{.house = parts.house,
                                              .writer = parts.writer,
                                              .clock = parts.clock,
                                              .random = parts.random,
                                              .origin = [this] { return origin_at(listen_, port_); },
                                              .papers_origin = [this] { return origin_at(papers_host_, papers_port_); },
                                              .outside = std::move(parts.outside)});
}

Result<void> DeskSide::start() {
  net::Router papers;
  service_->add_paper_routes(papers);
  YX_TRY(papers_, net::Server::start({.address = listen_, .port = papers_port_}, std::move(papers), clock_));
  papers_port_ = papers_->port();
  net::Router router;
  service_->add_desk_routes(router);
  YX_CHECK(add_pages(
      router, web_, "desk",
      {.asked = {std::string(agent_origin)}, .shown = {origin_at(papers_host_, papers_port_)}, .no_pages = {"desk"}}));
  YX_TRY(server_, net::Server::start({.address = listen_, .port = port_}, std::move(router), clock_));
  port_ = server_->port();
  std::cout << "资料 papers: " << origin_at(papers_host_, papers_port_)
            << (papers_host_ == listen_ ? "（与办理台同名，请用 --papers-host 另取主机名 / under the desk's own name: "
                                          "give another by --papers-host）"
                                        : "")
            << "\n办理台 desk: " << origin_at(listen_, port_) << std::endl;
  return {};
}

void DeskSide::stop() {
  for (net::Server* server : {server_.get(), papers_.get()}) {
    if (server != nullptr) {
      server->stop();
    }
  }
}

}  // namespace yinxin::serving
