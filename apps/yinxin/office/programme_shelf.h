#pragma once
// The programmes on offer: files of a folder whose policy two administrators signed and the vault took over, and the
// texts that requesters agree to.

#include "hall/street/neighbours.h"
#include "yinxin/office/vault_doors.h"

namespace yinxin::office {

constexpr std::size_t max_agreement_bytes = std::size_t{256} << 10;

class ProgrammeShelf final : public hall::Shelf {
 public:
  // `folder`: programmes as YAML, and agreements/*.txt, whose first line is the document's name. A programme without a
  // manifest in force is not on offer. invalid_input for a file that has mistakes.
  static Result<std::unique_ptr<ProgrammeShelf>> open(const std::string& folder, VaultDoors& vault);
  Result<std::shared_ptr<const hall::Offer>> by_project(const std::string& project_id) override;
  std::vector<std::shared_ptr<const hall::Offer>> all() override { return newest_; }
  Result<std::shared_ptr<const hall::Offer>> by_code(const std::string& code, std::int64_t version) override;
  // Older versions too: cases that were begun under them are carried on.
  [[nodiscard]] const std::vector<std::shared_ptr<const hall::Offer>>& offers() const { return offers_; }

 private:
  std::vector<std::shared_ptr<const hall::Offer>> offers_;
  std::vector<std::shared_ptr<const hall::Offer>> newest_;  // one of each programme
};

}  // namespace yinxin::office
