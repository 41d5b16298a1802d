#include "net/topics.h"

#include <algorithm>

namespace guildhall::net {

void Topics::add(PolledStream& stream) {
  MutexLock lock(mutex_);
  auto& list = topics_[stream.topic()].streams;
  stream.topic_index = list.size();
  list.push_back(&stream);
}

void Topics::remove(PolledStream& stream) {
  MutexLock lock(mutex_);
  auto topic = topics_.find(stream.topic());
  auto& list = topic->second.streams;
  list[stream.topic_index] = list.back();
  list[stream.topic_index]->topic_index = stream.topic_index;
  list.pop_back();
  if (list.empty()) topics_.erase(topic);
}

void Topics::notify(std::string_view topic) {
  {
    MutexLock lock(mutex_);
    auto at = topics_.find(std::string(topic));
    if (at == topics_.end() || at->second.pending) return;
    at->second.pending = true;
    pending_.push_back(at->first);
  }
  watch_.wake();
}

void Topics::defer(std::weak_ptr<PolledStream> stream, std::int64_t due_ms) {
  {
    MutexLock lock(mutex_);
    due_.push({due_ms, std::move(stream)});
  }
  watch_.wake();
}

void Topics::fan_out(std::int64_t now_ms) {
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
    for (PolledStream* stream : topic.streams) {
      if (auto due_ms = stream->wake(now_ms)) due_.push({*due_ms, stream->weak()});
    }
  }
  pending_ = std::move(later);
}

void Topics::run_due(std::int64_t now_ms) {
  while (true) {
    std::shared_ptr<PolledStream> stream;
    {
      MutexLock lock(mutex_);
      if (due_.empty() || due_.top().at_ms > now_ms) return;
      stream = due_.top().stream.lock();
      due_.pop();
    }
    if (stream) stream->on_due();
  }
}

std::int64_t Topics::next_ms() {
  MutexLock lock(mutex_);
  std::int64_t next_ms = INT64_MAX;
  if (!due_.empty()) next_ms = due_.top().at_ms;
  for (const auto& name : pending_) {
    auto at = topics_.find(name);
    if (at != topics_.end()) next_ms = std::min(next_ms, at->second.next_fanout_ms);
  }
  return next_ms;
}

void Topics::run(std::int64_t now_ms) {
  fan_out(now_ms);
  run_due(now_ms);
}

}  // namespace guildhall::net
