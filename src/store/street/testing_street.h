#pragma once
// For tests: a street over its real store, with the programme sz-works and neighbours that say what the test tells them
// to. The real providers' protocols are tested in outside and end to end in tests/journeys.

#include <gtest/gtest.h>
#include <unistd.h>
#include <functional>

#include <filesystem>
#include <fstream>

#include "base/identifiers/check_digits.h"
#include "hall/account/login.h"
#include "hall/account/puzzles.h"
#include "hall/street/street.h"
#include "store/street/sqlite_street_store.h"

namespace yinxin::store::street {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hall::Answers;
using hall::CaseState;

inline const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();

class Recorder final : public audit::Recorder {
 public:
  Result<audit::Receipt> record(const audit::Deed& deed) override {
    if (full) {
      return fail(ErrorCode::internal, "the audit's disk is full");
    }
    deeds.push_back(deed);
    return audit::Receipt{};
  }
  bool full = false;
  std::vector<audit::Deed> deeds;
};

class OneOffer final : public hall::Shelf {
 public:
  // Reads the file once in a process: what is made many times there (fuzzing) costs no reading of YAML.
  explicit OneOffer(const std::string& file) {
    static std::map<std::string, std::shared_ptr<const hall::Offer>> read;
    auto& known = read[file];
    if (known == nullptr) {
      known = offer_of(file);
    }
    offer = known;
  }
  Result<std::shared_ptr<const hall::Offer>> by_project(const std::string& project_id) override {
    if (project_id != offer->programme.project_id) {
      return fail(ErrorCode::not_found, "project.unknown");
    }
    return offer;
  }
  std::vector<std::shared_ptr<const hall::Offer>> all() override { return {offer}; }
  Result<std::shared_ptr<const hall::Offer>> by_code(const std::string& code, std::int64_t version) override {
    for (const auto& each : {offer, older}) {
      if (each != nullptr && code == each->programme.code && version == each->programme.version) {
        return each;
      }
    }
    return fail(ErrorCode::not_found, "project.unknown");
  }
  // The programme's next version takes the place of this one, which only its own cases know from then on.
  void follow_with(const std::function<void(hall::Offer&)>& changes) {
    auto next = std::make_shared<hall::Offer>(*offer);
    ++next->programme.version;
    changes(*next);
    older = offer;
    offer = next;
  }
  std::shared_ptr<const hall::Offer> offer;
  std::shared_ptr<const hall::Offer> older;

 private:
  static std::shared_ptr<const hall::Offer> offer_of(const std::string& file) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    auto checked = hall::programme::check(text, file);
    EXPECT_TRUE(checked.programme) << file;
    auto made = std::make_shared<hall::Offer>();
    made->programme = std::move(*checked.programme);
    made->manifest = to_bytes(bytes_of("a signed manifest"));
    for (const auto& agreement : made->programme.agreements) {
      made->documents[agreement.document] = "《" + agreement.document + "》全文";
    }
    return made;
  }
};

// Keeps what it was to draw.
class Drawer final : public hall::Press {
 public:
  Result<Bytes> application_form(const hall::FormPaper& paper) override {
    form = paper;
    return to_bytes(bytes_of("form " + paper.code));
  }
  Result<Bytes> impression_sheet(const hall::SheetPaper& paper) override {
    sheet = paper;
    return to_bytes(bytes_of("sheet " + paper.code));
  }
  hall::FormPaper form;
  hall::SheetPaper sheet;
};

class Looker final : public hall::Examiner {
 public:
  Result<hall::Examined> examine(BytesView) override { return paper; }
  Result<hall::ExaminedImpression> cut_impression(BytesView) override { return impression; }
  hall::Examined paper{.refusal = {},
                       .media_type = "image/jpeg",
                       .rendition = to_bytes(bytes_of("a rendition")),
                       .pages = 1,
                       .codes = {},
                       .has_red_seal = true};
  hall::ExaminedImpression impression{.refusal = {},
                                      .picture = to_bytes(bytes_of("a seal's picture")),
                                      .width_tenths_mm = 420,
                                      .height_tenths_mm = 418,
                                      .codes = {}};
};

