// Deadlines that MHD does not keep: a header, a body or the taking of a reply that goes too
// slowly. Progress is read from the kernel (TCP_INFO), not from MHD.
//
// Concurrency: add and remove on the loop; sweep on the watch thread.
// Limits: kHeaderDeadlineMs, kIdleMs, kBodyDeadlineMs, kBodyMinBytesPerSecond, kSendStallMs.
#pragma once

#include "net/core.h"

namespace guildhall::net {

class Sweeper {
 public:
  explicit Sweeper(Core& core) : core_(core) {}

  void add(Connection& connection);
  void remove(Connection& connection);
  void sweep(std::int64_t now_ms);
  // Ends every connection; MHD notices and cleans up.
  void cut_all();
  // How often sweep wants to be called.
  std::int64_t interval_ms() const;

 private:
  enum class Verdict : unsigned char { keep, drop, cut_slow };
  Verdict look(Connection& connection, int fd, std::int64_t now_ms);
  Verdict look_idle(Connection& connection, int fd, std::int64_t now_ms);
  Verdict look_body(Connection& connection, std::int64_t now_ms);
  Verdict look_sending(Connection& connection, int fd, std::int64_t now_ms);
  void sweep_one(Connection& connection, std::int64_t now_ms);

  Core& core_;
  Mutex mutex_;
  Connection* first_ GUARDED_BY(mutex_) = nullptr;
};

}  // namespace guildhall::net
