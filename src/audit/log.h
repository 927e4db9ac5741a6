#pragma once
// The append-only, hash-chained record of one writer. It fails closed: after one failed write or sync nothing is
// accepted until the file has been opened, verified and mended again.

#include <condition_variable>
#include <deque>
#include <mutex>

#include "audit/verify.h"
#include "base/clock.h"

namespace yinxin::audit {

// Deeds that share one write and one sync at most.
constexpr std::size_t max_entries_per_sync = 512;
// Deeds in one call of append().
constexpr std::size_t max_deeds_per_append = 256;

class AuditLog final : public Recorder {
 public:
  // Verifies the whole file first: corrupt when it is not this writer's unbroken chain, or does not reach a head of
  // `outside`. An incomplete last line (a crash in the middle of a write; its deed never had a receipt) is cut off and
  // that is recorded. An empty file gets its genesis.
  static Result<std::unique_ptr<AuditLog>> open(std::unique_ptr<File> file, Expected identity, const Clock& clock,
                                                const std::vector<Head>& outside = {});

  Result<Receipt> record(const Deed& deed) override;
  // All of them or an error; concurrent callers share one sync.
  Result<std::vector<Receipt>> append(const std::vector<Deed>& deeds);

  // The end of the durable chain, to be signed and sent off the box.
  [[nodiscard]] Head head() const;
  [[nodiscard]] bool healthy() const;
  // Callers whose deeds wait for the next sync.
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::uint64_t syncs() const;

 private:
  struct Batch {
    const std::vector<Deed>* deeds = nullptr;
    std::vector<Receipt> receipts;
    std::optional<Error> failed;
    bool finished = false;
  };

  AuditLog(std::unique_ptr<File> file, Expected identity, const Clock& clock)
      : file_(std::move(file)), identity_(std::move(identity)), clock_(clock) {}
  Result<void> begin(const std::vector<Head>& outside);
  void lead(std::unique_lock<std::mutex>& lock);
  Result<void> write_out(const std::vector<Batch*>& batches);

  const std::unique_ptr<File> file_;
  const Expected identity_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable finished_;
  std::deque<Batch*> queue_;
  bool leading_ = false;
  bool poisoned_ = false;
  std::uint64_t next_ = 0;
  Head head_;
  std::uint64_t syncs_ = 0;
};

}  // namespace yinxin::audit
