#include "connector/dialler/dialler.h"

#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::connector {
namespace {

std::string with_port(std::string address, int family, int port) {
  auto number = htons(static_cast<std::uint16_t>(port));
  std::size_t at =
      family == AF_INET ? offsetof(sockaddr_in, sin_port) : offsetof(sockaddr_in6, sin6_port);
  std::memcpy(address.data() + at, &number, sizeof number);
  return address;
}

const sockaddr* socket_address(const std::string& bytes) {
  return reinterpret_cast<const sockaddr*>(bytes.data());
}

}  // namespace

std::vector<Dialler::Resolved> resolve_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::vector<Dialler::Resolved> out;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return out;
  for (addrinfo* at = found; at != nullptr && out.size() < kMaxAddresses; at = at->ai_next) {
    if (at->ai_family != AF_INET && at->ai_family != AF_INET6) continue;
    out.push_back(
        {std::string(reinterpret_cast<const char*>(at->ai_addr), at->ai_addrlen), at->ai_family});
  }
  freeaddrinfo(found);
  return out;
}

std::vector<sandbox::Place> resolver_files() {
  std::vector<sandbox::Place> out;
  std::error_code error;
  for (const char* path : {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf",
                           "/etc/gai.conf", "/etc/services"}) {
    if (std::filesystem::exists(path, error)) out.push_back({path});
  }
  return out;
}

Dialler::Dialler(gateway::Peer peer, Ports ports, Account account, Loop& loop)
    : peer_(std::move(peer)), ports_(std::move(ports)), account_(std::move(account)), loop_(loop) {
  loop_.watch(ports_.channel.get(), EPOLLIN, [this](std::uint32_t) { on_channel(); });
  loop_.on_round([this] { return on_round(); });
}

Dialler::~Dialler() {
  for (auto& attempt : attempts_) loop_.forget(attempt.socket.get());
  loop_.forget(ports_.channel.get());
}

void Dialler::on_channel() {
  auto message = gateway::receive_message(ports_.channel.get());
  if (!message || message->bytes != kDial || message->descriptor) {
    loop_.stop();  // the shim has ended, or is not what it should be
    return;
  }
  ++waiting_;
  start();
}

// Empty, or why there is no address.
std::string_view Dialler::look_up() {
  std::int64_t now_ms = ports_.steady.now_ms();
  if (!addresses_.empty() && now_ms - resolved_at_ms_ < kResolvedMs) return {};
  addresses_.clear();
  resolved_at_ms_ = now_ms;
  auto found = ports_.resolve(peer_.host);
  bool refused = false;
  for (auto& one : found) {
    auto verdict = gateway::judge(gateway::address_of(socket_address(one.bytes)), peer_.blocks);
    // What is not encrypted stays in a network of one's own.
    bool usable =
        verdict == gateway::Verdict::allowed || (verdict == gateway::Verdict::public_ && peer_.tls);
    refused = refused || !usable;
    if (usable) addresses_.push_back(with_port(std::move(one.bytes), one.family, peer_.port));
  }
  if (!addresses_.empty()) return {};
  if (!refused) return kNoAddress;
  log_line(LogLevel::warning, "an address was refused");
  return kNotAllowed;
}

void Dialler::start() {
  while (waiting_ > 0 && attempts_.size() < kMaxDials) {
    --waiting_;
    if (account_.spent() || account_.full()) {
      answer(account_.spent() ? kSpent : kUnreachable);
      continue;
    }
    if (auto why = look_up(); !why.empty()) {
      answer(why);
      continue;
    }
    attempts_.push_front({{}, 0, ports_.steady.now_ms() + kHttpConnectMs});
    if (!try_next(attempts_.front())) {
      attempts_.pop_front();
      answer(kUnreachable);
    }
  }
}

// Begins to connect to the next address that takes it; false where none is left.
bool Dialler::try_next(Attempt& attempt) {
  while (attempt.next < addresses_.size()) {
    const auto& address = addresses_[attempt.next++];
    const auto* to = socket_address(address);
    gateway::Descriptor fd(socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) continue;
    int on = 1;
    setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int done = connect(fd.get(), to, static_cast<socklen_t>(address.size()));
    if (done != 0 && errno != EINPROGRESS) continue;
    attempt.socket = std::move(fd);
    auto self = std::ranges::find_if(attempts_, [&](auto& one) { return &one == &attempt; });
    loop_.watch(attempt.socket.get(), EPOLLOUT,
                [this, self](std::uint32_t) { on_connected(self); });
    return true;
  }
  return false;
}

void Dialler::on_connected(std::list<Attempt>::iterator attempt) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(attempt->socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  loop_.forget(attempt->socket.get());
  if (error == 0) {
    hand_over(*attempt);
  } else if (try_next(*attempt)) {
    return;
  } else {
    answer(kUnreachable);
  }
  over(attempt);
}

void Dialler::hand_over(Attempt& attempt) {
  bool counted = account_.watch(attempt.socket.get());
  answer(counted ? kDialled : kUnreachable, counted ? attempt.socket.get() : -1);
}

void Dialler::over(std::list<Attempt>::iterator attempt) {
  attempts_.erase(attempt);
  start();
}

std::int64_t Dialler::on_round() {
  std::int64_t now_ms = ports_.steady.now_ms();
  std::int64_t next_ms = INT64_MAX;
  for (auto at = attempts_.begin(); at != attempts_.end();) {
    auto attempt = at++;
    if (attempt->until_ms > now_ms) {
      next_ms = std::min(next_ms, attempt->until_ms);
      continue;
    }
    loop_.forget(attempt->socket.get());
    answer(kDialTimeout);
    attempts_.erase(attempt);
  }
  if (now_ms - looked_at_ms_ >= kAccountMs) {
    looked_at_ms_ = now_ms;
    account_.look();
  }
  start();
  if (account_.connections() > 0) next_ms = std::min(next_ms, looked_at_ms_ + kAccountMs);
  return next_ms == INT64_MAX ? -1 : std::max<std::int64_t>(next_ms - now_ms, 1);
}

void Dialler::answer(std::string_view word, int fd) {
  if (!gateway::send_message(ports_.channel.get(), word, fd)) loop_.stop();
}

}  // namespace guildhall::connector