class Providers final : public hall::Carrier, public hall::FaceCheck, public hall::CardReader, public hall::Payments {
 public:
  Result<hall::CarrierFact> check(const std::string&, const std::string&, const std::string&) override {
    ++carrier_asked;
    if (carrier_is_down) {
      return fail(ErrorCode::outside_unreachable, "no way there");
    }
    return hall::CarrierFact{.verdict = carrier, .answer = {}};
  }
  Result<hall::FaceCheckBegun> begin(const hall::FaceCheckRequest& request) override {
    face_asked_for = request.resident_id;
    return hall::FaceCheckBegun{.transaction = "face-" + request.id, .url = "https://face.example/" + request.id};
  }
  Result<hall::FaceFact> result(const std::string&) override {
    return hall::FaceFact{.verdict = face, .reason = {}, .answer = {}};
  }
  Result<hall::CardReading> read(hall::CardSide side, BytesView) override {
    return side == hall::CardSide::portrait ? portrait : emblem;
  }
  Result<std::string> open(const hall::PaymentOrder& order) override {
    opened.push_back(order);
    return "weixin://pay/" + order.number;
  }
  Result<hall::PaymentFact> find(const std::string& order) override {
    const auto own = payments.find(order);
    hall::PaymentFact fact = own == payments.end() ? payment : own->second;
    fact.order = mistaken_for.empty() ? order : mistaken_for;
    return fact;
  }
  std::string mistaken_for;  // the order that find() tells about, whatever it is asked
  Result<void> close(const std::string& order) override {
    if (closing_fails) {
      return fail(ErrorCode::outside_unreachable, "no way there");
    }
    closed.push_back(order);
    return {};
  }
  Result<hall::RefundFact> refund(const std::string& order, const std::string& refund, std::int64_t,
                                  std::int64_t fen) override {
    refunds_asked.push_back(order + " " + refund + " " + std::to_string(fen));
    refunded_fen = fen;
    return refund_answer ? Result<hall::RefundFact>(*refund_answer)
                         : Result<hall::RefundFact>(standing(refund_standing));
  }
  Result<hall::RefundFact> find_refund(const std::string&, const std::string&) override {
    return find_refund_answer ? Result<hall::RefundFact>(*find_refund_answer)
                              : Result<hall::RefundFact>(standing(refund_standing));
  }
  [[nodiscard]] hall::RefundFact standing(hall::RefundStanding now) const {
    return {.standing = now, .refunded_fen = refunded_fen, .answer = {"test", "5000001", {}}};
  }
  Result<std::string> hear(const hall::CallbackFields&, BytesView body) override { return std::string(text_of(body)); }

  hall::CarrierVerdict carrier = hall::CarrierVerdict::match;
  bool carrier_is_down = false;
  int carrier_asked = 0;
  hall::FaceVerdict face = hall::FaceVerdict::passed;
  std::string face_asked_for;
  hall::CardReading portrait, emblem;
  hall::PaymentFact payment;
  std::map<std::string, hall::PaymentFact> payments;  // of these orders; `payment` for the others
  std::vector<hall::PaymentOrder> opened;
  std::vector<std::string> closed;
  std::vector<std::string> refunds_asked;  // "<order> <refund> <fen>"
  hall::RefundStanding refund_standing = hall::RefundStanding::under_way;
  std::optional<Error> refund_answer, find_refund_answer;  // instead of the standing
  std::int64_t refunded_fen = 0;
  bool closing_fails = false;
};

