#include "net/raw_stream.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "net/tcp_progress.h"

namespace guildhall::net {
namespace {

constexpr std::size_t kBatchBytes = 64U << 10;  // small pieces are sent together
constexpr std::size_t kMaxPiece = 0xffff'ffff;  // what a chunk's length says in eight digits
constexpr std::int64_t kBatchMs = 20;           // but not held back longer
constexpr std::int64_t kSliceMs = 20;           // then another stream has its turn

Reply too_many_streams(const std::string& request_id) {
  Reply reply = problem({Fault::unavailable, "server-full", "Too many event streams are open.", {}},
                        request_id);
  reply.header("Retry-After", std::to_string(kRetryAfterS));
  return reply;
}

}  // namespace

RawStream::RawStream(RawStreams& owner, std::shared_ptr<Exchange> exchange, std::uint64_t stream_id,
                     int fd, bool refused)
    : id(stream_id), owner_(owner), exchange_(std::move(exchange)), fd_(fd) {
  reply_ = exchange_->take_reply();
  std::int64_t now_ms = monotonic_ms();
  last_write_ms_ = now_ms;
  last_poll_ms_ = now_ms - owner_.core_.options.deadlines.event_interval_ms;
  if (refused) {
    reply_ = Reply{};
    out_ = reply_text(too_many_streams(exchange_->request_id), exchange_->request_id);
    source_done_ = true;
    return;
  }
  held_ = reply_.held.has_value();
  events_ = (reply_.events || reply_.held) && !exchange_->head_only();
  if (reply_.events) {
    topic_ = reply_.events->topic;
    reply_.content_type = "text/event-stream";
    reply_.header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
  }
  if (held_) {
    topic_ = reply_.held->topic;
    held_until_ms_ = now_ms + reply_.held->wait_ms;
    reply_.header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
  }
  chunked_ = !reply_.events && !exchange_->old_http() && reply_.source_bytes < 0;
  out_ = raw_header(reply_, exchange_->request_id, chunked_);
  source_done_ = exchange_->head_only();
}

void RawStream::run() noexcept {
  while (true) {
    bool gone = false;
    {
      MutexLock lock(mutex_);
      again_ = false;
      blocked_ = false;
      gone = gone_;
    }
    switch (gone ? Next::abort : step()) {
      case Next::again: {
        MutexLock lock(mutex_);
        queue_step();
        return;
      }
      case Next::park:
        if (park(false)) return;
        break;
      case Next::blocked:
        if (park(true)) return;
        break;
      case Next::close:
        begin_linger();
        if (park(false)) return;
        break;
      case Next::abort: return release();
    }
  }
}

// False when something happened meanwhile that asks for another step.
bool RawStream::park(bool blocked) {
  MutexLock lock(mutex_);
  if (again_) return false;
  blocked_ = blocked;
  stepping_ = false;
  return true;
}

RawStream::Next RawStream::step() {
  bool ending = false;
  {
    MutexLock lock(mutex_);
    if (linger_until_ms_ != 0) return Next::park;
    ending = ending_;
  }
  switch (flush()) {
    case Flush::full: return Next::blocked;
    case Flush::broken: return Next::abort;
    case Flush::sent: break;
  }
  return events_ ? poll_events(ending) : pull_source();
}

RawStream::Flush RawStream::flush() {
  bool wrote = false;
  Flush result = Flush::sent;
  while (sent_ < out_.size()) {
    ssize_t sent = send(fd_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      result = errno == EAGAIN || errno == EWOULDBLOCK ? Flush::full : Flush::broken;
      break;
    }
    sent_ += static_cast<std::size_t>(sent);
    wrote = true;
  }
  if (result == Flush::sent) {
    // An event stream sleeps for seconds: it gives its buffer back. A source fills it again.
    if (events_) std::string().swap(out_);
    out_.clear();
    sent_ = 0;
  }
  if (wrote) {
    MutexLock lock(mutex_);
    last_write_ms_ = monotonic_ms();
  }
  return result;
}

// The source appends where it will be sent from; a chunk's length is filled in afterwards. False
// at the end.
Result<bool> RawStream::frame_piece() {
  constexpr std::string_view kLength = "00000000\r\n";
  const std::size_t at = out_.size();
  if (chunked_) out_ += kLength;
  const std::size_t from = out_.size();
  TRY(reply_.source->next(out_));
  const std::size_t size = out_.size() - from;
  if (size == 0) {
    out_.resize(at);
    return false;
  }
  if (!chunked_) return true;
  if (size > kMaxPiece) return fail(Fault::internal, "internal", "A piece is too long.");
  fmt::format_to(out_.begin() + static_cast<std::ptrdiff_t>(at), "{:08x}", size);
  out_ += "\r\n";
  return true;
}

RawStream::Next RawStream::pull_source() {
  const std::int64_t slice_ms = monotonic_ms() + kSliceMs;
  while (!source_done_) {
    const std::int64_t batch_ms = monotonic_ms() + kBatchMs;
    do {
      Result<bool> more = fail(Fault::internal, "internal", {});
      try {
        more = frame_piece();
      } catch (...) {
        return Next::abort;
      }
      if (!more) return Next::abort;
      source_done_ = !*more;
    } while (!source_done_ && out_.size() < kBatchBytes && monotonic_ms() < batch_ms);
    if (source_done_ && chunked_) out_ += "0\r\n\r\n";
    switch (flush()) {
      case Flush::full: return Next::blocked;
      case Flush::broken: return Next::abort;
      case Flush::sent: break;
    }
    if (!source_done_ && monotonic_ms() > slice_ms) return Next::again;
  }
  return Next::close;
}

// True when a poll is due now. Otherwise `due_ms` is when it will be, or 0 when none is wanted.
bool RawStream::take_due_poll(std::int64_t& due_ms, bool& keep_alive) {
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

RawStream::Next RawStream::poll_events(bool ending) {
  if (ending || answered_) return Next::close;
  std::int64_t due_ms = 0;
  bool keep_alive = false;
  if (!take_due_poll(due_ms, keep_alive)) {
    if (due_ms != 0) owner_.defer(id, due_ms);
    return Next::park;
  }
  try {
    if (held_) return send_held(reply_.held->poll(keep_alive), keep_alive);
    auto text = reply_.events->poll();
    if (!text) return Next::close;
    if (text->size() > kMaxEventBytes) return Next::abort;
    out_ = std::move(*text);
  } catch (...) {
    return Next::abort;
  }
  if (out_.empty() && keep_alive) out_ = ": keep-alive\n\n";
  switch (flush()) {
    case Flush::full: return Next::blocked;
    case Flush::broken: return Next::abort;
    case Flush::sent: break;
  }
  return Next::park;
}

// The whole body in one chunk.
RawStream::Next RawStream::send_held(Result<std::string> text, bool last) {
  if (!text || text->size() > kMaxEventBytes) return Next::abort;
  if (text->empty() && !last) return Next::park;
  answered_ = true;
  if (!chunked_) {
    out_ = std::move(*text);
  } else if (text->empty()) {
    out_ = "0\r\n\r\n";
  } else {
    out_ = fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", text->size(), *text);
  }
  return Next::again;
}

std::int64_t RawStream::interval_ms() const {
  return held_ ? 0 : owner_.core_.options.deadlines.event_interval_ms;
}

void RawStream::begin_linger() {
  shutdown(fd_, SHUT_WR);
  MutexLock lock(mutex_);
  linger_until_ms_ = monotonic_ms() + owner_.core_.options.deadlines.linger_ms;
}

void RawStream::release() {
  {
    MutexLock lock(mutex_);
    released_ = true;
  }
  epoll_ctl(owner_.epoll_, EPOLL_CTL_DEL, fd_, nullptr);
  try {
    reply_ = Reply{};
  } catch (...) {
    // A source of the app's that throws when it dies has no one left to tell.
  }
  owner_.forget(*this);
  // The last use of the descriptor: from here on it is MHD's to close.
  exchange_->raw_over();
  owner_.count_.fetch_sub(1);
}

void RawStream::first_step() {
  MutexLock lock(mutex_);
  poke();
}

void RawStream::queue_step() {
  stepping_ = true;
  owner_.core_.queue->push_step(shared_from_this());
}

void RawStream::poke() {
  if (released_) return;
  if (stepping_) {
    again_ = true;
  } else {
    queue_step();
  }
}

void RawStream::on_ready(bool writable, bool gone) {
  MutexLock lock(mutex_);
  gone_ = gone_ || gone;
  if (gone || (writable && (blocked_ || stepping_))) poke();
}

void RawStream::on_tick(std::int64_t now_ms) {
  const Deadlines& limits = owner_.core_.options.deadlines;
  MutexLock lock(mutex_);
  if (released_) return;
  if (linger_until_ms_ != 0) {
    int unsent = 0;
    ioctl(fd_, SIOCOUTQ, &unsent);
    gone_ = gone_ || unsent == 0 || now_ms > linger_until_ms_;
    if (gone_) poke();
    return;
  }
  if (!blocked_) {
    stall_mark_ms_ = 0;
    // What is held is over then; what streams says that it lives.
    bool due =
        held_ ? now_ms >= held_until_ms_ : now_ms - last_write_ms_ >= limits.event_keep_alive_ms;
    if (events_ && due && !keep_alive_) {
      keep_alive_ = dirty_ = true;
      poke();
    }
    return;
  }
  std::uint64_t bytes = tcp_progress(fd_).acknowledged;
  if (stall_mark_ms_ == 0 || bytes != stall_mark_bytes_) {
    stall_mark_ms_ = now_ms;
    stall_mark_bytes_ = bytes;
  } else if (now_ms - stall_mark_ms_ > limits.send_stall_ms) {
    owner_.core_.cut_slow.fetch_add(1, std::memory_order_relaxed);
    shutdown(fd_, SHUT_RDWR);
    gone_ = true;
    poke();
  }
}

std::optional<std::int64_t> RawStream::wake(std::int64_t now_ms) {
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

void RawStream::on_due() {
  MutexLock lock(mutex_);
  deferred_ = false;
  if (!blocked_) poke();
}

void RawStream::end(bool at_once) {
  MutexLock lock(mutex_);
  if (!at_once && !events_) return;
  ending_ = true;
  gone_ = gone_ || at_once;
  poke();
}

}  // namespace guildhall::net
