#pragma once
// What is a person's own in a case: covered in what officers read, and told one by one to who asks for it.

#include <map>

#include "trust/snapshot.h"

namespace yinxin::api {

// By field: "legal_", "requester_" and for the holder of line 2 "lines.2.holder_", each with id_number, mobile or mail;
// and "mailing_address". Fields that the case leaves empty, or of which nothing is covered, are not there.
using PersonalValues = std::map<std::string, std::string>;
PersonalValues personal_values(const trust::Snapshot& shot);

// What stands in the view instead. Of several lines those that are telephone numbers are covered.
std::string covered(std::string_view field, const std::string& value);

}  // namespace yinxin::api
