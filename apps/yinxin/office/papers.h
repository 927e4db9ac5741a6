#pragma once
// The street's press and its judge of strangers' files, by the rooms that draw and that read. A stranger's file is
// opened by a process of its own (intake/cell.h); here only what that process made anew is looked at.

#include "hall/street/neighbours.h"

namespace yinxin::office {

class HousePress final : public hall::Press {
 public:
  Result<Bytes> application_form(const hall::FormPaper& paper) override;
  Result<Bytes> impression_sheet(const hall::SheetPaper& paper) override;
};

class HouseExaminer final : public hall::Examiner {
 public:
  // `cell`: the program that examines one file.
  explicit HouseExaminer(std::string cell) : cell_(std::move(cell)) {}
  Result<hall::Examined> examine(BytesView file) override;
  Result<hall::ExaminedImpression> cut_impression(BytesView file) override;
  Result<std::optional<std::string>> read_text(BytesView rendition) override;

 private:
  std::string cell_;
};

}  // namespace yinxin::office
