#include "store/blob_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/kill_point.h"

namespace yinxin::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "YXB1";
constexpr std::size_t salt_size = 16;
constexpr std::size_t blob_header_size = 4 + 4 + salt_size;
constexpr std::size_t sealed_chunk_bytes = blob_chunk_bytes + crypto::sm4_tag_size;
constexpr std::size_t max_file_bytes =
    blob_header_size + max_blob_bytes + (max_blob_bytes / blob_chunk_bytes + 1) * crypto::sm4_tag_size;

Error system_error(const std::string& what, int number) {
  return fail(ErrorCode::internal, "blobs: " + what + ": " + std::strerror(number));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<void> sync_folder(const fs::path& folder) {
  const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() < 0 || fsync(descriptor.number()) != 0) {
    return system_error("sync folder", errno);
  }
  return {};
}

Result<void> make_folder(const fs::path& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("make folder", errno);
  }
  return {};
}

Result<void> write_and_sync(const fs::path& path, BytesView data) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.number() < 0) {
    return system_error("create", errno);
  }
  while (!data.empty()) {
    const auto put = write(file.number(), data.data(), data.size());
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put <= 0) {
      return system_error("write", put < 0 ? errno : ENOSPC);
    }
    data = data.subspan(static_cast<std::size_t>(put));
  }
  return fdatasync(file.number()) == 0 ? Result<void>() : system_error("sync", errno);
}

Result<Bytes> read_whole(const fs::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.number() < 0) {
    return errno == ENOENT ? fail(ErrorCode::not_found, "blobs: no such blob") : system_error("open", errno);
  }
  struct stat status {};
  if (fstat(file.number(), &status) != 0) {
    return system_error("stat", errno);
  }
  if (!S_ISREG(status.st_mode) || status.st_size < 0 || static_cast<std::size_t>(status.st_size) > max_file_bytes) {
    return fail(ErrorCode::corrupt, "blobs: larger than any blob");
  }
  Bytes data(static_cast<std::size_t>(status.st_size));
  std::size_t done = 0;
  while (done < data.size()) {
    const auto got = read(file.number(), data.data() + done, data.size() - done);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return system_error("read", errno);
    }
    if (got == 0) {
      return fail(ErrorCode::corrupt, "blobs: the file became shorter");
    }
    done += static_cast<std::size_t>(got);
  }
  return data;
}

Bytes chunk_nonce(std::size_t number, bool last) {
  Bytes nonce(crypto::sm4_gcm_nonce_size, 0);
  for (std::size_t i = 0; i < 4; ++i) {
    nonce[7 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  }
  nonce[11] = last ? 1 : 0;
  return nonce;
}

SecretBytes file_key(const SecretBytes& key, BytesView header) {
  auto digest = crypto::hmac_sm3(key.expose(), {bytes_of("yinxin.blob.1"), header});
  SecretBytes derived(BytesView(digest).first(crypto::sm4_key_size));
  wipe(digest);
  return derived;
}

}  // namespace

Result<BlobStore> BlobStore::open(fs::path folder, KeyRing keys, SecretBytes address_key, Random& random) {
  const bool sizes = std::all_of(keys.keys.begin(), keys.keys.end(),
                                 [](const auto& key) { return key.second.size() == crypto::sm4_key_size; });
  if (!sizes || !keys.keys.contains(keys.current) || address_key.size() != blind_index_key_size) {
    return fail(ErrorCode::invalid_input, "blobs: a key is missing or has the wrong size");
  }
  YX_CHECK(make_folder(folder));
  YX_CHECK(make_folder(folder / "writing"));
  std::error_code failed;
  for (fs::directory_iterator at(folder / "writing", failed), end; !failed && at != end; at.increment(failed)) {
    if (unlink(at->path().c_str()) != 0) {
      return system_error("clear", errno);
    }
  }
  if (failed) {
    return system_error("list", failed.value());
  }
  YX_CHECK(sync_folder(folder));
  return BlobStore(std::move(folder), std::move(keys), std::move(address_key), random);
}

fs::path BlobStore::path_of(const BlobAddress& address) const {
  const auto name = to_hex(address);
  return folder_ / name.substr(0, 2) / name;
}

Result<Bytes> BlobStore::sealed(const BlobAddress& address, BytesView content) const {
  Bytes out = to_bytes(bytes_of(magic));
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(keys_.current >> shift));
  }
  append(out, random_->bytes(salt_size));
  const Bytes header = out;
  const auto key = file_key(keys_.keys.at(keys_.current), header);
  const auto additional = concat({header, address});
  for (std::size_t number = 0;; ++number) {
    const auto chunk = content.first(std::min(content.size(), blob_chunk_bytes));
    content = content.subspan(chunk.size());
    YX_TRY(const Bytes cipher,
           crypto::sm4_gcm_encrypt(key.expose(), chunk_nonce(number, content.empty()), additional, chunk));
    append(out, cipher);
    if (content.empty()) {
      return out;
    }
  }
}

