#pragma once
// A whole office in a folder, with one case approved by two officers, a token with PINs drawn and a key born: all that
// comes before issuing. The folder is copied for each try.

#include <filesystem>

#include "yinxin/office/production.h"

namespace yinxin::crash {

constexpr const char* case_number = "YX202611210000017";
constexpr std::int64_t case_line = 1;
constexpr const char* device_name = "holder";
constexpr const char* device_serial = "HOLDER-0001";
constexpr const char* container = "main";

class Scene {
 public:
  // Made under `folder`/prepared.
  explicit Scene(std::filesystem::path folder);
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  // A fresh copy of what was prepared, as `folder`/try.
  [[nodiscard]] std::filesystem::path fresh() const;

  // Issues, has the seal made, writes the token, hears S4; from wherever the folder stands. `vfs` as House::open.
  [[nodiscard]] Result<void> make_line(const std::filesystem::path& office, const std::string& vfs = {}) const;

  [[nodiscard]] const crypto::BootSecret& boot() const { return *boot_; }

 private:
  void hold_ceremony();
  void adopt_programme(office::House& house);
  void submit_case(office::House& house);
  void approve_case(office::House& house);
  void key_token(office::House& house);

  std::filesystem::path folder_, prepared_;
  SystemClock clock_;
  mutable SystemRandom random_;
  std::optional<crypto::BootSecret> boot_;
  std::vector<crypto::SoftSigner> officers_;
  std::vector<x509::Certificate> officer_certificates_;
  std::optional<crypto::Sm2PrivateKey> station_;
  std::optional<x509::Certificate> station_certificate_;
  std::shared_ptr<const token::skf::SkfLibrary> library_;
  Bytes secrets_;  // sealed to the station
  Bytes manifest_;
};

}  // namespace yinxin::crash
