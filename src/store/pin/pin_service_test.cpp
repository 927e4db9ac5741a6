// The pin domain over its real store: the life of a token's secrets from keying to activation, every wrong turn of it,
// and what is left in the files.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/testing/kill.h"
#include "crypto/cms/pinned.h"
#include "crypto/oids.h"
#include "crypto/x509/build.h"
#include "pin/draw.h"
#include "pin/service.h"
#include "store/pin/sqlite_secret_store.h"

namespace yinxin::store {
namespace {

namespace fs = std::filesystem;
using namespace pin;
using crypto::Sm2PrivateKey;

const Instant today = from_rfc3339("2026-11-21T03:00:00Z").value();
const std::string line_name = "C20261121-1/1";
const std::string token_name = "K0001";
const Bytes certificate_serial = {0x01, 0x02, 0x03};

struct Party {
  Sm2PrivateKey key;
  x509::Certificate certificate;
};

Party party(std::string_view name, Random& random) {
  auto key = Sm2PrivateKey::generate(random);
  crypto::SoftSigner signer(key.clone());
  x509::CertificateContent content;
  content.serial = {0x11};
  content.issuer = content.subject = x509::Name::build({{oid::common_name(), std::string(name)}});
  content.not_before = today - std::chrono::hours(24);
  content.not_after = today + std::chrono::hours(24 * 365);
  content.public_key = x509::PublicKey::of(key.public_key());
  const Bytes der = x509::sign_and_assemble(x509::to_be_signed(content), signer).value();
  return {std::move(key), x509::Certificate::parse(der).value()};
}

class Recorder final : public audit::Recorder {
 public:
  Result<audit::Receipt> record(const audit::Deed& deed) override {
    if (fails) {
      return fail(ErrorCode::internal, "disk full");
    }
    lines.push_back(deed.action + deed.subject + deed.object + deed.result);
    return audit::Receipt{"pin", lines.size(), {}};
  }
  std::vector<std::string> lines;
  bool fails = false;
};

class PinServiceTest : public ::testing::Test {
 protected:
  PinServiceTest()
      : folder_(fs::temp_directory_path() / ("pin_service_test_" + std::to_string(getpid()))),
        vault_(party("vault", random_)),
        outside_(party("outside", random_)),
        service_party_(party("pin", random_)),
        station_(Sm2PrivateKey::generate(random_)),
        adapter_(Sm2PrivateKey::generate(random_)),
        door_(Sm2PrivateKey::generate(random_)),
        agent_(Sm2PrivateKey::generate(random_)),
        keys_(crypto::WrappingKeys::generate("pin", random_)),
        signer_(service_party_.key.clone()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    start();
  }
  ~PinServiceTest() override {
    stop();
    fs::remove_all(folder_);
  }
  void start() {
    Options options;
    options.domain = "pin";
    options.migrations = pin_migrations();
    options.clock = &clock_;
    options.on_calling_thread = true;
    engine_ = Engine::open(folder_ / "pin.db", std::move(options)).value();
    store_ = std::make_unique<SqliteSecretStore>(*engine_);
    service_ = std::make_unique<Service>(
        pin::Parts{*store_, keys_, audit_, clock_, random_, signer_, door_},
        pin::Pinned{service_party_.certificate, {vault_.certificate}, {outside_.certificate}, {adapter_.public_key()}});
  }
  void stop() {
    service_.reset();
    store_.reset();
    engine_.reset();
  }
  MessageId fresh() {
    MessageId id{};
    id[0] = ++messages_;
    return id;
  }
  Bytes sign(const Order& order, const Party& who) {
    crypto::SoftSigner signer(who.key.clone());
    return cms::sign_pinned(order.to_der(), oid::message_pin_order(), who.certificate, signer, clock_.now()).value();
  }
  Order order(OrderKind kind) {
    Order out{fresh(), kind, line_name};
    out.device = token_name;
    if (kind == OrderKind::written || kind == OrderKind::activated) {
      out.certificate = certificate_serial;
    }
    if (kind == OrderKind::draw_for_keying) {
      out.recipient = station_.public_key();
    }
    if (kind == OrderKind::draw_secret || kind == OrderKind::draw_code) {
      out.recipient = adapter_.public_key();
    }
    if (kind == OrderKind::draw_secret) {
      drawing_ = out.message;
    }
    if (kind == OrderKind::secret_delivered) {
      out.drawn_by = drawing_;
    }
    return out;
  }
  static bool by_outside(OrderKind kind) {
    return kind == OrderKind::draw_secret || kind == OrderKind::secret_delivered || kind == OrderKind::draw_code;
  }
  Result<Bytes> send(const Order& what) {
    return service_->order(sign(what, by_outside(what.kind) ? outside_ : vault_));
  }
  Result<Bytes> send(OrderKind kind) { return send(order(kind)); }
  Secrets opened(BytesView message, const Sm2PrivateKey& recipient) {
    const std::vector<x509::Certificate> pinned{service_party_.certificate};
    const auto content = cms::open_pinned(message, oid::message_pin_answer(), pinned, clock_.now()).value();
    const auto answer = Answer::parse(content.content).value();
    return Secrets::parse(crypto::sm2_decrypt(recipient, answer.sealed.value()).value().expose()).value();
  }
  // Up to a token in the holder's hands; gives A.
  SecretBytes deliver() {
    at_station_ = opened(send(OrderKind::draw_for_keying).value(), station_);
    EXPECT_TRUE(send(OrderKind::written));
    auto drawn = opened(send(OrderKind::draw_secret).value(), adapter_);
    EXPECT_TRUE(send(OrderKind::secret_delivered));
    EXPECT_TRUE(send(OrderKind::open_gate));
    return *std::move(drawn.activation_secret);
  }
  // Has a code sent, unless one is out; without a token that waits for its holder there is none.
  void ask_code() {
    const auto line = store_->line(line_name).value();
    if (!line.code_mac.empty() && clock_.now() < line.code_drawn_at + code_life) {
      return;
    }
    clock_.advance(code_pause);
    const Order wish = order(OrderKind::draw_code);
    if (const auto answer = send(wish)) {
      challenge_ = wish.message;
      code_ = *std::move(opened(*answer, adapter_).activation_code);
    }
  }
  Activation ticket(const SecretBytes& secret_a, const SecretBytes& code) {
    Activation out{fresh(), line_name, token_name, certificate_serial, challenge_, agent_.public_key(), {}};
    EXPECT_TRUE(seal_secret(out, secret_a, code, door_.public_key()));
    return out;
  }
  Activation ticket(const SecretBytes& secret_a) {
    ask_code();
    return ticket(secret_a, code_);
  }
  ErrorCode refused(const Activation& activation) {
    const auto answer = service_->activate(activation.to_der());
    return answer ? ErrorCode::already_exists : answer.error().code;
  }
  std::string files() {
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      std::ostringstream content;
      content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      all += content.str();
    }
    return all;
  }

