#include "yinxin/supervisor/host_folder.h"

#include <sys/stat.h>

#include <filesystem>

#include "terminal/files.h"
#include "yinxin/office/provider_settings.h"
#include "yinxin/supervisor/brief.h"
#include "yinxin/supervisor/hosts.h"
#include "yinxin/supervisor/places.h"

namespace yinxin::supervisor {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_certificate_pem_bytes = 16 * 1024;
constexpr const char* key_name = "host";

std::string certificate_path(const std::string& data) { return data + "/bridge/host.pem"; }

Result<void> copy_in(const std::string& from, const std::string& to) {
  std::error_code failed;
  if (!fs::exists(from, failed)) {
    return {};
  }
  fs::copy(from, to, fs::copy_options::recursive, failed);
  return failed ? Result<void>(fail(ErrorCode::internal, "cannot copy " + from + ": " + failed.message()))
                : Result<void>();
}

}  // namespace

Result<std::string> make_bridge_key(const std::string& data, const std::string& name, const crypto::BootSecret& boot,
                                    Random& random, const crypto::PassphraseCost& cost) {
  YX_TRY(const net::HostKey made, net::make_host_key(name));
  std::error_code failed;
  fs::remove_all(data + "/bridge", failed);
  if (failed) {
    return fail(ErrorCode::internal, "cannot remove " + data + "/bridge");
  }
  YX_TRY(const office::KeyChest chest,
         office::KeyChest::create(data + "/bridge", std::string(bridge_name), boot, cost, random));
  YX_CHECK(chest.put_secret(key_name, made.key_pem, random));
  YX_CHECK(cli::write_file(certificate_path(data), bytes_of(made.certificate_pem), false));
  return net::certificate_fingerprint(made.certificate_pem);
}

Result<net::HostKey> kept_host_key(const std::string& data, const office::KeyChest& chest) {
  YX_TRY(const Bytes certificate, cli::read_file(certificate_path(data), max_certificate_pem_bytes));
  YX_TRY(SecretBytes key, chest.secret(key_name));
  return net::HostKey{.certificate_pem = std::string(text_of(certificate)), .key_pem = std::move(key)};
}

bool has_host_key(const std::string& data) {
  std::error_code ignored;
  return fs::exists(certificate_path(data), ignored);
}

Result<void> part_folder(const std::string& data, const std::string& out, const std::set<std::string>& roles,
                         const crypto::BootSecret& boot) {
  for (const std::string& role : roles) {
    if (role == bridge_name || find_place(role) == nullptr) {
      return fail(ErrorCode::invalid_input, "there is no role " + role);
    }
  }
  std::error_code failed;
  if (fs::exists(out, failed)) {
    return fail(ErrorCode::already_exists, out);
  }
  YX_TRY(Pinned pinned, read_pinned(data, boot));
  if (office::has_kept_providers(data)) {
    YX_TRY(const auto providers, office::kept_providers(data, boot));
    std::string ways;
    for (const std::string& way : providers.ways()) {
      ways += way + "\n";
    }
    pinned.insert_or_assign(hall_in_pinned, to_bytes(bytes_of(ways)));
  }
  fs::create_directories(out + "/audit", failed);
  if (failed || ::chmod(out.c_str(), S_IRWXU) != 0) {
    return fail(ErrorCode::internal, "cannot make " + out);
  }
  YX_CHECK(copy_in(data + "/office.json", out + "/office.json"));
  YX_CHECK(copy_in(data + "/public", out + "/public"));
  for (const Place& place : places()) {
    if (!roles.contains(place.name)) {
      continue;
    }
    for (const std::string& folder : place.folders) {
      if (folder != "public") {
        YX_CHECK(copy_in(data + "/" + folder, out + "/" + folder));
      }
    }
    for (const std::string& writer : place.writers) {
      YX_CHECK(copy_in(data + "/audit/" + writer + ".log", out + "/audit/" + writer + ".log"));
    }
  }
  return cli::write_file(out + "/pinned.der", der_of(pinned), false);
}

}  // namespace yinxin::supervisor
