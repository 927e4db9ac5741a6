#pragma once
// The making of one line, step by step, between desk and vault. Each step may be asked again after a crash: what the
// vault did and the desk has not heard is carried over first.

#include "terminal/station.h"
#include "yinxin/office/house.h"

namespace yinxin::office {

// Brings the desk up to what the vault's book says of this line.
Result<void> carry_over(House& house, const std::string& case_id, std::int64_t line);

// Asks the vault for a permit and lays it on the desk; the PIN domain's answer, sealed to the station.
Result<Bytes> permit_line(House& house, const std::string& case_id, std::int64_t line, const std::string& device,
                          const x509::Certificate& station, const x509::Certificate& production_officer);
// Has the vault judge the bundle and issue the pair, on hold.
Result<void> issue_line(House& house, const std::string& case_id, std::int64_t line);
// Has the approved seal made, if the line has one; not_found when none was approved.
Result<Bytes> make_line_seal(House& house, const std::string& case_id, std::int64_t line);
// What the station writes to the token.
Result<LineCertificates> certificates_of_line(House& house, const std::string& case_id, std::int64_t line);
// S4 and S5 to the vault, then to the desk.
Result<void> hear_written(House& house, const std::string& case_id, std::int64_t line, BytesView signed_word);
Result<void> hear_activated(House& house, const std::string& case_id, std::int64_t line, BytesView signed_word);

}  // namespace yinxin::office
