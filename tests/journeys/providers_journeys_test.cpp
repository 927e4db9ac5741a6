// The providers' settings: their secrets lie nowhere in clear, and no text is without its template.

#include <stdlib.h>

#include <fstream>
#include <sstream>

#include "journeys/requester.h"
#include "yinxin/office/provider_settings.h"

namespace yinxin::journeys {
namespace {

TEST(ProvidersJourney, NoSecretOfAProviderLiesInTheOfficeWhileItServes) {
  auto& hall = LiveHall::get();
  {
    Requester who;
    who.lead_to(Stage::submitted);
  }
  const outside::OutsideSettings& settings = hall.settings();
  std::vector<std::string> secrets;
  const auto add = [&](const SecretBytes& secret) {
    const BytesView bytes = secret.expose();
    ASSERT_GE(bytes.size(), 8U);
    secrets.emplace_back(text_of(bytes));
    secrets.push_back(to_hex(bytes));
    secrets.push_back(to_base64(bytes));
  };
  add(settings.sms->aliyun.access_key_secret);
  add(settings.carrier->access_key_secret);
  add(settings.face->aliyun.access_key_secret);
  add(settings.card_reader->access_key_secret);
  add(settings.courier->checkword);
  add(settings.wechat_pay->api_key);
  add(settings.bank->user_key);
  add(settings.bank->transport_key);
  // Of a key in PEM, a line from its middle.
  for (const SecretBytes* pem : {&settings.wechat_pay->merchant_key_pem, &settings.alipay->app_key_pem}) {
    const std::string text(pem->expose_text());
    const std::size_t begin = text.find('\n', text.size() / 2) + 1;
    secrets.push_back(text.substr(begin, text.find('\n', begin) - begin));
    ASSERT_GE(secrets.back().size(), 32U);
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(hall.scene().data())) {
    if (!entry.is_regular_file()) {
      continue;
    }
    ++files;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    for (const std::string& secret : secrets) {
      EXPECT_EQ(all.find(secret), std::string::npos) << entry.path();
    }
  }
  EXPECT_GT(files, 20U);
}

TEST(ProvidersJourney, TheHallOpensOnlyWithATemplateForEveryTextAndNamesThoseThatLack) {
  const std::string tokens = getenv("YINXIN_SOFT_TOKENS") == nullptr ? "" : getenv("YINXIN_SOFT_TOKENS");
  const SystemClock clock;
  SystemRandom random;
  const auto folder = std::filesystem::temp_directory_path() / ("templates_" + std::to_string(getpid()));
  const scene::Scene scene(folder, scene::Until::office);
  if (!tokens.empty()) {
    setenv("YINXIN_SOFT_TOKENS", tokens.c_str(), 1);
  }
  const auto house = office::House::open(scene.data(), YX_SOURCE_DIR "/profiles", scene.boot(), clock).value();
  const auto emulators = outside::EmulatorSet::start({}, clock, random).value();
  auto settings = outside::OutsideSettings::parse(emulators->settings().to_json().expose()).value();
  settings.emulated = false;  // as with real providers: no text has a template of itself
  const auto open = [&]() -> Result<std::vector<std::string>> {
    YX_CHECK(office::keep_providers(scene.data(), scene.boot(), settings.to_json().expose(), random));
    YX_TRY(const auto hall, office::HallService::open({.folder = scene.data(),
                                                       .programmes = YX_SOURCE_DIR "/programmes",
                                                       .outside = {},
                                                       .base_url = "http://127.0.0.1:1",
                                                       .cell = YX_CELL},
                                                      *house, scene.boot(), clock, random));
    std::vector<std::string> texts;
    for (const auto& [text, words] : hall->shelf().offers().front()->programme.texts) {
      texts.push_back(hall->shelf().offers().front()->programme.code + "/" + text);
    }
    return texts;
  };
  // All that lack are named in one go, the house's own and the programme's; each one then opens the hall.
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition);
  const std::string begin = "sms.templates lacks ";
  ASSERT_TRUE(refused.error().detail.starts_with(begin)) << refused.error().detail;
  std::vector<std::string> lacking;
  std::istringstream names(refused.error().detail.substr(begin.size()));
  for (std::string name; names >> name;) {
    lacking.push_back(name.ends_with(',') ? name.substr(0, name.size() - 1) : name);
  }
  for (const char* text : {"/code", "/activation_code", "sz-works/returned", "sz-works/refunded"}) {
    EXPECT_NE(std::ranges::find(lacking, text), lacking.end()) << text << " in " << refused.error().detail;
  }
  const std::string last = lacking.back();
  lacking.pop_back();
  for (const std::string& text : lacking) {
    settings.sms->templates[text] = {.code = "SMS_1", .parameters = {{"code", "code"}}};
  }
  EXPECT_EQ(open().error().detail, begin + last);
  settings.sms->templates[last] = {.code = "SMS_2", .parameters = {}};
  const auto texts = open();
  ASSERT_TRUE(texts) << texts.error().describe();
  for (const std::string& text : *texts) {
    EXPECT_TRUE(settings.sms->templates.contains(text)) << text << " was not asked for";
  }
}

}  // namespace
}  // namespace yinxin::journeys
