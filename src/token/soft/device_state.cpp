#include "token/soft/device_state.h"

#include <algorithm>

#include "crypto/asn1/der.h"
#include "token/skf/skf.h"
#include "token/soft/key_story.h"

namespace yinxin::token::soft {

namespace {

using asn1::Reader;
using asn1::Writer;

constexpr std::int64_t state_version = 1;

Error damaged(std::string what) { return fail(ErrorCode::corrupt, "soft token state: " + std::move(what)); }

template <class Items>
auto* find_named(Items& items, std::string_view wanted) {
  const auto found = std::ranges::find_if(items, [wanted](const auto& item) { return item.name == wanted; });
  return found == items.end() ? nullptr : &*found;
}

void write_pin(Writer& out, const PinState& pin) {
  out.sequence([&pin](Writer& in) {
    in.octet_string(pin.salt).integer(pin.memory_kib).integer(pin.passes);
    in.integer(pin.max_retries).integer(pin.retries_left).boolean(pin.as_created).octet_string(pin.wrapped_master);
  });
}

void write_pair(Writer& out, unsigned tag, const std::optional<KeyPairState>& pair) {
  if (pair) {
    out.explicit_tag(tag, [&pair](Writer& tagged) {
      tagged.sequence(
          [&pair](Writer& in) { in.octet_string(pair->public_key.point()).octet_string(pair->wrapped_scalar); });
    });
  }
}

void write_container(Writer& out, const ContainerState& container) {
  out.sequence([&container](Writer& in) {
    in.utf8(container.name);
    write_pair(in, 0, container.signing);
    write_pair(in, 1, container.encryption);
    in.octet_string(container.signing_certificate).octet_string(container.encryption_certificate);
  });
}

void write_application(Writer& out, const ApplicationState& application) {
  out.sequence([&application](Writer& in) {
    in.utf8(application.name).octet_string(application.id).integer(application.create_file_rights);
    write_pin(in, application.admin);
    write_pin(in, application.user);
    in.sequence([&application](Writer& files) {
      for (const FileState& file : application.files) {
        files.sequence([&file](Writer& one) {
          one.utf8(file.name).integer(file.read_rights).integer(file.write_rights).octet_string(file.content);
        });
      }
    });
    in.sequence([&application](Writer& containers) {
      for (const ContainerState& container : application.containers) {
        write_container(containers, container);
      }
    });
  });
}

Result<std::uint32_t> read_number(Reader& in, std::uint32_t lowest, std::uint32_t highest) {
  YX_TRY(const std::int64_t value, in.small_integer());
  if (value < lowest || value > highest) {
    return damaged("a number out of range");
  }
  return static_cast<std::uint32_t>(value);
}

Result<Bytes> read_octets(Reader& in, std::size_t lowest, std::size_t highest) {
  YX_TRY(const BytesView octets, in.octet_string());
  if (octets.size() < lowest || octets.size() > highest) {
    return damaged("a field of a wrong size");
  }
  return to_bytes(octets);
}

Result<std::string> read_name(Reader& in, std::size_t lowest, std::size_t highest) {
  YX_TRY(const asn1::Element element, in.expect(asn1::tag::utf8_string));
  const std::string_view text = text_of(element.content);
  if (text.size() < lowest || text.size() > highest || text.find('\0') != std::string_view::npos) {
    return damaged("a name of a wrong size");
  }
  return std::string(text);
}

Result<PinState> read_pin(Reader& out) {
  YX_TRY(Reader in, out.sequence());
  PinState pin;
  YX_TRY(pin.salt, read_octets(in, pin_salt_size, pin_salt_size));
  YX_TRY(pin.memory_kib, read_number(in, min_pin_memory_kib, max_pin_memory_kib));
  YX_TRY(pin.passes, read_number(in, 1, max_pin_passes));
  YX_TRY(pin.max_retries, read_number(in, 1, MAX_PIN_RETRIES));
  YX_TRY(pin.retries_left, read_number(in, 0, pin.max_retries));
  YX_TRY(pin.as_created, in.boolean());
  YX_TRY(pin.wrapped_master, read_octets(in, wrapped_size(master_key_size), wrapped_size(master_key_size)));
  YX_CHECK(in.finish());
  return pin;
}

Result<std::optional<KeyPairState>> read_pair(Reader& out, unsigned tag) {
  if (!out.next_is(asn1::tag::context_constructed(tag))) {
    return std::optional<KeyPairState>{};
  }
  YX_TRY(Reader tagged, out.enter(asn1::tag::context_constructed(tag)));
  YX_TRY(Reader in, tagged.sequence());
  YX_CHECK(tagged.finish());
  YX_TRY(const BytesView point, in.octet_string());
  YX_TRY(const crypto::Sm2PublicKey public_key, crypto::Sm2PublicKey::from_point(point));
  YX_TRY(Bytes wrapped, read_octets(in, wrapped_size(scalar_size), wrapped_size(scalar_size)));
  YX_CHECK(in.finish());
  return std::optional<KeyPairState>(KeyPairState{public_key, std::move(wrapped)});
}

Result<ContainerState> read_container(Reader& out) {
  YX_TRY(Reader in, out.sequence());
  ContainerState container;
  YX_TRY(container.name, read_name(in, 1, MAX_CONTAINER_NAME_LEN));
  YX_TRY(container.signing, read_pair(in, 0));
  YX_TRY(container.encryption, read_pair(in, 1));
  YX_TRY(container.signing_certificate, read_octets(in, 0, max_certificate_size));
  YX_TRY(container.encryption_certificate, read_octets(in, 0, max_certificate_size));
  YX_CHECK(in.finish());
  return container;
}

Result<FileState> read_file(Reader& out) {
  YX_TRY(Reader in, out.sequence());
  FileState file;
  YX_TRY(file.name, read_name(in, 1, MAX_FILE_NAME_LEN));
  YX_TRY(file.read_rights, read_number(in, 0, SECURE_ANYONE_ACCOUNT));
  YX_TRY(file.write_rights, read_number(in, 0, SECURE_ANYONE_ACCOUNT));
  YX_TRY(file.content, read_octets(in, 0, max_file_size));
  YX_CHECK(in.finish());
  return file;
}

// SEQUENCE OF with unique names and a limit.
template <class Item>
Result<std::vector<Item>> read_list(Reader& out, std::size_t limit, Result<Item> (*read)(Reader&)) {
  YX_TRY(Reader in, out.sequence());
  std::vector<Item> items;
  while (!in.at_end()) {
    YX_TRY(Item item, read(in));
    if (items.size() == limit || find_named(items, item.name) != nullptr) {
      return damaged("too many things, or two of one name");
    }
    items.push_back(std::move(item));
  }
  return items;
}

Result<ApplicationState> read_application(Reader& out) {
  YX_TRY(Reader in, out.sequence());
  ApplicationState application;
  YX_TRY(application.name, read_name(in, 1, MAX_APPLICATION_NAME_LEN));
  YX_TRY(application.id, read_octets(in, application_id_size, application_id_size));
  YX_TRY(application.create_file_rights, read_number(in, 0, SECURE_ANYONE_ACCOUNT));
  YX_TRY(application.admin, read_pin(in));
  YX_TRY(application.user, read_pin(in));
  YX_TRY(application.files, read_list<FileState>(in, max_files, read_file));
  YX_TRY(application.containers, read_list<ContainerState>(in, max_containers, read_container));
  YX_CHECK(in.finish());
  return application;
}

Result<DeviceState> read_device(BytesView der) {
  Reader outside(der);
  YX_TRY(Reader in, outside.sequence());
  YX_CHECK(outside.finish());
  YX_TRY(const std::int64_t version, in.small_integer());
  if (version != state_version) {
    return damaged("written by another version");
  }
  DeviceState device;
  YX_TRY(device.serial, read_name(in, 1, max_serial_size));
  YX_TRY(device.label, read_name(in, 0, max_label_size));
  YX_TRY(Bytes key, read_octets(in, device_key_size, device_key_size));
  device.device_key = SecretBytes(std::move(key));
  YX_TRY(device.applications, read_list<ApplicationState>(in, max_applications, read_application));
  YX_CHECK(in.finish());
  return device;
}

}  // namespace

ContainerState* ApplicationState::container(std::string_view wanted) { return find_named(containers, wanted); }
FileState* ApplicationState::file(std::string_view wanted) { return find_named(files, wanted); }
ApplicationState* DeviceState::application(std::string_view wanted) { return find_named(applications, wanted); }

SecretBytes DeviceState::to_der() const {
  Writer writer;
  writer.sequence([this](Writer& out) {
    out.integer(state_version).utf8(serial).utf8(label).octet_string(device_key.expose());
    out.sequence([this](Writer& in) {
      for (const ApplicationState& application : applications) {
        write_application(in, application);
      }
    });
  });
  return SecretBytes(writer.take());
}

Result<DeviceState> DeviceState::from_der(BytesView der) {
  if (der.size() > max_state_size) {
    return damaged("larger than a device");
  }
  auto device = read_device(der);
  if (!device) {
    return fail(ErrorCode::corrupt, "soft token state does not read", device.error());
  }
  return device;
}

}  // namespace yinxin::token::soft
