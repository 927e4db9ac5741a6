#pragma once
// The emulated phone: what a person of a demonstration sees and does at the providers, for pages of an origin of its
// own. It asks the emulators' admin doors in this process.
//
//   GET  /phone/v1/{provider}/…   what the provider's door /admin/… says; only the doors listed in phone.cpp
//   POST /phone/v1/{provider}/…   likewise
//   POST /phone/v1/cards?side=portrait&name=…&resident_id=… or ?side=emblem&valid_from=…&valid_to=…
//                                 a JPEG that the card reader knows from now on; {"picture": its SM3}

#include "outside/emulator/emulator.h"

namespace yinxin::outside {

constexpr std::size_t max_phone_picture_bytes = 5UL * 1024 * 1024;

class EmulatedPhone final : public Emulator {
 public:
  // Adds what the phone serves besides its interface: its pages. May be empty.
  using AddPages = std::function<void(net::Router&)>;

  explicit EmulatedPhone(AddPages add_pages) : add_pages_(std::move(add_pages)) {}
  // The emulator must outlive this.
  void know(Emulator& provider);
  [[nodiscard]] std::string_view name() const override { return "emulated_phone"; }
  void add_routes(net::Router& router) override;
  // Refuses what changes anything without a header that no page of another origin can send.
  static std::optional<net::Response> admit(const net::Request& request);

 private:
  // Behind the provider's door /admin/{segments…}.
  net::Response ask(const std::string& provider, std::vector<std::string> segments, const net::Request& request) const;
  [[nodiscard]] net::Response register_card(const net::Request& request) const;

  AddPages add_pages_;
  std::map<std::string, net::Router> providers_;
};

}  // namespace yinxin::outside
