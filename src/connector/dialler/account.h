// How many bytes have gone to a peer today, over the connections that the dialler handed out. The
// kernel counts them, and the dialler keeps a duplicate of each descriptor: a process that holds
// the other one can neither send uncounted nor stop the count, and is cut off when the day's are
// spent.
//
// It looks every kAccountMs, and makes connections so slow that all together send a quarter of what
// is left until the next look (never slower than kLeastPeerPace, nor faster than
// kPeerBytesPerSecond): what may go beyond the limit is that slowest pace for as long as a look is
// late. What waits in a connection when the day's bytes are spent is thrown away with it. What was
// spent lies in a file, so a restart gives nothing back.
//
// Concurrency: one thread. Limits: those, and kMaxPeerConnections.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/descriptors.h"

namespace guildhall::connector {

class Account {
 public:
  // `file`: read and written, in place; none: nothing is kept.
  Account(std::int64_t bytes_per_day, gateway::Descriptor file, const Clock& wall);

  bool spent() const { return today_ >= per_day_; }
  std::int64_t today() const { return today_; }
  std::size_t connections() const { return watched_.size(); }
  bool full() const;
  // A connected socket: watched from now on, through a duplicate.
  bool watch(int socket);
  // Counts; ends every connection when the day's bytes are spent.
  void look();

 private:
  struct Watched {
    gateway::Descriptor socket;
    std::int64_t counted = 0;
  };
  void turn_day();
  void set_pace();
  void save() const;

  std::int64_t per_day_;
  gateway::Descriptor file_;
  const Clock* wall_;
  std::int64_t day_ = 0;
  std::int64_t today_ = 0;
  std::int64_t pace_ = 0;  // of each connection, bytes a second
  std::vector<Watched> watched_;
};

}  // namespace guildhall::connector
