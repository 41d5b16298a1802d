// Who is woken by which topic, and when. Internal to src/net.
//
// Operation. A notified topic wakes its streams, at most every kEventFanoutMs; a stream that was
// polled a moment ago is due later.
//
// Concurrency: notify, add, remove and defer from any thread; next_ms and run on the watch thread.
// Lock order: Topics::mutex_ before RawStream::mutex_.
// Limits: those of the streams; a stream has at most one due poll.
#pragma once

#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/polled_stream.h"

namespace guildhall::net {

class Topics {
 public:
  explicit Topics(Watch& watch) : watch_(watch) {}

  void notify(std::string_view topic);
  void add(PolledStream& stream);
  void remove(PolledStream& stream);
  void defer(std::weak_ptr<PolledStream> stream, std::int64_t due_ms);

  // When `run` has something to do next, in monotonic time.
  std::int64_t next_ms();
  void run(std::int64_t now_ms);

 private:
  struct Topic {
    std::vector<PolledStream*> streams;
    std::int64_t next_fanout_ms = 0;
    bool pending = false;
  };
  struct Due {
    std::int64_t at_ms = 0;
    std::weak_ptr<PolledStream> stream;
    bool operator>(const Due& other) const { return at_ms > other.at_ms; }
  };

  void fan_out(std::int64_t now_ms);
  void run_due(std::int64_t now_ms);

  Watch& watch_;
  Mutex mutex_;
  std::unordered_map<std::string, Topic> topics_ GUARDED_BY(mutex_);
  std::vector<std::string> pending_ GUARDED_BY(mutex_);
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::net
