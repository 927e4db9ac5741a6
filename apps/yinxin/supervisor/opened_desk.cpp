// The desk in a process of its own: officers come to it, it comes to the street, and the vault comes to it.

#include "yinxin/office/desk_jobs.h"
#include "yinxin/office/provider_settings.h"
#include "yinxin/office/street_service.h"
#include "yinxin/serving/desk_side.h"
#include "yinxin/supervisor/links.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

constexpr std::chrono::milliseconds tick{250};  // what is between the domains
constexpr int ticks_of_upkeep = 20;             // the house's own jobs: every five seconds

class OpenedDesk final : public OpenedDomain {
 public:
  static Result<std::unique_ptr<OpenedDomain>> open(const Opening& opening) {
    std::unique_ptr<OpenedDesk> made(new OpenedDesk(opening));
    YX_TRY(auto neighbours, made->links_.neighbours(opening.brief));
    made->outside_ = neighbours.outside.get();
    YX_TRY(made->house_,
           office::House::open(opening.options.around.data, opening.options.around.profiles, *opening.place.boot,
                               *opening.place.clock, office::Opened::making, {}, std::move(neighbours)));
    return std::unique_ptr<OpenedDomain>(std::move(made));
  }
  ~OpenedDesk() override {
    if (side_) {
      side_->stop();
    }
    links_.end();
  }

  net::EdgeTable table_for(std::string_view /*asker*/) override { return {}; }
  [[nodiscard]] bool hears_itself(std::string_view asker) const override { return asker == "vault"; }
  void attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket) override {
    links_.attach(asker, hearer, asks, std::move(socket));
  }
  audit::Recorder& audit() override { return house_->desk_audit(); }
  [[nodiscard]] std::chrono::milliseconds pace() const override { return tick; }

  Result<void> begin() override {
    office::DeskOutside beyond;
    if (serving_.has_hall) {
      YX_CHECK(open_jobs());
      beyond = {.requery = [this](const std::string& id) { return jobs_->ask_again(id); },
                .order_courier = [this](const std::string& id) { return jobs_->order_courier(id); },
                .send_code = [this](const std::string& line, const std::string& device,
                                    const std::string& mobile) { return outside_->send_code(line, device, mobile); },
                .street = &links_.street()};
    }
    side_.emplace(serving::DeskParts{.house = *house_,
                                     .writer = writer_,
                                     .listen = serving_.listen,
                                     .port = serving_.desk_port,
                                     .papers_port = serving_.papers_port,
                                     .papers_host = serving_.papers_host,
                                     .web = serving_.web,
                                     .outside = std::move(beyond),
                                     .clock = clock_,
                                     .random = random_});
    links_.fetch_for(side_->service());
    return side_->start();
  }

  Result<void> work() override {
    if (jobs_) {
      jobs_->run();
      if (jobs_->last_failure() != told_) {
        told_ = jobs_->last_failure();
        cli::tell(fail(ErrorCode::outside_unreachable, "an errand failed, tried again later: " + told_));
      }
    }
    if (!side_ || ++ticks_ % ticks_of_upkeep != 0) {
      return {};
    }
    const std::scoped_lock lock(writer_);
    return house_->work();
  }

 private:
  explicit OpenedDesk(const Opening& opening)
      : serving_(opening.options.serving), clock_(*opening.place.clock), random_(*opening.place.random) {}
  Result<void> open_jobs() {
    YX_TRY(shelf_, office::ProgrammeShelf::open(serving_.programmes, house_->doors()));
    std::optional<hall::Address> sender;
    if (!serving_.sender.empty()) {
      YX_TRY(sender, office::read_sender(serving_.sender));
    }
    YX_TRY(hall::WorkingDays days, office::read_calendar(serving_.programmes, {}));
    house_->desk().use_calendar(std::move(days));
    jobs_.emplace(office::DeskJobs::Parts{.house = *house_,
                                          .street = links_.street(),
                                          .outside = *outside_,
                                          .shelf = *shelf_,
                                          .clock = clock_,
                                          .sender = std::move(sender)});
    return {};
  }

  const Serving serving_;
  const Clock& clock_;
  Random& random_;
  DeskLinks links_;
  std::mutex writer_;
  std::unique_ptr<office::House> house_;
  office::OutsideDoors* outside_ = nullptr;
  std::unique_ptr<office::ProgrammeShelf> shelf_;
  std::optional<office::DeskJobs> jobs_;
  std::optional<serving::DeskSide> side_;
  std::string told_;
  int ticks_ = 0;
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_desk(const Opening& opening) { return OpenedDesk::open(opening); }

}  // namespace yinxin::supervisor
