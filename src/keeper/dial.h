// The loop of one room: asks the session what to say, carries it there and the answer back, waits
// longer after each failure.
//
// Concurrency: run() on a thread of its own; wake() and stop() from any.
// Limits: kKeeperRetryMs to kKeeperRetryMaxMs between attempts; kHttpTotalMs beyond the poll's
// wait.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "keeper/session.h"
#include "net/http_client.h"

namespace guildhall::keeper {

// The way to a room.
class Line {
 public:
  virtual ~Line() = default;
  virtual Result<std::string> exchange(std::string_view body, std::int64_t timeout_ms) = 0;
  // Ends the exchange in flight, or the next one, with "http-interrupted". Any thread.
  virtual void interrupt() = 0;
};

// POST URL/api/v1/keeper/exchange. Plain http to this machine only.
// Errors: invalid/"bad-room-url", those of net/http_client.h; unavailable/"room-refuses" for any
// status but 200.
Result<std::unique_ptr<Line>> open_line(const RoomState& room);
Result<void> check_room_url(std::string_view url);

class Dialler {
 public:
  Dialler(Session& session, Line& line, const Clock& steady)
      : session_(session), line_(line), steady_(steady) {}

  void run();
  // There is news: what is in flight is given up, a nap ends.
  void wake();
  void stop();

 private:
  // Milliseconds to wait before the next turn.
  std::int64_t turn();
  void nap(std::int64_t ms) EXCLUDES(mutex_);

  Session& session_;
  Line& line_;
  const Clock& steady_;
  std::int64_t retry_ms_ = 0;
  bool early_ = false;  // the last answer came before its time, with nothing to say to it
  std::atomic<bool> stopping_ = false;
  Mutex mutex_;
  CondVar woken_;
  bool news_ GUARDED_BY(mutex_) = false;
};

}  // namespace guildhall::keeper
