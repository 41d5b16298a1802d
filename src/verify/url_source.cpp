// Apart from the folder's: who reads folders only links no HTTP client.
#include <fmt/format.h>

#include "base/limits.h"
#include "net/http_client.h"
#include "verify/source.h"

namespace guildhall::verify {
namespace {

class UrlSource final : public Source {
 public:
  UrlSource(std::string url, std::unique_ptr<net::HttpClient> client)
      : url_(std::move(url)), client_(std::move(client)) {}

  Result<std::string> read(const std::string& path) override {
    const std::string url = url_ + path;
    auto response = TRY(client_->send({.url = url}));
    if (response.status == 404)
      return fail(Fault::not_found, "no-file", fmt::format("{} is not there.", path));
    if (response.status != 200)
      return fail(Fault::unavailable, "http-broken",
                  fmt::format("{} was answered with {}.", path, response.status));
    return std::move(response.body);
  }

  Result<std::optional<std::set<std::string>>> list() override {
    return std::optional<std::set<std::string>>();
  }

 private:
  std::string url_;  // ends with a slash
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace

Result<std::unique_ptr<Source>> url_source(std::string url, const std::string& ca_file) {
  if (!url.ends_with('/')) url += '/';
  net::HttpClientOptions options;
  options.ca_file = ca_file;
  options.plain_http = url.starts_with("http://");
  options.max_response_bytes = kMaxBundleBytes;
  return std::make_unique<UrlSource>(std::move(url), TRY(net::HttpClient::open(options)));
}

}  // namespace guildhall::verify
