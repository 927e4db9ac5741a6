#include "yinxin/serving/public_side.h"

#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>

#include "api/routes/public/public.h"
#include "seal/verify/report_html.h"
#include "terminal/files.h"
#include "yinxin/draw_in_cell.h"
#include "yinxin/office/vault_domain.h"
#include "yinxin/verify_in_cell.h"

namespace yinxin::serving {

namespace {

std::string metrics_text(const net::Server* server) {
  if (server == nullptr) {
    return {};
  }
  const net::ServerCounts counts = server->counts();
  return "# TYPE yinxin_http_requests counter\nyinxin_http_requests " + std::to_string(counts.requests) +
         "\n# TYPE yinxin_http_connections_open gauge\nyinxin_http_connections_open " +
         std::to_string(counts.connections_open) + "\n# TYPE yinxin_http_timeouts counter\nyinxin_http_timeouts " +
         std::to_string(counts.timeouts) + "\n";
}

// By our own root and what we publish, in a process of its own; nothing is kept of the file.
Result<std::string> verified(const std::string& folder, BytesView file, bool as_page) {
  seal::verify::Job job{.now = SystemClock().now(), .file_name = {}, .trusted = {}, .file = to_bytes(file)};
  const std::string published = folder + "/public";
  YX_TRY(Bytes root, cli::read_file(published + "/root.cer"));
  job.trusted.push_back(std::move(root));
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(published, failed)) {
    YX_TRY(Bytes known, cli::read_file(entry.path().string()));
    job.known.push_back(std::move(known));
  }
  YX_TRY(const auto report, cli::verify_in_cell(program_beside("yinxin-verify-cell"), job));
  return as_page ? seal::verify::to_html(report, job.now) : seal::verify::to_json(report, seal::verify::Language::zh);
}

}  // namespace

// The last bytes of each published file under one pointer, so that what HTTP computes of them is kept.
class PublicSide::Published {
 public:
  explicit Published(std::string folder) : folder_(std::move(folder)) {}
  Result<api::SharedBytes> get(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    YX_TRY(Bytes now, office::published_file(folder_, name));
    api::SharedBytes& kept = kept_[name];
    if (!kept || *kept != now) {
      kept = std::make_shared<const Bytes>(std::move(now));
    }
    return kept;
  }

 private:
  const std::string folder_;
  std::mutex mutex_;
  std::map<std::string, api::SharedBytes> kept_;
};

PublicSide::PublicSide() = default;
PublicSide::~PublicSide() { stop(); }

Result<std::unique_ptr<PublicSide>> PublicSide::start(PublicParts parts) {
  std::unique_ptr<PublicSide> made(new PublicSide);
  PublicSide* const self = made.get();
  made->published_ = std::make_unique<Published>(parts.folder);
  net::Router router;
  api::add_public_routes(
      router,
      {.ocsp = [&answers = parts.answers](BytesView request) { return answers.status(request); },
       .tsa = [&answers = parts.answers](BytesView request) { return answers.stamp(request); },
       .crl = [self](const std::string& issuer) { return self->published_->get(issuer + ".crl"); },
       .ca_certificate = [self](const std::string& issuer) { return self->published_->get(issuer + ".cer"); },
       .metrics = [self] { return metrics_text(self->running_); },
       .verify = [folder = parts.folder](BytesView file, bool page) { return verified(folder, file, page); },
       .page = [](BytesView file, std::size_t page) -> Result<std::string> {
         YX_TRY(const auto answer, cli::draw_in_cell(program_beside("yinxin-page-cell"), file, page));
         return cli::to_json(answer);
       },
       .ready = std::move(parts.ready),
       .states = std::move(parts.states)},
      parts.clock);
  if (parts.add_hall) {
    parts.add_hall(router);
  }
  api::add_holder_routes(router, std::move(parts.holder));
  YX_CHECK(add_pages(router, parts.web, "public", {.no_pages = {"api", "crl", "ca", "ocsp", "tsa"}}));
  YX_TRY(made->server_,
         net::Server::start({.address = parts.listen, .port = parts.port}, std::move(router), parts.clock));
  made->running_ = made->server_.get();
  made->base_ = "http://" + parts.listen + ":" + std::to_string(made->server_->port());
  return made;
}

void PublicSide::stop() {
  running_ = nullptr;
  if (server_) {
    server_->stop();
  }
}

void PublicSide::tell_addresses(const office::ProgrammeShelf* shelf) const {
  std::cout << "时间源 1 个 / one source of time\n"
            << "就绪 ready: " << base_ << "/healthz\n  " << base_ << "/ocsp\n  " << base_ << "/crl/issuing.crl\n  "
            << base_ << "/tsa\n  " << base_ << "/ca/root.cer\n  " << base_ << "/api/v1/verify" << std::endl;
  if (shelf == nullptr) {
    return;
  }
  std::cout << "网上营业厅 the hall: " << base_ << "/api/v1" << std::endl;
  for (const auto& offer : shelf->offers()) {
    std::cout << "  " << offer->programme.code << " projectId " << offer->programme.project_id << std::endl;
  }
}

Result<void> add_pages(net::Router& router, const std::string& web, const char* site, const api::SiteOptions& options) {
  if (!web.empty()) {
    YX_TRY(api::Site pages, api::Site::read(web + "/" + site));
    api::add_site(router, std::make_shared<const api::Site>(std::move(pages)), options);
  }
  return {};
}

void tell_open() { std::cout << "全部就绪 / all is open" << std::endl; }

std::string program_beside(const char* name) {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return (self.parent_path() / name).string();
}

}  // namespace yinxin::serving
