#include "scene/scene.h"

#include <cstdlib>
#include <fstream>
#include <map>

#include "hall/programme/policy.h"
#include "seal/test_workshop.h"
#include "terminal/files.h"
#include "yinxin/office/application_file.h"
#include "yinxin/office/approvals.h"

namespace yinxin::scene {

namespace {

namespace fs = std::filesystem;

const char* const profiles = YX_SOURCE_DIR "/profiles";
const char* const programme_file = YX_SOURCE_DIR "/programmes/sz-works.yaml";
constexpr std::string_view factory_device_key = "1234567812345678";

// Persons of nobody; their numbers' check digits are right.
struct Person {
  trust::Role role;
  const char* id;
};
constexpr Person people[] = {{trust::Role::registration_officer, "11010519491231002X"},
                             {trust::Role::review_officer, "440524188001010014"},
                             {trust::Role::production_officer, "110105199003070017"},
                             {trust::Role::system_administrator, "110105199003070033"},
                             {trust::Role::security_administrator, "11010519900307005X"},
                             {trust::Role::custodian, "110105199003070113"},
                             {trust::Role::custodian, "11010519900307013X"},
                             {trust::Role::custodian, "110105199003070156"},
                             {trust::Role::custodian, "110105199003070172"},
                             {trust::Role::custodian, "110105199003070199"},
                             {trust::Role::registration_officer, "11010519900307021X"},
                             {trust::Role::finance_officer, "110105199003070236"},
                             {trust::Role::audit_administrator, "110105199003070252"}};
constexpr const char* login_container = "login";
constexpr const char* approval_container = "approval";

SecretBytes secret(std::string_view text) { return SecretBytes(to_bytes(bytes_of(text))); }

constexpr const char* application = R"json({
  "number": "YX202611210000017", "channel": "online", "delivery": "courier", "received_fen": 20000,
  "unit": { "name": "深圳演示建设有限公司", "uscc": "91370100724250187M", "state": "广东省", "locality": "深圳市",
            "address": "某路 1 号" },
  "legal_representative": { "name": "李四", "resident_id": "110105199003070092", "mobile": "13800138001" },
  "requester": { "name": "张三", "resident_id": "110105199003070076", "mobile": "13800138000" },
  "lines": [ { "business": "new", "kind": "organization", "years": 1,
               "seal": { "material": "impression_sheet", "width_mm": 40, "height_mm": 40, "name": "公章" } } ],
  "materials": { "application_form": "form", "licence": "form",
                 "impression_sheet": { "original": "form", "rendition": "impression.png" } } })json";

class Reader final : public token::ApprovalWindow {
 public:
  Result<bool> confirm(const std::string& text, const std::string& code) override {
    return text.find(code) != std::string::npos;
  }
};

}  // namespace

std::string officer_device(Place place) { return "officer_" + std::to_string(place); }
std::string officer_serial(Place place) { return "OFFICER-" + std::to_string(place); }

Scene::Scene(fs::path folder, Until until, std::vector<Place> on_ukeys)
    : folder_(std::move(folder)), prepared_(folder_ / "prepared"), on_ukeys_(std::move(on_ukeys)) {
  fs::remove_all(folder_);
  fs::create_directories(prepared_ / "tokens");
  boot_ = crypto::BootSecret::from_passphrase(secret("a passphrase for the office")).value();
  library_ = token::skf::SkfLibrary::load(YX_SOFT_SKF).value();
  hold_ceremony();
  const auto house =
      office::House::open((prepared_ / "data").string(), profiles, *boot_, clock_, office::Opened::making).value();
  adopt_programme(*house);
  take_in_token(*house, device_name, device_serial);
  if (until != Until::office) {
    submit_case(*house);
  }
  if (until == Until::keyed) {
    accept_case(*house, case_number);
    review_case(*house, case_number);
    key_token(*house, case_number);
  }
}

Scene::~Scene() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

token::Ukey Scene::new_officer_ukey(Place place) {
  setenv("YINXIN_SOFT_TOKENS", (prepared_ / "tokens").c_str(), 1);
  const std::string name = officer_device(place);
  library_->create_soft_device((prepared_ / "tokens" / (name + ".ukey")).string(), officer_serial(place), name).value();
  token::Initialization how;
  how.device_key = secret(factory_device_key);
  how.administrator_pin = secret(intake_pin);
  how.user_pin = secret(officer_pin);
  how.containers = {login_container, approval_container};
  token::Ukey ukey = token::Ukey::initialise(library_, name, how).value();
  for (const char* one : {login_container, approval_container}) {
    ukey.generate_signing_pair(one).value();
  }
  return ukey;
}