class StreetTest : public ::testing::Test {
 protected:
  StreetTest()
      : folder_(fs::temp_directory_path() /
                ("street_test_" + std::to_string(getpid()) + "_" + std::to_string(++stores_made))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    engine_ = Engine::open(folder_ / "street.db", {.domain = "street",
                                                   .migrations = street_migrations(),
                                                   .vfs = {},
                                                   .clock = &clock_,
                                                   .on_calling_thread = true})
                  .value();
    use_ = StoredKeyUse::open(*engine_, {1}).value();
    const auto ring = [this] {
      KeyRing keys{.current = 1, .keys = {}};
      keys.keys.emplace(1, SecretBytes(BytesView(key_)));
      return keys;
    };
    cipher_.emplace(FieldCipher::make(ring(), SecretBytes(BytesView(index_key_)), random_, *use_).value());
    blobs_.emplace(BlobStore::open(folder_ / "blobs", ring(), SecretBytes(BytesView(index_key_)), random_).value());
    store_.emplace(*engine_, *cipher_, *blobs_);
    login_.emplace(hall::Login::Parts{.store = *store_, .audit = audit_, .clock = clock_, .random = random_});
    puzzles_.emplace(clock_, random_, puzzle_price);
    street_.emplace(hall::Street::Parts{
        .store = *store_,
        .audit = audit_,
        .clock = clock_,
        .random = random_,
        .shelf = shelf_,
        .press = press_,
        .examiner = examiner_,
        .carrier = providers_,
        .faces = providers_,
        .cards = providers_,
        .payments = {{"wechat", &providers_}, {"alipay", &providers_}, {"corporate_transfer", &providers_}}});
    providers_.portrait.name = answers_["requester_name"];
    providers_.portrait.resident_id = answers_["requester_id_number"];
    providers_.emblem.valid_from = "20200101";
    providers_.emblem.valid_to = "20400101";
  }
  ~StreetTest() override { fs::remove_all(folder_); }

  // The code that waits in the outbox for this number, newest last.
  std::string code_sent() {
    const auto messages = store_->claim_messages(10, 1min).value();
    EXPECT_FALSE(messages.empty());
    return messages.empty() ? std::string() : messages.back().wish.parameters.at("code");
  }
  hall::SessionRecord sign_in(const std::string& mobile) {
    const auto sent = login_->send_code(mobile, "login");
    EXPECT_TRUE(sent) << sent.error().describe();
    return login_->sign_in(mobile, sent->challenge, code_sent(), project()).value().session;
  }
  [[nodiscard]] std::string project() const { return shelf_.offer->programme.project_id; }
  void begin() {
    session_ = sign_in("13800138000");
    const auto stand = street_->begin(session_, project(), "key-1");
    ASSERT_TRUE(stand) << stand.error().describe();
    id_ = stand->dossier.id;
  }
  hall::Dossier dossier() { return street_->any(id_).value(); }
  Result<hall::Stand> save(const Answers& answers) {
    return street_->save(session_.account, id_, dossier().version, answers, {});
  }
  void agree() {
    std::map<std::string, std::string> documents;
    for (const auto& [name, text] : shelf_.offer->documents) {
      documents[name] = to_hex(crypto::sm3(bytes_of(text)));
    }
    ASSERT_TRUE(street_->consent(session_.account, id_, documents, {.address = "127.0.0.1", .agent = "test"}));
  }
  void lead_to_entry() {
    begin();
    agree();
    const auto saved = save(answers_);
    ASSERT_TRUE(saved) << saved.error().describe();
    ASSERT_TRUE(saved->problems.empty()) << saved->problems.front().field << " " << saved->problems.front().code;
    const auto finished = street_->finish_entry(session_.account, id_);
    ASSERT_TRUE(finished) << finished.error().describe();
    ASSERT_TRUE(finished->problems.empty())
        << finished->problems.front().field << " " << finished->problems.front().code;
  }
  Result<hall::Stand> upload(const std::string& slot) {
    return street_->upload(session_.account, id_, slot, bytes_of("scan of " + slot));
  }
  void print_and_upload() {
    ASSERT_TRUE(street_->print_form(session_.account, id_));
    examiner_.paper.codes = {press_.form.code};
    ASSERT_TRUE(street_->impression_sheet(session_.account, id_));
    examiner_.impression.codes = {press_.sheet.code};
    for (const char* slot : {"application_form", "licence", "impression_sheet"}) {
      const auto taken = upload(slot);
      ASSERT_TRUE(taken) << slot << " " << taken.error().describe();
      ASSERT_TRUE(taken->problems.empty()) << slot << " " << taken->problems.front().code;
    }
  }
  void prove_identity() {
    const auto link = street_->open_phone_link(session_.account, id_);
    ASSERT_TRUE(link) << link.error().describe();
    token_ = from_hex(*link).value();
    ASSERT_TRUE(street_->phone_open(token_, "phone"));
    ASSERT_TRUE(street_->phone_card(token_, "phone", hall::CardSide::portrait, bytes_of("p")));
    ASSERT_TRUE(street_->phone_card(token_, "phone", hall::CardSide::emblem, bytes_of("e")));
    ASSERT_TRUE(street_->phone_begin_face(token_, "phone", "https://hall.example/p", "{}"));
    const auto view = street_->phone_result(token_, "phone");
    ASSERT_TRUE(view) << view.error().describe();
  }
  void lead_to_payment() {
    lead_to_entry();
    print_and_upload();
    prove_identity();
    ASSERT_EQ(dossier().application.state, CaseState::awaiting_payment);
  }
  Result<hall::Stand> open_payment() {
    YX_TRY(const auto set, street_->set_account(session_.account, id_,
                                                {{"account_name", answers_["unit_name"]},
                                                 {"account_bank", "样例银行深圳分行"},
                                                 {"account_number", "755912345678901"}}));
    EXPECT_TRUE(set.problems.empty());
    return street_->open_payment(session_.account, id_, "wechat");
  }
  void pay(std::int64_t fen) {
    providers_.payment.standing = hall::PaymentStanding::paid;
    providers_.payment.paid_fen = fen;
    providers_.payment.currency = "CNY";
    providers_.payment.paid_at = clock_.now();
    providers_.payment.answer.transaction = "4200001";
  }

