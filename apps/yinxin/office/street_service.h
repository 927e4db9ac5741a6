#pragma once
// The street at work: the hall and the phone with their routes, the street's own jobs, and what the desk may ask.

#include "api/routes/hall/certificates.h"
#include "net/http.h"
#include "yinxin/office/own_street.h"
#include "yinxin/office/papers.h"
#include "yinxin/office/programme_shelf.h"
#include "yinxin/office/street_jobs.h"

namespace yinxin::office {

constexpr std::size_t max_calendar_bytes = std::size_t{256} << 10;

// Texts of the house itself, which belong to no programme.
inline constexpr std::array<std::string_view, 2> house_texts{"code", "activation_code"};

struct StreetSetup {
  std::string programmes;  // folder of the programmes
  std::string base_url;    // "http://127.0.0.1:8443"
  std::string cell;        // program that examines strangers' files
  std::string calendar{};  // file of the working days; empty: calendar/china.yaml beside the programmes
};

// The table of banks beside the programmes (banks/china.tsv); without one, none. invalid_input with the line of its
// first mistake.
Result<hall::BankDirectory> read_banks(const std::string& programmes);

// As the setup of street and desk names it; without one, limits count from Monday to Friday.
Result<hall::WorkingDays> read_calendar(const std::string& programmes, const std::string& calendar);

class StreetService {
 public:
  // All outlive it.
  struct Parts {
    StreetDomain& domain;  // which it joins to its neighbours
    OutsideDoors& outside;
    VaultDoors& vault;  // for the manifests in force
    const Clock& clock;
    api::StatusOf status;
  };
  // precondition when a text that may have to be sent has no template: all that lack are named.
  static Result<std::unique_ptr<StreetService>> open(const StreetSetup& setup, const Parts& parts);
  void add_routes(net::Router& router);
  // What is due in the street, once; how much was done.
  std::size_t work() { return jobs_->run(); }
  [[nodiscard]] const std::string& last_failure() const { return jobs_->last_failure(); }
  StreetDoors& doors() { return *doors_; }
  StreetDomain& domain() { return domain_; }
  StreetJobs& jobs() { return *jobs_; }
  ProgrammeShelf& shelf() { return *shelf_; }

 private:
  explicit StreetService(const Parts& parts) : domain_(parts.domain), outside_(parts.outside), status_(parts.status) {}
  StreetDomain& domain_;
  OutsideDoors& outside_;
  api::StatusOf status_;
  std::string base_url_;
  std::unique_ptr<ProgrammeShelf> shelf_;
  HousePress press_;
  std::optional<HouseExaminer> examiner_;
  std::optional<OwnStreet> doors_;
  std::optional<StreetJobs> jobs_;
};

}  // namespace yinxin::office
