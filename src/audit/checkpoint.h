#pragma once
// Heads of all writers, signed, for a place where none of the writers can reach.

#include <functional>

#include "audit/verify.h"
#include "base/time.h"

namespace yinxin::audit {

constexpr std::size_t max_heads = 256;

// The list of writers and where each chain ends.
struct Checkpoint {
  std::string environment;
  std::uint64_t number = 0;  // counts up, so that a missing one shows
  Instant at{};
  std::vector<Head> heads;
};

// Canonical text, one head a line, ascending by writer; what is signed:
//   yinxin-audit-checkpoint 1 / environment / number / time / writer sequence hash …
// invalid_input when a writer or environment has a blank or stands twice, or there are more than max_heads.
Result<std::string> checkpoint_text(const Checkpoint& checkpoint);
// Reads only what checkpoint_text() writes; corrupt otherwise.
Result<Checkpoint> parse_checkpoint(std::string_view text);

// Where signed checkpoints go.
class Exporter {
 public:
  virtual ~Exporter() = default;
  virtual Result<void> send(std::uint64_t number, std::string_view text, BytesView signature) = 0;
};

// Two new files a checkpoint, NNNNNNNNNN.txt and .sig, in a folder that something else carries away. The signature is
// written first: a text without one is never seen.
class FileDrop final : public Exporter {
 public:
  explicit FileDrop(std::string folder) : folder_(std::move(folder)) {}
  Result<void> send(std::uint64_t number, std::string_view text, BytesView signature) override;

 private:
  std::string folder_;
};

using Signer = std::function<Result<Bytes>(BytesView text)>;
// Signs and hands it to the exporter.
Result<void> send_checkpoint(const Checkpoint& checkpoint, const Signer& signer, Exporter& exporter);

}  // namespace yinxin::audit
