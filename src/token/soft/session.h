#pragma once
// Between the C door and the device: handles that are numbers and never addresses, so that a wrong one is an
// error and not a crash; one lock per connection; and the shape that every exported function has.

#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>

#include "crypto/sm3.h"
#include "token/skf/skf.h"
#include "token/soft/cipher_stream.h"
#include "token/soft/device_file.h"
#include "token/soft/key_story.h"

namespace yinxin::token::soft {

// One SKF_ConnectDev. All that hangs on it is used under its mutex.
struct Connection {
  explicit Connection(DeviceFile opened) : file(std::move(opened)) {}
  std::mutex mutex;
  DeviceFile file;
  bool device_right = false;  // after SKF_DevAuth
  Bytes challenge;            // the last SKF_GenRandom of 8 bytes, good for one SKF_DevAuth
};

struct Object {
  std::shared_ptr<Connection> connection;
  explicit Object(std::shared_ptr<Connection> on) : connection(std::move(on)) {}
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;
};

struct DeviceHandle final : Object {
  using Object::Object;
};

struct ApplicationHandle final : Object {
  using Object::Object;
  std::string name;
  Bytes id;
  std::uint32_t rights = 0;  // SECURE_ADM_ACCOUNT | SECURE_USER_ACCOUNT, by PINs verified through this handle
  SecretBytes master;        // only while the user right is held
  void clear();
};

struct ContainerHandle final : Object {
  using Object::Object;
  std::shared_ptr<ApplicationHandle> application;
  std::string name;
};

struct KeyHandle final : Object {
  using Object::Object;
  SecretBytes key;
  std::uint32_t algorithm = 0;
  std::optional<CipherStream> encrypting;
  std::optional<CipherStream> decrypting;
};

struct HashHandle final : Object {
  using Object::Object;
  std::optional<crypto::Sm3> state;
};

struct MacHandle final : Object {
  using Object::Object;
  std::optional<CipherStream> state;  // CBC; the MAC is its last block
  Bytes last_block;
};

HANDLE register_object(std::shared_ptr<Object> object);
std::shared_ptr<Object> registered_object(HANDLE handle);
void forget_object(HANDLE handle);
void forget_connection(const Connection& connection);
void forget_containers_of(const ApplicationHandle& application);

// An object of a handle, with its connection locked.
template <class T>
struct Entered {
  std::shared_ptr<T> object;
  std::unique_lock<std::mutex> lock;
  T* operator->() const { return object.get(); }
  T& operator*() const { return *object; }
  [[nodiscard]] Connection& connection() const { return *object->connection; }
};

// nullopt unless `handle` is a living handle of this kind.
template <class T>
std::optional<Entered<T>> enter(HANDLE handle) {
  auto object = std::dynamic_pointer_cast<T>(registered_object(handle));
  if (object == nullptr) {
    return std::nullopt;
  }
  std::unique_lock lock(object->connection->mutex);
  if (registered_object(handle) == nullptr) {  // closed while we waited
    return std::nullopt;
  }
  return Entered<T>{std::move(object), std::move(lock)};
}

ULONG sar_of(const Error& error);
Random& chip_random();

// No exception leaves the library.
template <class Body>
ULONG guarded(Body&& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return SAR_MEMORYERR;
  } catch (...) {
    return SAR_UNKNOWNERR;
  }
}

// guarded, with the object of the handle.
template <class T, class Body>
ULONG with(HANDLE handle, Body&& body) {
  return guarded([&]() -> ULONG {
    auto entered = enter<T>(handle);
    return entered ? body(*entered) : SAR_INVALIDHANDLEERR;
  });
}

// Loads the state and hands it to `look`.
ULONG read_state(Connection& connection, const std::function<ULONG(DeviceState&)>& look);
// The same, and stores it when `edit` answers SAR_OK.
ULONG change_state(Connection& connection, const std::function<ULONG(DeviceState&)>& edit);

using ApplicationWork = std::function<ULONG(ApplicationState&)>;
// SAR_APPLICATION_NOT_EXISTS when the handle's application was deleted meanwhile.
ULONG read_application(ApplicationHandle& handle, const ApplicationWork& look);
ULONG change_application(ApplicationHandle& handle, const ApplicationWork& edit);
using ContainerWork = std::function<ULONG(ApplicationState&, ContainerState&)>;
ULONG read_container(ContainerHandle& handle, const ContainerWork& look);
ULONG change_container(ContainerHandle& handle, const ContainerWork& edit);

// For SKF_WaitForDevEvent: what a caller was first shown is not news to it.
void take_present_as_known();

// The two calls of the standard: without a buffer the size, with too small a one SAR_BUFFER_TOO_SMALL and the size.
ULONG give(BytesView value, BYTE* out, ULONG* size);
// "a\0b\0\0"
Bytes name_list(const std::vector<std::string>& names);
// The text of a C string of at most `max` bytes; nullopt for null or longer.
std::optional<std::string_view> c_text(const char* text, std::size_t max);
// Whether rights held satisfy a file right of the standard.
bool allows(std::uint32_t needed, std::uint32_t held);
// SAR_OK, SAR_PIN_LEN_RANGE or SAR_INVALIDPARAMERR.
ULONG check_pin_text(const char* pin);

}  // namespace yinxin::token::soft