Result<BlobAddress> BlobStore::put(BytesView content) const {
  if (content.size() > max_blob_bytes) {
    return fail(ErrorCode::invalid_input, "blobs: larger than max_blob_bytes");
  }
  const auto address = crypto::hmac_sm3(address_key_.expose(), content);
  const auto path = path_of(address);
  if (const auto there = get(address); there.has_value()) {
    // An earlier put may have died between its rename and the sync of the folders.
    YX_CHECK(sync_folder(path.parent_path()));
    YX_CHECK(sync_folder(folder_));
    return address;
  }
  YX_TRY(const Bytes data, sealed(address, content));
  const auto temporary = folder_ / "writing" / to_hex(random_->bytes(16));
  auto written = write_and_sync(temporary, data);
  if (written) {
    written = make_folder(path.parent_path());
  }
  if (written) {
    kill_point("blob.rename.before");
    if (rename(temporary.c_str(), path.c_str()) != 0) {
      written = system_error("rename", errno);
    }
    kill_point("blob.rename.after");
  }
  if (!written) {
    unlink(temporary.c_str());
    return std::move(written).error();
  }
  YX_CHECK(sync_folder(path.parent_path()));
  YX_CHECK(sync_folder(folder_));
  return address;
}

Result<SecretBytes> BlobStore::get(const BlobAddress& address) const {
  YX_TRY(const Bytes file, read_whole(path_of(address)));
  BytesView rest(file);
  if (rest.size() < blob_header_size + crypto::sm4_tag_size || text_of(rest.first(4)) != magic) {
    return fail(ErrorCode::corrupt, "blobs: not a blob");
  }
  const auto header = rest.first(blob_header_size);
  rest = rest.subspan(blob_header_size);
  std::uint32_t key_id = 0;
  for (const auto byte : header.subspan(4, 4)) {
    key_id = key_id << 8 | byte;
  }
  const auto master = keys_.keys.find(key_id);
  if (master == keys_.keys.end()) {
    return fail(ErrorCode::corrupt, "blobs: sealed under a key that is not here");
  }
  const auto key = file_key(master->second, header);
  const auto additional = concat({header, address});
  const std::size_t chunks = (rest.size() + sealed_chunk_bytes - 1) / sealed_chunk_bytes;
  if (rest.size() < chunks * crypto::sm4_tag_size) {
    return fail(ErrorCode::corrupt, "blobs: cut off");
  }
  SecretBytes content(rest.size() - chunks * crypto::sm4_tag_size);
  std::size_t at = 0;
  for (std::size_t number = 0; !rest.empty(); ++number) {
    const auto chunk = rest.first(std::min(rest.size(), sealed_chunk_bytes));
    rest = rest.subspan(chunk.size());
    if (chunk.size() < crypto::sm4_tag_size) {
      return fail(ErrorCode::corrupt, "blobs: cut off");
    }
    YX_TRY(const SecretBytes plain,
           crypto::sm4_gcm_decrypt(key.expose(), chunk_nonce(number, rest.empty()), additional, chunk));
    std::copy(plain.expose().begin(), plain.expose().end(),
              content.expose_for_writing().begin() + static_cast<std::ptrdiff_t>(at));
    at += plain.size();
  }
  if (crypto::hmac_sm3(address_key_.expose(), content.expose()) != address) {
    return fail(ErrorCode::corrupt, "blobs: the content is not what the address says");
  }
  return content;
}

bool BlobStore::has(const BlobAddress& address) const { return access(path_of(address).c_str(), F_OK) == 0; }

Result<void> BlobStore::remove(const BlobAddress& address) const {
  const auto path = path_of(address);
  if (unlink(path.c_str()) != 0) {
    return errno == ENOENT ? Result<void>() : system_error("remove", errno);
  }
  return sync_folder(path.parent_path());
}

Result<std::vector<BlobAddress>> BlobStore::list() const {
  std::vector<BlobAddress> addresses;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder_, failed), end; !failed && at != end; at.increment(failed)) {
    const auto name = at->path().filename().string();
    const auto bytes = from_hex(name);
    BlobAddress address{};
    if (!bytes || bytes->size() != address.size()) {
      continue;
    }
    std::copy(bytes->begin(), bytes->end(), address.begin());
    if (at->path() == path_of(address)) {
      addresses.push_back(address);
    }
  }
  if (failed) {
    return system_error("list", failed.value());
  }
  return addresses;
}

}  // namespace yinxin::store
