#include "seal/ofd/xml_edit.h"

#include <optional>

#include "base/text.h"

namespace yinxin::seal::ofd {
namespace {

constexpr std::string_view written_prefix = "ofd:";

struct Span {
  std::size_t inside_from = 0;  // after the start tag
  std::size_t inside_to = 0;    // before the end tag
  std::string prefix;           // "ofd:" or empty
};

// Walks the tags of a file that a parser has found well-formed.
class Tags {
 public:
  explicit Tags(std::string_view text) : text_(text) {}

  std::optional<Span> find(std::string_view element, std::size_t depth, std::size_t number) {
    std::optional<Span> found;
    std::size_t level = 0;
    for (std::size_t at = 0; (at = text_.find('<', at)) != std::string_view::npos;) {
      const std::optional<std::size_t> end = tag_end(at);
      if (!end) {
        return std::nullopt;
      }
      const std::string_view tag = text_.substr(at, *end - at);
      if (tag.starts_with("</")) {
        if (level == 0) {
          return std::nullopt;
        }
        --level;
        if (found && level == depth) {
          found->inside_to = at;
          return found;
        }
      } else if (!tag.starts_with("<!") && !tag.starts_with("<?")) {
        const bool closed = tag.ends_with("/>");
        const std::string_view name = tag.substr(1, tag.find_first_of(" \t\r\n/>", 1) - 1);
        const std::size_t colon = name.rfind(':');
        const std::size_t prefix_size = colon == std::string_view::npos ? 0 : colon + 1;
        if (!found && level == depth && name.substr(prefix_size) == element && number-- == 0) {
          if (closed) {
            return std::nullopt;
          }
          found = Span{*end, 0, std::string(name.substr(0, prefix_size))};
        }
        level += closed ? 0 : 1;
      }
      at = *end;
    }
    return std::nullopt;
  }

 private:
  // One past the end of the markup that begins at `at`.
  [[nodiscard]] std::optional<std::size_t> tag_end(std::size_t at) const {
    const std::string_view rest = text_.substr(at);
    const auto past = [&](std::string_view mark) -> std::optional<std::size_t> {
      const std::size_t end = text_.find(mark, at);
      return end == std::string_view::npos ? std::nullopt : std::optional<std::size_t>(end + mark.size());
    };
    if (rest.starts_with("<!--")) {
      return past("-->");
    }
    if (rest.starts_with("<![CDATA[")) {
      return past("]]>");
    }
    if (rest.starts_with("<?")) {
      return past("?>");
    }
    char quote = 0;
    for (std::size_t i = at; i < text_.size(); ++i) {
      const char c = text_[i];
      if (quote != 0) {
        quote = c == quote ? '\0' : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return i + 1;
      }
    }
    return std::nullopt;
  }

  std::string_view text_;
};

Result<Span> find_span(BytesView xml, std::string_view element, std::size_t depth, std::size_t number) {
  const std::string_view text = text_of(xml);
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::unsupported, "an XML file that is not UTF-8 cannot be edited");
  }
  auto span = Tags(text).find(element, depth, number);
  if (!span) {
    return fail(ErrorCode::not_found, "no open element " + std::string(element));
  }
  return *span;
}

}  // namespace

Result<Bytes> insert_at_end(BytesView xml, std::string_view element, std::size_t depth, std::size_t number,
                            std::string_view inside) {
  YX_TRY(const Span span, find_span(xml, element, depth, number));
  std::string fitted;
  for (std::size_t at = 0; at < inside.size();) {
    const bool prefixed =
        (at > 0 && (inside[at - 1] == '<' || inside[at - 1] == '/')) && inside.substr(at).starts_with(written_prefix);
    if (prefixed) {
      fitted += span.prefix;
      at += written_prefix.size();
    } else {
      fitted += inside[at++];
    }
  }
  return concat({xml.first(span.inside_to), bytes_of(fitted), xml.subspan(span.inside_to)});
}

Result<Bytes> replace_text(BytesView xml, std::string_view element, std::size_t depth, std::string_view text) {
  YX_TRY(const Span span, find_span(xml, element, depth, 0));
  return concat({xml.first(span.inside_from), bytes_of(text), xml.subspan(span.inside_to)});
}

}  // namespace yinxin::seal::ofd
