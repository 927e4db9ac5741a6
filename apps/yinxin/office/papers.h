#pragma once
// The street's press and its judge of strangers' files, by the rooms that draw and that read. In this process for now;
// a cell of its own when strangers' files go into the cage.

#include "hall/street/neighbours.h"

namespace yinxin::office {

class HousePress final : public hall::Press {
 public:
  Result<Bytes> application_form(const hall::FormPaper& paper) override;
  Result<Bytes> impression_sheet(const hall::SheetPaper& paper) override;
};

class HouseExaminer final : public hall::Examiner {
 public:
  Result<hall::Examined> examine(BytesView file) override;
  Result<hall::ExaminedImpression> cut_impression(BytesView file) override;
};

}  // namespace yinxin::office
