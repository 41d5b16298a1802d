// What a process remembers of authority rows (authority.h): the newest version of each member that
// a snapshot has shown it, so that an older one that is put back is refused as long as this process
// lives; and the rows that it refused, until somebody writes them down.
//
// A snapshot taken before another may still be read after it: an older version counts as put back
// only kRowSettleMs later.
//
// Concurrency: any thread. Limits: kMaxKnownRows members, then all are learned anew;
// kMaxRefusedRows different rows, further ones are only counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/mutex.h"

namespace guildhall::identity {

class RowMemory {
 public:
  struct Stand {
    std::int64_t version = 0;
    std::int64_t epoch = 0;
  };
  // Is this the newest that was seen of the member? `committed` ones are remembered.
  bool is_newest(MemberId member, Stand stand, bool committed, TimeMs now) EXCLUDES(mutex_);

  struct Refused {
    MemberId member;
    std::string hash;  // SHA-256 of what the row says
  };
  void refuse(MemberId member, std::string_view bytes) EXCLUDES(mutex_);
  // Those that were not taken before.
  std::vector<Refused> take() EXCLUDES(mutex_);
  std::int64_t refusals() const EXCLUDES(mutex_);

 private:
  struct Seen {
    Stand stand;
    TimeMs at = 0;
  };
  mutable Mutex mutex_;
  std::unordered_map<std::int64_t, Seen> newest_ GUARDED_BY(mutex_);
  std::unordered_set<std::string> known_ GUARDED_BY(mutex_);  // refused rows, once each
  std::vector<Refused> waiting_ GUARDED_BY(mutex_);
  std::int64_t refusals_ GUARDED_BY(mutex_) = 0;
};

}  // namespace guildhall::identity
