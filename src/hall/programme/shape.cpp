#include "hall/programme/shape.h"

#include <algorithm>
#include <charconv>

#include "hall/programme/words.h"

namespace yinxin::hall::programme {
namespace {

std::optional<std::int64_t> whole_number(const Node& node) {
  std::int64_t number = 0;
  const char* end = node.text.data() + node.text.size();
  if (node.kind != Node::Kind::scalar || node.quoted || node.text.empty() || node.text.size() > 18) {
    return std::nullopt;
  }
  const auto [stop, error] = std::from_chars(node.text.data(), end, number);
  const bool plain = node.text == "0" || node.text[0] != '0';
  return error == std::errc{} && stop == end && plain && number >= 0 ? std::optional(number) : std::nullopt;
}

bool all_of_text(std::string_view text, std::string_view extra, bool hex) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= (hex ? 'f' : 'z')) || extra.find(c) != std::string_view::npos;
  });
}

bool is_url(std::string_view text) {
  const std::size_t start = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  return start != 0 && text.size() > start && text[start] != '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '<'; });
}

bool is_date(std::string_view text) {
  return text.size() == 10 && from_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

std::string_view name_of(Type type) {
  switch (type) {
    case Type::integer:
    case Type::fen: return "整数 integer";
    case Type::yes_no: return "true/false";
    case Type::texts:
    case Type::words:
    case Type::integers: return "列表 list";
    case Type::record: return "一组键值 map";
    case Type::records: return "键值组的列表 list of maps";
    default: return "文字 text";
  }
}

class Holder {
 public:
  explicit Holder(Shaped& out) : out_(out) {}

  void record(const Node& node, std::span<const Field> fields, const std::string& path) {
    std::vector<std::string_view> keys{"assumed", "reason"};
    for (const Field& field : fields) {
      keys.push_back(field.key);
    }
    for (const auto& entry : node.entries) {
      if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) {
        continue;
      }
      const auto near = nearest(entry.key, keys);
      add(finding(near.empty() ? "key.unknown" : "key.near", entry.line, entry.column, {entry.key, near}));
    }
    for (const Field& field : fields) {
      const Node* value = programme::find(node, field.key);
      if (value != nullptr) {
        check(*value, field, path.empty() ? std::string(field.key) : path + "." + std::string(field.key));
      } else if (field.required) {
        add(finding("key.missing", node.line, node.column, {field.key}));
      }
    }
    assumption(node, path);
  }

 private:
  void add(Finding found) {
    if (out_.findings.size() < max_findings) {
      out_.findings.push_back(std::move(found));
    } else if (out_.findings.size() == max_findings) {
      out_.findings.push_back(finding("too_many", 0, 0, {}));
    }
  }
  void wrong(std::string_view id, const Node& node, const Field& field) {
    add(finding(id, node.line, node.column, {field.key, name_of(field.type)}));
  }

  void assumption(const Node& node, const std::string& path) {
    const Node* assumed = programme::find(node, "assumed");
    const Node* reason = programme::find(node, "reason");
    if (assumed == nullptr) {
      if (reason != nullptr) {
        add(finding("assumed.reason_alone", reason->line, reason->column, {}));
      }
      return;
    }
    if (assumed->kind != Node::Kind::scalar || assumed->quoted || assumed->text != "true") {
      add(finding("assumed.not_true", assumed->line, assumed->column, {}));
    }
    if (reason == nullptr || reason->kind != Node::Kind::scalar) {
      add(finding("assumed.no_reason", assumed->line, assumed->column, {}));
      return;
    }
    out_.assumptions.push_back({path, reason->text, assumed->line});
  }

  void check(const Node& node, const Field& field, const std::string& path) {
    switch (field.type) {
      case Type::record:
        return node.kind == Node::Kind::map ? record(node, field.fields, path) : wrong("type.wrong", node, field);
      case Type::records:
      case Type::texts:
      case Type::integers:
      case Type::words: return list(node, field, path);
      default: return node.kind == Node::Kind::scalar ? scalar(node, field) : wrong("type.wrong", node, field);
    }
  }

  void list(const Node& node, const Field& field, const std::string& path) {
    if (node.kind != Node::Kind::list) {
      return wrong("type.wrong", node, field);
    }
    if (node.entries.empty() && field.required) {
      return add(finding("list.empty", node.line, node.column, {field.key}));
    }
    const Type inner = field.type == Type::records    ? Type::record
                       : field.type == Type::texts    ? Type::text
                       : field.type == Type::integers ? Type::integer
                                                      : Type::word;
    const Field item{field.key, inner, false, field.words, field.fields};
    std::vector<std::string_view> seen;
    std::size_t n = 0;
    for (const auto& entry : node.entries) {
      check(entry.value, item, path + "[" + std::to_string(n++) + "]");
      if (field.type == Type::words || field.type == Type::integers) {
        if (std::find(seen.begin(), seen.end(), entry.value.text) != seen.end()) {
          add(finding("word.twice", entry.value.line, entry.value.column, {field.key, entry.value.text}));
        }
        seen.push_back(entry.value.text);
      }
    }
  }

  void scalar(const Node& node, const Field& field) {
    switch (field.type) {
      case Type::integer:
        return whole_number(node).has_value() && *whole_number(node) <= 1'000'000 ? void()
                                                                                  : wrong("type.wrong", node, field);
      case Type::fen:
        return whole_number(node).has_value() && *whole_number(node) <= 100'000'000'00 ? void()
                                                                                       : wrong("type.fen", node, field);
      case Type::yes_no:
        return !node.quoted && (node.text == "true" || node.text == "false") ? void()
                                                                             : wrong("type.wrong", node, field);
      case Type::word: return word(node, field);
      case Type::code: return all_of_text(node.text, "-_", false) ? void() : wrong("shape.code", node, field);
      case Type::hex:
        return all_of_text(node.text, "", true) && (node.text.size() == 16 || node.text.size() == 32)
                   ? void()
                   : wrong("shape.hex", node, field);
      case Type::url: return is_url(node.text) ? void() : wrong("shape.url", node, field);
      case Type::date: return is_date(node.text) ? void() : wrong("shape.date", node, field);
      default: return node.text.empty() ? wrong("type.wrong", node, field) : void();
    }
  }

  void word(const Node& node, const Field& field) {
    const std::vector<std::string_view> words(field.words.begin(), field.words.end());
    if (std::find(words.begin(), words.end(), node.text) != words.end()) {
      return;
    }
    const auto near = nearest(node.text, words);
    add(finding(near.empty() ? "word.unknown" : "word.near", node.line, node.column, {field.key, node.text, near}));
  }

  Shaped& out_;
};

