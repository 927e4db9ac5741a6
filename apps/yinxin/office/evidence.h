#pragma once
// Before acceptance each provider is asked again about what an officer and the vault will rely on.

#include "yinxin/office/house.h"
#include "yinxin/office/outside_doors.h"

namespace yinxin::office {

// Asks for everything that the case's programme demands, and for the money, and lays the signed receipts on the desk,
// passed or not: what a provider knows no more has not passed. `named`: the transactions, as the street names them.
// outside_* when a provider cannot be asked; the others are asked all the same. precondition when the street names
// nothing to ask for.
Result<void> ask_again(House& house, OutsideDoors& outside, const std::string& case_id, EvidenceQuestion named);

}  // namespace yinxin::office
