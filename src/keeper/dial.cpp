#include "keeper/dial.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::keeper {
namespace {

constexpr std::string_view kPath = "/api/v1/keeper/exchange";

bool is_loopback(std::string_view url) {
  for (std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (!url.starts_with(host)) continue;
    auto rest = url.substr(host.size());
    if (rest.empty() || rest[0] == ':' || rest[0] == '/') return true;
  }
  return false;
}

class HttpLine final : public Line {
 public:
  HttpLine(std::unique_ptr<net::HttpClient> client, std::string url)
      : client_(std::move(client)), url_(std::move(url)) {}

  Result<std::string> exchange(std::string_view body, std::int64_t timeout_ms) override {
    auto answer = TRY(client_->send({.url = url_,
                                     .post_body = body,
                                     .content_type = "application/octet-stream",
                                     .post = true,
                                     .timeout_ms = timeout_ms}));
    if (answer.status == 200) return std::move(answer.body);
    return fail(Fault::unavailable, "room-refuses",
                fmt::format("The room answered with status {}.", answer.status));
  }
  void interrupt() override { client_->interrupt(); }

 private:
  std::unique_ptr<net::HttpClient> client_;
  std::string url_;
};

}  // namespace

Result<void> check_room_url(std::string_view url) {
  if (url.starts_with("https://") || is_loopback(url)) return {};
  return fail(Fault::invalid, "bad-room-url",
              "A room's URL begins with https://, or is http:// on this machine.");
}

Result<std::unique_ptr<Line>> open_line(const RoomState& room) {
  TRY(check_room_url(room.url));
  net::HttpClientOptions options;
  options.ca_file = room.ca_file;
  options.plain_http = is_loopback(room.url);
  auto client = TRY(net::HttpClient::open(std::move(options)));
  std::string url = room.url;
  while (url.ends_with('/')) url.pop_back();
  return std::make_unique<HttpLine>(std::move(client), url.append(kPath));
}

std::int64_t Dialler::turn() {
  auto next = session_.next();
  if (!next) {
    session_.lost(next.error());
    return kKeeperRetryMaxMs;
  }
  std::int64_t began_ms = steady_.now_ms();
  auto answer = line_.exchange(next->body, next->wait_ms + kHttpTotalMs);
  if (!answer) {
    session_.lost(answer.error());
    if (answer.error().type == "http-interrupted") return 0;
    retry_ms_ = std::clamp(retry_ms_ * 2, kKeeperRetryMs, kKeeperRetryMaxMs);
    return retry_ms_;
  }
  if (!session_.take(*answer)) return kKeeperRetryMaxMs;
  retry_ms_ = 0;
  // A room that does not hold its answers is asked no more than so often.
  bool early = next->wait_ms > 0 && steady_.now_ms() - began_ms < next->wait_ms / 2;
  early = early && !session_.pressing();
  bool again = std::exchange(early_, early) && early;
  return again ? std::min(next->wait_ms, kKeeperPaceMs) : 0;
}

void Dialler::run() {
  while (!stopping_) {
    std::int64_t pause_ms = turn();
    if (pause_ms > 0) nap(pause_ms);
  }
}

void Dialler::nap(std::int64_t ms) {
  std::int64_t until_ms = steady_.now_ms() + ms;
  MutexLock lock(mutex_);
  while (!news_ && !stopping_) {
    std::int64_t left_ms = until_ms - steady_.now_ms();
    if (left_ms <= 0 || !woken_.wait_for_ms(mutex_, left_ms)) break;
  }
  news_ = false;
}

void Dialler::wake() {
  {
    MutexLock lock(mutex_);
    news_ = true;
  }
  woken_.notify_all();
  line_.interrupt();
}

void Dialler::stop() {
  stopping_ = true;
  wake();
}

}  // namespace guildhall::keeper
