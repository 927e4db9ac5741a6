#pragma once
// What every domain of an office is opened with, and what one that keeps personal data has beside: field cipher and
// encrypted files, by the secrets of its chest.

#include "audit/log.h"
#include "audit/look_back.h"
#include "base/clock.h"
#include "store/blob_store.h"
#include "store/engine.h"
#include "yinxin/office/key_chest.h"

namespace yinxin::office {

// What every domain is opened with.
struct DomainPlace {
  std::string folder;  // of the office
  std::string environment;
  std::string vfs;  // of its store; empty: SQLite's own
  const crypto::BootSecret* boot = nullptr;
  Random* random = nullptr;
  const Clock* clock = nullptr;
};

std::string audit_file(const DomainPlace& place, const std::string& writer);

// Chest, audit writer and, where it has one, the store of one domain.
struct Domain {
  static Result<Domain> open(const DomainPlace& place, const std::string& name, const store::Migrations* migrations);
  KeyChest chest;
  std::unique_ptr<audit::AuditLog> audit;
  std::unique_ptr<store::Engine> engine;
};

struct PersonalStore {
  // `files`: the folder of the encrypted files.
  static Result<PersonalStore> open(const Domain& domain, const std::string& files, Random& random);
  std::unique_ptr<store::StoredKeyUse> use;
  std::unique_ptr<store::FieldCipher> cipher;
  std::unique_ptr<store::BlobStore> blobs;
};

}  // namespace yinxin::office
