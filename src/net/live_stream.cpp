#include "net/live_stream.h"

namespace guildhall::net {

void LiveStream::start() {
  waker_ = std::make_shared<Waker>();
  {
    MutexLock lock(waker_->mutex);
    waker_->stream = this;
  }
  reply_.live->start([waker = waker_] {
    MutexLock lock(waker->mutex);
    if (waker->stream != nullptr) waker->stream->on_wake();
  });
}

RawStream::Fed LiveStream::feed() {
  if (!waker_) start();
  const std::size_t at = open_chunk();
  auto over = reply_.live->take(out_);
  if (!over) {
    if (over.error().fault == Fault::gone || exchange_->old_http()) reset_on_close();
    return Fed::broken;
  }
  auto some = close_chunk(at);
  if (!some) return Fed::broken;
  if (!*over) return *some ? Fed::some : Fed::nothing;
  reply_.live.reset();
  last_chunk();
  return Fed::over;
}

// Somebody who waits for the socket will be asked anyway.
void LiveStream::on_wake() {
  MutexLock lock(mutex_);
  if (!blocked_) poke();
}

void LiveStream::leave() {
  if (!waker_) return;
  MutexLock lock(waker_->mutex);
  waker_->stream = nullptr;
}

}  // namespace guildhall::net
