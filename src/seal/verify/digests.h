#pragma once
// The digests of a package's files. Each is computed once, however many references of however many signatures name it.

#include <map>
#include <optional>
#include <tuple>

#include "crypto/sm3.h"
#include "seal/ofd/package.h"

namespace yinxin::seal::verify {

// How a reference's check value is made of a file.
enum class DigestMethod { sm3, sm3_with_z, sha256, sha1, unsupported };
// By the names that production files write; unsupported for MD5, which a missing attribute means by the schema of 2016.
DigestMethod digest_method_of(const std::string& name);

class Digests {
 public:
  // The package must outlive it.
  explicit Digests(const ofd::Package& package) : package_(package) {}
  // `z` is the signer's Z for sm3_with_z and ignored otherwise. Errors as Package::read(); unsupported for a method
  // that has no function, or no Z.
  const Result<Bytes>& of(const std::string& path, DigestMethod method, const std::optional<crypto::Digest>& z);

 private:
  using Question = std::tuple<std::string, DigestMethod, std::optional<crypto::Digest>>;
  const ofd::Package& package_;
  std::map<Question, Result<Bytes>> known_;
};

}  // namespace yinxin::seal::verify
