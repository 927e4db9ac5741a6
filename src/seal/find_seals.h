#pragma once
// The seals inside whatever file carries them; the kind is found by content. Says nothing about trust.

#include "seal/ses/model.h"

namespace yinxin::seal {

struct FoundSeal {
  ses::Seal seal;
  std::size_t signature = 0;  // of an OFD: which signature, from 1 through all its documents; else 0
  std::string where;          // of an OFD: path of the signature's value
};

// The seal of an SESeal or SES_Signature (DER or PEM), the seals of an OFD's signatures in their order, without those
// whose value carries no seal. invalid_input, unsupported or corrupt for a file that cannot be read; a seal inside an
// OFD that cannot be read fails the whole file, named by its path.
Result<std::vector<FoundSeal>> find_seals(Bytes file);

}  // namespace yinxin::seal
