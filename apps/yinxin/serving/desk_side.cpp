#include "yinxin/serving/desk_side.h"

#include <iostream>

namespace yinxin::serving {

DeskSide::DeskSide(DeskParts parts)
    : scheme_and_host_("http://" + parts.listen + ":"),
      listen_(std::move(parts.listen)),
      clock_(parts.clock),
      port_(parts.port) {
  service_.emplace(office::DeskService::Parts{.house = parts.house,
                                              .writer = parts.writer,
                                              .clock = parts.clock,
                                              .random = parts.random,
                                              .origin = [this] { return scheme_and_host_ + std::to_string(port_); },
                                              .outside = std::move(parts.outside)});
}

Result<void> DeskSide::start() {
  net::Router router;
  service_->add_desk_routes(router);
  YX_TRY(server_, net::Server::start({.address = listen_, .port = port_}, std::move(router), clock_));
  port_ = server_->port();
  std::cout << "办理台 desk: " << scheme_and_host_ << port_ << std::endl;
  return {};
}

void DeskSide::stop() {
  if (server_) {
    server_->stop();
  }
}

}  // namespace yinxin::serving
