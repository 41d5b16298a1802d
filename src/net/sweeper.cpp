#include "net/sweeper.h"

#include <algorithm>

#include "base/clock.h"
#include "net/exchange.h"
#include "net/tcp_progress.h"

namespace guildhall::net {

void Connection::enter(Phase to) {
  since_ms.store(monotonic_ms(), std::memory_order_relaxed);
  phase.store(to, std::memory_order_release);
}

void Sweeper::add(Connection& connection) {
  MutexLock lock(mutex_);
  connection.next = first_;
  if (first_ != nullptr) first_->previous = &connection;
  first_ = &connection;
}

void Sweeper::remove(Connection& connection) {
  MutexLock lock(mutex_);
  if (connection.previous != nullptr) connection.previous->next = connection.next;
  if (connection.next != nullptr) connection.next->previous = connection.previous;
  if (first_ == &connection) first_ = connection.next;
}

std::int64_t Sweeper::interval_ms() const {
  const Deadlines& limits = core_.options.deadlines;
  std::int64_t least = std::min(
      {limits.header_ms, limits.idle_ms, limits.body_ms, limits.send_stall_ms, limits.linger_ms});
  return std::clamp<std::int64_t>(least / 4, 5, 500);
}

void Sweeper::sweep(std::int64_t now_ms) {
  MutexLock lock(mutex_);
  for (Connection* at = first_; at != nullptr; at = at->next) sweep_one(*at, now_ms);
}

void Sweeper::cut_all() {
  MutexLock lock(mutex_);
  for (Connection* at = first_; at != nullptr; at = at->next) {
    MutexLock hold(at->mutex);
    if (at->fd >= 0) shutdown(at->fd, SHUT_RDWR);
  }
}

void Sweeper::sweep_one(Connection& connection, std::int64_t now_ms) {
  MutexLock lock(connection.mutex);
  if (connection.fd < 0) return;
  // A connection accepted after `now_ms` was read has nothing overdue.
  Verdict verdict = look(connection, connection.fd, now_ms);
  if (verdict == Verdict::keep) return;
  if (verdict == Verdict::cut_slow) {
    core_.cut_slow.fetch_add(1, std::memory_order_relaxed);
    if (connection.phase.load(std::memory_order_acquire) == Phase::body && connection.exchange) {
      connection.exchange->fail_slow();
    }
    // While the client owes us bytes MHD writes nothing: the answer can go out beside it.
    if (connection.phase.load() != Phase::sending) {
      Error slow{Fault::timeout, "too-slow", "The request came too slowly.", {}};
      std::string id = connection.exchange ? connection.exchange->request_id : std::string();
      std::string text = reply_text(problem(slow, id), id);
      send(connection.fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }
  shutdown(connection.fd, SHUT_RDWR);
}

Sweeper::Verdict Sweeper::look(Connection& connection, int fd, std::int64_t now_ms) {
  Phase phase = connection.phase.load(std::memory_order_acquire);
  std::int64_t since = connection.since_ms.load(std::memory_order_relaxed);
  Connection::Mark& mark = connection.mark;
  if (mark.since_ms != since) {  // a phase we have not seen yet
    mark = {since, now_ms, 0, 0};
    if (phase == Phase::idle) mark.bytes = tcp_progress(fd).received;
    if (phase == Phase::sending) mark.bytes = tcp_progress(fd).acknowledged;
    if (phase == Phase::body) mark.bytes = connection.body_bytes.load(std::memory_order_relaxed);
    connection.paused = false;
  }
  switch (phase) {
    case Phase::idle: return look_idle(connection, fd, now_ms);
    case Phase::body: return look_body(connection, now_ms);
    case Phase::sending: return look_sending(connection, fd, now_ms);
    case Phase::discarding:
      return now_ms - since > core_.options.deadlines.linger_ms ? Verdict::drop : Verdict::keep;
    case Phase::working:
    case Phase::raw: break;
  }
  return Verdict::keep;
}

Sweeper::Verdict Sweeper::look_idle(Connection& connection, int fd, std::int64_t now_ms) {
  const Deadlines& limits = core_.options.deadlines;
  Connection::Mark& mark = connection.mark;
  // A fresh connection owes a header from its first moment, a kept-alive one from its first byte.
  if (!connection.served) {
    return now_ms - mark.since_ms > limits.header_ms ? Verdict::cut_slow : Verdict::keep;
  }
  if (mark.header_ms == 0) {
    if (tcp_progress(fd).received != mark.bytes) mark.header_ms = now_ms;
  } else if (now_ms - mark.header_ms > limits.header_ms) {
    return Verdict::cut_slow;
  }
  return now_ms - mark.since_ms > limits.idle_ms ? Verdict::drop : Verdict::keep;
}

Sweeper::Verdict Sweeper::look_body(Connection& connection, std::int64_t now_ms) {
  const Deadlines& limits = core_.options.deadlines;
  Connection::Mark& mark = connection.mark;
  if (now_ms - mark.progress_ms < limits.body_ms) return Verdict::keep;
  std::uint64_t bytes = connection.body_bytes.load(std::memory_order_relaxed);
  auto got = static_cast<std::int64_t>(bytes - mark.bytes);
  std::int64_t owed = limits.body_min_bytes_per_second * limits.body_ms / 1'000;
  // A window in which we held the client back ourselves proves nothing against it.
  bool held_back = connection.paused.exchange(false, std::memory_order_relaxed);
  mark.progress_ms = now_ms;
  mark.bytes = bytes;
  return got < owed && !held_back ? Verdict::cut_slow : Verdict::keep;
}

Sweeper::Verdict Sweeper::look_sending(Connection& connection, int fd, std::int64_t now_ms) {
  Connection::Mark& mark = connection.mark;
  std::uint64_t bytes = tcp_progress(fd).acknowledged;
  if (bytes != mark.bytes) {
    mark.bytes = bytes;
    mark.progress_ms = now_ms;
  }
  bool stalled = now_ms - mark.progress_ms > core_.options.deadlines.send_stall_ms;
  return stalled ? Verdict::cut_slow : Verdict::keep;
}

}  // namespace guildhall::net
