// The stream of a LiveBody: asked when its maker says that there is more. Internal to src/net.
//
// Operation. The maker's `wake` queues a step at once, without topics or intervals; wakes that
// come while a step is queued, or while the socket is full, are one.
//
// Concurrency: raw_stream.h's; on_wake from any thread. What the maker holds is a Waker, which
// outlives the stream and the server. Lock order: Waker::mutex before RawStream::mutex_.
// Limits: max_live_streams; what one take gives is held.
#pragma once

#include "net/raw_stream.h"

namespace guildhall::net {

class LiveStream final : public RawStream {
 public:
  LiveStream(RawStreams& owner, std::shared_ptr<Exchange> exchange, std::uint64_t id, int fd)
      : RawStream(owner, std::move(exchange), id, fd) {}
  RawKind kind() const override { return RawKind::live; }

 private:
  struct Waker {
    Mutex mutex;
    LiveStream* stream GUARDED_BY(mutex) = nullptr;
  };
  Fed feed() override;
  void leave() override;
  void start();
  void on_wake();

  std::shared_ptr<Waker> waker_;  // from the first feed on
};

}  // namespace guildhall::net
