#include "connector/dialler/account.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::connector {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kFileBytes = 42;  // two numbers of 20 digits, a blank and a newline

struct Sent {
  std::int64_t bytes = 0;
  bool over = false;
};

Sent sent_on(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {0, true};
  constexpr int kClosed = 7;  // TCP_CLOSE, in include/net/tcp_states.h
  return {static_cast<std::int64_t>(info.tcpi_bytes_sent) + info.tcpi_notsent_bytes,
          info.tcpi_state == kClosed};
}

bool slow_down(int socket, std::int64_t pace) {
  auto rate = static_cast<std::uint64_t>(pace);
  return setsockopt(socket, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof rate) == 0;
}

// Reset, and not only closed: then what waits to be sent is not.
void cut(int socket) {
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  (void)connect(socket, &none, sizeof none);
}

}  // namespace

Account::Account(std::int64_t bytes_per_day, gateway::Descriptor file, const Clock& wall)
    : per_day_(bytes_per_day), file_(std::move(file)), wall_(&wall) {
  char text[kFileBytes + 1] = {};
  long long day = 0;
  long long bytes = 0;
  if (file_ && pread(file_.get(), text, kFileBytes, 0) > 0 &&
      std::sscanf(text, "%lld %lld", &day, &bytes) == 2) {
    day_ = day;
    today_ = bytes;
  }
  turn_day();
}

bool Account::full() const { return watched_.size() >= kMaxPeerConnections; }

bool Account::watch(int socket) {
  gateway::Descriptor copy(fcntl(socket, F_DUPFD_CLOEXEC, 0));
  if (!copy || !slow_down(socket, kLeastPeerPace)) return false;
  watched_.push_back({std::move(copy), 0});
  pace_ = 0;
  set_pace();
  return true;
}

void Account::set_pace() {
  auto count = std::max<std::int64_t>(std::ssize(watched_), 1);
  auto share = (per_day_ - today_) / 4 / count;
  auto pace = std::clamp(share * (1'000 / kAccountMs), kLeastPeerPace, kPeerBytesPerSecond);
  if (std::exchange(pace_, pace) == pace) return;
  for (const auto& one : watched_) slow_down(one.socket.get(), pace);
}

void Account::turn_day() {
  std::int64_t day = wall_->now_ms() / kDayMs;
  // A clock that is set back gives no second day.
  if (day <= day_) return;
  day_ = day;
  today_ = 0;
}

void Account::look() {
  bool before = spent();
  std::int64_t counted = 0;
  std::erase_if(watched_, [&](Watched& one) {
    auto [bytes, over] = sent_on(one.socket.get());
    counted += std::max<std::int64_t>(bytes - one.counted, 0);
    one.counted = std::max(bytes, one.counted);
    return over;
  });
  auto day = day_;
  turn_day();
  today_ += counted;
  if (counted > 0 || day != day_) save();
  if (!spent()) return set_pace();
  if (!before) log_line(LogLevel::error, "the bytes for a peer are spent", {{"bytes", today_}});
  for (auto& one : watched_) cut(one.socket.get());
}

void Account::save() const {
  if (!file_) return;
  auto text = fmt::format("{:>20} {:>20}\n", day_, today_);
  if (pwrite(file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    log_line(LogLevel::error, "what a peer was sent could not be written down");
  }
}

}  // namespace guildhall::connector
