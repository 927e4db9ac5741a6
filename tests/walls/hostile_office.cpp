#include "hostile_office.h"

#include "net/wire.h"
#include "pki/ca/issue_order.h"
#include "terminal/files.h"
#include "trust/testing/hostile.h"

namespace yinxin::walls {

namespace {

using trust::Reason;
using trust::testing::Hostile;
using trust::testing::Office;
using trust::testing::Story;
using namespace std::chrono_literals;

constexpr const char* vault_refuses = "forbidden the vault refuses: ";
constexpr auto permit_stands = 12h;

// The vault's own folder, opened before it is a process.
class OpenVault {
 public:
  OpenVault(const scene::Scene& scene, const std::string& data)
      : settings_(office::Settings::read(data).value()),
        profiles_(pki::ProfileSet::load(YX_SOURCE_DIR "/profiles").value()),
        domain_(office::Domain::open({.folder = data,
                                      .environment = settings_.environment,
                                      .vfs = {},
                                      .boot = &scene.boot(),
                                      .random = &random_,
                                      .clock = &clock_},
                                     "vault", &store::vault::migrations())
                    .value()),
        journal_(*domain_.engine),
        book_(*domain_.engine),
        roles_(x509::Certificate::parse(cli::read_file(data + "/public/roles.cer").value()).value()),
        issuing_(x509::Certificate::parse(cli::read_file(data + "/public/issuing.cer").value()).value()),
        station_(scene.station_certificate()) {}

  [[nodiscard]] trust::testing::Standing standing() const {
    const SecretBytes roster = domain_.chest.secret("roster").value();
    return {.roles = roles_,
            .roles_key = domain_.chest.key("roles").value(),
            .permit = {domain_.chest.certificate("permit").value(), domain_.chest.key("permit").value()},
            .roster_key = to_bytes(roster.expose()),
            .ca_key_hash = pki::issuer_id(issuing_.public_key()),
            .environment = settings_.environment,
            .profile = profiles_.find_pair("organization")->hash(),
            .station = station_.fingerprint(),
            .make_template = [this](const trust::Snapshot& shot, const trust::SnapshotLine& line,
                                    const crypto::Digest& profile) {
              return pki::answer_template(profiles_, settings_.around("issuing"), shot, line, profile);
            }};
  }

  // Everything of the story that a vault can know.
  void know(const Story& story) {
    if (story.is_policy_in_force) {
      adopt(story);
    }
    for (const Bytes& serial : story.revoked) {
      revoke(serial);
    }
    if (!story.device.starts_with(trust::testing::ready_devices)) {
      return;  // never taken in: no permit can stand for it either
    }
    book_
        .register_device({.serial = story.device,
                          .model = "soft",
                          .firmware = "1.0",
                          .batch = "1",
                          .quarantined = false,
                          .at = clock_.now()})
        .value();
    book_
        .store_permit({.second_approval = trust::statement_hash(story.bundle.second_approval),
                       .line = 1,
                       .hash = trust::statement_hash(story.keying.permit),
                       .device = story.device,
                       .station = station_.fingerprint(),
                       .officer = story.production_officer.certificate.fingerprint(),
                       .der = story.keying.permit,
                       .not_after = clock_.now() + permit_stands},
                      clock_.now())
        .value();
  }

