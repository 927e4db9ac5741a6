#pragma once
// Whether certificates and time stamps can be trusted, at the moment that counts and now.

#include "crypto/tsp/time_stamp.h"
#include "seal/verify/checks.h"

namespace yinxin::seal::verify {

// What the relying party trusts and knows. Nothing is fetched.
struct TrustContext {
  x509::TrustStore store;
  Instant now;  // the moment the question is asked from
};

// A report grows by these.
void add_pass(std::vector<Finding>& to, const Check& check, Answer answer, std::string where = {});
void add_fail(std::vector<Finding>& to, const Check& check, Effect effect, Answer answer, std::string where = {});
void add_warn(std::vector<Finding>& to, const Check& check, Effect effect, Answer answer, std::string where = {});
void add_info(std::vector<Finding>& to, const Check& check, Answer answer, std::string where = {});

struct CertificateQuestion {
  Instant at;         // the moment that counts: sealing, or making of the seal
  std::string where;  // "signer", "maker", "time stamp"
  bool usage = true;  // digitalSignature or nonRepudiation is asked for
  bool ages = true;  // its expiry since matters: the signer's. A maker's certificate may expire after the seal is made.
};
// Period, usage, chain, revocation at the moment and now. Returns what is known of trust.
Trust judge_certificate(const x509::Certificate& certificate, const CertificateQuestion& question,
                        const TrustContext& context, std::vector<Finding>& findings);

// A token over `data`. The time it proves; nullopt unless cryptography, purpose and chain all hold.
std::optional<Instant> judge_time_stamp(BytesView token, BytesView data, const TrustContext& context,
                                        std::vector<Finding>& findings);

// Name of a person or organisation in a certificate: CN, or O when there is none.
std::string sealer_name(const x509::Certificate& certificate);

}  // namespace yinxin::seal::verify
