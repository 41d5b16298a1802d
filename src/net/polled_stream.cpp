#include "net/polled_stream.h"

#include "base/clock.h"
#include "net/raw_streams.h"
#include "net/topics.h"

namespace guildhall::net {

PolledStream::PolledStream(RawStreams& owner, std::shared_ptr<Exchange> exchange,
                           std::uint64_t stream_id, int fd)
    : RawStream(owner, std::move(exchange), stream_id, fd),
      topic_(reply_.held ? reply_.held->topic : reply_.events->topic) {
  const std::int64_t now_ms = monotonic_ms();
  if (reply_.held) held_until_ms_ = now_ms + reply_.held->wait_ms;
  last_text_ms_ = now_ms;
  last_poll_ms_ = now_ms - interval_ms();
}

std::int64_t PolledStream::interval_ms() const {
  return reply_.held ? 0 : owner_.core().options.deadlines.event_interval_ms;
}

void PolledStream::join() { owner_.core().topics->add(*this); }

void PolledStream::leave() { owner_.core().topics->remove(*this); }

// True when a poll is due now. Otherwise `due_ms` is when it will be, or 0 when none is wanted.
bool PolledStream::take_due_poll(std::int64_t& due_ms, bool& keep_alive) {
  MutexLock lock(mutex_);
  due_ms = 0;
  if (!dirty_) return false;
  std::int64_t now_ms = monotonic_ms();
  std::int64_t earliest_ms = last_poll_ms_ + interval_ms();
  if (now_ms < earliest_ms) {
    if (!deferred_) due_ms = earliest_ms;
    deferred_ = true;
    return false;
  }
  dirty_ = false;
  keep_alive = keep_alive_;
  keep_alive_ = false;
  last_poll_ms_ = now_ms;
  return true;
}

RawStream::Fed PolledStream::feed() {
  {
    MutexLock lock(mutex_);
    if (finishing_) return Fed::over;
  }
  std::string().swap(out_);  // sent; and now it sleeps for seconds
  std::int64_t due_ms = 0;
  bool keep_alive = false;
  if (!take_due_poll(due_ms, keep_alive)) {
    if (due_ms != 0) owner_.core().topics->defer(weak(), due_ms);
    return Fed::nothing;
  }
  Fed fed = reply_.held ? feed_held(keep_alive) : feed_events(keep_alive);
  if (fed == Fed::some) {
    MutexLock lock(mutex_);
    last_text_ms_ = monotonic_ms();
  }
  return fed;
}

RawStream::Fed PolledStream::feed_events(bool keep_alive) {
  auto text = reply_.events->poll();
  if (!text) return Fed::over;
  if (text->size() > kMaxEventBytes) return Fed::broken;
  out_ = std::move(*text);
  if (out_.empty() && keep_alive) out_ = ": keep-alive\n\n";
  return out_.empty() ? Fed::nothing : Fed::some;
}

// The whole body in one chunk.
RawStream::Fed PolledStream::feed_held(bool last) {
  auto text = reply_.held->poll(last);
  if (!text || text->size() > kMaxEventBytes) return Fed::broken;
  if (text->empty() && !last) return Fed::nothing;
  const std::size_t at = open_chunk();
  out_ += *text;
  if (!close_chunk(at)) return Fed::broken;
  last_chunk();
  return Fed::over;
}

void PolledStream::on_idle_tick(std::int64_t now_ms) {
  const std::int64_t every_ms = owner_.core().options.deadlines.event_keep_alive_ms;
  bool due = held_until_ms_ != 0 ? now_ms >= held_until_ms_ : now_ms - last_text_ms_ >= every_ms;
  if (!due || keep_alive_) return;
  keep_alive_ = dirty_ = true;
  poke();
}

std::optional<std::int64_t> PolledStream::wake(std::int64_t now_ms) {
  MutexLock lock(mutex_);
  dirty_ = true;
  if (released_ || linger_until_ms_ != 0 || blocked_ || deferred_) return std::nullopt;
  std::int64_t earliest_ms = last_poll_ms_ + interval_ms();
  if (stepping_ || now_ms >= earliest_ms) {
    poke();
    return std::nullopt;
  }
  deferred_ = true;
  return earliest_ms;
}

void PolledStream::on_due() {
  MutexLock lock(mutex_);
  deferred_ = false;
  if (!blocked_) poke();
}

void PolledStream::finish() {
  MutexLock lock(mutex_);
  finishing_ = true;
  poke();
}

}  // namespace guildhall::net