 private:
  void adopt(const Story& story) {
    const Bytes content = trust::SignedManifest::parse(story.bundle.manifest).value().content;
    trust::SignedManifest manifest{.content = content, .signatures = {}};
    for (const auto* one : {&story.office.administrator, &story.office.second_administrator}) {
      manifest.signatures.push_back(
          trust::sign_manifest(content, one->certificate, *one->signer, story.office.at).value());
    }
    trust::Pinned pinned = story.pinned;
    pinned.environment = trust::ProgrammePolicy::parse(content).value().environment;
    const auto adopted = trust::Checker(pinned, story.answers).check_manifest(manifest.to_der());
    book_.adopt(adopted.value.value(), manifest.to_der(), clock_.now()).value();
  }
  // The roles CA made it, and took it back.
  void revoke(const Bytes& serial) {
    const crypto::Digest mark = crypto::sm3(serial);
    const pki::IssuerId issuer = pki::issuer_id(roles_.public_key());
    pki::Issuance issuance{.issuer = issuer, .order = mark, .key_hash = mark, .at = clock_.now(), .certificates = {}};
    issuance.certificates.push_back(
        {.use = pki::CertificateUse::single, .serial = serial, .tbs = {}, .der = {}, .envelope = {}});
    const auto begun = journal_.begin(std::span(&issuance, 1)).value();
    pki::Issuance prepared = begun.front().value().issuance;
    prepared.certificates.front().tbs = Bytes{0x30, 0};
    journal_.prepare(std::span(&prepared, 1)).value();
    const pki::Completion completion{.id = prepared.id, .ders = {Bytes{0x30, 0}}, .activate = true, .at = clock_.now()};
    journal_.complete(std::span(&completion, 1)).value();
    const pki::StatusChange change{.serial = serial,
                                   .deed = pki::StatusDeed::revoke,
                                   .reason = x509::RevocationReason::cessation_of_operation,
                                   .at = clock_.now(),
                                   .cause = mark};
    journal_.change_status(issuer, std::span(&change, 1)).value();
  }

  SystemRandom random_;
  SystemClock clock_;
  office::Settings settings_;
  pki::ProfileSet profiles_;
  office::Domain domain_;
  store::vault::VaultStore journal_;
  store::vault::VaultBookStore book_;
  x509::Certificate roles_, issuing_, station_;
};

class Teller {
 public:
  Teller(OpenVault& vault, Office& office) : vault_(vault), office_(office) {}

  // A story of its own number and device.
  Story begin() {
    Story story(office_);
    const std::string number = std::to_string(10000 + ++count_).substr(1);
    story.application_id = "YX20261121001" + number;
    story.device = std::string(trust::testing::ready_devices) + number;
    return story;
  }
  Story tell(const std::function<void(Story&)>& change) {
    Story story = begin();
    change(story);
    story.tell();
    vault_.know(story);
    return story;
  }

