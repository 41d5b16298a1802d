#include "http_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>

namespace guildhall::bench {
namespace {

constexpr std::size_t kMaxReply = 1U << 20;
constexpr int kEvents = 128;

}  // namespace

HttpClient::~HttpClient() {
  if (fd_ >= 0) close(fd_);
}

bool HttpClient::connect(const std::string& host_port) {
  auto colon = host_port.rfind(':');
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(std::atoi(host_port.c_str() + colon + 1)));
  if (inet_pton(AF_INET, host_port.substr(0, colon).c_str(), &at.sin_addr) != 1) return false;
  host_ = host_port;
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) return false;
  int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  in_.resize(16U << 10);
  return true;
}

void HttpClient::post(std::string_view path, std::string_view token, std::string_view body,
                      std::string_view key) {
  out_.clear();
  fmt::format_to(std::back_inserter(out_),
                 "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n"
                 "Content-Type: application/json\r\nContent-Length: {}\r\n",
                 path, host_, token, body.size());
  if (!key.empty()) fmt::format_to(std::back_inserter(out_), "Idempotency-Key: {}\r\n", key);
  out_ += "\r\n";
  out_ += body;
  used_ = head_ = length_ = 0;
  std::string_view left = out_;
  while (!left.empty()) {  // a request fits into the socket's buffer: this does not wait
    auto sent = send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) die("cannot send");
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HttpClient::parse_head() {
  std::string_view text(in_.data(), used_);
  auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  head_ = end + 4;
  if (text.size() < 12) die("not an HTTP reply");
  status_ = std::atoi(text.data() + 9);
  for (auto line = text.find("\r\n"); line < end; line = text.find("\r\n", line + 2)) {
    constexpr std::string_view kLength = "content-length:";
    auto rest = text.substr(line + 2, kLength.size());
    bool same = rest.size() == kLength.size();
    for (std::size_t i = 0; same && i < rest.size(); ++i) {
      same = (rest[i] | 0x20) == (kLength[i] | 0x20);
    }
    if (!same) continue;
    const char* from = text.data() + line + 2 + kLength.size();
    while (*from == ' ') ++from;
    std::from_chars(from, text.data() + end, length_);
  }
  return true;
}

HttpClient::Got HttpClient::receive() {
  while (true) {
    if (used_ == in_.size()) {
      if (used_ >= kMaxReply) die("a reply is too large");
      in_.resize(2 * used_);
    }
    auto got = recv(fd_, in_.data() + used_, in_.size() - used_, MSG_DONTWAIT);
    if (got == 0) return Got::closed;
    if (got < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN ? Got::part : Got::closed;
    }
    used_ += static_cast<std::size_t>(got);
    if (head_ == 0 && !parse_head()) continue;
    if (used_ >= head_ + length_) return Got::reply;
  }
}

std::string_view text_member(std::string_view json, std::string_view name) {
  for (auto at = json.find(name); at != std::string_view::npos; at = json.find(name, at + 1)) {
    auto rest = json.substr(at + name.size());
    if (at == 0 || json[at - 1] != '"' || !rest.starts_with("\":\"")) continue;
    rest.remove_prefix(3);
    return rest.substr(0, rest.find('"'));
  }
  return {};
}

Poller::Poller() : fd_(epoll_create1(EPOLL_CLOEXEC)) {}

Poller::~Poller() { close(fd_); }

void Poller::add(int fd, void* of) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = of;
  if (epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) != 0) die("cannot watch a connection");
}

void Poller::wait(std::int64_t timeout_us, const std::function<void(void*)>& ready) {
  epoll_event events[kEvents];
  timespec timeout{timeout_us / 1'000'000, timeout_us % 1'000'000 * 1'000};
  int count = epoll_pwait2(fd_, events, kEvents, &timeout, nullptr);
  for (int i = 0; i < count; ++i) ready(events[i].data.ptr);
}

}  // namespace guildhall::bench
