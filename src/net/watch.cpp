#include "net/watch.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace guildhall::net {
namespace {

constexpr std::uint64_t kWakeKey = 0;  // others are numbered from 1

std::uint32_t epoll_events(Watch::For what) {
  switch (what) {
    case Watch::For::departure: return EPOLLRDHUP | EPOLLET;
    case Watch::For::departure_or_space: return EPOLLRDHUP | EPOLLOUT | EPOLLET;
    case Watch::For::space: break;
  }
  return EPOLLOUT | EPOLLET;
}

}  // namespace

Watch::Watch()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kWakeKey;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_fd_, &event);
}

Watch::~Watch() {
  close(wake_fd_);
  close(epoll_);
}

void Watch::wake() {
  std::uint64_t one = 1;
  [[maybe_unused]] auto written = write(wake_fd_, &one, sizeof one);  // full: awake anyway
}

bool Watch::add(std::uint64_t key, int fd, For what, std::weak_ptr<Watched> whom) {
  {
    MutexLock lock(mutex_);
    watched_.insert_or_assign(key, std::move(whom));
  }
  epoll_event event{};
  event.events = epoll_events(what);
  event.data.u64 = key;
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Watch::remove(std::uint64_t key, int fd) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  MutexLock lock(mutex_);
  watched_.erase(key);
}

std::shared_ptr<Watched> Watch::find(std::uint64_t key) {
  MutexLock lock(mutex_);
  auto at = watched_.find(key);
  return at == watched_.end() ? nullptr : at->second.lock();
}

void Watch::wait(std::int64_t timeout_ms) {
  epoll_event events[64];
  int count = epoll_wait(epoll_, events, 64, static_cast<int>(timeout_ms));
  for (int i = 0; i < count; ++i) {
    if (events[i].data.u64 == kWakeKey) {
      std::uint64_t wakes = 0;
      [[maybe_unused]] auto got = read(wake_fd_, &wakes, sizeof wakes);
    } else if (auto whom = find(events[i].data.u64)) {
      bool gone = (events[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0;
      whom->on_ready((events[i].events & EPOLLOUT) != 0, gone);
    }
  }
}

}  // namespace guildhall::net
