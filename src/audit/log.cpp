#include "audit/log.h"

#include "base/kill_point.h"

namespace yinxin::audit {
namespace {

Error closed() { return fail(ErrorCode::internal, "audit: a write failed; closed until opened and verified again"); }

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(std::unique_ptr<File> file, Expected identity, const Clock& clock,
                                                 const std::vector<Head>& outside) {
  YX_CHECK(check_deed({identity.writer, {}, {}, identity.environment, {}}));
  std::unique_ptr<AuditLog> log(new AuditLog(std::move(file), std::move(identity), clock));
  YX_CHECK(log->begin(outside));
  return log;
}

Result<void> AuditLog::begin(const std::vector<Head>& outside) {
  YX_TRY(const Report report, verify(*file_, identity_, outside));
  const bool blank = report.entries == 0 && report.whole_lines_bytes == 0 && outside.empty();
  if (!blank && report.verdict == Verdict::invalid) {
    for (const auto& finding : report.findings) {
      if (finding.level == Level::error) {
        return fail(ErrorCode::corrupt,
                    "audit: " + finding.id + " at line " + std::to_string(finding.line) + ": " + finding.text);
      }
    }
    return fail(ErrorCode::corrupt, "audit: the file is not valid");
  }
  if (report.torn_bytes > 0) {
    YX_CHECK(file_->truncate(report.whole_lines_bytes));
    YX_CHECK(file_->sync());
  }
  if (blank) {
    YX_CHECK(record({identity_.writer, {}, std::string(genesis_action), identity_.environment, "done"}));
  } else {
    next_ = report.head.sequence + 1;
    head_ = report.head;
  }
  if (report.torn_bytes > 0) {
    YX_CHECK(record({identity_.writer, {}, "audit.tail_cut", std::to_string(report.torn_bytes) + " bytes", "done"}));
  }
  // What stands in the file may have come from a process that died before its sync.
  return file_->sync();
}

Result<Receipt> AuditLog::record(const Deed& deed) {
  YX_TRY(auto receipts, append({deed}));
  return std::move(receipts.front());
}

Result<std::vector<Receipt>> AuditLog::append(const std::vector<Deed>& deeds) {
  if (deeds.empty() || deeds.size() > max_deeds_per_append) {
    return fail(ErrorCode::invalid_input, "audit: no deed, or too many at once");
  }
  for (const auto& deed : deeds) {
    YX_CHECK(check_deed(deed));
  }
  Batch batch;
  batch.deeds = &deeds;
  std::unique_lock lock(mutex_);
  queue_.push_back(&batch);
  // The first to find nobody writing writes for all that wait.
  finished_.wait(lock, [&] { return batch.finished || !leading_; });
  if (!batch.finished) {
    leading_ = true;
    while (!batch.finished) {
      lead(lock);
    }
    leading_ = false;
    finished_.notify_all();
  }
  if (batch.failed) {
    return std::move(*batch.failed);
  }
  return std::move(batch.receipts);
}

void AuditLog::lead(std::unique_lock<std::mutex>& lock) {
  std::vector<Batch*> batches;
  std::size_t entries = 0;
  while (!queue_.empty() && (batches.empty() || entries + queue_.front()->deeds->size() <= max_entries_per_sync)) {
    entries += queue_.front()->deeds->size();
    batches.push_back(queue_.front());
    queue_.pop_front();
  }
  const bool refused = poisoned_;
  lock.unlock();
  auto written = refused ? Result<void>(closed()) : write_out(batches);
  lock.lock();
  if (!written) {
    poisoned_ = true;
  } else {
    ++syncs_;
    const auto& last = batches.back()->receipts.back();
    head_ = {last.writer, last.sequence, last.hash};
    next_ = last.sequence + 1;
  }
  for (auto* batch : batches) {
    if (!written) {
      batch->receipts.clear();
      batch->failed = written.error();
    }
    batch->finished = true;
  }
  finished_.notify_all();
}

// Only the leader is here, so next_ and head_ stand still though the mutex is open.
Result<void> AuditLog::write_out(const std::vector<Batch*>& batches) {
  std::string lines;
  Entry entry{identity_.writer, next_, {}, {}, head_.hash};
  for (auto* batch : batches) {
    for (const auto& deed : *batch->deeds) {
      entry.time = clock_.now();
      entry.deed = deed;
      const auto line = line_of(entry);
      entry.previous = hash_of_line(line);
      batch->receipts.push_back({identity_.writer, entry.sequence, entry.previous});
      ++entry.sequence;
      lines += line;
      lines += '\n';
    }
  }
  const std::string point = has_kill_points() ? "audit." + identity_.writer : std::string();
  kill_point(point + ".append.before");
  YX_CHECK(file_->append(bytes_of(lines)));
  kill_point(point + ".sync.before");
  YX_CHECK(file_->sync());
  kill_point(point + ".sync.after");
  return {};
}

Head AuditLog::head() const {
  const std::scoped_lock lock(mutex_);
  return head_;
}
bool AuditLog::healthy() const {
  const std::scoped_lock lock(mutex_);
  return !poisoned_;
}
std::size_t AuditLog::waiting() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}
std::uint64_t AuditLog::syncs() const {
  const std::scoped_lock lock(mutex_);
  return syncs_;
}

}  // namespace yinxin::audit
