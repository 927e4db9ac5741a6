// yinxin token list, yinxin token init, yinxin token pin, yinxin token unlock

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/random.h"
#include "crypto/x509/certificate.h"
#include "seal/text.h"
#include "terminal/files.h"
#include "terminal/tokens.h"
#include "token/survey.h"

namespace yinxin::cli {

namespace {

constexpr std::size_t device_key_size = 16;

struct Wish {
  TokenWish token;
  bool json = false;
  std::string label;
  std::vector<std::string> containers{std::string(token::default_container)};
  std::string device_key;
  std::string new_device_key;
  std::string serial;
  bool erase = false;
  bool create = false;
  std::string user_pin = "-";
  std::string administrator_pin = "-";
  std::string old_pin = "-";
  std::string new_pin = "-";
};

boost::json::value json_of(const std::optional<token::PinInfo>& pin) {
  if (!pin) {
    return nullptr;
  }
  return boost::json::object{
      {"tries_left", pin->retries_left}, {"tries", pin->max_retries}, {"is_default", pin->is_default}};
}

boost::json::value json_of(const std::optional<Bytes>& der) {
  if (!der) {
    return nullptr;
  }
  const auto certificate = x509::Certificate::parse(*der);
  if (!certificate) {
    return boost::json::object{{"unreadable", true}, {"size", der->size()}};
  }
  return boost::json::object{{"subject", seal::clean_text(certificate->subject().text())},
                             {"issuer", seal::clean_text(certificate->issuer().text())},
                             {"serial", certificate->serial_hex()},
                             {"not_after", to_rfc3339(certificate->not_after())}};
}

boost::json::object json_of(const token::ApplicationSurvey& application) {
  boost::json::array containers;
  for (const token::ContainerSurvey& one : application.containers) {
    containers.push_back(boost::json::object{{"name", seal::clean_text(one.name)},
                                             {"unreadable", one.unreadable},
                                             {"signing", json_of(one.signing_certificate)},
                                             {"encryption", json_of(one.encryption_certificate)}});
  }
  return {{"name", seal::clean_text(application.name)},
          {"unreadable", application.unreadable},
          {"user_pin", json_of(application.user_pin)},
          {"administrator_pin", json_of(application.administrator_pin)},
          {"containers", std::move(containers)}};
}

boost::json::object json_of(const token::DeviceInfo& info) {
  const std::string manufacturer = seal::clean_text(info.manufacturer);
  return {{"name", seal::clean_text(info.name)},         {"serial", seal::clean_text(info.serial)},
          {"label", seal::clean_text(info.label)},       {"manufacturer", manufacturer},
          {"model", manufacturer + " " + info.hardware}, {"firmware", info.firmware}};
}

boost::json::object json_of(const token::DeviceSurvey& device) {
  boost::json::array applications;
  for (const token::ApplicationSurvey& one : device.applications) {
    applications.push_back(json_of(one));
  }
  boost::json::object json = json_of(device.info);
  json["applications"] = std::move(applications);
  return json;
}

std::string pin_text(const std::optional<token::PinInfo>& pin) {
  if (!pin) {
    return "?";
  }
  return std::to_string(pin->retries_left) + "/" + std::to_string(pin->max_retries) +
         (pin->retries_left == 0 ? " 已锁定 locked" : "");
}

void print(const std::optional<Bytes>& der, std::string_view kind) {
  if (!der) {
    return;
  }
  std::cout << "      " << kind << " ";
  if (const auto certificate = x509::Certificate::parse(*der)) {
    std::cout << seal::clean_text(certificate->subject().text()) << "; 序列号 serial " << certificate->serial_hex()
              << "; 至 until " << to_beijing_text(certificate->not_after()) << " (UTC+8)\n";
  } else {
    std::cout << "证书不可读 unreadable\n";
  }
}

void print(const token::DeviceSurvey& device) {
  const token::DeviceInfo& info = device.info;
  std::cout << seal::clean_text(info.name) << ": 序列号 serial " << seal::clean_text(info.serial) << "; 标签 label "
            << seal::clean_text(info.label) << "; 型号 model " << seal::clean_text(info.manufacturer) << " "
            << info.hardware << "; 固件 firmware " << info.firmware << "\n";
  for (const token::ApplicationSurvey& application : device.applications) {
    std::cout << "  应用 application " << seal::clean_text(application.name) << ": 用户 PIN user "
              << pin_text(application.user_pin) << ", 管理员 PIN administrator "
              << pin_text(application.administrator_pin) << (application.unreadable ? "; 不可读 unreadable" : "")
              << "\n";
    for (const token::ContainerSurvey& container : application.containers) {
      std::cout << "    容器 container " << seal::clean_text(container.name)
                << (container.unreadable ? ": 不可读 unreadable" : "") << "\n";
      print(container.signing_certificate, "签名证书 signing");
      print(container.encryption_certificate, "加密证书 encryption");
    }
  }
}

Result<Exit> list(const Wish& wish) {
  YX_TRY(const auto library, load_library(wish.token));
  YX_TRY(const std::vector<token::DeviceInfo> found, token::Ukey::list(library));
  boost::json::array devices;
  for (const token::DeviceInfo& info : found) {
    if (!wish.token.device.empty() && info.name != wish.token.device) {
      continue;
    }
    YX_TRY(const token::DeviceSurvey device, token::survey(library, info));
    if (wish.json) {
      devices.push_back(json_of(device));
    } else {
      print(device);
    }
  }
  if (wish.json) {
    std::cout << boost::json::serialize(boost::json::object{{"devices", std::move(devices)}}) << "\n";
  }
  return Exit::done;
}

Result<SecretBytes> read_device_key(const std::string& source) {
  if (source.empty()) {
    return SecretBytes(bytes_of(token::factory_device_key));
  }
  YX_TRY(const SecretBytes text, read_passphrase(source, "设备认证密钥 device authentication key"));
  YX_TRY(Bytes key, from_hex(text.expose_text()));
  SecretBytes secret(std::move(key));
  if (secret.size() != device_key_size) {
    return fail(ErrorCode::invalid_input, "a device authentication key is 32 hexadecimal digits");
  }
  return secret;
}

// The key is on disk before the device knows it: one that is lost makes the device useless.
Result<SecretBytes> draw_device_key(const std::string& file) {
  SystemRandom random;
  SecretBytes key = random.secret(device_key_size);
  std::string text = to_hex(key.expose()) + "\n";
  const auto written = write_file(file, bytes_of(text), false, 0600);
  wipe(text);
  YX_CHECK(written);
  return key;
}

Result<void> create_device(const token::skf::SkfLibrary& library, const Wish& wish) {
  const char* folder = std::getenv("YINXIN_SOFT_TOKENS");
  if (folder == nullptr || *folder == '\0') {
    return fail(ErrorCode::precondition, "YINXIN_SOFT_TOKENS does not name the folder of the soft tokens");
  }
  std::string serial = wish.serial;
  if (serial.empty()) {
    SystemRandom random;
    serial = "YX" + to_hex(random.bytes(6));
  }
  const auto path = std::filesystem::path(folder) / (wish.token.device + ".ukey");
  return library.create_soft_device(path.string(), serial, wish.label);
}

// Nothing may be lost that nobody said may be lost.
Result<void> refuse_used(const std::shared_ptr<const token::skf::SkfLibrary>& library,
                         const token::DeviceInfo& device) {
  YX_TRY(const token::DeviceSurvey found, token::survey(library, device));
  for (const token::ApplicationSurvey& one : found.applications) {
    if (one.may_hold_certificates()) {
      return fail(ErrorCode::already_exists, "application " + seal::clean_text(one.name) +
                                                 " holds certificates, whose keys would be lost for good; with --erase"
                                                 " they are deleted");
    }
  }
  return {};
}

Result<token::DeviceInfo> initialise(const Wish& wish) {
  YX_TRY(const auto library, load_library(wish.token));
  token::Initialization how;
  how.application = wish.token.application;
  how.label = wish.label;
  how.containers = wish.containers;
  YX_TRY(how.device_key, read_device_key(wish.device_key));
  YX_TRY(how.administrator_pin, read_new_pin(wish.administrator_pin, "管理员 PIN / administrator PIN"));
  YX_TRY(how.user_pin, read_new_pin(wish.user_pin, "用户 PIN / user PIN"));
  if (how.user_pin.equals(how.administrator_pin)) {
    return fail(ErrorCode::invalid_input, "the user PIN and the administrator PIN must differ");
  }
  YX_CHECK(token::check(how));
  if (wish.create) {
    YX_CHECK(create_device(*library, wish));
  }
  YX_TRY(const token::DeviceInfo device, choose_device(library, wish.token));
  if (!wish.erase) {
    YX_CHECK(refuse_used(library, device));
  }
  YX_TRY(how.new_device_key, draw_device_key(wish.new_device_key));
  const auto made = token::Ukey::initialise(library, device.name, how);
  if (made) {
    return made->info();
  }
  const ErrorCode code = made.error().code;
  if (code == ErrorCode::forbidden || code == ErrorCode::unsupported) {  // it still has the key that it had
    std::error_code ignored;
    std::filesystem::remove(wish.new_device_key, ignored);
    return code == ErrorCode::forbidden ? within("give its present key with --device-key", made.error()) : made.error();
  }
  return within("the device key may be the new one: try again with --device-key " + wish.new_device_key, made.error());
}

Result<Exit> init(const Wish& wish) {
  YX_TRY(const token::DeviceInfo device, initialise(wish));
  if (wish.json) {
    boost::json::object json = json_of(device);
    json["application"] = wish.token.application;
    json["device_key_file"] = wish.new_device_key;
    std::cout << boost::json::serialize(json) << "\n";
  } else {
    std::cout << "已初始化 initialised: " << seal::clean_text(device.name) << ", 序列号 serial "
              << seal::clean_text(device.serial) << "\n设备认证密钥 device key: " << wish.new_device_key << "\n";
  }
  return Exit::done;
}

Result<Exit> change_pin(const Wish& wish) {
  YX_TRY(token::Ukey ukey, open_token(wish.token));
  YX_TRY(const SecretBytes old_pin, read_pin(wish.old_pin, "原 PIN / present PIN"));
  YX_TRY(const SecretBytes new_pin, read_new_pin(wish.new_pin, "新 PIN / new PIN"));
  const Exit exit = tell(ukey.change_pin(token::PinRole::user, old_pin, new_pin));
  if (exit == Exit::done) {
    std::cout << "用户 PIN 已修改 / the user PIN is changed\n";
  }
  return exit;
}

Result<Exit> unlock(const Wish& wish) {
  YX_TRY(token::Ukey ukey, open_token(wish.token));
  YX_TRY(const SecretBytes administrator, read_pin(wish.administrator_pin, "管理员 PIN / administrator PIN"));
  YX_TRY(const SecretBytes user, read_new_pin(wish.user_pin, "新的用户 PIN / new user PIN"));
  const Exit exit = tell(ukey.unblock_user_pin(administrator, user));
  if (exit == Exit::done) {
    std::cout << "用户 PIN 已解锁 / the user PIN is unblocked\n";
  }
  return exit;
}

template <class Deed>
void on_chosen(CLI::App* app, Chosen& chosen, const std::shared_ptr<Wish>& wish, Deed deed) {
  app->callback([&chosen, wish, deed] {
    chosen.run = [wish, deed] {
      const Result<Exit> exit = deed(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

constexpr const char* pin_source = " (a file, credential:NAME, or - for the next line of standard input; default -)";

void add_init_options(CLI::App& app, Wish& wish) {
  app.get_option("--device")->required();
  app.add_option("--label", wish.label, "what the device shall be called, up to 32 bytes")->required();
  app.add_option("--container", wish.containers, "containers to make")->capture_default_str()->allow_extra_args(false);
  app.add_option("--device-key", wish.device_key,
                 "file with the device authentication key it has now, 32 hexadecimal digits; default: the factory's");
  app.add_option("--new-device-key", wish.new_device_key,
                 "file to write the device's own new authentication key to; must not exist")
      ->required();
  app.add_option("--admin-pin-file", wish.administrator_pin, std::string("administrator PIN to set") + pin_source);
  app.add_option("--user-pin-file", wish.user_pin, std::string("user PIN to set") + pin_source);
  app.add_flag("--erase", wish.erase, "delete the certificates and keys that are on it");
  CLI::Option* create = app.add_flag("--create", wish.create, "make the soft token first, in YINXIN_SOFT_TOKENS");
  app.add_option("--serial", wish.serial, "serial of a soft token that is made; default: random")->needs(create);
  app.add_flag("--json", wish.json, "print JSON");
}

}  // namespace

void add_token(CLI::App& app, Chosen& chosen) {
  CLI::App* token_app = app.add_subcommand("token", "UKeys behind GM/T 0016: look, take in, change a PIN, unblock");
  token_app->require_subcommand(1);
  auto wish = std::make_shared<Wish>();
  CLI::App* list_app = token_app->add_subcommand("list", "show the UKeys and what is on them; asks for no PIN");
  add_token_options(*list_app, wish->token);
  list_app->add_flag("--json", wish->json, "print JSON");
  on_chosen(list_app, chosen, wish, list);
  CLI::App* init_app = token_app->add_subcommand(
      "init", "take a UKey in: own device key, foreign applications removed, application made, PINs set");
  add_token_options(*init_app, wish->token);
  add_init_options(*init_app, *wish);
  on_chosen(init_app, chosen, wish, init);
  CLI::App* pin_app = token_app->add_subcommand("pin", "change the user PIN");
  add_token_options(*pin_app, wish->token);
  pin_app->add_option("--old-pin-file", wish->old_pin, std::string("present user PIN") + pin_source);
  pin_app->add_option("--new-pin-file", wish->new_pin, std::string("new user PIN, 8 to 16 characters") + pin_source);
  on_chosen(pin_app, chosen, wish, change_pin);
  CLI::App* unlock_app = token_app->add_subcommand("unlock", "unblock a locked user PIN with the administrator PIN");
  add_token_options(*unlock_app, wish->token);
  unlock_app->add_option("--admin-pin-file", wish->administrator_pin, std::string("administrator PIN") + pin_source);
  unlock_app->add_option("--user-pin-file", wish->user_pin, std::string("new user PIN") + pin_source);
  on_chosen(unlock_app, chosen, wish, unlock);
}

}  // namespace yinxin::cli
