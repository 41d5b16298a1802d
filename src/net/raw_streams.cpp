#include "net/raw_streams.h"

#include "net/live_stream.h"
#include "net/polled_stream.h"
#include "net/source_stream.h"

namespace guildhall::net {
namespace {

// A client may close its sending side and still read a long reply; who has half left an event
// stream, or a body that is made for them alone, has left it.
Watch::For watch_for(RawKind kind) {
  return kind == RawKind::source ? Watch::For::space : Watch::For::departure_or_space;
}

}  // namespace

std::shared_ptr<RawStream> RawStreams::make(RawKind kind, std::shared_ptr<Exchange> exchange,
                                            int fd) {
  const std::uint64_t id = core_.watch->new_key();
  switch (kind) {
    case RawKind::polled: return std::make_shared<PolledStream>(*this, std::move(exchange), id, fd);
    case RawKind::live: return std::make_shared<LiveStream>(*this, std::move(exchange), id, fd);
    case RawKind::source: break;
  }
  return std::make_shared<SourceStream>(*this, std::move(exchange), id, fd);
}

bool RawStreams::full(RawKind kind) const {
  if (kind == RawKind::polled) return of_kind(kind) >= core_.options.max_event_streams;
  return kind == RawKind::live && of_kind(kind) >= core_.options.max_live_streams;
}

bool RawStreams::start(const std::shared_ptr<Exchange>& exchange) {
  int fd = -1;
  {
    Connection& connection = exchange->connection();
    MutexLock lock(connection.mutex);
    fd = connection.fd;
  }
  const RawKind kind = exchange->raw_kind();
  MutexLock lock(mutex_);
  if (full(kind)) return false;
  std::shared_ptr<RawStream> stream = make(kind, exchange, fd);
  streams_.emplace(stream->id, stream);
  count_.fetch_add(1);
  kinds_[static_cast<std::size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
  exchange->connection().enter(Phase::raw);
  stream->join();
  bool watched = core_.watch->add(stream->id, fd, watch_for(kind), stream);
  if (refusing_ || !watched) {
    stream->end();
  } else {
    stream->begin();
  }
  return true;
}

void RawStreams::forget(RawStream& stream) {
  {
    std::shared_ptr<RawStream> last;  // dies outside the lock
    MutexLock lock(mutex_);
    auto at = streams_.find(stream.id);
    last = std::move(at->second);
    streams_.erase(at);
  }
  kinds_[static_cast<std::size_t>(stream.kind())].fetch_sub(1, std::memory_order_relaxed);
  count_.fetch_sub(1);
}

void RawStreams::tick(std::int64_t now_ms) {
  MutexLock lock(mutex_);
  for (auto& [id, stream] : streams_) stream->on_tick(now_ms);
}

void RawStreams::finish_polled() {
  MutexLock lock(mutex_);
  for (auto& [id, stream] : streams_) {
    if (stream->kind() == RawKind::polled) static_cast<PolledStream&>(*stream).finish();
  }
}

void RawStreams::end_all() {
  MutexLock lock(mutex_);
  refusing_ = true;
  for (auto& [id, stream] : streams_) stream->end();
}

}  // namespace guildhall::net
