#include "connector/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>

namespace guildhall::connector {

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
Loop::~Loop() { close(epoll_); }

void Loop::watch(int fd, std::uint32_t events, Handler handler) {
  bool known = watched_.contains(fd);
  watched_[fd] = {events, std::move(handler)};
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

void Loop::change(int fd, std::uint32_t events) {
  auto at = watched_.find(fd);
  if (at == watched_.end() || at->second.events == events) return;
  at->second.events = events;
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Loop::forget(int fd) {
  if (watched_.erase(fd) != 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::run() {
  std::int64_t wait_ms = round_();
  while (!stopped_) {
    epoll_event events[128];
    auto most = static_cast<int>(std::clamp<std::int64_t>(wait_ms, -1, 60'000));
    int count = epoll_wait(epoll_, events, 128, most);
    for (int i = 0; i < count && !stopped_; ++i) {
      auto at = watched_.find(events[i].data.fd);
      if (at == watched_.end()) continue;  // forgotten by one before it
      auto handler = at->second.handler;   // which may forget itself
      handler(events[i].events);
    }
    if (!stopped_) wait_ms = round_();
  }
}

}  // namespace guildhall::connector
