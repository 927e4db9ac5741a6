#include "outside/settings.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "net/http.h"
#include "outside/endpoint.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

Error wrong(const std::string& where, const std::string& why) {
  return fail(ErrorCode::invalid_input, "outside.json: " + where + ": " + why);
}

// One section: each member is a text, is asked for once, and none is left over.
class Section {
 public:
  static Result<Section> of(const json::value& value, const std::string& name) {
    if (!value.is_object()) {
      return wrong(name, "must be an object");
    }
    return Section(value.get_object(), name);
  }
  Result<std::string> text(const char* key, bool may_be_empty = false) {
    asked_.insert(key);
    const json::value* found = fields_->if_contains(key);
    if (found == nullptr || !found->is_string() || (!may_be_empty && found->get_string().empty())) {
      return wrong(name_ + "." + key, "is missing");
    }
    return std::string(found->get_string());
  }
  Result<SecretBytes> secret(const char* key) {
    YX_TRY(std::string value, text(key));
    SecretBytes kept(bytes_of(value));
    wipe(value);
    return kept;
  }
  Result<SecretBytes> hex_secret(const char* key) {
    YX_TRY(const SecretBytes digits, secret(key));
    auto bytes = from_hex(digits.expose_text());
    if (!bytes) {
      return wrong(name_ + "." + key, "is not hexadecimal");
    }
    return SecretBytes(std::move(*bytes));
  }
  Result<std::string> address() {
    YX_TRY(std::string url, text("base_url"));
    if (const auto endpoint = Endpoint::parse(url); !endpoint) {
      return wrong(name_ + ".base_url", endpoint.error().detail);
    }
    return url;
  }
  // An object of objects; null when there is none.
  [[nodiscard]] const json::object* part(const char* key) {
    asked_.insert(key);
    const json::value* found = fields_->if_contains(key);
    return found == nullptr ? nullptr : found->if_object();
  }
  [[nodiscard]] bool has(const char* key) const { return fields_->if_contains(key) != nullptr; }
  [[nodiscard]] Result<void> done() const {
    for (const auto& [key, value] : *fields_) {
      if (!asked_.contains(key)) {
        return wrong(name_ + "." + std::string(key), "is unknown");
      }
    }
    return {};
  }

 private:
  Section(const json::object& fields, std::string name) : fields_(&fields), name_(std::move(name)) {}
  const json::object* fields_;
  std::string name_;
  std::set<std::string, std::less<>> asked_;
};

Result<AliyunSettings> read_aliyun(Section& section) {
  AliyunSettings settings;
  YX_TRY(settings.base_url, section.address());
  YX_TRY(settings.access_key_id, section.text("access_key_id"));
  YX_TRY(settings.access_key_secret, section.secret("access_key_secret"));
  return settings;
}

Result<SmsTemplate> read_template(const json::value& value, const std::string& where) {
  YX_TRY(Section section, Section::of(value, where));
  SmsTemplate read;
  YX_TRY(read.code, section.text("code"));
  const json::object* parameters = section.part("parameters");
  if (parameters == nullptr) {
    return wrong(where + ".parameters", "must be an object");
  }
  for (const auto& [ours, theirs] : *parameters) {
    if (!theirs.is_string() || theirs.get_string().empty()) {
      return wrong(where + ".parameters." + std::string(ours), "must be a text");
    }
    read.parameters[std::string(ours)] = std::string(theirs.get_string());
  }
  YX_CHECK(section.done());
  return read;
}

Result<SmsSettings> read_sms(Section& section) {
  SmsSettings settings;
  YX_TRY(settings.aliyun, read_aliyun(section));
  YX_TRY(settings.sign_name, section.text("sign_name"));
  if (!section.has("templates")) {
    return settings;
  }
  const json::object* templates = section.part("templates");
  if (templates == nullptr || templates->size() > max_sms_templates) {
    return wrong("sms.templates", "must be an object of at most 256 templates");
  }
  for (const auto& [text, value] : *templates) {
    const std::string name(text);
    if (std::count(name.begin(), name.end(), '/') != 1 || name.ends_with('/')) {
      return wrong("sms.templates." + name, "is no programme/text");
    }
    YX_TRY(settings.templates[name], read_template(value, "sms.templates." + name));
  }
  return settings;
}

Result<FaceSettings> read_face(Section& section) {
  FaceSettings settings;
  YX_TRY(settings.aliyun, read_aliyun(section));
  YX_TRY(settings.scene_id, section.text("scene_id"));
  return settings;
}

Result<CourierSettings> read_courier(Section& section) {
  CourierSettings settings;
  YX_TRY(settings.base_url, section.address());
  YX_TRY(settings.partner_id, section.text("partner_id"));
  YX_TRY(settings.checkword, section.secret("checkword"));
  YX_TRY(settings.monthly_card, section.text("monthly_card", true));
  return settings;
}