  static std::string resident_id(const std::string& seventeen) {
    return seventeen + resident_id_check_digit(seventeen);
  }

  static inline int stores_made = 0;
  fs::path folder_;
  SystemRandom random_;
  Bytes key_ = random_.bytes(16);
  Bytes index_key_ = random_.bytes(32);
  SetClock clock_{moment};
  Recorder audit_;
  OneOffer shelf_{std::string(YX_SOURCE_DIR) + "/programmes/sz-works.yaml"};
  Drawer press_;
  Looker examiner_;
  Providers providers_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<StoredKeyUse> use_;
  std::optional<FieldCipher> cipher_;
  std::optional<BlobStore> blobs_;
  std::optional<SqliteStreetStore> store_;
  std::optional<hall::Login> login_;
  // At a price that costs a test no time.
  static constexpr hall::PuzzlePrice puzzle_price{.bits = 4, .max_growth_bits = 2};
  std::optional<hall::Puzzles> puzzles_;
  std::optional<hall::Street> street_;
  hall::SessionRecord session_;
  std::string id_;
  Bytes token_;
  Answers answers_{{"years", "3"},
                   {"unit_name", "深圳市样例建设有限公司"},
                   {"unit_document_kind", "统一社会信用代码证"},
                   {"unit_document_number", "91370100724250187M"},
                   {"unit_region", "广东省/深圳市"},
                   {"unit_address", "深圳市福田区样例路1号"},
                   {"legal_name", "李样例"},
                   {"legal_id_number", resident_id("44030019700101001")},
                   {"legal_mobile", "13900139000"},
                   {"requester_name", "张三"},
                   {"requester_id_number", resident_id("44030019900307211")},
                   {"requester_mobile", "13800138000"},
                   {"requester_mail", "zhang@example.com"},
                   {"requester_post", "经理"},
                   {"mailing_name", "张三"},
                   {"mailing_phone", "13800138000"},
                   {"mailing_region", "广东省/深圳市/福田区"},
                   {"mailing_address", "样例路1号2楼"},
                   {"invoice_choice", "电子发票"},
                   {"invoice_title", "深圳市样例建设有限公司"}};
};

}  // namespace yinxin::store::street
