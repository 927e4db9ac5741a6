#pragma once
// The hall as it is served: the street with its providers and neighbours, its routes, and the errands that join it to
// the other domains.

#include "net/http.h"
#include "yinxin/office/clock_jobs.h"
#include "yinxin/office/errands.h"
#include "yinxin/office/evidence.h"
#include "yinxin/office/outside_service.h"
#include "yinxin/office/papers.h"
#include "yinxin/office/programme_shelf.h"

namespace yinxin::office {

constexpr std::size_t max_sender_bytes = std::size_t{4} << 10;
constexpr std::size_t max_calendar_bytes = std::size_t{256} << 10;

// Texts of the house itself, which belong to no programme.
inline constexpr std::array<std::string_view, 2> house_texts{"code", "activation_code"};

struct HallSetup {
  std::string folder;      // of the office
  std::string programmes;  // folder of the programmes
  std::string outside;     // file: where the providers are (outside/settings.h); empty: as the office keeps it sealed
  std::string base_url;    // "http://127.0.0.1:8443"
  std::string cell;        // program that examines strangers' files
  std::string calendar{};  // file of the working days; empty: calendar/china.yaml beside the programmes
  std::string sender{};    // file with the address that parcels are sent from; empty: none are
};

class HallService {
 public:
  // `house`, `clock` and `random` outlive it. precondition when a provider is missing in the settings.
  static Result<std::unique_ptr<HallService>> open(const HallSetup& setup, House& house, const crypto::BootSecret& boot,
                                                   const Clock& clock, Random& random);
  void add_routes(net::Router& router);
  // What is due between the domains, once; how much was done.
  std::size_t work();
  [[nodiscard]] std::string last_failure() const {
    return errands_->last_failure().empty() ? clock_jobs_->last_failure() : errands_->last_failure();
  }
  // Asks each provider again about this case and lays the receipts on the desk.
  Result<void> ask_again(const std::string& case_id);
  // Orders a courier for the case's parcel; the waybill. The same case and revision is one parcel. precondition
  // without a sender.
  Result<std::string> order_courier(const std::string& case_id);
  // As OutsideDoors::send_code.
  Result<Bytes> send_code(const std::string& line, const std::string& device, const std::string& mobile) {
    return outside_->send_code(line, device, mobile);
  }
  StreetDomain& street() { return *street_; }
  ClockJobs& clock_jobs() { return *clock_jobs_; }
  [[nodiscard]] const ProgrammeShelf& shelf() const { return *shelf_; }

 private:
  explicit HallService(House& house) : house_(house) {}
  House& house_;
  std::string base_url_;
  std::optional<hall::Address> sender_;
  std::unique_ptr<OutsideService> own_outside_;
  OutsideDoors* outside_ = nullptr;  // that, or those that lead to another process
  std::unique_ptr<ProgrammeShelf> shelf_;
  HousePress press_;
  std::optional<HouseExaminer> examiner_;
  std::unique_ptr<StreetDomain> street_;
  std::unique_ptr<Errands> errands_;
  std::unique_ptr<ClockJobs> clock_jobs_;
};

}  // namespace yinxin::office
