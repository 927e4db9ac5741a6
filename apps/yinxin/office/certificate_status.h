#pragma once
// What this house's responder says of its certificates, asked as anybody would ask and judged as anybody should.

#include "api/routes/hall/certificates.h"
#include "yinxin/office/doors.h"

namespace yinxin::office {

// `folder`: of the office, for the issuing CA's certificate as it is published. `answers` and `clock` outlive it.
api::StatusOf status_of(AnswerDoors& answers, std::string folder, const Clock& clock);

}  // namespace yinxin::office
