#pragma once
// The report as a page for a person: one file, no script, nothing fetched, everything escaped.

#include "seal/verify/report.h"

namespace yinxin::seal::verify {

// XHTML-compatible HTML 5, UTF-8; Chinese first, English beside it. `judged_at` is the moment the report judges from.
std::string to_html(const DocumentReport& report, Instant judged_at);

}  // namespace yinxin::seal::verify
