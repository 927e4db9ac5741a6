#include "yinxin/office/made_lines.h"

#include "crypto/oids.h"
#include "seal/ses/version.h"
#include "trust/open.h"
#include "trust/statement.h"

namespace yinxin::office {

namespace {

using hall::Paper;

Result<hall::MadeLine> made_line(hall::Desk& desk, const hall::CaseRecord& record, std::int64_t line) {
  hall::MadeLine made;
  made.line = line;
  YX_TRY(const Bytes permit, desk.paper(record.id(), line, Paper::permit));
  YX_TRY(const auto opened, trust::open_signed(permit, oid::statement_permit()));
  YX_TRY(const auto said, trust::Permit::parse(opened.content));
  made.token = said.device_serial;
  YX_TRY(made.signing, desk.paper(record.id(), line, Paper::signing_certificate));
  YX_TRY(made.encryption, desk.paper(record.id(), line, Paper::encryption_certificate));
  if (record.standing(Paper::seal, line) != nullptr) {
    YX_TRY(const Bytes der, desk.paper(record.id(), line, Paper::seal));
    YX_TRY(const auto seal, seal::ses::parse_seal(der));
    made.seal = {.id = seal.es_id,
                 .name = seal.property.name,
                 .valid_from = seal.property.valid_from,
                 .valid_until = seal.property.valid_until};
  }
  return made;
}

}  // namespace

Result<std::vector<hall::MadeLine>> made_lines(hall::Desk& desk, const hall::CaseRecord& record) {
  std::vector<hall::MadeLine> all;
  for (const hall::CaseLine& line : record.application.lines) {
    if (record.standing(Paper::written, line.number) != nullptr) {
      YX_TRY(hall::MadeLine made, made_line(desk, record, line.number));
      all.push_back(std::move(made));
    }
  }
  return all;
}

}  // namespace yinxin::office