Result<WechatPaySettings> read_wechat_pay(Section& section) {
  WechatPaySettings settings;
  YX_TRY(settings.base_url, section.address());
  YX_TRY(settings.merchant, section.text("merchant"));
  YX_TRY(settings.app, section.text("app"));
  YX_TRY(settings.merchant_serial, section.text("merchant_serial"));
  YX_TRY(settings.merchant_key_pem, section.secret("merchant_key_pem"));
  YX_TRY(settings.api_key, section.secret("api_key"));
  YX_TRY(settings.platform_key_id, section.text("platform_key_id"));
  YX_TRY(settings.platform_key_pem, section.text("platform_key_pem"));
  YX_TRY(settings.notify_url, section.text("notify_url"));
  return settings;
}

Result<AlipaySettings> read_alipay(Section& section) {
  AlipaySettings settings;
  YX_TRY(settings.base_url, section.address());
  YX_TRY(settings.app, section.text("app"));
  YX_TRY(settings.seller, section.text("seller"));
  YX_TRY(settings.app_key_pem, section.secret("app_key_pem"));
  YX_TRY(settings.alipay_key_pem, section.text("alipay_key_pem"));
  YX_TRY(settings.notify_url, section.text("notify_url"));
  return settings;
}

Result<BankSettings> read_bank(Section& section) {
  BankSettings settings;
  YX_TRY(settings.base_url, section.address());
  YX_TRY(settings.user, section.text("user"));
  YX_TRY(settings.user_key, section.hex_secret("user_key"));
  YX_TRY(const SecretBytes bank_key, section.hex_secret("bank_key"));
  settings.bank_key = to_bytes(bank_key.expose());
  YX_TRY(settings.transport_key, section.hex_secret("transport_key"));
  YX_TRY(settings.account, section.text("account"));
  YX_TRY(settings.branch, section.text("branch"));
  YX_TRY(settings.pay_mode, section.text("pay_mode"));
  return settings;
}

template <class Settings>
Result<void> read_section(const json::value& value, const std::string& name, std::optional<Settings>& into,
                          Result<Settings> (*read)(Section&)) {
  YX_TRY(Section section, Section::of(value, name));
  YX_TRY(into, read(section));
  return section.done();
}

Result<void> read_member(const std::string& name, const json::value& value, OutsideSettings& settings) {
  if (name == "emulated") {
    if (!value.is_bool()) {
      return wrong(name, "must be true or false");
    }
    settings.emulated = value.get_bool();
    return {};
  }
  if (name == "authorities_file") {
    if (!value.is_string()) {
      return wrong(name, "must be a text");
    }
    settings.authorities_file = value.get_string();
    return {};
  }
  if (name == "sms") {
    return read_section(value, name, settings.sms, read_sms);
  }
  if (name == "carrier") {
    return read_section(value, name, settings.carrier, read_aliyun);
  }
  if (name == "face") {
    return read_section(value, name, settings.face, read_face);
  }
  if (name == "card_reader") {
    return read_section(value, name, settings.card_reader, read_aliyun);
  }
  if (name == "courier") {
    return read_section(value, name, settings.courier, read_courier);
  }
  if (name == "wechat_pay") {
    return read_section(value, name, settings.wechat_pay, read_wechat_pay);
  }
  if (name == "alipay") {
    return read_section(value, name, settings.alipay, read_alipay);
  }
  if (name == "bank") {
    return read_section(value, name, settings.bank, read_bank);
  }
  return wrong(name, "is unknown");
}

// JSON written into room that is taken once, so that no growth leaves a copy of a secret behind.
class Writer {
 public:
  Writer() { text_.reserve(max_settings_bytes); }
  void open(const char* name) {
    separate();
    text_ += "\n  " + net::json_string(name) + ": {";
    first_ = true;
  }
  void close() {
    text_ += "}";
    first_ = false;
  }
  void member(const char* name, std::string_view value) {
    separate();
    text_ += net::json_string(name) + ": ";
    std::string quoted = net::json_string(value);
    text_ += quoted;
    wipe(quoted);
  }
  void word(const char* name, bool value) {
    separate();
    text_ += net::json_string(name) + (value ? ": true" : ": false");
  }
  void hex_member(const char* name, BytesView value) {
    std::string digits = to_hex(value);
    member(name, digits);
    wipe(digits);
  }
  void aliyun(const AliyunSettings& settings) {
    member("base_url", settings.base_url);
    member("access_key_id", settings.access_key_id);
    member("access_key_secret", settings.access_key_secret.expose_text());
  }
  SecretBytes finish() {
    text_ += "\n}\n";
    SecretBytes written(bytes_of(text_));
    wipe(text_);
    return written;
  }

