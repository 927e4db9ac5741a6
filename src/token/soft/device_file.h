#pragma once
// A device on disk: two files, one lock, atomic change. NAME.chip is the lock too, because it is never
// renamed: byte 0 is held for the length of one operation, byte 1 for as long as SKF_LockDev says.

#include <chrono>
#include <filesystem>
#include <vector>

#include "token/soft/device_state.h"

namespace yinxin::token::soft {

constexpr std::string_view state_suffix = ".ukey";
constexpr std::string_view chip_suffix = ".chip";
constexpr std::size_t max_device_name_size = 64;
// How long an operation waits for another process before it gives up.
constexpr std::chrono::milliseconds operation_wait{5000};

// Environment YINXIN_SOFT_TOKENS; empty when it is not set.
std::filesystem::path tokens_folder();
// Names of the devices in that folder, sorted; the stem of each NAME.ukey.
std::vector<std::string> device_names();
// Whether a text can name a device: 1..64 bytes, no '/', no leading '.'.
bool is_device_name(std::string_view name);

// Makes a new device with the factory's device key. already_exists, invalid_input.
Result<void> create_device(const std::filesystem::path& state_path, std::string_view serial, std::string_view label,
                           Random& random);

// The DER of a device file's outside and the state inside it.
// File ::= SEQUENCE { version INTEGER (1), sealed OCTET STRING }  -- sealed: nonce || SM4-GCM(Device)
Bytes seal_state(const DeviceState& state, const SecretBytes& chip_key, Random& random);
Result<DeviceState> unseal_state(BytesView file, const SecretBytes& chip_key);

class DeviceFile {
 public:
  // token_absent when there is no such device, corrupt when its chip file is damaged.
  static Result<DeviceFile> open(std::string_view name);
  DeviceFile(DeviceFile&& other) noexcept;
  DeviceFile& operator=(DeviceFile&&) = delete;
  DeviceFile(const DeviceFile&) = delete;
  DeviceFile& operator=(const DeviceFile&) = delete;
  ~DeviceFile();

  // Holds the device for one operation; ends with the object.
  class Hold {
   public:
    explicit Hold(DeviceFile& device) : device_(&device) {}
    Hold(Hold&& other) noexcept : device_(std::exchange(other.device_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold();

   private:
    DeviceFile* device_;
  };
  // conflict when another holder does not let go in time.
  Result<Hold> hold();
  // token_removed when the file is gone, corrupt when it does not read. Needs a Hold.
  [[nodiscard]] Result<DeviceState> load(std::size_t* size = nullptr) const;
  // Old or new state after any crash: temporary file, fdatasync, rename, sync of the folder. Needs a Hold.
  Result<void> store(const DeviceState& state, Random& random);

  // SKF_LockDev: everybody else's operations wait. conflict after `timeout`.
  Result<void> lock(std::chrono::milliseconds timeout);
  void unlock();
  [[nodiscard]] bool present() const;
  [[nodiscard]] const SecretBytes& chip_key() const { return chip_key_; }

 private:
  DeviceFile(std::filesystem::path state_path, int chip, SecretBytes chip_key)
      : state_path_(std::move(state_path)), chip_(chip), chip_key_(std::move(chip_key)) {}

  std::filesystem::path state_path_;
  int chip_ = -1;
  SecretBytes chip_key_;
  bool locked_ = false;
};

}  // namespace yinxin::token::soft
