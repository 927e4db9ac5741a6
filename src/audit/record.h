#pragma once
// What callers of the audit need: say what is about to be done, get a receipt, then do it. Without a receipt the deed
// does not happen.

#include <string>
#include <utility>

#include "base/result.h"
#include "crypto/sm3.h"

namespace yinxin::audit {

// Longest value of one field, in bytes of UTF-8.
constexpr std::size_t max_field_bytes = 512;

// One deed. Personal data never stands here in clear: give ids or hashes. Fields are UTF-8 without control characters.
struct Deed {
  std::string role;     // who acts: "vault", "registration officer", "system administrator"
  std::string subject;  // which one: person id, certificate hash, process
  std::string action;   // "certificate.sign"
  std::string object;   // on what: serial, case number, hash
  std::string result;   // "intended", "done", "refused: …"
};

// Where in the chain the deed stands.
struct Receipt {
  std::string writer;
  std::uint64_t sequence = 0;
  crypto::Digest hash{};  // SM3 of the line
};

class Recorder {
 public:
  virtual ~Recorder() = default;
  // Returns when the entry is on the disk. invalid_input for a field that does not fit; internal when it cannot be
  // written, from then on for every deed.
  virtual Result<Receipt> record(const Deed& deed) = 0;
};

// Runs `deed_itself(const Receipt&) -> Result<T>` only after it was recorded.
template <class F>
auto recorded(Recorder& recorder, const Deed& deed, F&& deed_itself) -> std::invoke_result_t<F&, const Receipt&> {
  YX_TRY(const Receipt receipt, recorder.record(deed));
  return deed_itself(receipt);
}

}  // namespace yinxin::audit
