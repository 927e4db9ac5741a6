// What key centre and PIN domain are told, and tell: any bytes as one of their messages, as an escrow record or as a
// wrapped key. The first byte chooses. One value has one encoding: what is read must be written as it came.
#include "base/ensure.h"
#include "crypto/wrapping.h"
#include "kmc/escrow/escrow.h"
#include "pin/messages.h"

namespace {

using namespace yinxin;

template <class Message>
void same_again(const Result<Message>& message, BytesView input) {
  ensure(!message || same(message->to_der(), input), "a message has one encoding");
}

void secrets(BytesView input) {
  const auto read = pin::Secrets::parse(input);
  ensure(!read || same(read->to_der().expose(), input), "secrets have one encoding");
}

void activation(BytesView input) {
  const auto read = pin::Activation::parse(input);
  same_again(read, input);
  if (read) {
    ensure(read->binding() == pin::Activation::parse(read->to_der())->binding(), "a message binds the same again");
  }
}

void escrow(BytesView input) {
  const auto read = kmc::EscrowRecord::parse(input);
  if (read) {
    const auto again = kmc::EscrowRecord::parse(read->to_der());
    ensure(again && again->id == read->id && again->public_key == read->public_key, "a record comes back");
    ensure(read->shares.size() == kmc::escrow_shares, "a record has its shares");
  }
}

void shares(BytesView input) {
  // Index and 32 bytes, as often as there are; what three of any kind give is a secret of their size or a refusal.
  constexpr std::size_t share_size = 32;
  std::vector<kmc::Share> all;
  for (; input.size() > share_size && all.size() <= kmc::escrow_shares; input = input.subspan(share_size + 1)) {
    all.push_back({input[0], SecretBytes(input.subspan(1, share_size))});
  }
  std::vector<const kmc::Share*> given;
  for (const kmc::Share& one : all) {
    given.push_back(&one);
  }
  const auto secret = kmc::combine(given);
  ensure(!secret || secret->expose().size() == share_size, "a secret is as long as its shares");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const BytesView input(data + 1, size - 1);
  switch (data[0] % 15) {
    case 0: same_again(kmc::KeyRequest::parse(input), input); break;
    case 1: same_again(kmc::KeyAnswer::parse(input), input); break;
    case 2: same_again(kmc::KeyRetirement::parse(input), input); break;
    case 3: same_again(kmc::UserRecovery::parse(input), input); break;
    case 4: same_again(kmc::JudicialRecovery::parse(input), input); break;
    case 5: same_again(kmc::RecoveryOpened::parse(input), input); break;
    case 6: same_again(kmc::ShareContribution::parse(input), input); break;
    case 7: same_again(kmc::RecoveryAnswer::parse(input), input); break;
    case 8: escrow(input); break;
    case 9: shares(input); break;
    case 10: same_again(pin::Order::parse(input), input); break;
    case 11: activation(input); break;
    case 12: same_again(pin::Answer::parse(input), input); break;
    case 13: secrets(input); break;
    default: {
      const auto wrapped = crypto::WrappedKey::parse(input);
      ensure(!wrapped || crypto::WrappedKey::parse(wrapped->to_der()).has_value(), "a wrapped key comes back");
      break;
    }
  }
  return 0;
}