void Scene::hold_ceremony() {
  std::map<std::size_t, token::Ukey> ukeys;
  for (const Place place : on_ukeys_) {
    ukeys.emplace(place, new_officer_ukey(place));
  }
  const auto request_of = [&](crypto::SoftSigner& key, const char* name) {
    const auto ukey = ukeys.find(officers_.size() - 1);
    return ukey == ukeys.end() ? x509::make_request(x509::Name::build({}), key).value()
                               : x509::make_request(x509::Name::build({}), *ukey->second.signer(name).value()).value();
  };
  office::CeremonyPlan plan{.settings = {.environment = "demo", .organization = "样例认证"},
                            .folder = (prepared_ / "data").string(),
                            .root_folder = (folder_ / "root").string(),
                            .profiles = profiles,
                            .root_passphrase = secret("another long passphrase"),
                            .chest_cost = crypto::least_wrapping_cost};
  for (const Person& person : people) {
    officers_.emplace_back(crypto::Sm2PrivateKey::generate(random_));
    logins_.emplace_back(crypto::Sm2PrivateKey::generate(random_));
    plan.officers.push_back({.name = "officer " + std::to_string(officers_.size()),
                             .role = person.role,
                             .resident_id = person.id,
                             .request = request_of(officers_.back(), approval_container),
                             .login_request = request_of(logins_.back(), login_container)});
  }
  station_ = crypto::Sm2PrivateKey::generate(random_);
  crypto::SoftSigner station(station_->clone());
  plan.stations.push_back({"station", x509::make_request(x509::Name::build({}), station).value()});
  const office::CeremonyReport report = office::hold_ceremony(plan, *boot_, random_, clock_).value();
  officer_certificates_ = report.officers;
  for (const auto& login : report.logins) {
    login_certificates_.push_back(login.value());
  }
  station_certificate_ = report.stations.front();
  for (auto& [place, ukey] : ukeys) {
    ukey.import_signing_certificate(login_container, login_certificates_[place].der()).value();
    ukey.import_signing_certificate(approval_container, officer_certificates_[place].der()).value();
  }
}

void Scene::adopt_programme(office::House& house) {
  const Bytes yaml = cli::read_file(programme_file).value();
  const auto programme = hall::programme::check(text_of(yaml), programme_file).programme.value();
  const auto policy = hall::programme::policy_of(programme, "demo",
                                                 {{"organization", house.profiles().find_pair("organization")->hash()}})
                          .value();
  trust::SignedManifest manifest{.content = policy.to_der(), .signatures = {}};
  for (const std::size_t place : {std::size_t{first_administrator}, std::size_t{second_administrator}}) {
    manifest.signatures.push_back(
        trust::sign_manifest(manifest.content, officer_certificates_[place], officers_[place], clock_.now()).value());
  }
  manifest_ = manifest.to_der();
  house.vault().value()->adopt(manifest_).value();
}

void Scene::submit_case(office::House& house) {
  const std::string papers = (folder_ / "papers").string();
  fs::create_directories(papers);
  std::ofstream(papers + "/form") << "a scan\n";
  ensure(cli::write_file(papers + "/impression.png", seal::small_png(), true).has_value(), "the picture is written");
  const Bytes yaml = cli::read_file(programme_file).value();
  const auto programme = hall::programme::check(text_of(yaml), programme_file).programme.value();
  const auto submission =
      office::read_application(bytes_of(application), papers, programme, manifest_, clock_.now()).value();
  house.desk().submit(submission).value();
  lay_receipts(house, {"liveness_check", "carrier_check", "payment"});
  house.desk().report(case_number, hall::CaseEvent::identity_passed, {hall::By::outside, ""}).value();
}

void Scene::lay_receipts(office::House& house, std::initializer_list<const char*> kinds) {
  for (const char* kind : kinds) {
    const Bytes receipt = house.outside()
                              .receive({.kind = kind,
                                        .provider = "provider",
                                        .transaction_id = std::string("t-") + kind,
                                        .application_id = case_number,
                                        .passed = true,
                                        .answer = {},
                                        .at = {}},
                                       bytes_of("passed"))
                              .value();
    house.desk().add_evidence(case_number, receipt).value();
  }
}

