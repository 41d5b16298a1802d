// The loop of a small single-threaded role: descriptors that are watched, and what is called when
// something happens on them, or when time has passed.
//
// Concurrency: one thread. Limits: none of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "base/result.h"

namespace guildhall::connector {

class Loop {
 public:
  // Events as epoll has them: EPOLLIN, EPOLLOUT, …
  using Handler = std::function<void(std::uint32_t events)>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // A descriptor that is watched already is watched for these from now on.
  void watch(int fd, std::uint32_t events, Handler handler);
  void change(int fd, std::uint32_t events);
  void forget(int fd);  // before it is closed
  // Called after each round; gives how long the next may wait (ms; -1: for ever).
  void on_round(std::function<std::int64_t()> round) { round_ = std::move(round); }
  void stop() { stopped_ = true; }
  void run();

 private:
  struct Watched {
    std::uint32_t events = 0;
    Handler handler;
  };
  int epoll_;
  bool stopped_ = false;
  std::unordered_map<int, Watched> watched_;
  std::function<std::int64_t()> round_ = [] { return -1; };
};

}  // namespace guildhall::connector
