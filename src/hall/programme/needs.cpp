#include "hall/programme/needs.h"

#include <algorithm>

namespace yinxin::hall::programme {

namespace {

bool has(const Set& set, std::string_view word) { return std::ranges::find(set, word) != set.end(); }

Result<PaymentGate> gate_of(std::string_view word) {
  constexpr std::pair<std::string_view, PaymentGate> gates[] = {{"submit", PaymentGate::submit},
                                                                {"accept", PaymentGate::accept},
                                                                {"make", PaymentGate::make},
                                                                {"hand_over", PaymentGate::hand_over}};
  for (const auto& [name, gate] : gates) {
    if (name == word) {
      return gate;
    }
  }
  return fail(ErrorCode::corrupt, "a programme with an unknown payment gate");
}

const Kind* kind_of_word(std::string_view business) {
  const auto found = std::ranges::find(kinds, business, &Kind::code);
  return found == kinds.end() ? nullptr : &*found;
}

// Whether anything is checked about a person of this channel.
bool checks_identity(const Programme& programme, const std::string& channel) {
  return std::ranges::any_of(programme.identity, [&](const IdentityRule& rule) {
    return has(rule.channels, channel) && (has(rule.checks, "liveness") || has(rule.checks, "carrier"));
  });
}

}  // namespace

Result<CaseNeeds> needs_of(const Programme& programme, const Set& businesses, const std::string& channel) {
  CaseNeeds needs;
  bool first = true;
  for (const std::string& business : businesses) {
    const Kind* kind = kind_of_word(business);
    const bool offered = std::ranges::any_of(programme.business, [&](const BusinessOffered& offer) {
      return offer.business == business && has(offer.channels, channel);
    });
    if (kind == nullptr || !offered) {
      return fail(ErrorCode::invalid_input, "the programme has no " + business + " through " + channel);
    }
    const auto rule = std::ranges::find_if(programme.payment, [&](const PaymentRule& payment) {
      return has(payment.business, business) && has(payment.channels, channel);
    });
    if (rule == programme.payment.end()) {
      return fail(ErrorCode::invalid_input, "the programme does not say how " + business + " is paid");
    }
    YX_TRY(const PaymentGate gate, gate_of(rule->gate));
    // The earliest gate of any line is the case's: money for one is money for all.
    needs.gate = first ? gate : std::min(needs.gate, gate);
    first = false;
    needs.identity = needs.identity || (kind->proves_identity && checks_identity(programme, channel));
    needs.delivery = needs.delivery || kind->delivers;
  }
  needs.account_before_review = channel == "online" && programme.micro_deposit.blocks == "review";
  needs.paper = channel == "mail_in";
  return needs;
}

}  // namespace yinxin::hall::programme
