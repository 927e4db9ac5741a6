#include "yinxin/supervisor/house_links.h"

#include "yinxin/office/answer_domains.h"
#include "yinxin/office/remote_doors.h"

namespace yinxin::supervisor {

std::vector<EdgePlan> inner_edges(const std::map<std::string, Bytes>& pinned, const std::string& asker_domain) {
  std::vector<EdgePlan> edges{{"vault", asker_domain, "pin"},  {"outside", asker_domain, "pin"},
                              {"street", asker_domain, "pin"}, {"vault", asker_domain, "seal"},
                              {"vault", asker_domain, "ocsp"}, {"street", asker_domain, "ocsp"},
                              {"street", asker_domain, "tsa"}};
  if (pinned.contains("kmc")) {
    edges.push_back({"vault", asker_domain, "kmc"});
  }
  return edges;
}

net::EdgeLink* HouseLinks::find(const std::string& asker, const std::string& hearer) {
  if (hearer == "pin") {
    return asker == "vault"     ? &pin_of_vault_
           : asker == "outside" ? &pin_of_outside_
           : asker == "street"  ? &pin_of_street_
                                : nullptr;
  }
  if (hearer == "ocsp") {
    return asker == "vault" ? &ocsp_of_vault_ : asker == "street" ? &ocsp_of_street_ : nullptr;
  }
  if (hearer == "tsa") {
    return asker == "street" ? &tsa_of_street_ : nullptr;
  }
  return asker != "vault" ? nullptr : hearer == "kmc" ? &kmc_ : hearer == "seal" ? &seal_ : nullptr;
}

void HouseLinks::attach(const std::string& asker, const std::string& hearer, Descriptor socket) {
  if (net::EdgeLink* link = find(asker, hearer); link != nullptr) {
    link->attach(std::move(socket));
  }
}

Result<office::Neighbours> HouseLinks::neighbours(const Brief& brief) {
  office::Neighbours made;
  YX_TRY(const x509::Certificate service, brief.certificate("pin"));
  YX_TRY(const x509::Certificate door, brief.certificate("door"));
  const office::RemotePin::Certificates pin{service, door};
  made.pin = std::make_unique<office::RemotePin>(pin_of_outside_, &pin_of_street_, pin);
  made.pin_of_vault = std::make_unique<office::RemotePin>(pin_of_vault_, nullptr, pin);
  made.seals = std::make_unique<office::RemoteSeals>(seal_);
  made.answers = std::make_unique<office::RemoteAnswers>(ocsp_of_street_, tsa_of_street_);
  made.status = std::make_unique<office::RemoteStatus>(ocsp_of_vault_);
  if (brief.pinned.contains("kmc")) {
    YX_TRY(x509::Certificate centre, brief.certificate("kmc"));
    made.centre = std::make_unique<office::RemoteKeyCentre>(kmc_, std::move(centre));
  }
  return made;
}

}  // namespace yinxin::supervisor