 private:
  void separate() {
    text_ += first_ ? "" : ", ";
    first_ = false;
  }
  std::string text_ = "{";
  bool first_ = true;
};

}  // namespace

Result<OutsideSettings> OutsideSettings::parse(BytesView text) {
  if (text.size() > max_settings_bytes) {
    return wrong("the file", "is too large");
  }
  // The values live in this room, which is wiped when it ends. It is large enough that nothing is copied elsewhere.
  constexpr std::size_t room_a_byte = 32;
  SecretBytes room(4096 + text.size() * room_a_byte);
  json::monotonic_resource storage(room.expose_for_writing().data(), room.size());
  boost::system::error_code failed;
  const json::value read = json::parse(text_of(text), failed, &storage);
  if (failed || !read.is_object()) {
    return wrong("the file", "is no JSON object");
  }
  OutsideSettings settings;
  for (const auto& [name, value] : read.get_object()) {
    YX_CHECK(read_member(std::string(name), value, settings));
  }
  return settings;
}

namespace {

void write_people(Writer& writer, const OutsideSettings& all) {
  if (all.sms) {
    writer.open("sms");
    writer.aliyun(all.sms->aliyun);
    writer.member("sign_name", all.sms->sign_name);
    if (!all.sms->templates.empty()) {
      writer.open("templates");
      for (const auto& [text, registered] : all.sms->templates) {
        writer.open(text.c_str());
        writer.member("code", registered.code);
        writer.open("parameters");
        for (const auto& [ours, theirs] : registered.parameters) {
          writer.member(ours.c_str(), theirs);
        }
        writer.close();
        writer.close();
      }
      writer.close();
    }
    writer.close();
  }
  if (all.carrier) {
    writer.open("carrier");
    writer.aliyun(*all.carrier);
    writer.close();
  }
  if (all.face) {
    writer.open("face");
    writer.aliyun(all.face->aliyun);
    writer.member("scene_id", all.face->scene_id);
    writer.close();
  }
  if (all.card_reader) {
    writer.open("card_reader");
    writer.aliyun(*all.card_reader);
    writer.close();
  }
  if (all.courier) {
    writer.open("courier");
    writer.member("base_url", all.courier->base_url);
    writer.member("partner_id", all.courier->partner_id);
    writer.member("checkword", all.courier->checkword.expose_text());
    writer.member("monthly_card", all.courier->monthly_card);
    writer.close();
  }
}

void write_money(Writer& writer, const OutsideSettings& all) {
  if (all.wechat_pay) {
    writer.open("wechat_pay");
    writer.member("base_url", all.wechat_pay->base_url);
    writer.member("merchant", all.wechat_pay->merchant);
    writer.member("app", all.wechat_pay->app);
    writer.member("merchant_serial", all.wechat_pay->merchant_serial);
    writer.member("merchant_key_pem", all.wechat_pay->merchant_key_pem.expose_text());
    writer.member("api_key", all.wechat_pay->api_key.expose_text());
    writer.member("platform_key_id", all.wechat_pay->platform_key_id);
    writer.member("platform_key_pem", all.wechat_pay->platform_key_pem);
    writer.member("notify_url", all.wechat_pay->notify_url);
    writer.close();
  }
  if (all.alipay) {
    writer.open("alipay");
    writer.member("base_url", all.alipay->base_url);
    writer.member("app", all.alipay->app);
    writer.member("seller", all.alipay->seller);
    writer.member("app_key_pem", all.alipay->app_key_pem.expose_text());
    writer.member("alipay_key_pem", all.alipay->alipay_key_pem);
    writer.member("notify_url", all.alipay->notify_url);
    writer.close();
  }
  if (all.bank) {
    writer.open("bank");
    writer.member("base_url", all.bank->base_url);
    writer.member("user", all.bank->user);
    writer.hex_member("user_key", all.bank->user_key.expose());
    writer.hex_member("bank_key", all.bank->bank_key);
    writer.hex_member("transport_key", all.bank->transport_key.expose());
    writer.member("account", all.bank->account);
    writer.member("branch", all.bank->branch);
    writer.member("pay_mode", all.bank->pay_mode);
    writer.close();
  }
}

}  // namespace

SecretBytes OutsideSettings::to_json() const {
  Writer writer;
  writer.word("emulated", emulated);
  writer.member("authorities_file", authorities_file);
  write_people(writer, *this);
  write_money(writer, *this);
  return writer.finish();
}

std::vector<std::string> OutsideSettings::ways() const {
  std::vector<std::string> all;
  if (wechat_pay) {
    all.emplace_back("wechat");
  }
  if (alipay) {
    all.emplace_back("alipay");
  }
  if (bank) {
    all.emplace_back("corporate_transfer");
  }
  return all;
}

}  // namespace yinxin::outside
