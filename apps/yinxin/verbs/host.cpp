// yinxin host part|key: one of several hosts that an office runs on

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "terminal/files.h"
#include "yinxin/supervisor/host_folder.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Wish {
  std::string data;
  std::string out;
  std::string name;
  std::string passphrase = "-";
  std::vector<std::string> roles;
  bool json = false;
};

Result<crypto::BootSecret> boot_of(const Wish& wish) {
  YX_TRY(SecretBytes passphrase, read_passphrase(wish.passphrase, "机构口令 / passphrase of the office"));
  return crypto::BootSecret::from_passphrase(std::move(passphrase));
}

Result<Exit> part(const Wish& wish) {
  YX_TRY(const crypto::BootSecret boot, boot_of(wish));
  YX_CHECK(supervisor::part_folder(wish.data, wish.out, {wish.roles.begin(), wish.roles.end()}, boot));
  if (wish.json) {
    std::cout << boost::json::serialize(boost::json::object{{"folder", wish.out}}) << "\n";
  } else {
    std::cout << "已分出本主机的目录 / the folder of this host: " << wish.out
              << "\n把它移到该主机，再运行 / move it to that host, and there: yinxin host key\n";
  }
  return Exit::done;
}

Result<Exit> key(const Wish& wish) {
  YX_TRY(const crypto::BootSecret boot, boot_of(wish));
  SystemRandom random;
  YX_TRY(const std::string fingerprint, supervisor::make_bridge_key(wish.data, wish.name, boot, random));
  if (wish.json) {
    std::cout << boost::json::serialize(boost::json::object{{"name", wish.name}, {"fingerprint", fingerprint}}) << "\n";
  } else {
    std::cout << "本主机证书的指纹（SHA-256），写入每台主机的 hosts.json / fingerprint of this host's certificate "
                 "(SHA-256), for hosts.json on every host:\n"
              << fingerprint << "\n";
  }
  return Exit::done;
}

void run_when_chosen(CLI::App& verb, Chosen& chosen, const std::shared_ptr<Wish>& wish,
                     Result<Exit> (*run)(const Wish&)) {
  verb.add_option("--passphrase", wish->passphrase, "file, \"credential:NAME\", or \"-\" to be asked")
      ->capture_default_str();
  verb.add_flag("--json", wish->json, "print JSON");
  verb.callback([&chosen, wish, run] {
    chosen.run = [wish, run] {
      const auto exit = run(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace

void add_host(CLI::App& app, Chosen& chosen) {
  CLI::App* host = app.add_subcommand("host", "an office that runs on several hosts");
  host->require_subcommand(1);
  auto parted = std::make_shared<Wish>();
  CLI::App* part_app = host->add_subcommand(
      "part",
      "the part of an office's folder that one host has: what its roles own, what is published, and the certificates "
      "of the other roles; no key of theirs. Nobody serves the office meanwhile, and the whole folder is kept off line "
      "afterwards: never served beside its parts");
  part_app->add_option("--data", parted->data, "the whole office's folder")->required();
  part_app->add_option("--roles", parted->roles, "domains of that host, joined by commas")->delimiter(',')->required();
  part_app->add_option("--out", parted->out, "folder to make; must not be there")->required();
  run_when_chosen(*part_app, chosen, parted, part);
  auto keyed = std::make_shared<Wish>();
  CLI::App* key_app = host->add_subcommand(
      "key", "a fresh key by which the other hosts know this one; the old one is gone. Prints its fingerprint");
  key_app->add_option("--data", keyed->data, "this host's folder")->required();
  key_app->add_option("--name", keyed->name, "this host's name in hosts.json")->required();
  run_when_chosen(*key_app, chosen, keyed, key);
}

}  // namespace yinxin::cli
