#include "yinxin/office/remote_vault.h"

#include "net/wire.h"

namespace yinxin::office {

namespace {

using crypto::Digest;
using net::hear;
using trust::Bundle;
using trust::KeyingBundle;

constexpr std::size_t most_lines = 500;

// One deed at a time, and each that was refused is told of.
class Alone {
 public:
  Alone(std::mutex& mutex, NoteRefusal note) : mutex_(mutex), note_(std::move(note)) {}
  template <class Deed>
  auto operator()(std::string_view name, Deed deed) const {
    return [&mutex = mutex_, note = note_, name, deed](BytesView body) -> Result<Bytes> {
      const std::scoped_lock lock(mutex);
      auto done = deed(body);
      if (!done) {
        note(name, done.error());
      }
      return done;
    };
  }

 private:
  std::mutex& mutex_;
  NoteRefusal note_;
};

// What a token says of itself, and what is on offer.
net::EdgeTable public_deeds(VaultDoors& vault, const Alone& alone) {
  return {
      {vault_verb::hear_activated,
       alone("hear_activated",
             hear<Digest, std::int64_t, Bytes>([&vault](const Digest& approval, std::int64_t line, const Bytes& word) {
               return vault.hear_activated(approval, line, word);
             }))},
      {vault_verb::find_issued_on, alone("find_issued_on", hear<std::string>([&vault](const std::string& device) {
                                           return vault.find_issued_on(device);
                                         }))},
      {vault_verb::manifests, alone("manifests", hear<>([&vault] { return vault.manifests(); }))},
  };
}

// What officers approved and a station makes.
net::EdgeTable making_deeds(VaultDoors& vault, const Alone& alone) {
  return {
      {vault_verb::permit,
       alone("permit", hear<Bundle, std::int64_t, std::string, Bytes, Bytes>(
                           [&vault](const Bundle& bundle, std::int64_t line, const std::string& device,
                                    const Bytes& station, const Bytes& officer) -> Result<pki::Vault::Permitted> {
                             YX_TRY(const auto its_station, x509::Certificate::parse(station));
                             YX_TRY(const auto its_officer, x509::Certificate::parse(officer));
                             return vault.permit(bundle, line, device, its_station, its_officer);
                           }))},
      {vault_verb::issue,
       alone("issue", hear<Bundle, KeyingBundle>([&vault](const Bundle& bundle, const KeyingBundle& keying) {
               return vault.issue(bundle, keying);
             }))},
      {vault_verb::make_seal,
       alone("make_seal",
             hear<Bundle, std::int64_t, Bytes>([&vault](const Bundle& bundle, std::int64_t line, const Bytes& picture) {
               return vault.make_seal(bundle, line, picture);
             }))},
      {vault_verb::hear_written,
       alone("hear_written",
             hear<Digest, std::int64_t, Bytes>([&vault](const Digest& approval, std::int64_t line, const Bytes& word) {
               return vault.hear_written(approval, line, word);
             }))},
      {vault_verb::give_up_held,
       alone("give_up_held", hear<std::string, Instant, std::string>(
                                 [&vault](const std::string& id, Instant before, const std::string& why) {
                                   return vault.give_up_held(id, before, why);
                                 }))},
      {vault_verb::find_issued,
       alone("find_issued", hear<Digest, std::int64_t>([&vault](const Digest& approval, std::int64_t line) {
               return vault.find_issued(approval, line);
             }))},
      {vault_verb::activated,
       alone("activated", hear<std::int64_t, std::size_t>([&vault](std::int64_t after, std::size_t limit) {
               return vault.activated(after, std::min(limit, most_lines));
             }))},
  };
}

}  // namespace

Result<pki::Vault::Permitted> RemoteVault::permit(const Bundle& bundle, std::int64_t line, const std::string& device,
                                                  const x509::Certificate& station, const x509::Certificate& officer) {
  return net::ask<pki::Vault::Permitted>(calls_, vault_verb::permit, bundle, line, device, station.der(),
                                         officer.der());
}

Result<void> RemoteVault::issue(const Bundle& bundle, const KeyingBundle& keying) {
  return net::ask<void>(calls_, vault_verb::issue, bundle, keying);
}

Result<Bytes> RemoteVault::make_seal(const Bundle& bundle, std::int64_t line, BytesView picture) {
  return net::ask<Bytes>(calls_, vault_verb::make_seal, bundle, line, to_bytes(picture));
}

Result<void> RemoteVault::hear_written(const crypto::Digest& second_approval, std::int64_t line, BytesView word) {
  return net::ask<void>(calls_, vault_verb::hear_written, second_approval, line, to_bytes(word));
}

Result<void> RemoteVault::hear_activated(const crypto::Digest& second_approval, std::int64_t line, BytesView word) {
  return net::ask<void>(calls_, vault_verb::hear_activated, second_approval, line, to_bytes(word));
}

Result<std::size_t> RemoteVault::give_up_held(const std::string& case_id, Instant before, const std::string& why) {
  return net::ask<std::size_t>(calls_, vault_verb::give_up_held, case_id, before, why);
}

Result<std::optional<pki::IssuedLine>> RemoteVault::find_issued(const crypto::Digest& second_approval,
                                                                std::int64_t line) {
  return net::ask<std::optional<pki::IssuedLine>>(calls_, vault_verb::find_issued, second_approval, line);
}

Result<std::optional<pki::IssuedLine>> RemoteVault::find_issued_on(const std::string& device) {
  return net::ask<std::optional<pki::IssuedLine>>(calls_, vault_verb::find_issued_on, device);
}

Result<std::vector<pki::ActivatedLine>> RemoteVault::activated(std::int64_t after, std::size_t limit) {
  return net::ask<std::vector<pki::ActivatedLine>>(calls_, vault_verb::activated, after, limit);
}

Result<std::vector<Bytes>> RemoteVault::manifests() {
  return net::ask<std::vector<Bytes>>(calls_, vault_verb::manifests);
}

net::EdgeTable deeds_of(VaultDoors& vault, std::string_view whose, std::mutex& mutex, NoteRefusal note) {
  const Alone alone(mutex, std::move(note));
  net::EdgeTable all;
  if (whose == "desk" || whose == "street") {
    all = public_deeds(vault, alone);
  }
  if (whose == "desk") {
    all.merge(making_deeds(vault, alone));
  }
  return all;
}

}  // namespace yinxin::office
