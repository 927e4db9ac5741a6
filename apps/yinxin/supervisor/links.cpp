#include "yinxin/supervisor/links.h"

#include <algorithm>

#include "yinxin/office/answer_domains.h"
#include "yinxin/office/remote_desk.h"
#include "yinxin/office/remote_doors.h"
#include "yinxin/office/remote_outside.h"
#include "yinxin/office/remote_street.h"
#include "yinxin/office/remote_vault.h"

namespace yinxin::supervisor {

namespace {

// Officers decide about money and papers while the desk's own jobs go on.
constexpr net::EdgeLimits street_limits{.heard_at_once = 4};

Result<std::unique_ptr<office::PinDoors>> pin_doors(const Brief& brief, net::EdgeLink* activations) {
  YX_TRY(const x509::Certificate service, brief.certificate("pin"));
  YX_TRY(const x509::Certificate door, brief.certificate("door"));
  return std::unique_ptr<office::PinDoors>(
      std::make_unique<office::RemotePin>(nullptr, activations, office::RemotePin::Certificates{service, door}));
}

void attach_to(net::EdgeLink* link, Descriptor socket) {
  if (link != nullptr) {
    link->attach(std::move(socket));
  }
}

}  // namespace

std::vector<EdgePlan> edges_of(const std::map<std::string, Bytes>& pinned, const std::vector<std::string>& hall) {
  const auto process_of = [&](const char* name) {
    return std::ranges::find(hall, name) == hall.end() ? std::string() : std::string(name);
  };
  const std::string desk = process_of("desk"), street = process_of("street");
  std::vector<EdgePlan> edges{
      {"vault", "vault", "pin"},     {"vault", "vault", "seal"},   {"vault", "vault", "ocsp"},
      {"vault", "vault", "desk"},    {"vault", "vault", "street"}, {"outside", "outside", "pin"},
      {"street", street, "pin"},     {"street", street, "ocsp"},   {"street", street, "tsa"},
      {"street", street, "outside"}, {"desk", desk, "outside"},
  };
  if (!hall.empty()) {
    edges.push_back({"desk", desk, "street"});
    edges.push_back({std::string(desk_fetch), desk, "street"});
  }
  if (pinned.contains("kmc")) {
    edges.push_back({"vault", "vault", "kmc"});
  }
  return edges;
}

void Fetched::attach(Descriptor socket) {
  auto fresh = std::make_unique<net::EdgeHearer>(std::move(socket), calls_.table());
  const std::scoped_lock lock(mutex_);
  hearer_.swap(fresh);
}

// --------------------------------------------------------------------------------------------------------------- desk

DeskLinks::DeskLinks() : street_doors_(office::remote_street(street_)) {}

void DeskLinks::attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket) {
  if (asks) {
    attach_to(find(asker, hearer), std::move(socket));
  } else if (asker == "vault" && hearer == "desk") {
    of_vault_.attach(std::move(socket));
  }
}

net::EdgeLink* DeskLinks::find(const std::string& asker, const std::string& hearer) {
  return asker == desk_fetch && hearer == "street" ? &street_fetch_
         : asker != "desk"                         ? nullptr
         : hearer == "outside"                     ? &outside_
         : hearer == "street"                      ? &street_
                                                   : nullptr;
}

Result<office::Neighbours> DeskLinks::neighbours(const Brief& brief) {
  office::Neighbours all;
  YX_TRY(all.pin, pin_doors(brief, nullptr));
  all.vault = std::make_unique<office::RemoteVault>(of_vault_.calls());
  all.outside = office::remote_outside(outside_, {});
  return all;
}

void DeskLinks::fetch_for(office::DeskDoors& desk) {
  puller_ = std::make_unique<net::Puller>(street_fetch_, office::deeds_of(desk));
}

void DeskLinks::end() {
  of_vault_.calls().stop();
  for (net::EdgeLink* link : {&outside_, &street_, &street_fetch_}) {
    link->end();
  }
  puller_.reset();
}

// ------------------------------------------------------------------------------------------------------------- street

StreetLinks::StreetLinks() : desk_doors_(office::remote_desk(of_desk_.calls())) {}

void StreetLinks::attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket) {
  if (asks) {
    attach_to(find(asker, hearer), std::move(socket));
  } else if (asker == "vault" && hearer == "street") {
    of_vault_.attach(std::move(socket));
  } else if (asker == desk_fetch && hearer == "street") {
    of_desk_.attach(std::move(socket));
  } else if (asker == "desk" && hearer == "street") {
    std::unique_ptr<net::EdgeHearer> before;
    const std::scoped_lock lock(mutex_);
    before = std::move(desk_);
    if (street_ == nullptr) {
      waiting_ = std::move(socket);
    } else {
      desk_ = std::make_unique<net::EdgeHearer>(std::move(socket), office::table_for(*street_, asker), street_limits);
    }
  }
}

net::EdgeLink* StreetLinks::find(const std::string& asker, const std::string& hearer) {
  return asker != "street"     ? nullptr
         : hearer == "pin"     ? &pin_
         : hearer == "ocsp"    ? &ocsp_
         : hearer == "tsa"     ? &tsa_
         : hearer == "outside" ? &outside_
                               : nullptr;
}

Result<office::Neighbours> StreetLinks::neighbours(const Brief& brief, const std::vector<std::string>& ways) {
  office::Neighbours all;
  YX_TRY(all.pin, pin_doors(brief, &pin_));
  all.vault = std::make_unique<office::RemoteVault>(of_vault_.calls());
  all.answers = std::make_unique<office::RemoteAnswers>(ocsp_, tsa_);
  all.outside = office::remote_outside(outside_, ways);
  return all;
}

void StreetLinks::hear_desk(office::StreetDoors& street) {
  const std::scoped_lock lock(mutex_);
  street_ = &street;
  if (waiting_.is_open()) {
    desk_ = std::make_unique<net::EdgeHearer>(std::move(waiting_), office::table_for(street, "desk"), street_limits);
  }
}

void StreetLinks::end() {
  for (Fetched* fetched : {&of_vault_, &of_desk_}) {
    fetched->calls().stop();
  }
  for (net::EdgeLink* link : {&pin_, &ocsp_, &tsa_, &outside_}) {
    link->end();
  }
  std::unique_ptr<net::EdgeHearer> before;
  {
    const std::scoped_lock lock(mutex_);
    before = std::move(desk_);
    street_ = nullptr;
  }
}

}  // namespace yinxin::supervisor
