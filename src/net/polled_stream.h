// The stream of an EventStream or a HeldAnswer: polled when its topic is notified. Internal to
// src/net.
//
// Operation. Wakes are coalesced three times: a topic fans out at most every kEventFanoutMs, a
// stream has at most one step queued or running, and polls of one stream are kEventIntervalMs
// apart. At the keep-alive interval a stream says that it lives; what is held is over at its time.
//
// Concurrency: raw_stream.h's; wake and on_due on the watch thread, finish on the one that stops.
// Limits: max_event_streams; kMaxEventBytes a poll.
#pragma once

#include <optional>

#include "net/raw_stream.h"

namespace guildhall::net {

class PolledStream final : public RawStream {
 public:
  PolledStream(RawStreams& owner, std::shared_ptr<Exchange> exchange, std::uint64_t id, int fd);

  RawKind kind() const override { return RawKind::polled; }
  void join() override;
  const std::string& topic() const { return topic_; }
  // Has it polled now, or not before the interval is over: then at the returned time.
  std::optional<std::int64_t> wake(std::int64_t now_ms);
  void on_due();
  void finish();
  std::weak_ptr<PolledStream> weak() {
    return std::static_pointer_cast<PolledStream>(shared_from_this());
  }
  std::size_t topic_index = 0;  // Topics'

 private:
  Fed feed() override;
  void leave() override;
  void on_idle_tick(std::int64_t now_ms) override REQUIRES(mutex_);
  Fed feed_events(bool keep_alive);
  Fed feed_held(bool last);
  std::int64_t interval_ms() const;
  bool take_due_poll(std::int64_t& due_ms, bool& keep_alive);

  const std::string topic_;
  std::int64_t held_until_ms_ = 0;

  bool dirty_ GUARDED_BY(mutex_) = true;      // the first poll needs no notify
  bool deferred_ GUARDED_BY(mutex_) = false;  // in the list of due polls
  bool finishing_ GUARDED_BY(mutex_) = false;
  bool keep_alive_ GUARDED_BY(mutex_) = false;
  std::int64_t last_poll_ms_ GUARDED_BY(mutex_) = 0;
  std::int64_t last_text_ms_ GUARDED_BY(mutex_) = 0;
};

}  // namespace guildhall::net
