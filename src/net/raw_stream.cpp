#include "net/raw_stream.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "net/raw_streams.h"
#include "net/tcp_progress.h"

namespace guildhall::net {
namespace {

constexpr std::size_t kMaxPiece = 0xffff'ffff;  // what a chunk's length says in eight digits
constexpr std::int64_t kSliceMs = 20;           // then another stream has its turn
constexpr std::string_view kLength = "00000000\r\n";

}  // namespace

RawStream::RawStream(RawStreams& owner, std::shared_ptr<Exchange> exchange, std::uint64_t stream_id,
                     int fd)
    : id(stream_id), owner_(owner), exchange_(std::move(exchange)), fd_(fd) {
  reply_ = exchange_->take_reply();
  if (reply_.events) reply_.content_type = "text/event-stream";
  if (reply_.events || reply_.held) reply_.header("Cache-Control", "no-store");
  if (!reply_.source) reply_.header("X-Accel-Buffering", "no");
  chunked_ = !reply_.events && !exchange_->old_http() && reply_.source_bytes < 0;
  out_ = raw_header(reply_, exchange_->request_id, chunked_);
  over_ = exchange_->head_only();
  if (over_) reply_ = Reply{};  // nobody will ask for its body
  int on = 1;                   // small pieces do not wait for the last one's acknowledgement
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
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
  {
    MutexLock lock(mutex_);
    if (linger_until_ms_ != 0) return Next::park;
  }
  const std::int64_t slice_ms = monotonic_ms() + kSliceMs;
  while (true) {
    switch (flush()) {
      case Flush::full: return Next::blocked;
      case Flush::broken: return Next::abort;
      case Flush::sent: break;
    }
    if (over_) return Next::close;
    if (monotonic_ms() > slice_ms) return Next::again;
    switch (fed()) {
      case Fed::some: break;
      case Fed::nothing: return Next::park;
      case Fed::over: over_ = true; break;
      case Fed::broken: return Next::abort;
    }
  }
}

RawStream::Fed RawStream::fed() {
  try {
    return feed();
  } catch (...) {
    return Fed::broken;
  }
}

RawStream::Flush RawStream::flush() {
  while (sent_ < out_.size()) {
    ssize_t sent = send(fd_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Flush::full : Flush::broken;
    sent_ += static_cast<std::size_t>(sent);
  }
  out_.clear();
  sent_ = 0;
  return Flush::sent;
}

// The length is filled in when it is known: the piece is appended where it will be sent from.
std::size_t RawStream::open_chunk() {
  if (chunked_) out_ += kLength;
  return out_.size();
}

Result<bool> RawStream::close_chunk(std::size_t at) {
  const std::size_t size = out_.size() - at;
  if (!chunked_) return size > 0;
  const std::size_t length_at = at - kLength.size();
  if (size == 0) {
    out_.resize(length_at);
    return false;
  }
  if (size > kMaxPiece) return fail(Fault::internal, "internal", "A piece is too long.");
  fmt::format_to(out_.begin() + static_cast<std::ptrdiff_t>(length_at), "{:08x}", size);
  out_ += "\r\n";
  return true;
}

void RawStream::last_chunk() {
  if (chunked_) out_ += "0\r\n\r\n";
}

// MHD, as it is configured, closes without a shutdown before.
void RawStream::reset_on_close() {
  linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void RawStream::begin_linger() {
  shutdown(fd_, SHUT_WR);
  MutexLock lock(mutex_);
  linger_until_ms_ = monotonic_ms() + owner_.core().options.deadlines.linger_ms;
}

void RawStream::release() {
  {
    MutexLock lock(mutex_);
    released_ = true;
  }
  leave();
  owner_.core().watch->remove(id, fd_);
  try {
    reply_ = Reply{};
  } catch (...) {
    // A source of the app's that throws when it dies has no one left to tell.
  }
  // The last use of the descriptor: from here on it is MHD's to close.
  exchange_->hand_back();
  owner_.forget(*this);
}

void RawStream::begin() {
  MutexLock lock(mutex_);
  poke();
}

void RawStream::end() {
  MutexLock lock(mutex_);
  gone_ = true;
  poke();
}

void RawStream::queue_step() {
  stepping_ = true;
  owner_.core().queue->push_step(shared_from_this());
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
    on_idle_tick(now_ms);
    return;
  }
  std::uint64_t bytes = tcp_progress(fd_).acknowledged;
  if (stall_mark_ms_ == 0 || bytes != stall_mark_bytes_) {
    stall_mark_ms_ = now_ms;
    stall_mark_bytes_ = bytes;
  } else if (now_ms - stall_mark_ms_ > owner_.core().options.deadlines.send_stall_ms) {
    owner_.core().cut_slow.fetch_add(1, std::memory_order_relaxed);
    shutdown(fd_, SHUT_RDWR);
    gone_ = true;
    poke();
  }
}

}  // namespace guildhall::net
