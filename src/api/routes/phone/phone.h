#pragma once
// The requester's phone: card and face, behind a link that one phone may open.

#include "hall/street/street.h"
#include "net/http.h"

namespace yinxin::api {

// The word that the phone's page made for itself and keeps: who opened the link first.
inline constexpr std::string_view device_field = "X-Yinxin-Device";
constexpr std::size_t max_phone_body_bytes = std::size_t{16} << 10;

// `street` outlives the router. `phone_page`: as HallParts.
void add_phone_routes(net::Router& router, hall::Street& street, const std::string& phone_page);

}  // namespace yinxin::api
