#include "store/inbox.h"

#include "crypto/sm3.h"

namespace yinxin::store {

Result<Bytes> Inbox::once(Transaction& transaction, std::string_view sender, std::string_view message_id,
                          BytesView request, const std::function<Result<Bytes>(Transaction&)>& answer) const {
  const auto digest = crypto::sm3(request);
  {
    YX_TRY(auto rows, transaction.query("SELECT request_sm3, answer FROM inbox WHERE sender=?1 AND message_id=?2",
                                        sender, message_id));
    YX_TRY(const bool found, rows.next());
    if (found) {
      return same(rows.blob(0), digest) ? Result<Bytes>(rows.blob(1))
                                        : fail(ErrorCode::conflict, "inbox: the message id stood for another request");
    }
  }
  YX_TRY(Bytes given, answer(transaction));
  YX_CHECK(
      transaction.run("INSERT INTO inbox(sender, message_id, request_sm3, answer, received_ms)"
                      " VALUES(?1,?2,?3,?4,?5)",
                      sender, message_id, digest, given, clock_->now()));
  return given;
}

Result<std::int64_t> Inbox::forget(Transaction& transaction, Instant before) const {
  YX_CHECK(transaction.run("DELETE FROM inbox WHERE received_ms<?1", before));
  return transaction.changes();
}

}  // namespace yinxin::store
