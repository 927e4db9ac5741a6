// yinxin outside set|show: where the providers are, sealed in the office

#include <CLI/CLI.hpp>
#include <iostream>

#include "yinxin/office/provider_settings.h"
#include "yinxin/office_options.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Wish {
  OfficeOptions office;
  std::string file;
};

Result<Exit> set(const Wish& wish) {
  SystemRandom random;
  YX_TRY(const crypto::BootSecret boot, wish.office.boot_secret());
  YX_TRY(const bool removed, office::take_in_providers(wish.office.data, boot, wish.file, random));
  std::cout << "外部服务设置已密封保存 / the providers' settings are sealed in the office\n";
  std::cout << (removed ? "明文文件已删除 / the clear file was removed: "
                        : "请妥善销毁明文文件 / destroy the clear file: ")
            << wish.file << std::endl;
  return Exit::done;
}

Result<Exit> show(const Wish& wish) {
  YX_TRY(const crypto::BootSecret boot, wish.office.boot_secret());
  YX_TRY(const outside::OutsideSettings kept, office::kept_providers(wish.office.data, boot));
  std::cout << (kept.emulated ? "均为模拟，仅供演示 / emulated, for demonstration only\n" : "");
  const auto tell_place = [](const char* name, const std::string* address) {
    std::cout << name << " " << (address == nullptr ? std::string("未设置 / not set") : *address) << "\n";
  };
  tell_place("sms", kept.sms ? &kept.sms->aliyun.base_url : nullptr);
  tell_place("carrier", kept.carrier ? &kept.carrier->base_url : nullptr);
  tell_place("face", kept.face ? &kept.face->aliyun.base_url : nullptr);
  tell_place("card_reader", kept.card_reader ? &kept.card_reader->base_url : nullptr);
  tell_place("courier", kept.courier ? &kept.courier->base_url : nullptr);
  tell_place("wechat_pay", kept.wechat_pay ? &kept.wechat_pay->base_url : nullptr);
  tell_place("alipay", kept.alipay ? &kept.alipay->base_url : nullptr);
  tell_place("bank", kept.bank ? &kept.bank->base_url : nullptr);
  return Exit::done;
}

}  // namespace

void add_outside(CLI::App& app, Chosen& chosen) {
  CLI::App* outside_app = app.add_subcommand(
      "outside", "the providers outside: their addresses and our secrets with them, sealed in the office");
  outside_app->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, Result<Exit> (*deed)(const Wish&)) {
    auto wish = std::make_shared<Wish>();
    CLI::App* verb = outside_app->add_subcommand(name, help);
    wish->office.add_to(*verb);
    verb->callback([&chosen, wish, deed] {
      chosen.run = [wish, deed] {
        const auto exit = deed(*wish);
        return exit ? *exit : tell(exit.error());
      };
    });
    return std::pair(verb, wish);
  };
  const auto [set_verb, set_wish] =
      add("set", "seal FILE (outside.json) in the office, in place of what was there; restart serve afterwards", set);
  set_verb->add_option("FILE", set_wish->file, "settings in clear; removed when they lie in the office's folder")
      ->required();
  add("show", "which providers are set, and where; never a secret", show);
}

}  // namespace yinxin::cli
