#include "audit/checkpoint.h"

#include <algorithm>
#include <charconv>

namespace yinxin::audit {
namespace {

constexpr std::string_view first_line = "yinxin-audit-checkpoint 1";

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= max_field_bytes &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const auto to = std::min(text.find(at, from), text.size());
    parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

bool number_of(std::string_view text, std::uint64_t& out) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Result<std::string> checkpoint_text(const Checkpoint& checkpoint) {
  auto heads = checkpoint.heads;
  std::sort(heads.begin(), heads.end(), [](const Head& a, const Head& b) { return a.writer < b.writer; });
  const auto twice =
      std::adjacent_find(heads.begin(), heads.end(), [](const Head& a, const Head& b) { return a.writer == b.writer; });
  if (!is_word(checkpoint.environment) || heads.size() > max_heads || twice != heads.end()) {
    return fail(ErrorCode::invalid_input, "checkpoint: environment or list of heads does not fit");
  }
  std::string out(first_line);
  out += '\n' + checkpoint.environment + '\n' + std::to_string(checkpoint.number) + '\n' + to_rfc3339(checkpoint.at);
  out += '\n';
  for (const auto& head : heads) {
    if (!is_word(head.writer)) {
      return fail(ErrorCode::invalid_input, "checkpoint: a writer's name is one word");
    }
    out += head.writer + ' ' + std::to_string(head.sequence) + ' ' + to_hex(head.hash) + '\n';
  }
  return out;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto bad = [] { return fail(ErrorCode::corrupt, "checkpoint: not one of ours"); };
  if (text.size() > (max_heads + 4) * (max_field_bytes + 100)) {
    return bad();
  }
  const auto lines = split(text, '\n');
  Checkpoint checkpoint;
  if (lines.size() < 5 || lines[0] != first_line || !number_of(lines[2], checkpoint.number)) {
    return bad();
  }
  checkpoint.environment = lines[1];
  const auto at = from_rfc3339(lines[3]);
  if (!at) {
    return bad();
  }
  checkpoint.at = *at;
  for (std::size_t i = 4; i + 1 < lines.size(); ++i) {
    const auto words = split(lines[i], ' ');
    Head head;
    if (words.size() != 3 || !number_of(words[1], head.sequence)) {
      return bad();
    }
    head.writer = words[0];
    const auto hash = from_hex(words[2]);
    if (!hash || hash->size() != head.hash.size()) {
      return bad();
    }
    std::copy(hash->begin(), hash->end(), head.hash.begin());
    checkpoint.heads.push_back(std::move(head));
  }
  const auto again = checkpoint_text(checkpoint);
  return again && *again == text ? Result<Checkpoint>(std::move(checkpoint)) : Result<Checkpoint>(bad());
}

Result<void> FileDrop::send(std::uint64_t number, std::string_view text, BytesView signature) {
  auto digits = std::to_string(number);
  digits.insert(0, digits.size() < 10 ? 10 - digits.size() : 0, '0');
  YX_CHECK(write_new_file(folder_ + "/" + digits + ".sig", signature));
  return write_new_file(folder_ + "/" + digits + ".txt", bytes_of(text));
}

Result<void> send_checkpoint(const Checkpoint& checkpoint, const Signer& signer, Exporter& exporter) {
  YX_TRY(const std::string text, checkpoint_text(checkpoint));
  YX_TRY(const Bytes signature, signer(bytes_of(text)));
  return exporter.send(checkpoint.number, text, signature);
}

}  // namespace yinxin::audit
