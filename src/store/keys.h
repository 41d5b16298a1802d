// Hands out inner keys: compact, ascending within one process, unique in a room across processes.
//
// Operation. A process takes blocks of kKeyBlock keys in small transactions of its own (table
// key_block) and hands them out from memory. The next block is fetched by a thread of this object
// as soon as half of the current one is gone, so that inside a write closure, where no other
// write may be waited for, keys are at hand. Keys of a block that is left unfinished (a stop, or
// a `take` that did not fit) are never handed out.
//
// From a write closure: call `next`/`take` freely for what one request needs. Whoever needs
// thousands (an import) takes them before it enters the closure: there `take` waits for a block,
// inside a closure it cannot and answers unavailable/"keys-exhausted".
//
// Concurrency: any thread. The Database must outlive it.
// Limits: keys lie in [kFirstKey, kKeyCeiling); `take` gives at most kKeyBlock at once; it waits
// at most kKeyWaitMs.
#pragma once

#include <cstdint>
#include <thread>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/result.h"
#include "store/database.h"

namespace guildhall::store {

class Keys {
 public:
  Keys(Database& database, RoomId room);
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  Result<std::int64_t> next() { return take(1); }
  // The first of `count` consecutive keys.
  Result<std::int64_t> take(int count) EXCLUDES(mutex_);

 private:
  struct Block {
    std::int64_t next = 0;
    std::int64_t end = 0;
    std::int64_t left() const { return end - next; }
  };

  void fetch_loop() EXCLUDES(mutex_);
  Result<Block> fetch();
  bool switch_block(std::int64_t count) REQUIRES(mutex_);

  Database& database_;
  const RoomId room_;
  Mutex mutex_;
  CondVar changed_;
  Block block_ GUARDED_BY(mutex_);
  Block spare_ GUARDED_BY(mutex_);
  bool wanted_ GUARDED_BY(mutex_) = true;
  bool stopping_ GUARDED_BY(mutex_) = false;
  Result<void> newest_ GUARDED_BY(mutex_);  // how the newest fetch ended
  std::int64_t attempts_ GUARDED_BY(mutex_) = 0;
  std::thread fetcher_;
};

}  // namespace guildhall::store
