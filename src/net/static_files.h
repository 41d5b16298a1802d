// The web app's files and the security headers of everything that is served.
//
// The files of one directory are read into memory at start; nothing is opened while serving, so a
// path from outside never reaches the file system. Pages are `no-store`; names that carry a hash
// ("app-3f2a9c1b.js") are immutable. What is not a file and not under /api gets index.html: the
// app routes itself.
//
// Concurrency: immutable once loaded; any thread.
// Limits: kMaxStaticBytes, kMaxStaticFiles.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/http.h"

namespace guildhall::net {

class StaticFiles {
 public:
  // Without an index.html in it: not_found/"no-web-app".
  static Result<StaticFiles> load(const std::string& directory);

  // Answers GET (and HEAD) of any path outside /api; 404 problem under /api and for names with an
  // extension that are not there; 405 for other methods.
  Reply serve(const Request& request) const;

 private:
  struct File {
    std::string bytes;
    std::string etag;
    std::string_view content_type;
    bool immutable = false;
  };
  // Shared, since a reply copies only what it sends.
  std::shared_ptr<const std::unordered_map<std::string, File>> files_;
};

// For every reply of the API: no-store, nosniff, no referrer, same-origin resource, a CSP under
// which a browser that opens the reply itself runs nothing.
void add_api_headers(Reply& reply);

// For pages and their assets: the strict policy with Trusted Types.
void add_page_headers(Reply& reply);

// For bytes that somebody uploaded: an attachment, sandboxed, whatever its type says. The name
// goes out as RFC 6266/8187 has it.
void add_upload_headers(Reply& reply, std::string_view file_name);

}  // namespace guildhall::net
