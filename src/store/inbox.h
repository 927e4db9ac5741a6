#pragma once
// Messages that may arrive twice and are answered once: the answer is stored with the work it describes.

#include <functional>

#include "base/clock.h"
#include "store/engine.h"

namespace yinxin::store {

class Inbox {
 public:
  explicit Inbox(const Clock& clock) : clock_(&clock) {}
  // The stored answer if (sender, message_id) was answered before; otherwise runs `answer`, stores what it gives in
  // this transaction, and gives it. A failure is not stored. conflict when the id stood for another request.
  Result<Bytes> once(Transaction& transaction, std::string_view sender, std::string_view message_id, BytesView request,
                     const std::function<Result<Bytes>(Transaction&)>& answer) const;
  // Forgets answers older than `before`; the sender must not repeat a message for longer. How many.
  Result<std::int64_t> forget(Transaction& transaction, Instant before) const;

 private:
  const Clock* clock_;
};

}  // namespace yinxin::store
