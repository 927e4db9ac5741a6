#include "yinxin/supervisor/brief.h"

#include <cerrno>
#include <filesystem>

#include "base/descriptor.h"
#include "crypto/asn1/der.h"
#include "terminal/files.h"
#include "yinxin/office/key_chest.h"

namespace yinxin::supervisor {

namespace {

constexpr std::size_t length_bytes = 2;
constexpr unsigned octet_bits = 8;

}  // namespace

Bytes der_of(const Pinned& pinned) {
  asn1::Writer writer;
  writer.sequence([&](asn1::Writer& list) {
    for (const auto& [name, value] : pinned) {
      list.sequence([&](asn1::Writer& one) { one.utf8(name).octet_string(value); });
    }
  });
  return writer.take();
}

Result<Pinned> parse_pinned(BytesView der) {
  Pinned pinned;
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader list, outer.sequence());
  YX_CHECK(outer.finish());
  while (!list.at_end()) {
    YX_TRY(asn1::Reader one, list.sequence());
    YX_TRY(std::string name, one.text());
    YX_TRY(const BytesView value, one.octet_string());
    YX_CHECK(one.finish());
    if (pinned.size() == max_pinned || !pinned.emplace(std::move(name), to_bytes(value)).second) {
      return fail(ErrorCode::corrupt, "brief.form");
    }
  }
  return pinned;
}

Result<SecretBytes> Brief::to_wire() const {
  const Bytes tail = der_of(pinned);
  const std::size_t size = length_bytes + secret.size() + tail.size();
  if (size > max_brief_bytes || pinned.size() > max_pinned) {
    return fail(ErrorCode::invalid_input, "brief.length");
  }
  SecretBytes wire(size);
  const auto out = wire.expose_for_writing();
  out[0] = static_cast<std::uint8_t>(secret.size() >> octet_bits);
  out[1] = static_cast<std::uint8_t>(secret.size());
  std::ranges::copy(secret.expose(), out.begin() + length_bytes);
  std::ranges::copy(tail, out.begin() + static_cast<std::ptrdiff_t>(length_bytes + secret.size()));
  return wire;
}

Result<Brief> Brief::parse(BytesView wire) {
  const Error wrong = fail(ErrorCode::corrupt, "brief.form");
  if (wire.size() < length_bytes || wire.size() > max_brief_bytes) {
    return wrong;
  }
  const std::size_t size = (static_cast<std::size_t>(wire[0]) << octet_bits) | wire[1];
  wire = wire.subspan(length_bytes);
  if (wire.size() < size) {
    return wrong;
  }
  Brief brief{.secret = SecretBytes(wire.first(size))};
  YX_TRY(brief.pinned, parse_pinned(wire.subspan(size)));
  return brief;
}

Result<x509::Certificate> Brief::certificate(const std::string& name) const {
  const auto found = pinned.find(name);
  if (found == pinned.end()) {
    return fail(ErrorCode::not_found, "the brief pins no " + name);
  }
  return x509::Certificate::parse(found->second);
}

Result<Pinned> read_kept_pinned(const std::string& data) {
  YX_TRY(const Bytes der, cli::read_file(data + "/pinned.der", max_brief_bytes));
  return parse_pinned(der);
}

Result<Pinned> read_pinned(const std::string& data, const crypto::BootSecret& boot,
                           const std::optional<std::set<std::string>>& here) {
  Pinned pinned;
  if (here) {
    YX_TRY(pinned, read_kept_pinned(data));
  }
  const std::pair<const char*, std::vector<const char*>> chests[] = {
      {"vault", {"vault", "permit"}}, {"outside", {"outside"}}, {"pin", {"pin", "door"}}, {"kmc", {"kmc"}}};
  for (const auto& [domain, names] : chests) {
    if (here && !here->contains(domain)) {
      continue;
    }
    std::error_code ignored;
    if (std::string_view(domain) == "kmc" && !std::filesystem::exists(data + "/kmc/escrow.der", ignored)) {
      continue;  // an office without a key centre
    }
    YX_TRY(const office::KeyChest chest, office::KeyChest::open(data + "/" + domain, domain, boot));
    for (const char* name : names) {
      YX_TRY(const x509::Certificate certificate, chest.certificate(name));
      pinned.insert_or_assign(name, certificate.der());
    }
    if (std::string_view(domain) == "outside") {
      YX_TRY(const auto letter, chest.key("letter"));
      pinned.insert_or_assign("letter", to_bytes(letter->public_key().point()));
    }
  }
  return pinned;
}

Result<Brief> read_brief(int descriptor) {
  Descriptor pipe(descriptor);
  SecretBytes wire(max_brief_bytes + 1);
  std::size_t size = 0;
  while (size < wire.size()) {
    const ssize_t got = ::read(pipe.number(), wire.expose_for_writing().data() + size, wire.size() - size);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return fail(ErrorCode::corrupt, "brief.unreadable");
    }
    if (got == 0) {
      break;
    }
    size += static_cast<std::size_t>(got);
  }
  return Brief::parse(wire.expose().first(size));
}

}  // namespace yinxin::supervisor
