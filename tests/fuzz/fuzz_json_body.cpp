// The reader of JSON bodies alone: whatever was sent, a field is of the kind that was asked for and text is text.
#include "api/body.h"
#include "base/ensure.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  net::Request request;
  request.body.assign(data, data + size);
  const auto body = api::JsonBody::of(request);
  if (!body) {
    return 0;
  }
  for (const char* key : {"mobile", "version", "answers", "documents", "wants_seal", ""}) {
    if (const auto text = body->text(key)) {
      ensure(is_utf8(*text) && body->text_or(key, "else") == *text, "text is UTF-8 and one");
      ensure(!body->number(key), "a text is no number");
    }
    if (const auto texts = body->texts(key)) {
      for (const auto& [name, value] : *texts) {
        ensure(is_utf8(name) && is_utf8(value), "names and values are UTF-8");
      }
      ensure(!body->text(key), "an object is no text");
    }
    (void)body->number(key);
    (void)body->flag(key);
  }
  return 0;
}
