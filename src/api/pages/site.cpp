#include "api/pages/site.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "crypto/sm3.h"

namespace yinxin::api {

namespace {

constexpr std::string_view index = "index.html";
constexpr std::string_view packed_suffix = ".gz";
// Names of these hold a digest of what is in them.
constexpr std::string_view lasting_folder = "assets/";

struct Type {
  std::string_view suffix, type;
};
constexpr std::array types{
    Type{".html", "text/html; charset=utf-8"},
    Type{".js", "text/javascript; charset=utf-8"},
    Type{".css", "text/css; charset=utf-8"},
    Type{".json", "application/json"},
    Type{".svg", "image/svg+xml"},
    Type{".png", "image/png"},
    Type{".jpg", "image/jpeg"},
    Type{".webp", "image/webp"},
    Type{".ico", "image/x-icon"},
    Type{".woff2", "font/woff2"},
    Type{".txt", "text/plain; charset=utf-8"},
};

std::string type_of(std::string_view path) {
  const auto found = std::ranges::find_if(types, [&](const Type& one) { return path.ends_with(one.suffix); });
  return std::string(found == types.end() ? "application/octet-stream" : found->type);
}

Result<Bytes> contents_of(const std::filesystem::path& path, std::size_t size) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(size);
  if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    return fail(ErrorCode::internal, "a page's file cannot be read: " + path.string());
  }
  return bytes;
}

bool accepts(const net::Request& request, std::string_view header, std::string_view what) {
  const auto value = request.headers.find(header);
  return value && value->find(what) != std::string_view::npos;
}

net::Response file_answer(const net::Request& request, const SiteFile& file, bool is_lasting) {
  const bool is_packed = file.packed != nullptr && accepts(request, "Accept-Encoding", "gzip");
  const std::string& etag = is_packed ? file.packed_etag : file.etag;
  const auto known = request.headers.find("If-None-Match");
  net::Response response;
  if (known && (*known == "*" || known->find(etag) != std::string_view::npos)) {
    response.status = 304;
  } else {
    response = net::answer(file.type, is_packed ? file.packed : file.bytes);
    if (is_packed) {
      response.headers.add("Content-Encoding", "gzip");
    }
  }
  if (file.packed != nullptr) {
    response.headers.add("Vary", "Accept-Encoding");
  }
  response.headers.add("ETag", etag);
  response.headers.add("Cache-Control", is_lasting ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.add("X-Content-Type-Options", "nosniff");
  return response;
}

std::string joined(const std::string& first, const std::vector<std::string>& more) {
  std::string all = first;
  for (const std::string& one : more) {
    all += " " + one;
  }
  return all;
}

// The application that stands nearest above an address.
const SiteFile* page_at(const Site& site, std::string_view path) {
  for (std::string_view above = path; !above.empty();) {
    if (const SiteFile* page = site.find(std::string(above) + "/" + std::string(index))) {
      return page;
    }
    const std::size_t slash = above.rfind('/');
    above = slash == std::string_view::npos ? std::string_view() : above.substr(0, slash);
  }
  return site.find(index);
}

}  // namespace

Result<Site> Site::read(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  Site site;
  std::size_t left = max_site_bytes;
  std::map<std::string, std::shared_ptr<const Bytes>> packed;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (!at->is_regular_file(failed)) {
      continue;
    }
    const std::uintmax_t size = at->file_size(failed);
    if (failed || size > left || site.files_.size() + packed.size() >= max_site_files) {
      return fail(ErrorCode::precondition, "the pages in " + folder.string() + " are more than a site may be");
    }
    left -= size;
    YX_TRY(Bytes bytes, contents_of(at->path(), size));
    auto shared = std::make_shared<const Bytes>(std::move(bytes));
    std::string path = fs::relative(at->path(), folder, failed).generic_string();
    if (path.ends_with(packed_suffix)) {
      path.resize(path.size() - packed_suffix.size());
      packed.emplace(std::move(path), std::move(shared));
      continue;
    }
    const std::string digest = to_hex(crypto::sm3(*shared));
    SiteFile file{.type = type_of(path),
                  .etag = '"' + digest + '"',
                  .packed_etag = '"' + digest + "-gzip\"",
                  .bytes = std::move(shared)};
    site.files_.emplace(std::move(path), std::move(file));
  }
  if (failed || site.find(index) == nullptr) {
    return fail(ErrorCode::not_found, "there are no pages in " + folder.string());
  }
  for (auto& [path, bytes] : packed) {
    if (const auto file = site.files_.find(path); file != site.files_.end()) {
      file->second.packed = std::move(bytes);
    }
  }
  return site;
}

const SiteFile* Site::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

// child-src is what browsers before worker-src (Safari before 15.5) look at for workers.
std::string policy_of(const SiteOptions& options) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; manifest-src 'self'; img-src " +
         joined("'self' data: blob:", options.shown) + "; connect-src " + joined("'self'", options.asked) +
         "; frame-src " + (options.shown.empty() ? "'none'" : joined("blob:", options.shown)) +
         "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; child-src 'self'";
}

void add_site(net::Router& router, std::shared_ptr<const Site> site, const SiteOptions& options) {
  const auto serve = [site = std::move(site), policy = policy_of(options),
                      no_pages = options.no_pages](const net::Request& request) {
    std::string path;
    for (const std::string& segment : request.target.segments) {
      path += (path.empty() ? "" : "/") + segment;
    }
    if (const SiteFile* file = site->find(path); file != nullptr && !path.ends_with(".html")) {
      return file_answer(request, *file, path.starts_with(lasting_folder));
    }
    const std::string& first = request.target.segments.front();
    const SiteFile* page = page_at(*site, path);
    const bool is_page = path.empty() || accepts(request, "Accept", "text/html");
    if (!is_page || page == nullptr || std::ranges::find(no_pages, first) != no_pages.end() ||
        path.starts_with(lasting_folder)) {
      return net::problem(404, "");
    }
    net::Response response = file_answer(request, *page, false);
    response.headers.add("Content-Security-Policy", policy);
    response.headers.add("Referrer-Policy", "no-referrer");
    response.headers.add("Permissions-Policy", "camera=(self), geolocation=(), microphone=()");
    response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
    return response;
  };
  router.add(net::Method::get, "/", {}, serve);
  router.add(net::Method::get, "/{path*}", {}, serve);
}

}  // namespace yinxin::api
