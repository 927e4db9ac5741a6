// What the vault publishes, from its host to the others: certificates and lists, which carry their own signatures.

#include <algorithm>
#include <filesystem>

#include "crypto/sm3.h"
#include "terminal/files.h"
#include "yinxin/supervisor/bridge.h"

namespace yinxin::supervisor {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_name_bytes = 64;
constexpr std::size_t max_published_files = 1024;
constexpr std::size_t size_bytes = 4;
constexpr unsigned octet_bits = 8;
constexpr std::uint8_t written = 1;

bool is_published_name(const std::string& name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  return name.size() <= max_name_bytes && !name.starts_with('.') &&
         (name.ends_with(".cer") || name.ends_with(".crl")) && std::ranges::all_of(name, is_plain);
}

}  // namespace

Result<void> Bridge::send_published(net::TlsStream& stream, const std::string& name, BytesView content) const {
  Bytes message{static_cast<std::uint8_t>(name.size())};
  for (unsigned shift = (size_bytes - 1) * octet_bits;; shift -= octet_bits) {
    message.push_back(static_cast<std::uint8_t>(content.size() >> shift));
    if (shift == 0) {
      break;
    }
  }
  const BytesView text = bytes_of(name);
  message.insert(message.end(), text.begin(), text.end());
  message.insert(message.end(), content.begin(), content.end());
  YX_CHECK(stream.write(message));
  YX_TRY(const Bytes answer, stream.read(1));
  return answer[0] == written ? Result<void>()
                              : Result<void>(fail(ErrorCode::invalid_input, "no answer to what was published"));
}

// All of it at first, and from then on what has changed; until the other host is gone.
Result<void> Bridge::publish(const Host& to) {
  YX_TRY(net::TlsStream stream, greet(to, published_edge()));
  parts_.log("edge " + published_edge() + " to " + to.name + ": up");
  std::map<std::string, crypto::Digest> sent;
  do {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(parts_.published, failed)) {
      const std::string name = entry.path().filename().string();
      if (!is_published_name(name)) {
        continue;
      }
      const auto content = cli::read_file(entry.path().string(), parts_.limits.max_published_bytes);
      if (!content) {
        continue;  // renamed over, or made by nobody we know
      }
      const crypto::Digest digest = crypto::sm3(*content);
      const auto before = sent.find(name);
      if (before == sent.end() ? sent.size() < max_published_files : before->second != digest) {
        YX_CHECK(send_published(stream, name, *content));
        sent.insert_or_assign(name, digest);
      }
    }
    if (failed) {
      return fail(ErrorCode::internal, "cannot read " + parts_.published);
    }
    YX_CHECK(send_published(stream, {}, {}));  // whether it is still there
  } while (pause(parts_.limits.look_pause));
  return {};
}

Result<void> Bridge::take_published(net::TlsStream& stream) {
  while (!is_stopped()) {
    YX_TRY(const Bytes head, stream.read(1 + size_bytes));
    std::size_t size = 0;
    for (std::size_t i = 1; i < head.size(); ++i) {
      size = (size << octet_bits) | head[i];
    }
    YX_TRY(const Bytes text, stream.read(head[0]));
    const std::string name(text_of(text));
    const bool is_sign_of_life = name.empty() && size == 0;
    if (!is_sign_of_life && (size > parts_.limits.max_published_bytes || !is_published_name(name))) {
      return fail(ErrorCode::invalid_input, "nothing that is published");
    }
    if (!is_sign_of_life) {
      YX_TRY(const Bytes content, stream.read(size));
      YX_CHECK(cli::write_file(parts_.published + "/" + name, content, true));
    }
    YX_CHECK(stream.write(Bytes{written}));
  }
  return {};
}

}  // namespace yinxin::supervisor
