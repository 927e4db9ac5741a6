#pragma once
// A whole hall in one process: the outside with its providers, the street, and the desk's jobs.

#include "yinxin/office/desk_jobs.h"
#include "yinxin/office/desk_ports.h"
#include "yinxin/office/outside_service.h"
#include "yinxin/office/street_service.h"

namespace yinxin::office {

struct HallSetup {
  std::string folder;      // of the office
  std::string programmes;  // folder of the programmes
  std::string outside;     // file: where the providers are (outside/settings.h); empty: as the office keeps it sealed
  std::string base_url;    // "http://127.0.0.1:8443"
  std::string cell;        // program that examines strangers' files
  std::string calendar{};  // as StreetSetup's
  std::string sender{};    // file with the address that parcels are sent from; empty: none are
};

class HallService {
 public:
  // `house` has its domains in this process; it, `boot`, `clock` and `random` outlive this. precondition when a
  // provider is missing in the settings.
  static Result<std::unique_ptr<HallService>> open(const HallSetup& setup, House& house, const crypto::BootSecret& boot,
                                                   const Clock& clock, Random& random);
  void add_routes(net::Router& router) { street_->add_routes(router); }
  // What is due between the domains, once; how much was done.
  std::size_t work() { return street_->work() + desk_->run(); }
  [[nodiscard]] std::string last_failure() const {
    return street_->last_failure().empty() ? desk_->last_failure() : street_->last_failure();
  }
  // What the desk's routes ask beyond its own domain. It does not outlive this.
  [[nodiscard]] DeskOutside beyond();
  StreetDomain& street() { return street_->domain(); }
  StreetJobs& street_jobs() { return street_->jobs(); }
  DeskJobs& desk_jobs() { return *desk_; }
  [[nodiscard]] const ProgrammeShelf& shelf() const { return street_->shelf(); }

 private:
  HallService() = default;
  std::unique_ptr<OutsideService> outside_;
  std::unique_ptr<StreetDomain> domain_;
  std::unique_ptr<StreetService> street_;
  std::unique_ptr<DeskJobs> desk_;
};

}  // namespace yinxin::office
