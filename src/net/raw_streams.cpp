// The registry of raw streams: topics, due polls, and the watch on their descriptors.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/clock.h"
#include "net/raw_stream.h"

namespace guildhall::net {

Core::Core(ServerOptions with, App& to, ProxyRules rules)
    : options(std::move(with)), app(to), proxies(std::move(rules)) {}
Core::~Core() = default;

RawStreams::RawStreams(Core& core)
    : core_(core),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = 0;  // streams are numbered from 1
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_fd_, &event);
}

RawStreams::~RawStreams() {
  close(wake_fd_);
  close(epoll_);
}

void RawStreams::wake() {
  std::uint64_t one = 1;
  [[maybe_unused]] auto written = write(wake_fd_, &one, sizeof one);  // full: awake anyway
}

void RawStreams::start(std::shared_ptr<Exchange> exchange) {
  int fd = -1;
  {
    Connection& connection = exchange->connection();
    MutexLock lock(connection.mutex);
    fd = connection.fd;
  }
  MutexLock lock(mutex_);
  bool wants_events = exchange->wants_events();
  bool refused = wants_events && event_count_.load() >= core_.options.max_event_streams;
  auto stream = std::make_shared<RawStream>(*this, std::move(exchange), ++last_id_, fd, refused);
  enlist(stream);
  epoll_event event{};
  // A client may close its sending side and still read a long reply; who has left an event stream
  // half-way has left it.
  event.events = EPOLLOUT | EPOLLET | (stream->is_events() ? EPOLLRDHUP : 0U);
  event.data.u64 = stream->id;
  bool watched = epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
  if (refusing_ || !watched) {
    stream->end(true);
  } else {
    stream->first_step();
  }
}

void RawStreams::enlist(const std::shared_ptr<RawStream>& stream) {
  streams_.emplace(stream->id, stream);
  count_.fetch_add(1);
  if (!stream->is_events()) return;
  event_count_.fetch_add(1, std::memory_order_relaxed);
  auto& list = topics_[stream->topic()].streams;
  stream->topic_index = list.size();
  list.push_back(stream.get());
}

void RawStreams::forget(RawStream& stream) {
  std::shared_ptr<RawStream> last;  // dies outside the lock
  MutexLock lock(mutex_);
  auto at = streams_.find(stream.id);
  if (at == streams_.end()) return;
  last = std::move(at->second);
  streams_.erase(at);
  if (!stream.is_events()) return;
  event_count_.fetch_sub(1, std::memory_order_relaxed);
  auto topic = topics_.find(stream.topic());
  auto& list = topic->second.streams;
  list[stream.topic_index] = list.back();
  list[stream.topic_index]->topic_index = stream.topic_index;
  list.pop_back();
  if (list.empty()) topics_.erase(topic);
}

std::shared_ptr<RawStream> RawStreams::find(std::uint64_t id) {
  MutexLock lock(mutex_);
  auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second;
}

void RawStreams::notify(std::string_view topic) {
  {
    MutexLock lock(mutex_);
    auto at = topics_.find(std::string(topic));
    if (at == topics_.end() || at->second.pending) return;
    at->second.pending = true;
    pending_.push_back(at->first);
  }
  wake();
}

void RawStreams::defer(std::uint64_t id, std::int64_t due_ms) {
  {
    MutexLock lock(mutex_);
    due_.emplace(due_ms, id);
  }
  wake();
}

void RawStreams::fan_out(std::int64_t now_ms) {
  MutexLock lock(mutex_);
  std::vector<std::string> later;
  for (auto& name : pending_) {
    auto at = topics_.find(name);
    if (at == topics_.end()) continue;
    Topic& topic = at->second;
    if (now_ms < topic.next_fanout_ms) {
      later.push_back(std::move(name));
      continue;
    }
    topic.pending = false;
    topic.next_fanout_ms = now_ms + kEventFanoutMs;
    for (RawStream* stream : topic.streams) {
      if (auto due_ms = stream->wake(now_ms)) due_.emplace(*due_ms, stream->id);
    }
  }
  pending_ = std::move(later);
}

void RawStreams::run_due(std::int64_t now_ms) {
  while (true) {
    std::shared_ptr<RawStream> stream;
    {
      MutexLock lock(mutex_);
      if (due_.empty() || due_.top().first > now_ms) return;
      auto at = streams_.find(due_.top().second);
      if (at != streams_.end()) stream = at->second;
      due_.pop();
    }
    if (stream) stream->on_due();
  }
}

std::int64_t RawStreams::next_event_ms() {
  MutexLock lock(mutex_);
  std::int64_t next_ms = INT64_MAX;
  if (!due_.empty()) next_ms = due_.top().first;
  for (const auto& name : pending_) {
    auto at = topics_.find(name);
    if (at != topics_.end()) next_ms = std::min(next_ms, at->second.next_fanout_ms);
  }
  return next_ms;
}

void RawStreams::watch_once(std::int64_t timeout_ms) {
  std::int64_t until_next_ms = next_event_ms() - monotonic_ms();
  auto wait_ms = static_cast<int>(std::clamp<std::int64_t>(until_next_ms, 0, timeout_ms));
  epoll_event events[64];
  int count = epoll_wait(epoll_, events, 64, wait_ms);
  for (int i = 0; i < count; ++i) {
    if (events[i].data.u64 == 0) {
      std::uint64_t wakes = 0;
      [[maybe_unused]] auto got = read(wake_fd_, &wakes, sizeof wakes);
    } else if (auto stream = find(events[i].data.u64)) {
      bool gone = (events[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0;
      stream->on_ready((events[i].events & EPOLLOUT) != 0, gone);
    }
  }
  std::int64_t now_ms = monotonic_ms();
  fan_out(now_ms);
  run_due(now_ms);
}

void RawStreams::tick(std::int64_t now_ms) {
  MutexLock lock(mutex_);
  for (auto& [id, stream] : streams_) stream->on_tick(now_ms);
}

void RawStreams::end_all(bool at_once) {
  MutexLock lock(mutex_);
  refusing_ = refusing_ || at_once;
  for (auto& [id, stream] : streams_) stream->end(at_once);
}

}  // namespace guildhall::net
