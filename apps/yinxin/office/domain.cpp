#include "yinxin/office/domain.h"

namespace yinxin::office {

std::string audit_file(const DomainPlace& place, const std::string& writer) {
  return place.folder + "/audit/" + writer + ".log";
}

Result<Domain> Domain::open(const DomainPlace& place, const std::string& name, const store::Migrations* migrations) {
  YX_TRY(KeyChest chest, KeyChest::open(place.folder + "/" + name, name, *place.boot));
  YX_TRY(auto file, audit::open_for_appending(audit_file(place, name)));
  YX_TRY(auto log,
         audit::AuditLog::open(std::move(file), {.writer = name, .environment = place.environment}, *place.clock));
  std::unique_ptr<store::Engine> engine;
  if (migrations != nullptr) {
    YX_TRY(engine,
           store::Engine::open(place.folder + "/" + name + "/" + name + ".db",
                               {.domain = name, .migrations = *migrations, .vfs = place.vfs, .clock = place.clock}));
  }
  return Domain{std::move(chest), std::move(log), std::move(engine)};
}

Result<PersonalStore> PersonalStore::open(const Domain& domain, const std::string& files, Random& random) {
  constexpr std::uint32_t first_key = 1;
  const auto ring = [&](const char* name) -> Result<store::KeyRing> {
    store::KeyRing keys{.current = first_key, .keys = {}};
    YX_TRY(SecretBytes key, domain.chest.secret(name));
    keys.keys.emplace(first_key, std::move(key));
    return keys;
  };
  PersonalStore made;
  YX_TRY(made.use, store::StoredKeyUse::open(*domain.engine, {first_key}));
  YX_TRY(store::KeyRing field_keys, ring("field"));
  YX_TRY(SecretBytes index_key, domain.chest.secret("index"));
  YX_TRY(store::FieldCipher cipher,
         store::FieldCipher::make(std::move(field_keys), std::move(index_key), random, *made.use));
  made.cipher = std::make_unique<store::FieldCipher>(std::move(cipher));
  YX_TRY(store::KeyRing blob_keys, ring("blob"));
  YX_TRY(SecretBytes address_key, domain.chest.secret("address"));
  YX_TRY(store::BlobStore blobs, store::BlobStore::open(files, std::move(blob_keys), std::move(address_key), random));
  made.blobs = std::make_unique<store::BlobStore>(std::move(blobs));
  return made;
}

}  // namespace yinxin::office
