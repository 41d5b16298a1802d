// As much of an HTTP/1.1 client as a load needs: one kept-alive connection, one request at a time,
// replies with Content-Length or none. Little CPU: it shares the machine with what it measures.
//
// Concurrency: one thread. Limits: a reply of at most 1 MiB; addresses are numeric, IPv4.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "bench_room.h"

namespace guildhall::bench {

class HttpClient {
 public:
  enum class Got : unsigned char { part, reply, closed };

  HttpClient() = default;
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  bool connect(const std::string& host_port);
  int descriptor() const { return fd_; }
  // `key` empty: no Idempotency-Key.
  void post(std::string_view path, std::string_view token, std::string_view body,
            std::string_view key);
  // Reads what is there. After `reply`, status and body hold until the next post.
  Got receive();
  int status() const { return status_; }
  std::string_view body() const { return std::string_view(in_).substr(head_, length_); }

 private:
  bool parse_head();

  int fd_ = -1;
  std::string host_;
  std::string out_, in_;
  std::size_t used_ = 0;  // bytes of in_ that hold something
  std::size_t head_ = 0;  // bytes of the head; 0: not whole yet
  std::size_t length_ = 0;
  int status_ = 0;
};

// The first `"name":"text"` in a JSON text; empty when there is none.
std::string_view text_member(std::string_view json, std::string_view name);

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  void add(int fd, void* of);
  // To the microsecond: who sends by the clock waits less than a millisecond.
  void wait(std::int64_t timeout_us, const std::function<void(void*)>& ready);

 private:
  int fd_;
};

}  // namespace guildhall::bench
