// The vault in a process of its own. Nobody calls it: it fetches what desk and street want from each of them, and asks
// the key centre, the PIN domain and the seal maker.

#include <condition_variable>

#include "yinxin/office/answer_domains.h"
#include "yinxin/office/remote_doors.h"
#include "yinxin/office/remote_vault.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

// A seal maker in a process of its own reads the roles CA's list where it is published: it is current before it is
// asked.
class PublishedFirst final : public pki::SealWorkshop {
 public:
  PublishedFirst(office::VaultDomain& vault, net::EdgeLink& link) : vault_(vault), seals_(link) {}
  Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView receipt,
                          const x509::Certificate& owner, BytesView picture) override {
    YX_CHECK(vault_.current_roles_list());
    return seals_.make_seal(bundle, line, receipt, owner, picture);
  }

 private:
  office::VaultDomain& vault_;
  office::RemoteSeals seals_;
};

// Whom the vault cannot feed now it feeds later.
constexpr net::EdgeLimits feed_limits{.deadline = std::chrono::milliseconds(5'000),
                                      .neighbour_time = std::chrono::milliseconds(0)};
constexpr std::chrono::seconds feed_pause{5};

// Feeds whoever answers for the status: every few seconds, and at once when there is reason to. Nobody waits for it.
class Feeding {
 public:
  Feeding(office::VaultDomain& vault, net::EdgeLink& link)
      : vault_(vault), link_(link), doors_(link), thread_([this] { feed(); }) {}
  ~Feeding() {
    {
      const std::scoped_lock lock(mutex_);
      is_ended_ = true;
    }
    changed_.notify_all();
    link_.end();
    thread_.join();
  }
  Feeding(const Feeding&) = delete;
  Feeding& operator=(const Feeding&) = delete;
  void now() {
    const std::scoped_lock lock(mutex_);
    is_due_ = true;
    changed_.notify_all();
  }

 private:
  void feed() {
    std::unique_lock lock(mutex_);
    while (!is_ended_) {
      is_due_ = false;
      lock.unlock();
      if (const auto fed = vault_.feed(doors_); !fed && fed.error().code != ErrorCode::outside_unreachable) {
        cli::tell(fed.error());
      }
      lock.lock();
      changed_.wait_for(lock, feed_pause, [this] { return is_ended_ || is_due_; });
    }
  }
  office::VaultDomain& vault_;
  net::EdgeLink& link_;
  office::RemoteStatus doors_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_due_ = false;
  bool is_ended_ = false;
  std::thread thread_;
};

class OpenedVault final : public OpenedDomain {
 public:
  static Result<std::unique_ptr<OpenedDomain>> open(const Opening& opening) {
    std::unique_ptr<OpenedVault> made(new OpenedVault);
    made->settings_ = opening.settings;
    YX_TRY(made->profiles_, pki::ProfileSet::load(opening.options.around.profiles));
    office::VaultDomain::Authorities authorities;
    for (const auto& [name, target] :
         {std::pair{"issuing.cer", &authorities.issuing}, std::pair{"roles.cer", &authorities.roles}}) {
      YX_TRY(const Bytes der, office::published_file(opening.options.around.data, name));
      YX_TRY(*target, x509::Certificate::parse(der));
    }
    YX_TRY(made->vault_,
           office::VaultDomain::open(opening.place, made->settings_, made->profiles_, std::move(authorities)));
    YX_CHECK(made->connect(opening.brief));
    return std::unique_ptr<OpenedDomain>(std::move(made));
  }
  ~OpenedVault() override {
    for (net::EdgeLink* link : {&desk_link_, &street_link_, &kmc_link_, &pin_link_, &seal_link_}) {
      link->end();
    }
  }

  net::EdgeTable table_for(std::string_view /*asker*/) override { return {}; }
  void attach(const std::string& /*asker*/, const std::string& hearer, bool /*asks*/, Descriptor socket) override {
    net::EdgeLink* const link = hearer == "kmc"      ? &kmc_link_
                                : hearer == "pin"    ? &pin_link_
                                : hearer == "seal"   ? &seal_link_
                                : hearer == "ocsp"   ? &ocsp_link_
                                : hearer == "desk"   ? &desk_link_
                                : hearer == "street" ? &street_link_
                                                     : nullptr;
    if (link != nullptr) {
      link->attach(std::move(socket));
    }
    if (hearer == "ocsp") {
      const std::scoped_lock lock(feeding_mutex_);
      feed_now();
    }
  }
  audit::Recorder& audit() override { return vault_->audit(); }
  Result<void> work() override {
    if (!feeding_) {  // nobody is asked before the domain is ready
      YX_CHECK(vault_->publish_due_lists());
      {
        const std::scoped_lock lock(feeding_mutex_);
        feeding_.emplace(*vault_, ocsp_link_);
      }
      fetch_from("desk", desk_link_, of_desk_);
      fetch_from("street", street_link_, of_street_);
      return {};
    }
    const std::scoped_lock lock(mutex_);
    if (vault_->vault()) {
      YX_CHECK(vault_->resume());
    }
    YX_CHECK(vault_->publish_due_lists());
    feed_news();
    return {};
  }

 private:
  OpenedVault() = default;
  Result<void> connect(const Brief& brief) {
    YX_TRY(const x509::Certificate service, brief.certificate("pin"));
    YX_TRY(const x509::Certificate door, brief.certificate("door"));
    pin_ = std::make_unique<office::RemotePin>(&pin_link_, nullptr, office::RemotePin::Certificates{service, door});
    seals_ = std::make_unique<PublishedFirst>(*vault_, seal_link_);
    if (brief.pinned.contains("kmc")) {
      YX_TRY(x509::Certificate centre, brief.certificate("kmc"));
      centre_ = std::make_unique<office::RemoteKeyCentre>(kmc_link_, std::move(centre));
    }
    return vault_->begin_making(centre_.get(), *pin_, *seals_);
  }
  void fetch_from(const std::string& whom, net::EdgeLink& link, std::optional<net::Puller>& puller) {
    puller.emplace(link, deeds(whom), [this, whom](const Error& why) {
      const std::scoped_lock lock(mutex_);
      note_refusal(whom, "stray", why);
    });
  }
  // Each, and then what it made new of the status is told.
  net::EdgeTable deeds(const std::string& whom) {
    net::EdgeTable all = office::deeds_of(*vault_, whom, mutex_, [this, whom](std::string_view deed, const Error& why) {
      note_refusal(whom, deed, why);
    });
    for (auto& [verb, deed] : all) {
      deed = [this, done = std::move(deed)](BytesView asked) {
        auto answer = done(asked);
        feed_news();
        return answer;
      };
    }
    return all;
  }
  void feed_news() {
    if (vault_->take_status_news()) {
      const std::scoped_lock lock(feeding_mutex_);
      feed_now();
    }
  }
  void feed_now() {
    if (feeding_) {
      feeding_->now();
    }
  }
  // What it does not do is said where nobody outside can take it back.
  void note_refusal(const std::string& whom, std::string_view deed, const Error& why) {
    // What only could not be done now will be asked again.
    if (why.code != ErrorCode::outside_unreachable &&
        !vault_->audit().record({.role = "vault",
                                 .subject = whom,
                                 .action = "vault." + std::string(deed),
                                 .object = {},
                                 .result = "refused: " + why.describe().substr(0, max_told_reason)})) {
      cli::tell(fail(ErrorCode::internal, "a refusal could not be recorded"));
    }
  }

  static constexpr std::size_t max_told_reason = 400;
  std::mutex mutex_;
  office::Settings settings_;
  pki::ProfileSet profiles_;
  net::EdgeLink desk_link_, street_link_, kmc_link_, pin_link_, seal_link_;
  net::EdgeLink ocsp_link_{feed_limits};
  std::unique_ptr<office::RemoteKeyCentre> centre_;
  std::unique_ptr<office::RemotePin> pin_;
  std::unique_ptr<office::VaultDomain> vault_;
  std::unique_ptr<PublishedFirst> seals_;
  std::mutex feeding_mutex_;
  std::optional<Feeding> feeding_;
  std::optional<net::Puller> of_desk_, of_street_;  // first to end
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_vault(const Opening& opening) { return OpenedVault::open(opening); }

}  // namespace yinxin::supervisor
