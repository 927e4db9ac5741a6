// The bridge to other hosts in a process of its own: it has this host's TLS key, and no other of the office's.

#include <algorithm>
#include <iostream>

#include "terminal/files.h"
#include "yinxin/supervisor/bridge.h"
#include "yinxin/supervisor/host_folder.h"
#include "yinxin/supervisor/links.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

Result<std::string> text_pinned(const Brief& brief, const std::string& name) {
  const auto found = brief.pinned.find(name);
  if (found == brief.pinned.end()) {
    return fail(ErrorCode::not_found, "the brief has no " + name);
  }
  return std::string(text_of(found->second));
}

class OpenedBridge final : public OpenedDomain {
 public:
  static Result<std::unique_ptr<OpenedDomain>> open(const Opening& opening) {
    YX_TRY(office::Domain domain, office::Domain::open(opening.place, std::string(bridge_name), nullptr));
    std::unique_ptr<OpenedBridge> made(new OpenedBridge(std::move(domain), opening.options.around.data + "/public"));
    YX_TRY(const std::string hosts, text_pinned(opening.brief, hosts_in_brief));
    YX_TRY(made->hosts_, Hosts::parse(hosts));
    YX_TRY(made->self_, text_pinned(opening.brief, self_in_brief));
    YX_TRY(made->key_, kept_host_key(opening.options.around.data, made->domain_.chest));
    const Host* self = made->hosts_.find(made->self_);
    if (self == nullptr) {
      return fail(ErrorCode::precondition, "hosts.json has no host " + made->self_);
    }
    made->edges_ = far_edges_of(edges_of(opening.brief.pinned, {"desk", "street"}), made->hosts_, *self);
    return std::unique_ptr<OpenedDomain>(std::move(made));
  }

  net::EdgeTable table_for(std::string_view /*asker*/) override { return {}; }
  [[nodiscard]] bool hears_itself(std::string_view asker) const override {
    return std::ranges::any_of(edges_, [&](const FarEdge& edge) { return edge.asker == asker; });
  }
  void attach(const std::string& asker, const std::string& hearer, bool /*asks*/, Descriptor socket) override {
    const std::scoped_lock lock(mutex_);
    if (bridge_) {
      bridge_->attach(asker + " " + hearer, std::move(socket));
    }
  }
  audit::Recorder& audit() override { return *domain_.audit; }
  void may_say(LocalEnds::Say say) override { say_ = std::move(say); }

  Result<void> begin() override {
    YX_TRY(auto started, Bridge::start({.hosts = hosts_,
                                        .self = self_,
                                        .edges = edges_,
                                        .certificate_pem = key_.certificate_pem,
                                        .key_pem = key_.key_pem.clone(),
                                        .published = published_,
                                        .audit = *domain_.audit,
                                        .say = say_,
                                        .log = [this](const std::string& line) {
                                          const std::scoped_lock lock(output_);
                                          std::cout << line << std::endl;
                                        }}));
    const std::scoped_lock lock(mutex_);
    bridge_ = std::move(started);
    return {};
  }

 private:
  OpenedBridge(office::Domain domain, std::string published)
      : domain_(std::move(domain)), published_(std::move(published)) {}

  office::Domain domain_;
  const std::string published_;
  Hosts hosts_;
  std::string self_;
  std::vector<FarEdge> edges_;
  net::HostKey key_;
  LocalEnds::Say say_;
  std::mutex output_, mutex_;
  std::unique_ptr<Bridge> bridge_;
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_bridge(const Opening& opening) { return OpenedBridge::open(opening); }

}  // namespace yinxin::supervisor
