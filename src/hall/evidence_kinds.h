#pragma once
// What the receipts are called that the outside domain signs, and an officer's acceptance rests on.

#include <array>
#include <string_view>

namespace yinxin::hall {

inline constexpr std::string_view carrier_evidence = "carrier_check";
inline constexpr std::string_view face_evidence = "liveness_check";
inline constexpr std::string_view deposit_evidence = "micro_deposit";
inline constexpr std::string_view payment_evidence = "payment";
inline constexpr std::array<std::string_view, 4> evidence_kinds{carrier_evidence, face_evidence, deposit_evidence,
                                                                payment_evidence};

}  // namespace yinxin::hall
