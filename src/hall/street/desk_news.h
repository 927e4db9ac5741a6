#pragma once
// The desk's word on a case, as the street hears it.

#include <map>
#include <string>

#include "hall/application/life.h"
#include "hall/street/made_line.h"

namespace yinxin::hall {

// Ended without what was asked for.
constexpr bool is_given_up(CaseState state) {
  return state == CaseState::withdrawn || state == CaseState::expired || state == CaseState::refused;
}

struct DeskNews {
  std::string id;
  CaseState state = CaseState::draft;
  std::string words{};                            // why it was returned or refused
  std::map<std::string, std::string> reopened{};  // what the requester may change again, each with why
  std::string waybill{};                          // once it was sent
  bool issued = false;                            // a certificate was made, whatever became of it
  std::vector<MadeLine> made{};                   // what is on its way to the requester, or with him
};

}  // namespace yinxin::hall
