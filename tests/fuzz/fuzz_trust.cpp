// Any bytes as one of the statements that hall, counters, vault and tokens sign, as the snapshot or as a manifest. The
// first byte chooses. One value has one encoding: what is read must be written as it came.
#include "base/ensure.h"
#include "trust/seal_order.h"
#include "trust/snapshot.h"

namespace {

using namespace yinxin;
using namespace yinxin::trust;

template <class Statement>
void same_again(const Result<Statement>& statement, BytesView input) {
  ensure(!statement || same(statement->to_der(), input), "a statement has one encoding");
}

void manifest(BytesView input) {
  const auto read = SignedManifest::parse(input);
  same_again(read, input);
  if (read) {
    same_again(ProgrammePolicy::parse(read->content), read->content);
  }
}

void policy(BytesView input) {
  const auto read = ProgrammePolicy::parse(input);
  same_again(read, input);
  if (read) {
    for (const BusinessRule& rule : read->rules) {
      const BusinessRule* found = read->find_rule(rule.business, rule.channel);
      ensure(found != nullptr && found->business == rule.business && found->channel == rule.channel, "a rule is found");
    }
  }
}

void snapshot(BytesView input) {
  const auto read = Snapshot::parse(input);
  same_again(read, input);
  if (read) {
    for (const SnapshotLine& line : read->lines) {
      ensure(read->find_line(line.number) != nullptr, "a line is found by its number");
    }
  }
}

void officer(BytesView input) {
  const auto certificate = x509::Certificate::parse(input);
  if (certificate) {
    if (const auto read = officer_of(*certificate)) {
      ensure(role_of_name(name_of(read->role)).has_value(), "a role has its name");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const BytesView input(data + 1, size - 1);
  switch (data[0] % 13) {
    case 0: same_again(Approval::parse(input), input); break;
    case 1: same_again(Permit::parse(input), input); break;
    case 2: same_again(KeyBinding::parse(input), input); break;
    case 3: same_again(IssueReceipt::parse(input), input); break;
    case 4: same_again(TokenWord::parse(input, TokenWord::Kind::written), input); break;
    case 5: same_again(TokenWord::parse(input, TokenWord::Kind::activated), input); break;
    case 6: same_again(Evidence::parse(input), input); break;
    case 7: same_again(StatusStatement::parse(input), input); break;
    case 8: policy(input); break;
    case 9: manifest(input); break;
    case 10: snapshot(input); break;
    case 12: same_again(SealOrder::parse(input), input); break;
    default: officer(input); break;
  }
  return 0;
}
