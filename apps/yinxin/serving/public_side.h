#pragma once
// The public's side over HTTP: certificate status, lists, time stamps, verification and health, and where there is a
// hall, its routes.

#include <atomic>

#include "api/pages/site.h"
#include "api/routes/holder/holder.h"
#include "net/server.h"
#include "yinxin/office/doors.h"
#include "yinxin/office/programme_shelf.h"

namespace yinxin::serving {

// All that are references outlive the side.
struct PublicParts {
  std::string folder;  // of the office, for what it has published
  std::string listen;
  std::uint16_t port = 0;  // 0: any free one
  office::AnswerDoors& answers;
  api::HolderPorts holder;
  std::function<void(net::Router&)> add_hall{};  // empty: there is none
  std::string web{};                             // folder of the built pages; empty: there are none
  std::function<bool()> ready;
  std::function<std::string()> states{};  // of the domains, for /readyz
  const Clock& clock;
};

class PublicSide {
 public:
  static Result<std::unique_ptr<PublicSide>> start(PublicParts parts);
  ~PublicSide();
  PublicSide(const PublicSide&) = delete;
  PublicSide& operator=(const PublicSide&) = delete;
  void stop();
  // Says where everything is; `shelf`: of the hall, where there is one.
  void tell_addresses(const office::ProgrammeShelf* shelf) const;

 private:
  class Published;
  PublicSide();
  std::string base_;
  std::unique_ptr<Published> published_;
  std::atomic<const net::Server*> running_{nullptr};
  std::unique_ptr<net::Server> server_;
};

// Says on standard output, in a line of its own, that whoever may come finds what he comes for. Whoever waits for a
// start waits for this line.
void tell_open();

// The pages of `site` in the folder `web` of built pages, none where it is empty; after all other routes.
Result<void> add_pages(net::Router& router, const std::string& web, const char* site, const api::SiteOptions& options);

// A program of ours in the folder of this one.
std::string program_beside(const char* name);

}  // namespace yinxin::serving