 private:
  OpenVault& vault_;
  Office& office_;
  int count_ = 0;
};

Attempt attempt_of(const std::string& name, const Story& story) {
  return {.name = name,
          .bundle = story.bundle,
          .keying = story.keying,
          .device = story.device,
          .officer = story.production_officer.certificate.der(),
          .permit_refusal = {},
          .issue_refusal = {}};
}

// Where a vault with its own profiles and journal says more, or sees it earlier, than the checker's test does.
std::string reasons_of(Reason reason) {
  switch (reason) {
    case Reason::line_kind_allowed:  // no profile of a pair for organizations makes one for a person
      return "malformed";
    case Reason::line_replaces:  // and no such certificate was ever made
      return "line.replaces line.may_replace";
    default: return std::string(trust::code_of(reason));
  }
}

Attempt hostile_attempt(const Hostile& hostile, const Story& story) {
  const std::string code(trust::code_of(hostile.reason));
  Attempt attempt = attempt_of(code, story);
  attempt.issue_refusal = vault_refuses + reasons_of(hostile.reason);
  const bool permit_knows =
      !hostile.is_of_keying || hostile.reason == Reason::s3_held_device || hostile.reason == Reason::device_ready;
  if (permit_knows) {
    attempt.permit_refusal = attempt.issue_refusal;
  }
  return attempt;
}

std::vector<Word> words_about(const Story& story, const pki::IssuedLine& line, Office& office) {
  const auto signing = x509::Certificate::parse(line.signing).value();
  const auto encryption = x509::Certificate::parse(line.encryption).value();
  trust::TokenWord said{.kind = trust::TokenWord::Kind::written,
                        .signing_certificate = signing.fingerprint(),
                        .encryption_certificate = encryption.fingerprint(),
                        .seal = std::nullopt,
                        .device_serial = line.device,
                        .at = office.at};
  std::vector<Word> all;
  const auto add = [&](const std::string& name, bool is_activation, const Bytes& word) {
    all.push_back({name, is_activation, line.second_approval, word});
  };
  const auto sign = [&](const trust::TokenWord& word) {
    return trust::sign_token_word(word, signing, *story.new_key).value();
  };
  add("S4 without the seal", false, sign(said));
  add("S4 of another key", false,
      trust::sign_token_word(said, office.production.certificate, *office.production.signer).value());
  add("S4 that is an approval", false, story.bundle.second_approval);
  add("S4 that is a key binding", false, story.keying.key_binding);
  trust::TokenWord other = said;
  other.device_serial = "DEV-0002";
  add("S4 of another device", false, sign(other));
  other = said;
  other.encryption_certificate = signing.fingerprint();
  add("S4 about other certificates", false, sign(other));
  other = said;
  other.kind = trust::TokenWord::Kind::activated;
  add("S5 in the place of S4", false, sign(other));
  add("S5 before S4", true, sign(other));
  all.push_back({"S4 of a line that was never issued", false, crypto::sm3(bytes_of("none")), all.front().word});
  return all;
}

}  // namespace

Campaign lay_campaign(const scene::Scene& scene, const std::filesystem::path& folder, const std::string& taken,
                      std::uint64_t bundles, std::uint64_t seed) {
  const std::string data = (folder / "data").string();
  const SystemClock clock;
  Campaign campaign;
  std::optional<Story> issued, known_key;
  std::optional<OpenVault> vault(std::in_place, scene, data);
  Office office(clock.now(), vault->standing());
  Teller teller(*vault, office);
  issued.emplace(teller.tell([](Story&) {}));
  for (const Hostile& hostile : trust::testing::all_hostile()) {
    if (hostile.reason == Reason::line_unissued) {
      // A second key for the line that has its certificates, under a permit of its own.
      Story again = *issued;
      again.new_key = std::make_shared<crypto::SoftSigner>(crypto::Sm2PrivateKey::generate(office.random));
      again.tell_keying();
      campaign.attempts.push_back(hostile_attempt(hostile, again));
      campaign.attempts.back().permit_refusal = "wrong_state the line has its certificates";
    } else {
      const bool is_known_key = hostile.reason == Reason::key_unused;
      const Story story = teller.tell([&](Story& s) {
        hostile.change(s);
        s.new_key = is_known_key ? issued->new_key : s.new_key;
      });
      campaign.attempts.push_back(hostile_attempt(hostile, story));
    }
  }
  std::string first_id;
  for (const int revision : {2, 3, 2, 2}) {
    const Story good = teller.tell([&](Story& s) {
      s.application_id = revision == 3 ? first_id : s.application_id;
      s.on_snapshot = [revision](trust::Snapshot& shot) { shot.revision = revision; };
    });
    first_id = first_id.empty() ? good.application_id : first_id;
    campaign.good.push_back(attempt_of(good.application_id, good));
  }
  vault.reset();

  const auto house =
      office::House::open(data, YX_SOURCE_DIR "/profiles", scene.boot(), clock, office::Opened::making).value();
  house->doors().issue(issued->bundle, issued->keying).value();
  const pki::IssuedLine line = house->doors().find_issued_on(issued->device).value().value();
  campaign.words = words_about(*issued, line, office);
  campaign.seals = {
      {"another picture", issued->bundle, 1, to_bytes(bytes_of("another picture"))},
      {"no picture", issued->bundle, 1, {}},
      {"another line", issued->bundle, 2, to_bytes(bytes_of("seal picture"))},
      {"a line that was never issued", campaign.good.front().bundle, 1, to_bytes(bytes_of("seal picture"))}};
  trust::Bundle mixed = campaign.good.front().bundle;
  mixed.second_approval = issued->bundle.second_approval;
  campaign.seals.push_back({"the bundle of another case", mixed, 1, to_bytes(bytes_of("seal picture"))});
  campaign.station = scene.station_certificate().der();
  campaign.held_case = issued->application_id;
  campaign.held_device = issued->device;
  campaign.case_id = scene::case_number;
  campaign.bundles = bundles;
  campaign.seed = seed;
  cli::write_file(data + "/" + taken + campaign_file, net::to_body(campaign), true).value();
  return campaign;
}

}  // namespace yinxin::walls
