#pragma once
// Verifying a stranger's document in a process of its own: packages, XML and pictures are parsed there, and what comes
// back is a report and nothing else.

#include "seal/verify/verify.h"

namespace yinxin::seal::verify {

constexpr std::size_t max_trust_files = 256;
constexpr std::size_t max_report_signatures = 1024;
constexpr std::size_t max_report_findings = 20'000;  // all together
constexpr std::size_t max_report_text_bytes = 4096;
constexpr std::size_t max_report_bytes = std::size_t{16} << 20;
constexpr std::size_t max_job_bytes = max_input_size + (std::size_t{64} << 20);

// What the cell is to do.
struct Job {
  Instant now;                 // the moment the question is asked from
  std::string file_name;       // for the report
  std::vector<Bytes> trusted;  // files as x509::take_in() reads them
  std::vector<Bytes> known{};  // further certificates, lists and answers, none of them trusted by itself
  Bytes file;
};

// Job ::= SEQUENCE { version INTEGER (1), now GeneralizedTime, fileName UTF8String,
//                    trusted SEQUENCE OF OCTET STRING, known SEQUENCE OF OCTET STRING, file OCTET STRING }
Bytes to_wire(const Job& job);
Result<Job> job_of_wire(BytesView der);

// Report ::= SEQUENCE { version INTEGER (1), kind UTF8String, verdict INTEGER, refused UTF8String OPTIONAL,
//                       signatures SEQUENCE OF Signature, findings SEQUENCE OF Finding }
// Signature ::= SEQUENCE { kind UTF8String, integrity INTEGER, trust INTEGER, verdict INTEGER, sealer UTF8String,
//                          sealName UTF8String, sealedAt IA5String OPTIONAL, proven BOOLEAN,
//                          findings SEQUENCE OF Finding }
// Finding ::= SEQUENCE { check UTF8String, level INTEGER, effect INTEGER, zh UTF8String, en UTF8String,
//                        where UTF8String }
// sealedAt is RFC 3339, because sealers claim milliseconds.
Bytes to_wire(const DocumentReport& report);
// invalid_input for anything to_wire() would not write: unknown checks, values out of range, more than the limits.
// Verdicts are concluded anew from the findings; a report whose own say otherwise is refused.
Result<DocumentReport> report_of_wire(BytesView der);

// What the program of a cell does.
Result<DocumentReport> run(const Job& job);

}  // namespace yinxin::seal::verify
