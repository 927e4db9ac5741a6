#pragma once
// A message that waits or went, as bytes for the store to seal. Inside store/street only.

#include "base/bytes.h"
#include "base/result.h"
#include "hall/notice/sms_wish.h"

namespace yinxin::store::street {

// SmsWish ::= SEQUENCE { id, mobile, text, programme UTF8String, parameters SEQUENCE OF SEQUENCE { name, value } }
Bytes to_der(const hall::SmsWish& wish);
Result<hall::SmsWish> wish_of(BytesView der);

// The id under which the same words are sent the n-th time again ("…-r1"), and n of such an id; 0 of any other.
std::string resend_id(const std::string& id, std::int64_t n);
std::int64_t resends_of(const std::string& id);

}  // namespace yinxin::store::street
