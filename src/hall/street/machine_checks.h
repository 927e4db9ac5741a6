#pragma once
// What the street's machines saw, put side by side with what was typed: for the officer.

#include "hall/desk/machine_check.h"
#include "hall/street/neighbours.h"

namespace yinxin::hall {

// Of one paper, when it is taken in. `text`: what was read off it, nullopt where nothing reads.
std::vector<MachineCheck> checks_of_paper(const Dossier& dossier, const programme::Material& paper,
                                          const Examined& examined, Instant now);
// Papers that are worth reading, because something typed should stand in them.
bool is_licence(const programme::Material& paper);
std::vector<MachineCheck> checks_of_impression(const programme::Material& paper, const ExaminedImpression& cut);
// Of the whole case, as it is handed in: the papers' own, the card, the carrier, the face, the account.
std::vector<MachineCheck> checks_of_case(const Dossier& dossier, Instant now);

}  // namespace yinxin::hall