void write(asn1::Writer& out, const Node& node, const Field& field);

void write_record(asn1::Writer& out, const Node& node, std::span<const Field> fields) {
  const auto one = [&](std::string_view key, auto&& value) {
    out.sequence([&](asn1::Writer& in) {
      in.utf8(key);
      value(in);
    });
  };
  out.sequence([&](asn1::Writer&) {
    for (const Field& field : fields) {
      if (const Node* value = find(node, field.key)) {
        one(field.key, [&](asn1::Writer& in) { write(in, *value, field); });
      }
    }
    if (find(node, "assumed") != nullptr) {
      one("assumed", [](asn1::Writer& in) { in.boolean(true); });
    }
    if (const Node* reason = find(node, "reason")) {
      one("reason", [&](asn1::Writer& in) { in.utf8(reason->text); });
    }
  });
}

void write_list(asn1::Writer& out, const Node& node, const Field& field) {
  out.sequence([&](asn1::Writer& in) {
    if (field.type == Type::words) {
      for (const auto word : field.words) {
        for (const auto& entry : node.entries) {
          if (entry.value.text == word) {
            in.utf8(word);
          }
        }
      }
      return;
    }
    for (const auto& entry : node.entries) {
      if (field.type == Type::records) {
        write_record(in, entry.value, field.fields);
      } else if (field.type == Type::integers) {
        in.integer(whole_number(entry.value).value_or(0));
      } else {
        in.utf8(entry.value.text);
      }
    }
  });
}

void write(asn1::Writer& out, const Node& node, const Field& field) {
  switch (field.type) {
    case Type::record: return write_record(out, node, field.fields);
    case Type::records:
    case Type::texts:
    case Type::integers:
    case Type::words: return write_list(out, node, field);
    case Type::integer:
    case Type::fen: out.integer(whole_number(node).value_or(0)); return;
    case Type::yes_no: out.boolean(node.text == "true"); return;
    default: out.utf8(node.text);
  }
}

}  // namespace

const Node* find(const Node& map, std::string_view key) {
  for (const auto& entry : map.entries) {
    if (map.kind == Node::Kind::map && entry.key == key) {
      return entry.value.kind == Node::Kind::empty ? nullptr : &entry.value;
    }
  }
  return nullptr;
}

void hold_against(const Node& node, std::span<const Field> fields, const std::string& path, Shaped& out) {
  Holder(out).record(node, fields, path);
}

Bytes canonical(const Node& root) {
  return asn1::sequence([&](asn1::Writer& out) {
    out.integer(manifest_version);
    write_record(out, root, schema());
  });
}

}  // namespace yinxin::hall::programme
