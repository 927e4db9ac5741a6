#pragma once
// The pages as files: what the web build made, read once when a side starts and served from memory. Which files there
// are is settled before the first stranger comes; no path of a request ever reaches a file system.

#include <filesystem>

#include "net/http.h"

namespace yinxin::api {

constexpr std::size_t max_site_bytes = std::size_t{48} << 20U;
constexpr std::size_t max_site_files = 4'000;

struct SiteFile {
  std::string type;               // media type
  std::string etag, packed_etag;  // strong, with their quotes
  std::shared_ptr<const Bytes> bytes;
  std::shared_ptr<const Bytes> packed{};  // gzip (RFC 1952), where the build made one
};

class Site {
 public:
  // not_found where there is no folder with an index.html, precondition for more than the limits allow.
  static Result<Site> read(const std::filesystem::path& folder);
  // By its path in the folder, "assets/x.js"; null for none.
  [[nodiscard]] const SiteFile* find(std::string_view path) const;

 private:
  std::map<std::string, SiteFile, std::less<>> files_;
};

struct SiteOptions {
  // Origins besides its own that its pages may ask or show; each by its full name, "http://127.0.0.1:21051".
  std::vector<std::string> asked{};
  std::vector<std::string> shown{};  // in a frame or as a picture
  // First segments under which an unknown address is no page but a mistake: {"api"}.
  std::vector<std::string> no_pages{};
};

// What a browser lets the pages of such a site do (Content-Security-Policy, level 3).
std::string policy_of(const SiteOptions& options);

// GET of every file. An address that is no file is a page of the application that stands nearest above it
// ("p/index.html" for /p/x, "index.html" otherwise) for who asks for HTML, and 404 for others. To be added last: it
// answers what no other route has.
void add_site(net::Router& router, std::shared_ptr<const Site> site, const SiteOptions& options);

}  // namespace yinxin::api
