// For the tests of this folder: a raw client, and an app whose handlers are lambdas.
#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "net/server.h"

namespace guildhall::net::testing {

class TestApp final : public App {
 public:
  using Handler = std::function<Reply(Request&)>;
  std::map<std::string, Handler> routes;
  std::map<std::string, Admission> admissions;

  Admission admit(Method, std::string_view path) const override {
    auto at = admissions.find(std::string(path));
    return at == admissions.end() ? Admission{false, 1'000} : at->second;
  }
  Reply handle(Request& request) override {
    auto at = routes.find(request.path);
    if (at != routes.end()) return at->second(request);
    Reply reply;
    reply.content_type = "text/plain";
    reply.body = std::string(method_name(request.method)) + " " + request.path + " " + request.body;
    return reply;
  }
};

// A running server on a free loopback port.
struct TestServer {
  explicit TestServer(App& app, ServerOptions options = {}) {
    auto fd = listen_on("127.0.0.1:0");
    REQUIRE(fd);
    listen_fd = *fd;
    port = *bound_port(listen_fd);
    options.listen_fd = listen_fd;
    if (options.workers == kWorkers) options.workers = 8;
    auto started = Server::start(std::move(options), app);
    REQUIRE(started);
    server = std::move(*started);
  }
  ~TestServer() {
    server.reset();
    close(listen_fd);
  }
  int listen_fd = -1;
  int port = 0;
  std::unique_ptr<Server> server;
};

class Client {
 public:
  explicit Client(int port, int receive_buffer = 0) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  }
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), text_(other.text_) {}
  Client(const Client&) = delete;
  ~Client() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

  // False when the other side is gone.
  bool send_text(std::string_view text) {
    while (!text.empty()) {
      ssize_t sent = send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Reads until `wanted` has been seen `times` times, the end, or the time is over.
  const std::string& read_until(std::string_view wanted, int times = 1,
                                std::int64_t timeout_ms = 5'000) {
    std::int64_t until_ms = monotonic_ms() + timeout_ms;
    while (count(wanted) < times && read_some(until_ms - monotonic_ms())) {
    }
    return text_;
  }
  const std::string& read_to_end(std::int64_t timeout_ms = 5'000) {
    std::int64_t until_ms = monotonic_ms() + timeout_ms;
    while (read_some(until_ms - monotonic_ms())) {
    }
    return text_;
  }
  bool ended() const { return ended_; }
  int count(std::string_view wanted) const {
    int found = 0;
    if (wanted.empty()) return 0;
    for (std::size_t at = text_.find(wanted); at != std::string::npos;
         at = text_.find(wanted, at + wanted.size())) {
      ++found;
    }
    return found;
  }
  bool has(std::string_view wanted) const { return text_.find(wanted) != std::string::npos; }
  const std::string& text() const { return text_; }

 private:
  bool read_some(std::int64_t timeout_ms) {
    pollfd ready{fd_, POLLIN, 0};
    if (timeout_ms <= 0 || poll(&ready, 1, static_cast<int>(timeout_ms)) <= 0) return false;
    char buffer[65'536];
    ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) {
      ended_ = true;
      return false;
    }
    text_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  int fd_;
  std::string text_;
  bool ended_ = false;
};

inline std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n\r\n";
}

// The payload of a chunked message; what is not chunked gives "bad".
inline std::string unchunk(std::string_view message) {
  message.remove_prefix(message.find("\r\n\r\n") + 4);
  std::string out;
  while (!message.empty()) {
    std::string digits(message.substr(0, message.find("\r\n")));
    std::size_t size = std::stoul(digits, nullptr, 16);
    message.remove_prefix(message.find("\r\n") + 2);
    if (size == 0) return message == "\r\n" ? out : "bad";
    if (message.size() < size + 2) return "bad";
    out += message.substr(0, size);
    message.remove_prefix(size + 2);
  }
  return "bad";
}

inline bool wait_for(const std::function<bool()>& condition, std::int64_t timeout_ms = 5'000) {
  std::int64_t until_ms = monotonic_ms() + timeout_ms;
  while (!condition()) {
    if (monotonic_ms() > until_ms) return false;
    usleep(2'000);
  }
  return true;
}

}  // namespace guildhall::net::testing
