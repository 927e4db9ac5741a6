#pragma once
// A whole office in a folder, with its officers, a programme in force and tokens; and, where that is wanted, one case
// approved by two officers, PINs drawn and a key born: all that comes before issuing.

#include <filesystem>
#include <vector>

#include "terminal/activation.h"
#include "yinxin/office/production.h"

namespace yinxin::scene {

constexpr const char* case_number = "YX202611210000017";
constexpr std::int64_t case_line = 1;
constexpr const char* device_name = "holder";
constexpr const char* device_serial = "HOLDER-0001";
constexpr const char* container = "main";

constexpr const char* intake_pin = "intake-pin-1";  // both PINs of the holder's token, before it is keyed

// How far everything is made: the office with its officers and the holder's token taken in; a case submitted; that case
// approved, and the token keyed.
enum class Until { office, submitted, keyed };

// Who sits where in the roster.
enum Place : std::size_t {
  registration = 0,
  review = 1,
  production = 2,
  first_administrator = 3,
  second_administrator = 4,
  first_custodian = 5,
  second_registration = 10,
  finance = 11,
  auditor = 12
};

constexpr const char* officer_pin = "officer-pin-1";  // user PIN of the officers' UKeys
// Name and serial of an officer's UKey, where he has one.
std::string officer_device(Place place);
std::string officer_serial(Place place);

class Scene {
 public:
  // Made under `folder`/prepared. The officers of `on_ukeys` have both keys on a soft token of their own, in the
  // containers "login" and "approval"; the scene cannot sign for them.
  explicit Scene(std::filesystem::path folder, Until until = Until::keyed, std::vector<Place> on_ukeys = {});
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  // A fresh copy of what was prepared, as `folder`/try.
  [[nodiscard]] std::filesystem::path fresh() const;

  // Issues, has the seal made, writes the token, hears S4; from wherever the folder stands. `vfs` as House::open.
  [[nodiscard]] Result<void> make_line(const std::filesystem::path& office, const std::string& vfs = {}) const;

  [[nodiscard]] const crypto::BootSecret& boot() const { return *boot_; }
  [[nodiscard]] std::string data() const { return (prepared_ / "data").string(); }

  // Both officers read and sign; the token gets its PINs and its key; the line is issued, sealed and written.
  void accept_case(office::House& house, const std::string& id);
  void review_case(office::House& house, const std::string& id);
  void key_token(office::House& house, const std::string& id);
  Result<void> finish_line(office::House& house, const std::string& id) const;
  // The code that the requester of this case would read on his telephone, and its challenge.
  static Result<office::ActivationCode> activation_code(office::House& house, const std::string& id);
  // A soft token that the vault knows from now on, with the intake PINs.
  void take_in_token(office::House& house, const std::string& device, const std::string& serial);
  // The holder's token.
  [[nodiscard]] Result<token::Ukey> holder_token() const;
  // An officer's two keys and their certificates.
  [[nodiscard]] crypto::Signer& approval_key(Place place) const { return officers_[place]; }
  [[nodiscard]] const x509::Certificate& approval_certificate(Place place) const {
    return officer_certificates_[place];
  }
  [[nodiscard]] crypto::Signer& login_key(Place place) const { return logins_[place]; }
  [[nodiscard]] const x509::Certificate& login_certificate(Place place) const { return login_certificates_[place]; }
  [[nodiscard]] const crypto::Sm2PrivateKey& station_key() const { return *station_; }
  [[nodiscard]] const x509::Certificate& station_certificate() const { return *station_certificate_; }
  [[nodiscard]] const std::shared_ptr<const token::skf::SkfLibrary>& library() const { return library_; }
  // What the providers said of the example's case, for the revision that stands.
  static void lay_receipts(office::House& house, std::initializer_list<const char*> kinds);

 private:
  void hold_ceremony();
  token::Ukey new_officer_ukey(Place place);
  void adopt_programme(office::House& house);
  void submit_case(office::House& house);
  void sign(office::House& house, const std::string& id, trust::Decision decision, std::size_t place);

  std::filesystem::path folder_, prepared_;
  std::vector<Place> on_ukeys_;
  SystemClock clock_;
  mutable SystemRandom random_;
  std::optional<crypto::BootSecret> boot_;
  mutable std::vector<crypto::SoftSigner> officers_, logins_;
  std::vector<x509::Certificate> officer_certificates_, login_certificates_;
  std::optional<crypto::Sm2PrivateKey> station_;
  std::optional<x509::Certificate> station_certificate_;
  std::shared_ptr<const token::skf::SkfLibrary> library_;
  Bytes secrets_;  // sealed to the station
  Bytes manifest_;
};

}  // namespace yinxin::scene
