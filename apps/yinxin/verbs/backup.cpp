// yinxin backup --data DIR --out DIR, yinxin backup check DIR, yinxin restore DIR --data DIR

#include "yinxin/office/backup.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Wish {
  std::string data, out, folder;
  std::string sm3;
  bool json = false;
};

boost::json::object json_of(const office::Backup& backup) {
  return {{"environment", backup.environment},
          {"made_at", backup.made_at},
          {"files", backup.files.size()},
          {"bytes", backup.bytes()},
          {"manifest_sm3", to_hex(backup.manifest_sm3)}};
}

void tell_backup(const Wish& wish, const office::Backup& backup, const char* zh, const char* en) {
  if (wish.json) {
    std::cout << boost::json::serialize(json_of(backup)) << "\n";
    return;
  }
  std::cout << zh << " / " << en << ": " << backup.files.size() << " 个文件 files, " << backup.bytes()
            << " 字节 bytes, " << backup.made_at << "\n清单 manifest SM3 " << to_hex(backup.manifest_sm3) << "\n";
}

Result<Exit> make(const Wish& wish) {
  if (wish.data.empty() || wish.out.empty()) {
    std::cerr << "须给出 --data 和 --out / --data and --out are needed\n";
    return Exit::usage;
  }
  YX_TRY(const office::Backup backup, office::make_backup(wish.data, wish.out, SystemClock()));
  tell_backup(wish, backup, "已备份", "backed up");
  return Exit::done;
}

Result<Exit> check(const Wish& wish) {
  YX_TRY(office::CheckedBackup checked, office::check_backup(wish.folder));
  const bool is_other = !wish.sm3.empty() && wish.sm3 != to_hex(checked.backup.manifest_sm3);
  if (is_other) {
    checked.flaws.push_back({office::backup_manifest, "another manifest than the one named"});
  }
  if (wish.json) {
    boost::json::array flaws;
    for (const auto& flaw : checked.flaws) {
      flaws.push_back(boost::json::object{{"path", flaw.path}, {"what", flaw.what}});
    }
    boost::json::object out = json_of(checked.backup);
    out["ok"] = checked.flaws.empty();
    out["flaws"] = std::move(flaws);
    std::cout << boost::json::serialize(out) << "\n";
  } else {
    for (const auto& flaw : checked.flaws) {
      std::cout << flaw.path << ": " << flaw.what << "\n";
    }
    tell_backup(wish, checked.backup, checked.flaws.empty() ? "备份完好" : "备份已损坏",
                checked.flaws.empty() ? "the backup is whole" : "the backup is damaged");
  }
  return checked.flaws.empty() ? Exit::done : Exit::bad_verdict;
}

Result<Exit> restore(const Wish& wish) {
  YX_TRY(const office::Backup backup, office::restore_backup(wish.folder, wish.data));
  tell_backup(wish, backup, "已恢复", "restored");
  return Exit::done;
}

void run_when_chosen(CLI::App& verb, Chosen& chosen, const std::shared_ptr<Wish>& wish,
                     Result<Exit> (*run)(const Wish&)) {
  verb.add_flag("--json", wish->json, "print JSON");
  verb.callback([&chosen, wish, run] {
    chosen.run = [wish, run] {
      const auto exit = run(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace

void add_backup(CLI::App& app, Chosen& chosen) {
  auto made = std::make_shared<Wish>();
  CLI::App* backup = app.add_subcommand(
      "backup",
      "copy an office's folder while `serve` runs: each store by SQLite's online backup, keys wrapped as they are, a "
      "manifest with the SM3 of every file. Each store is whole; the stores are copied one after another, so that "
      "across stores a backup of a busy office is not of one moment");
  backup->add_option("--data", made->data, "the office's folder");
  backup->add_option("--out", made->out, "folder of the backup; must not be there");
  backup->require_subcommand(0, 1);
  backup->add_flag("--json", made->json, "print JSON");
  auto checked = std::make_shared<Wish>();
  CLI::App* check_app = backup->add_subcommand("check", "every file of a backup against its manifest; 1 when damaged");
  check_app->add_option("DIR", checked->folder, "folder of the backup")->required();
  check_app->add_option("--sm3", checked->sm3, "the manifest's SM3, as `backup` said it: then forgery shows too");
  run_when_chosen(*check_app, chosen, checked, check);
  backup->callback([backup, &chosen, made] {
    if (!backup->get_subcommands().empty()) {
      return;
    }
    chosen.run = [made] {
      const auto exit = make(*made);
      return exit ? *exit : tell(exit.error());
    };
  });
  auto restored = std::make_shared<Wish>();
  CLI::App* restore_app = app.add_subcommand(
      "restore",
      "a backup back into an empty folder, off line, each file proven by the manifest. There is no fence yet: what the "
      "office issued or revoked after the backup is not known to the restored one. Never serve it beside the first");
  restore_app->add_option("DIR", restored->folder, "folder of the backup")->required();
  restore_app->add_option("--data", restored->data, "folder to restore to: missing or empty")->required();
  run_when_chosen(*restore_app, chosen, restored, restore);
}

}  // namespace yinxin::cli
