// The HTTP client: blocking, over libcurl. One request at a time, connections kept alive between
// them. No redirect is followed and no proxy taken from the environment: it goes where it is told.
//
// Concurrency: an HttpClient belongs to one thread, but for interrupt(), which any thread calls.
// Limits: HttpClientOptions; a response is held whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace guildhall::net {

struct HttpClientOptions {
  std::int64_t connect_timeout_ms = kHttpConnectMs;
  std::size_t max_response_bytes = kMaxHttpResponse;
  std::string ca_file;      // PEM; empty: the system's authorities
  bool plain_http = false;  // also http://, for loopback and tests
};

struct HttpRequest {
  std::string_view url;
  std::string_view post_body;     // with `post`
  std::string_view content_type;  // of post_body
  std::string_view bearer;        // a token, for Authorization; empty: none
  bool post = false;
  std::int64_t timeout_ms = kHttpTotalMs;  // for all of it, connecting included
};

struct HttpResponse {
  int status = 0;  // whatever the server said, 4xx and 5xx too
  std::string content_type;
  std::string body;
};

class HttpClient {
 public:
  static Result<std::unique_ptr<HttpClient>> open(HttpClientOptions options = {});
  virtual ~HttpClient() = default;

  // Errors: invalid/"http-url"; unavailable/"http-connect" (no name, no route, refused),
  // unavailable/"http-tls" (not who it should be), unavailable/"http-broken",
  // timeout/"http-timeout", too_large/"http-response-too-large", unavailable/"http-interrupted".
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;

  // Ends the request in flight, or else the next one, with "http-interrupted".
  virtual void interrupt() = 0;

  // Connections opened so far.
  virtual std::int64_t connections() const = 0;
};

}  // namespace guildhall::net