  SystemRandom random_;
  SetClock clock_{today};
  fs::path folder_;
  Party vault_;
  Party outside_;
  Party service_party_;
  Sm2PrivateKey station_;
  Sm2PrivateKey adapter_;
  Sm2PrivateKey door_;
  Sm2PrivateKey agent_;
  crypto::WrappingKeys keys_;
  crypto::SoftSigner signer_;
  Recorder audit_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<SqliteSecretStore> store_;
  std::unique_ptr<Service> service_;
  Secrets at_station_;
  MessageId challenge_{};
  MessageId drawing_{};
  SecretBytes code_{bytes_of("000000")};
  std::uint8_t messages_ = 0;
};

const SecretBytes wrong_secret(bytes_of("10293847"));

TEST_F(PinServiceTest, FromKeyingToActivationTheHolderGetsWhatTheTokenGot) {
  const auto secret_a = deliver();
  EXPECT_FALSE(at_station_.so_current);
  const Bytes message = service_->activate(ticket(secret_a).to_der()).value();
  const auto released = opened(message, agent_);
  EXPECT_TRUE(released.initial_pin->equals(*at_station_.initial_pin));
  EXPECT_TRUE(released.so_current->equals(*at_station_.so_next));
  EXPECT_FALSE(released.so_next->equals(*released.so_current));
  EXPECT_EQ(released.so_counter, 0U);
  ASSERT_TRUE(send(OrderKind::activated));
  const auto line = store_->line(line_name).value();
  EXPECT_TRUE(line.sealed_pin.empty() && line.secret_mac.empty());
  EXPECT_EQ(store_->device(token_name).value().so_counter, 1U);
  // The next line on this token hears which administrator PIN it has.
  auto next_order = order(OrderKind::draw_for_keying);
  next_order.line = "C20261121-2/1";
  const auto rekeyed = opened(send(next_order).value(), station_);
  EXPECT_TRUE(rekeyed.so_current->equals(*released.so_next));
  EXPECT_EQ(rekeyed.so_counter, 1U);
}

TEST_F(PinServiceTest, AMessageRepeatedGetsTheSameBytesAndTheEventErasesThem) {
  const auto keying = order(OrderKind::draw_for_keying);
  const Bytes first = send(keying).value();
  stop();
  start();
  EXPECT_EQ(send(keying).value(), first);
  auto changed = keying;
  changed.device = "K0002";
  EXPECT_EQ(send(changed).error().code, ErrorCode::conflict);
  EXPECT_EQ(send(OrderKind::draw_for_keying).error().code, ErrorCode::wrong_state);
  ASSERT_TRUE(send(OrderKind::written));
  EXPECT_EQ(send(keying).error().code, ErrorCode::expired);

  const auto drawing = order(OrderKind::draw_secret);
  const Bytes drawn = send(drawing).value();
  EXPECT_EQ(send(drawing).value(), drawn);
  EXPECT_EQ(send(OrderKind::draw_secret).error().code, ErrorCode::wrong_state);
  drawing_ = drawing.message;
  ASSERT_TRUE(send(OrderKind::secret_delivered));
  EXPECT_EQ(send(drawing).error().code, ErrorCode::expired);
  EXPECT_EQ(send(OrderKind::draw_secret).error().code, ErrorCode::wrong_state);
}

TEST_F(PinServiceTest, AWordAboutASecretThatWasVoidedSaysNothingAboutTheNextOne) {
  auto late = order(OrderKind::draw_secret);
  ASSERT_TRUE(send(late));
  late = order(OrderKind::secret_delivered);
  ASSERT_TRUE(send(OrderKind::void_secret));
  auto later = late;
  later.message = fresh();
  EXPECT_TRUE(send(later)) << "whoever says it late is heard, and nothing follows";
  EXPECT_EQ(store_->line(line_name)->secret, SecretState::voided);
  const auto drawing = order(OrderKind::draw_secret);
  const Bytes drawn = send(drawing).value();
  ASSERT_TRUE(send(late));
  EXPECT_EQ(store_->line(line_name)->secret, SecretState::drawn);
  EXPECT_EQ(send(drawing).value(), drawn) << "it can still be sent";
  ASSERT_TRUE(send(OrderKind::secret_delivered));
  EXPECT_EQ(store_->line(line_name)->secret, SecretState::delivered);
  auto nameless = order(OrderKind::secret_delivered);
  nameless.drawn_by.reset();
  EXPECT_EQ(send(nameless).error().code, ErrorCode::invalid_input);
}

TEST_F(PinServiceTest, FiveTriesInAllAlsoOverRestartsAndRepeatsCostNothing) {
  const auto secret_a = deliver();
  for (std::uint32_t n = 1; n <= max_tries; ++n) {
    const auto attempt = ticket(wrong_secret);
    const ErrorCode expected = n < max_tries ? ErrorCode::pin_wrong : ErrorCode::pin_locked;
    EXPECT_EQ(refused(attempt), expected);
    EXPECT_EQ(refused(attempt), expected);
    EXPECT_EQ(store_->line(line_name).value().tries, n);
    stop();
    start();
  }
  EXPECT_EQ(refused(ticket(secret_a)), ErrorCode::pin_locked);
  EXPECT_FALSE(engine_->write([](Transaction& t) { return t.run("UPDATE line SET tries=0"); }));
  // Only the vault reissues.
  EXPECT_EQ(service_->order(sign(order(OrderKind::void_secret), outside_)).error().code, ErrorCode::forbidden);
  ASSERT_TRUE(send(OrderKind::void_secret));
  const auto reissued = opened(send(OrderKind::draw_secret).value(), adapter_);
  EXPECT_TRUE(service_->activate(ticket(*reissued.activation_secret).to_der()));
}

TEST_F(PinServiceTest, TheSecretAloneOpensNothingAndTheCodeAloneNeither) {
  const auto secret_a = deliver();
  // No code was asked for.
  EXPECT_EQ(refused(ticket(secret_a, code_)), ErrorCode::expired);
  ask_code();
  const SecretBytes wrong_code(bytes_of(code_.expose_text() == "123123" ? "321321" : "123123"));
  EXPECT_EQ(refused(ticket(secret_a, wrong_code)), ErrorCode::pin_wrong);
  EXPECT_EQ(refused(ticket(wrong_secret, code_)), ErrorCode::pin_wrong);
  EXPECT_EQ(store_->line(line_name).value().tries, 2U);
  // The ticket of another challenge, and a code whose minutes are over: nothing is compared, no try is lost.
  const MessageId right = challenge_;
  challenge_ = fresh();
  EXPECT_EQ(refused(ticket(secret_a, code_)), ErrorCode::expired);
  challenge_ = right;
  clock_.advance(code_life);
  EXPECT_EQ(refused(ticket(secret_a, code_)), ErrorCode::expired);
  EXPECT_EQ(store_->line(line_name).value().tries, 2U);
  ask_code();
  EXPECT_TRUE(service_->activate(ticket(secret_a, code_).to_der()));
  EXPECT_TRUE(store_->line(line_name).value().code_mac.empty()) << "one code, one release";
}

TEST_F(PinServiceTest, CodesOfALineHaveAPauseAndADaysMost) {
  EXPECT_EQ(send(OrderKind::draw_code).error().code, ErrorCode::wrong_state) << "nothing waits for its holder";
  deliver();
  auto to_stranger = order(OrderKind::draw_code);
  to_stranger.recipient = agent_.public_key();
  EXPECT_EQ(send(to_stranger).error().code, ErrorCode::forbidden);
  auto other_token = order(OrderKind::draw_code);
  other_token.device = "K0002";
  EXPECT_EQ(send(other_token).error().code, ErrorCode::forbidden);
  EXPECT_EQ(service_->order(sign(order(OrderKind::draw_code), vault_)).error().code, ErrorCode::forbidden);
  for (std::uint32_t n = 0; n < max_codes_a_day; ++n) {
    ASSERT_TRUE(send(OrderKind::draw_code)) << n;
    EXPECT_EQ(send(OrderKind::draw_code).error().detail, "code.pause");
    clock_.advance(code_pause);
  }
  EXPECT_EQ(send(OrderKind::draw_code).error().detail, "code.day");
  clock_.advance(std::chrono::hours(24));
  EXPECT_TRUE(send(OrderKind::draw_code));
}

TEST_F(PinServiceTest, AStoreOfBeforeTheCodesIsTakenOver) {
  stop();
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  {
    Options options;
    options.domain = "pin";
    options.migrations = {pin_migrations().front()};
    options.clock = &clock_;
    options.on_calling_thread = true;
    const auto before = Engine::open(folder_ / "pin.db", std::move(options)).value();
    ASSERT_TRUE(before->write([](Transaction& t) {
      return t.run(
          "INSERT INTO line VALUES(?1, 1, 'waiting', '', x'', 0, x'', 0, zeroblob(16), 'drawn', 1, 2, 1, x'01', 0)",
          line_name);
    }));
  }
  start();
  const auto line = store_->line(line_name);
  ASSERT_TRUE(line) << line.error().describe();
  EXPECT_EQ(line->tries, 2U);
  EXPECT_TRUE(line->code_mac.empty());
  EXPECT_TRUE(send(OrderKind::secret_delivered));
}

TEST_F(PinServiceTest, ATryIsOnTheDiskBeforeItIsCompared) {
  const auto secret_a = deliver();
  // The count is stored, then what follows fails: the release needs its own audit line.
  class FailsAfter final : public audit::Recorder {
   public:
    Result<audit::Receipt> record(const audit::Deed& deed) override {
      return deed.action == "pin.try" && deed.result == "intended"
                 ? Result<audit::Receipt>(audit::Receipt{"pin", 1, {}})
                 : fail(ErrorCode::internal, "disk full");
    }
  } recorder;
  Service cut(pin::Parts{*store_, keys_, recorder, clock_, random_, signer_, door_},
              pin::Pinned{service_party_.certificate, {vault_.certificate}, {}, {}});
  const auto attempt = ticket(secret_a);
  EXPECT_FALSE(cut.activate(attempt.to_der()));
  EXPECT_EQ(store_->line(line_name).value().tries, 1U);
  EXPECT_EQ(store_->line(line_name).value().token, TokenState::written);
  EXPECT_TRUE(service_->activate(attempt.to_der()));
}

TEST_F(PinServiceTest, AReleaseServesOneAgentForTenMinutes) {
  const auto secret_a = deliver();
  const auto first = ticket(secret_a);
  const Bytes message = service_->activate(first.to_der()).value();
  EXPECT_EQ(service_->activate(first.to_der()).value(), message);
  EXPECT_EQ(refused(ticket(secret_a)), ErrorCode::wrong_state);
  clock_.advance(release_life + std::chrono::seconds(1));
  EXPECT_EQ(refused(first), ErrorCode::expired);
  const auto again = opened(service_->activate(ticket(secret_a).to_der()).value(), agent_);
  EXPECT_TRUE(again.so_next->equals(*opened(message, agent_).so_next));
  EXPECT_EQ(refused(first), ErrorCode::expired);
}

TEST_F(PinServiceTest, ARelayCannotTurnATicketToItself) {
  const auto secret_a = deliver();
  const auto honest = ticket(secret_a);
  const auto thief = Sm2PrivateKey::generate(random_);
  auto turned = honest;
  turned.ephemeral = thief.public_key();
  EXPECT_EQ(refused(turned), ErrorCode::corrupt);
  auto other_token = honest;
  other_token.device = "K0002";
  EXPECT_EQ(refused(other_token), ErrorCode::forbidden);
  auto other_certificate = honest;
  other_certificate.certificate = {9};
  EXPECT_EQ(refused(other_certificate), ErrorCode::forbidden);
  auto other_message = honest;
  other_message.message = fresh();
  EXPECT_EQ(refused(other_message), ErrorCode::corrupt);
  EXPECT_EQ(store_->line(line_name).value().tries, 0U);
  EXPECT_TRUE(service_->activate(honest.to_der()));
}

TEST_F(PinServiceTest, WithoutGateS4OrASecretThatStandsNothingIsReleased) {
  const auto drawn = opened(send(OrderKind::draw_secret).value(), adapter_);
  const SecretBytes& secret_a = *drawn.activation_secret;
  EXPECT_EQ(refused(ticket(secret_a)), ErrorCode::wrong_state);
  ASSERT_TRUE(send(OrderKind::draw_for_keying));
  EXPECT_EQ(refused(ticket(secret_a)), ErrorCode::wrong_state);
  ASSERT_TRUE(send(OrderKind::written));
  EXPECT_EQ(refused(ticket(secret_a)), ErrorCode::wrong_state);
  ASSERT_TRUE(send(OrderKind::open_gate));
  ASSERT_TRUE(service_->order(sign(order(OrderKind::void_secret), outside_)));
  EXPECT_EQ(refused(ticket(secret_a)), ErrorCode::wrong_state);
  const auto redrawn = opened(send(OrderKind::draw_secret).value(), adapter_);
  EXPECT_EQ(refused(ticket(secret_a)), ErrorCode::pin_wrong);
  EXPECT_TRUE(service_->activate(ticket(*redrawn.activation_secret).to_der()));
}

TEST_F(PinServiceTest, EverySenderHasHisOwnOrders) {
  EXPECT_EQ(service_->order(sign(order(OrderKind::draw_for_keying), outside_)).error().code, ErrorCode::forbidden);
  EXPECT_EQ(service_->order(sign(order(OrderKind::open_gate), outside_)).error().code, ErrorCode::forbidden);
  EXPECT_EQ(service_->order(sign(order(OrderKind::draw_secret), vault_)).error().code, ErrorCode::forbidden);
  EXPECT_EQ(service_->order(sign(order(OrderKind::draw_secret), service_party_)).error().code, ErrorCode::forbidden);
  auto to_stranger = order(OrderKind::draw_secret);
  to_stranger.recipient = agent_.public_key();
  EXPECT_EQ(send(to_stranger).error().code, ErrorCode::forbidden);
  audit_.fails = true;
  EXPECT_FALSE(send(OrderKind::draw_for_keying));
  EXPECT_EQ(store_->line(line_name).value().token, TokenState::waiting);
}

TEST_F(PinServiceTest, AKeyingThatFailedFreesTheLineAndTheTokenKeepsItsStory) {
  const auto first = opened(send(OrderKind::draw_for_keying).value(), station_);
  auto elsewhere = order(OrderKind::draw_for_keying);
  elsewhere.line = "C20261121-9/1";
  EXPECT_EQ(send(elsewhere).error().code, ErrorCode::conflict);
  ASSERT_TRUE(send(OrderKind::abandon_keying));
  EXPECT_TRUE(store_->line(line_name).value().sealed_pin.empty());
  const auto second = opened(send(OrderKind::draw_for_keying).value(), station_);
  EXPECT_TRUE(second.so_next->equals(*first.so_next));
  EXPECT_FALSE(second.initial_pin->equals(*first.initial_pin));
}

TEST_F(PinServiceTest, NoSecretStandsInTheFilesOrTheAuditInAnyForm) {
  const auto secret_a = deliver();
  const auto released = opened(service_->activate(ticket(secret_a).to_der()).value(), agent_);
  std::string all = files();
  ASSERT_TRUE(send(OrderKind::activated));
  all += files();
  for (const auto& line : audit_.lines) {
    all += line;
  }
  EXPECT_NE(all.find(token_name), std::string::npos);
  for (const SecretBytes* secret : {&*released.initial_pin, &*released.so_current, &*released.so_next, &secret_a}) {
    std::string wide;
    std::string wide_big;
    for (const char c : secret->expose_text()) {
      wide += std::string{c, '\0'};
      wide_big += std::string{'\0', c};
    }
    const std::string base64 = to_base64(secret->expose());
    for (const std::string& form : {std::string(secret->expose_text()), to_hex(secret->expose()), wide, wide_big,
                                    base64.substr(0, base64.find('='))}) {
      EXPECT_EQ(all.find(form), std::string::npos);
    }
  }
}

TEST_F(PinServiceTest, AfterS5NotEvenTheSealedSecretsAreLeftInTheDatabase) {
  const auto secret_a = deliver();
  const auto line = store_->line(line_name).value();
  const Bytes message = service_->activate(ticket(secret_a).to_der()).value();
  const std::string before = files();
  EXPECT_NE(before.find(text_of(line.sealed_pin)), std::string::npos);
  EXPECT_NE(before.find(text_of(line.secret_mac)), std::string::npos);
  ASSERT_TRUE(send(OrderKind::activated));
  stop();  // closing folds the log into the file
  const std::string after = files();
  EXPECT_EQ(after.find(text_of(line.sealed_pin)), std::string::npos);
  EXPECT_EQ(after.find(text_of(line.secret_mac)), std::string::npos);
  EXPECT_EQ(after.find(text_of(BytesView(message).subspan(64, 128))), std::string::npos);
  start();
}

TEST_F(PinServiceTest, KilledAtEveryPointTheStoryGoesOnWithTheSameSecrets) {
  stop();
  const std::string list = folder_ / "points";
  std::vector<Order> orders;
  for (const auto kind :
       {OrderKind::draw_for_keying, OrderKind::written, OrderKind::draw_secret, OrderKind::open_gate}) {
    orders.push_back(order(kind));
  }
  const auto told = [&](const Order& what) { return send(what); };
  const auto run = [&](const char* variable, const std::string& value) {
    const pid_t child = fork();
    if (child == 0) {
      setenv(variable, value.c_str(), 1);
      yinxin::testing::arm_kill_points();
      start();
      const bool done = std::ranges::all_of(orders, [&](const Order& what) { return told(what).has_value(); });
      _exit(done ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  };
  ASSERT_EQ(run("YX_KILL_LIST", list), 0);
  std::vector<std::string> points;
  std::ifstream lines(list);
  for (std::string point; std::getline(lines, point);) {
    points.push_back(point);
  }
  ASSERT_GE(points.size(), 8U);
  std::cout << points.size() << " kill points\n";
  for (const auto& point : points) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const int status = run("YX_KILL_AT", point);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << point;
    start();
    SecretBytes secret_a;
    for (const Order& what : orders) {
      const auto answer = told(what);
      // An answer that a later event erased was had before the kill.
      ASSERT_TRUE(answer || answer.error().code == ErrorCode::expired) << point;
      if (what.kind == OrderKind::draw_secret) {
        secret_a = *std::move(opened(*answer, adapter_).activation_secret);
      }
    }
    EXPECT_EQ(store_->line(line_name).value().generation, 1U) << point;
    EXPECT_TRUE(service_->activate(ticket(secret_a).to_der())) << point;
    stop();
  }
  start();
}

}  // namespace
}  // namespace yinxin::store
