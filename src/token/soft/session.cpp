#include "token/soft/session.h"

#include <unordered_map>

namespace yinxin::token::soft {

namespace {

struct Registry {
  std::mutex mutex;
  std::unordered_map<std::uintptr_t, std::shared_ptr<Object>> objects;
  std::uintptr_t last = 0;  // numbers are never used again
};

Registry& registry() {
  static Registry the_registry;
  return the_registry;
}

template <class Which>
void forget_where(const Which& which) {
  std::vector<std::shared_ptr<Object>> ended;  // destroyed after the registry's lock is released
  const std::lock_guard lock(registry().mutex);
  std::erase_if(registry().objects, [&](const auto& entry) {
    if (!which(*entry.second)) {
      return false;
    }
    ended.push_back(entry.second);
    return true;
  });
}

}  // namespace

void ApplicationHandle::clear() {
  rights = 0;
  master = SecretBytes();
}

HANDLE register_object(std::shared_ptr<Object> object) {
  const std::lock_guard lock(registry().mutex);
  const std::uintptr_t number = ++registry().last;
  registry().objects.emplace(number, std::move(object));
  return reinterpret_cast<HANDLE>(number);  // NOLINT(performance-no-int-to-ptr): a number in the standard's type
}

std::shared_ptr<Object> registered_object(HANDLE handle) {
  const std::lock_guard lock(registry().mutex);
  const auto found = registry().objects.find(reinterpret_cast<std::uintptr_t>(handle));
  return found == registry().objects.end() ? nullptr : found->second;
}

void forget_object(HANDLE handle) {
  std::shared_ptr<Object> ended;
  const std::lock_guard lock(registry().mutex);
  const auto found = registry().objects.find(reinterpret_cast<std::uintptr_t>(handle));
  if (found != registry().objects.end()) {
    ended = std::move(found->second);
    registry().objects.erase(found);
  }
}

void forget_connection(const Connection& connection) {
  forget_where([&connection](const Object& object) { return object.connection.get() == &connection; });
}

void forget_containers_of(const ApplicationHandle& application) {
  forget_where([&application](const Object& object) {
    const auto* container = dynamic_cast<const ContainerHandle*>(&object);
    return container != nullptr && container->application.get() == &application;
  });
}

ULONG sar_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::token_absent: return SAR_INVALIDPARAMERR;
    case ErrorCode::token_removed: return SAR_DEVICE_REMOVED;
    case ErrorCode::invalid_input: return SAR_INVALIDPARAMERR;
    case ErrorCode::already_exists: return SAR_FILE_ALREADY_EXIST;
    case ErrorCode::conflict: return SAR_TIMEOUTERR;
    case ErrorCode::precondition: return SAR_NO_ROOM;
    case ErrorCode::pin_wrong: return SAR_PIN_INCORRECT;
    case ErrorCode::corrupt: return SAR_FILEERR;
    default: return SAR_FAIL;
  }
}

Random& chip_random() {
  static SystemRandom random;
  return random;
}

ULONG read_state(Connection& connection, const std::function<ULONG(DeviceState&)>& look) {
  const auto held = connection.file.hold();
  if (!held) {
    return sar_of(held.error());
  }
  auto state = connection.file.load();
  return state ? look(*state) : sar_of(state.error());
}

ULONG change_state(Connection& connection, const std::function<ULONG(DeviceState&)>& edit) {
  const auto held = connection.file.hold();
  if (!held) {
    return sar_of(held.error());
  }
  auto state = connection.file.load();
  if (!state) {
    return sar_of(state.error());
  }
  const ULONG answer = edit(*state);
  if (answer != SAR_OK) {
    return answer;
  }
  const auto stored = connection.file.store(*state, chip_random());
  return stored ? SAR_OK : (stored.error().code == ErrorCode::precondition ? SAR_NO_ROOM : SAR_WRITEFILEERR);
}

namespace {

std::function<ULONG(DeviceState&)> on_application(const ApplicationHandle& handle, const ApplicationWork& work) {
  return [&handle, &work](DeviceState& state) -> ULONG {
    ApplicationState* application = state.application(handle.name);
    return application != nullptr && application->id == handle.id ? work(*application) : SAR_APPLICATION_NOT_EXISTS;
  };
}

ApplicationWork on_container(const ContainerHandle& handle, const ContainerWork& work) {
  return [&handle, &work](ApplicationState& application) -> ULONG {
    ContainerState* container = application.container(handle.name);
    return container != nullptr ? work(application, *container) : SAR_INVALIDHANDLEERR;
  };
}

}  // namespace

ULONG read_application(ApplicationHandle& handle, const ApplicationWork& look) {
  return read_state(*handle.connection, on_application(handle, look));
}
ULONG change_application(ApplicationHandle& handle, const ApplicationWork& edit) {
  return change_state(*handle.connection, on_application(handle, edit));
}
ULONG read_container(ContainerHandle& handle, const ContainerWork& look) {
  return read_application(*handle.application, on_container(handle, look));
}
ULONG change_container(ContainerHandle& handle, const ContainerWork& edit) {
  return change_application(*handle.application, on_container(handle, edit));
}

ULONG give(BytesView value, BYTE* out, ULONG* size) {
  if (size == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  const ULONG room = *size;
  *size = static_cast<ULONG>(value.size());
  if (out == nullptr) {
    return SAR_OK;
  }
  if (room < value.size()) {
    return SAR_BUFFER_TOO_SMALL;
  }
  if (!value.empty()) {
    std::memcpy(out, value.data(), value.size());
  }
  return SAR_OK;
}

Bytes name_list(const std::vector<std::string>& names) {
  Bytes list;
  for (const std::string& name : names) {
    append(list, bytes_of(name));
    list.push_back(0);
  }
  list.push_back(0);
  return list;
}

std::optional<std::string_view> c_text(const char* text, std::size_t max) {
  if (text == nullptr) {
    return std::nullopt;
  }
  const std::size_t size = ::strnlen(text, max + 1);
  return size > max ? std::nullopt : std::optional(std::string_view(text, size));
}

bool allows(std::uint32_t needed, std::uint32_t held) {
  return needed == SECURE_ANYONE_ACCOUNT || (needed & held) != 0;
}

ULONG check_pin_text(const char* pin) {
  if (pin == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  const auto text = c_text(pin, MAX_PIN_LEN);
  return text && text->size() >= MIN_PIN_LEN ? SAR_OK : SAR_PIN_LEN_RANGE;
}

}  // namespace yinxin::token::soft
