#include "yinxin/supervisor/house_links.h"

#include "yinxin/office/answer_domains.h"
#include "yinxin/office/remote_doors.h"
#include "yinxin/office/remote_vault.h"
#include "yinxin/supervisor/places.h"

namespace yinxin::supervisor {

std::vector<EdgePlan> inner_edges(const std::map<std::string, Bytes>& pinned, const std::string& house) {
  std::vector<EdgePlan> edges{{"vault", "vault", "pin"},  {"outside", house, "pin"},       {"street", house, "pin"},
                              {"vault", "vault", "seal"}, {"vault", "vault", "ocsp"},      {"street", house, "ocsp"},
                              {"street", house, "tsa"},   {"vault", "vault", house_domain}};
  if (pinned.contains("kmc")) {
    edges.push_back({"vault", "vault", "kmc"});
  }
  return edges;
}

void HouseLinks::attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket) {
  if (!asks && asker == "vault" && hearer == house_domain) {
    // The old edge's fetch ends with the new table.
    auto fresh = std::make_unique<net::EdgeHearer>(std::move(socket), of_vault_.table());
    const std::scoped_lock lock(mutex_);
    vault_.swap(fresh);
  } else if (net::EdgeLink* link = asks ? find(asker, hearer) : nullptr; link != nullptr) {
    link->attach(std::move(socket));
  }
}

net::EdgeLink* HouseLinks::find(const std::string& asker, const std::string& hearer) {
  if (asker == "outside") {
    return hearer == "pin" ? &pin_of_outside_ : nullptr;
  }
  return asker != "street"  ? nullptr
         : hearer == "pin"  ? &pin_of_street_
         : hearer == "ocsp" ? &ocsp_
         : hearer == "tsa"  ? &tsa_
                            : nullptr;
}

void HouseLinks::end() {
  of_vault_.stop();
  for (net::EdgeLink* link : {&pin_of_outside_, &pin_of_street_, &ocsp_, &tsa_}) {
    link->end();
  }
}

Result<office::Neighbours> HouseLinks::neighbours(const Brief& brief) {
  YX_TRY(const x509::Certificate service, brief.certificate("pin"));
  YX_TRY(const x509::Certificate door, brief.certificate("door"));
  return office::Neighbours{.pin = std::make_unique<office::RemotePin>(pin_of_outside_, &pin_of_street_,
                                                                       office::RemotePin::Certificates{service, door}),
                            .vault = std::make_unique<office::RemoteVault>(of_vault_),
                            .answers = std::make_unique<office::RemoteAnswers>(ocsp_, tsa_)};
}

}  // namespace yinxin::supervisor
