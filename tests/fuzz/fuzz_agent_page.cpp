// What a page can make the agent read: the fields that say who it is, the file of answers, and a bundle to be judged.
#include "agent/desk_client.h"
#include "agent/web/consents.h"
#include "agent/web/origin.h"
#include "agent/web/window.h"
#include "base/ensure.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const BytesView input(data, size);
  const std::string_view text = text_of(input);
  if (const auto origin = agent::web::parse_origin(text)) {
    ensure(*origin == text && (text.starts_with("https://") || text.starts_with("http://")), "an origin is as it came");
    ensure(text.find_first_of(" /?#@\\\r\n", std::string_view("https://").size()) == std::string_view::npos,
           "and is nothing but scheme, host and port");
  }
  (void)agent::web::names_this_agent(text, agent::web::names_this_agent(text, 1) ? 2 : 1);
  if (const auto consents = agent::web::parse_consents(text)) {
    for (const auto& one : *consents) {
      ensure(agent::web::parse_origin(one.origin).has_value(), "answers are kept for origins alone");
    }
  }
  const std::string shown = agent::web::shown_line(text);
  ensure(is_utf8(shown) && agent::web::shown_line(shown) == shown, "what is shown is text");
  for (const char c : shown) {
    ensure(static_cast<unsigned char>(c) >= ' ' && c != 0x7f, "and moves no cursor");
  }
  (void)agent::bundle_of_json(input);
  return 0;
}