void Scene::sign(office::House& house, const std::string& id, trust::Decision decision, std::size_t place) {
  Reader reader;
  const auto bundle = office::lay_before(house, id, decision, {}).value();
  const Bytes statement = token::approve(bundle, decision,
                                         {.certificate = officer_certificates_[place],
                                          .signer = &officers_[place],
                                          .ca_key_hash = pki::issuer_id(house.issuing().public_key()),
                                          .environment = "demo"},
                                         reader, random_, clock_.now())
                              .value();
  (decision == trust::Decision::accept ? house.desk().accept(id, statement) : house.desk().approve(id, statement))
      .value();
}

void Scene::accept_case(office::House& house, const std::string& id) {
  sign(house, id, trust::Decision::accept, registration);
}

void Scene::review_case(office::House& house, const std::string& id) {
  sign(house, id, trust::Decision::approve, review);
}

void Scene::take_in_token(office::House& house, const std::string& device, const std::string& serial) {
  setenv("YINXIN_SOFT_TOKENS", (prepared_ / "tokens").c_str(), 1);
  library_->create_soft_device((prepared_ / "tokens" / (device + ".ukey")).string(), serial, "holder").value();
  token::Initialization intake;
  intake.device_key = secret(factory_device_key);
  intake.administrator_pin = secret(intake_pin);
  intake.user_pin = secret(intake_pin);
  token::Ukey ukey = token::Ukey::initialise(library_, device, intake).value();
  house.vault()
      .value()
      ->register_device(
          {.serial = serial, .model = "soft", .firmware = "1.0", .batch = "1", .quarantined = false, .at = {}})
      .value();
}

void Scene::key_token(office::House& house, const std::string& id) {
  token::Ukey ukey = holder_token().value();
  secrets_ =
      office::permit_line(house, id, case_line, device_serial, *station_certificate_, officer_certificates_[production])
          .value();
  const auto drawn = office::open_secrets(secrets_, house.pin().certificate(), *station_, clock_.now()).value();
  office::set_drawn_pins(ukey, drawn, {.administrator = secret(intake_pin), .user = secret(intake_pin)}).value();
  const Bytes permit = house.desk().paper(id, case_line, hall::Paper::permit).value();
  const auto bound = office::bind_new_key(ukey, container, permit, officer_certificates_[production],
                                          officers_[production], clock_.now())
                         .value();
  house.desk().line_bound(id, case_line, bound.key_binding, bound.request).value();
}

Result<office::ActivationCode> Scene::activation_code(office::House& house, const std::string& id) {
  YX_TRY(auto drawn, house.outside().draw_code(
                         id + "/" + std::to_string(case_line), device_serial,
                         [&house](BytesView order) { return house.pin().order(order); }, house.pin().certificate()));
  return office::ActivationCode{.challenge = drawn.challenge, .digits = std::move(drawn.digits)};
}

fs::path Scene::fresh() const {
  fs::path office = folder_ / "try";
  fs::remove_all(office);
  fs::copy(prepared_, office, fs::copy_options::recursive);
  return office;
}

Result<void> Scene::make_line(const fs::path& office, const std::string& vfs) const {
  setenv("YINXIN_SOFT_TOKENS", (office / "tokens").c_str(), 1);
  YX_TRY(const auto house,
         office::House::open((office / "data").string(), profiles, *boot_, clock_, office::Opened::making, vfs));
  return finish_line(*house, case_number);
}

Result<token::Ukey> Scene::holder_token() const { return token::Ukey::open(library_, device_name); }

Result<void> Scene::finish_line(office::House& house, const std::string& id) const {
  YX_CHECK(house.resume());
  YX_CHECK(office::issue_line(house, id, case_line));
  YX_CHECK(office::make_line_seal(house, id, case_line));
  YX_TRY(const office::LineCertificates line, office::certificates_of_line(house, id, case_line));
  YX_TRY(const hall::CaseRecord record, house.desk().find(id));
  if (record.find_line(case_line)->state != hall::LineState::writing) {
    return {};
  }
  YX_TRY(const pin::Secrets drawn, office::open_secrets(secrets_, house.pin().certificate(), *station_, clock_.now()));
  YX_TRY(token::Ukey ukey, holder_token());
  YX_CHECK(ukey.verify_pin(token::PinRole::user, *drawn.initial_pin).outcome);
  YX_TRY(const Bytes written, office::write_token(ukey, container, line, random_, clock_.now()));
  return office::hear_written(house, id, case_line, written);
}

}  // namespace yinxin::scene
