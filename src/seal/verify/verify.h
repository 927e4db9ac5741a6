#pragma once
// Verifies whatever it is given: the kind is found by content, never by name.

#include "seal/verify/trust.h"

namespace yinxin::seal::verify {

struct Options {
  std::string file_name;                // for the report
  std::optional<Bytes> signed_content;  // what a detached signature is over
  TrustContext trust;
};

constexpr std::size_t max_input_size = 256U * 1024 * 1024;

DocumentReport verify_bytes(Bytes input, const Options& options);

}  // namespace yinxin::seal::verify
