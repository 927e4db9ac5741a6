#include "seal/verify/cell.h"

#include <algorithm>

#include "crypto/asn1/der.h"

namespace yinxin::seal::verify {

namespace {

constexpr std::int64_t version = 1;

Error not_ours() { return fail(ErrorCode::invalid_input, "this is no message of a verifying cell"); }

Result<asn1::Reader> begin(BytesView der) {
  asn1::Reader outside(der);
  YX_TRY(asn1::Reader in, outside.sequence());
  YX_CHECK(outside.finish());
  YX_TRY(const std::int64_t found, in.small_integer());
  if (found != version) {
    return not_ours();
  }
  return in;
}

void write_files(asn1::Writer& out, const std::vector<Bytes>& files) {
  out.sequence([&](asn1::Writer& list) {
    for (const Bytes& file : files) {
      list.octet_string(file);
    }
  });
}

Result<std::vector<Bytes>> read_files(asn1::Reader& in) {
  YX_TRY(asn1::Reader list, in.sequence());
  std::vector<Bytes> files;
  while (!list.at_end()) {
    YX_TRY(const BytesView file, list.octet_string());
    if (files.size() >= max_trust_files) {
      return not_ours();
    }
    files.push_back(to_bytes(file));
  }
  return files;
}

// An enumeration whose last value is `last`.
template <class E>
Result<E> value(asn1::Reader& in, E last) {
  YX_TRY(const std::int64_t number, in.small_integer());
  if (number > static_cast<std::int64_t>(last)) {
    return not_ours();
  }
  return static_cast<E>(number);
}

Result<std::string> words(asn1::Reader& in) {
  YX_TRY(std::string text, in.text());
  if (text.size() > max_report_text_bytes) {
    return not_ours();
  }
  return text;
}

// Cut at a whole character: a report is for people, and a name of a megabyte is none.
std::string_view bounded(std::string_view text) {
  if (text.size() <= max_report_text_bytes) {
    return text;
  }
  std::size_t end = max_report_text_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

void write_findings(asn1::Writer& out, const std::vector<Finding>& findings) {
  out.sequence([&](asn1::Writer& list) {
    for (const Finding& finding : findings) {
      list.sequence([&](asn1::Writer& one) {
        one.utf8(finding.check->id)
            .integer(static_cast<int>(finding.level))
            .integer(static_cast<int>(finding.effect))
            .utf8(bounded(finding.answer.zh))
            .utf8(bounded(finding.answer.en))
            .utf8(bounded(finding.where));
      });
    }
  });
}

Result<Finding> read_finding(asn1::Reader one) {
  YX_TRY(const std::string id, words(one));
  const auto* const known = std::ranges::find(check::all, id, [](const Check* check) { return check->id; });
  if (known == check::all.end()) {
    return not_ours();
  }
  Finding finding{.check = *known, .level = {}, .effect = {}, .answer = {}, .where = {}};
  YX_TRY(finding.level, value(one, Level::pass));
  YX_TRY(finding.effect, value(one, Effect::changed_since));
  YX_TRY(finding.answer.zh, words(one));
  YX_TRY(finding.answer.en, words(one));
  YX_TRY(finding.where, words(one));
  YX_CHECK(one.finish());
  return finding;
}

// `left`: how many findings the whole report may still have.
Result<std::vector<Finding>> read_findings(asn1::Reader& in, std::size_t& left) {
  YX_TRY(asn1::Reader list, in.sequence());
  std::vector<Finding> findings;
  while (!list.at_end()) {
    if (left == 0) {
      return not_ours();
    }
    --left;
    YX_TRY(asn1::Reader one, list.sequence());
    YX_TRY(Finding finding, read_finding(std::move(one)));
    findings.push_back(std::move(finding));
  }
  return findings;
}

void write_signature(asn1::Writer& list, const SignatureReport& signature) {
  list.sequence([&](asn1::Writer& one) {
    one.utf8(bounded(signature.kind))
        .integer(static_cast<int>(signature.integrity))
        .integer(static_cast<int>(signature.trust))
        .integer(static_cast<int>(signature.verdict))
        .utf8(bounded(signature.sealer))
        .utf8(bounded(signature.seal_name));
    if (signature.sealed_at) {
      one.ia5(to_rfc3339(*signature.sealed_at));
    }
    one.boolean(signature.sealed_at_proven);
    write_findings(one, signature.findings);
  });
}

Result<SignatureReport> read_signature(asn1::Reader one, std::size_t& left) {
  SignatureReport signature;
  YX_TRY(signature.kind, words(one));
  YX_TRY(const Integrity integrity, value(one, Integrity::unknown));
  YX_TRY(signature.trust, value(one, Trust::unknown));
  YX_TRY(const Verdict verdict, value(one, Verdict::unsigned_));
  YX_TRY(signature.sealer, words(one));
  YX_TRY(signature.seal_name, words(one));
  if (one.next_is(asn1::tag::ia5_string)) {
    YX_TRY(const std::string text, words(one));
    YX_TRY(signature.sealed_at, from_rfc3339(text));
  }
  YX_TRY(signature.sealed_at_proven, one.boolean());
  YX_TRY(signature.findings, read_findings(one, left));
  YX_CHECK(one.finish());
  signature.conclude();
  if (signature.integrity != integrity || signature.verdict != verdict) {
    return not_ours();
  }
  return signature;
}

}  // namespace

Bytes to_wire(const Job& job) {
  return asn1::sequence([&](asn1::Writer& out) {
    out.integer(version).generalized_time(job.now).utf8(job.file_name);
    write_files(out, job.trusted);
    write_files(out, job.known);
    out.octet_string(job.file);
  });
}

Result<Job> job_of_wire(BytesView der) {
  YX_TRY(asn1::Reader in, begin(der));
  Job job;
  YX_TRY(job.now, in.time());
  YX_TRY(job.file_name, words(in));
  YX_TRY(job.trusted, read_files(in));
  YX_TRY(job.known, read_files(in));
  YX_TRY(const BytesView file, in.octet_string());
  YX_CHECK(in.finish());
  job.file = to_bytes(file);
  return job;
}

Bytes to_wire(const DocumentReport& report) {
  return asn1::sequence([&](asn1::Writer& out) {
    out.integer(version).utf8(bounded(report.kind)).integer(static_cast<int>(report.verdict));
    if (report.refused) {
      out.utf8(bounded(report.refused_because));
    }
    out.sequence([&](asn1::Writer& list) {
      for (const SignatureReport& signature : report.signatures) {
        write_signature(list, signature);
      }
    });
    write_findings(out, report.findings);
  });
}

Result<DocumentReport> report_of_wire(BytesView der) {
  YX_TRY(asn1::Reader in, begin(der));
  DocumentReport report;
  YX_TRY(report.kind, words(in));
  YX_TRY(const Verdict verdict, value(in, Verdict::unsigned_));
  if (in.next_is(asn1::tag::utf8_string)) {
    report.refused = true;
    YX_TRY(report.refused_because, words(in));
  }
  std::size_t left = max_report_findings;
  YX_TRY(asn1::Reader list, in.sequence());
  while (!list.at_end()) {
    if (report.signatures.size() >= max_report_signatures) {
      return not_ours();
    }
    YX_TRY(asn1::Reader one, list.sequence());
    YX_TRY(SignatureReport signature, read_signature(std::move(one), left));
    signature.index = report.signatures.size() + 1;
    report.signatures.push_back(std::move(signature));
  }
  YX_TRY(report.findings, read_findings(in, left));
  YX_CHECK(in.finish());
  report.conclude();
  if (report.verdict != verdict) {
    return not_ours();
  }
  return report;
}

Result<DocumentReport> run(const Job& job) {
  Options options{.file_name = job.file_name, .signed_content = std::nullopt, .trust = {}};
  options.trust.now = job.now;
  for (const Bytes& file : job.trusted) {
    YX_CHECK(x509::take_in(options.trust.store, file, true));
  }
  for (const Bytes& file : job.known) {
    YX_CHECK(x509::take_in(options.trust.store, file, false));
  }
  return verify_bytes(job.file, options);
}

}  // namespace yinxin::seal::verify
