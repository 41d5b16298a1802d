// The raw streams of a server: started, counted, ended. Internal to src/net.
//
// Concurrency: start from any thread; tick on the watch thread; end_* on the one that stops.
// Limits: max_event_streams, max_live_streams.
#pragma once

#include <array>
#include <unordered_map>

#include "net/raw_stream.h"

namespace guildhall::net {

class RawStreams {
 public:
  explicit RawStreams(Core& core) : core_(core) {}

  // False when there are too many of its kind: the exchange is as it was.
  bool start(const std::shared_ptr<Exchange>& exchange);
  void tick(std::int64_t now_ms);
  // Ends what never ends by itself, in good order.
  void finish_polled();
  // Cuts all of them, whatever they are doing.
  void end_all();
  bool empty() const { return count_.load() == 0; }
  std::int64_t of_kind(RawKind kind) const {
    return kinds_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
  }

  // Streams.
  Core& core() { return core_; }
  void forget(RawStream& stream);

 private:
  std::shared_ptr<RawStream> make(RawKind kind, std::shared_ptr<Exchange> exchange, int fd);
  bool full(RawKind kind) const;

  Core& core_;
  std::atomic<std::int64_t> count_{0};
  std::array<std::atomic<std::int64_t>, kRawKinds> kinds_{};
  Mutex mutex_;
  bool refusing_ GUARDED_BY(mutex_) = false;
  std::unordered_map<std::uint64_t, std::shared_ptr<RawStream>> streams_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::net
