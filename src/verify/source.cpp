#include "verify/source.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/limits.h"
#include "net/http_client.h"

namespace guildhall::verify {
namespace {

namespace fs = std::filesystem;

class FolderSource final : public Source {
 public:
  explicit FolderSource(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::string> read(const std::string& path) override {
    return read_file(folder_ / path, kMaxLogFile);
  }

  Result<std::optional<std::set<std::string>>> list() override {
    std::set<std::string> names;
    std::error_code error;
    fs::recursive_directory_iterator entries(folder_, error);
    for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
      // Only real folders are walked and passed over: a link is a file that nobody asked for.
      const auto status = entries->symlink_status(error);
      if (!error && status.type() != fs::file_type::directory)
        names.insert(entries->path().lexically_relative(folder_).generic_string());
    }
    if (error) return fail(Fault::unavailable, "file-failed", "The log's folder cannot be listed.");
    return names;
  }

 private:
  fs::path folder_;
};

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

std::unique_ptr<Source> folder_source(fs::path folder) {
  return std::make_unique<FolderSource>(std::move(folder));
}

Result<std::unique_ptr<Source>> url_source(std::string url, const std::string& ca_file) {
  if (!url.ends_with('/')) url += '/';
  net::HttpClientOptions options;
  options.ca_file = ca_file;
  options.plain_http = url.starts_with("http://");
  options.max_response_bytes = kMaxBundleBytes;
  return std::make_unique<UrlSource>(std::move(url), TRY(net::HttpClient::open(options)));
}

}  // namespace guildhall::verify
