#include "store/keys.h"

#include "base/clock.h"
#include "base/limits.h"
#include "store/nested.h"

namespace guildhall::store {

Keys::Keys(Database& database, RoomId room)
    : database_(database), room_(room), fetcher_([this] { fetch_loop(); }) {
  // The first request may ask from inside a closure: have the first block by then.
  MutexLock lock(mutex_);
  while (attempts_ == 0) changed_.wait(mutex_);
}

Keys::~Keys() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  fetcher_.join();
}

Result<std::int64_t> Keys::take(int count) {
  if (count < 1 || count > kKeyBlock) {
    return fail(Fault::internal, "keys-count", "one block of keys at most can be taken at once");
  }
  MutexLock lock(mutex_);
  std::int64_t until_ms = 0;
  while (block_.left() < count && !switch_block(count)) {
    if (inside_write) {
      return fail(Fault::unavailable, "keys-exhausted", "new keys are not at hand yet");
    }
    std::int64_t now_ms = monotonic_ms();
    if (until_ms == 0) until_ms = now_ms + kKeyWaitMs;
    std::int64_t before = attempts_;
    if (now_ms >= until_ms) {
      return fail(Fault::unavailable, "keys-exhausted", "new keys did not come in time");
    }
    changed_.wait_for_ms(mutex_, until_ms - now_ms);
    // A failed fetch is told to those who wait for it; the next call asks again.
    if (attempts_ != before && !newest_) return std::unexpected(newest_.error());
  }
  std::int64_t first = block_.next;
  block_.next += count;
  if (spare_.left() == 0 && block_.left() < kKeyBlock / 2 && !wanted_) {
    wanted_ = true;
    changed_.notify_all();
  }
  return first;
}

// Moves to the spare block when the current one cannot serve `count`, and asks for another.
bool Keys::switch_block(std::int64_t count) {
  bool switched = spare_.left() >= count;
  if (switched) {
    block_ = spare_;
    spare_ = {};
  }
  if (!wanted_) {
    wanted_ = true;
    changed_.notify_all();
  }
  return switched;
}

void Keys::fetch_loop() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!wanted_ && !stopping_) changed_.wait(mutex_);
      if (stopping_) return;
    }
    auto fetched = fetch();
    MutexLock lock(mutex_);
    ++attempts_;
    wanted_ = false;
    if (fetched) {
      newest_ = {};
      (block_.left() == 0 ? block_ : spare_) = *fetched;
      // The first block serves at once; the next is then at hand before anyone asks.
      if (spare_.left() == 0) wanted_ = true;
    } else {
      newest_ = std::unexpected(std::move(fetched).error());
    }
    changed_.notify_all();
  }
}

Result<Keys::Block> Keys::fetch() {
  return database_.write_as([this](Tx& tx) -> Result<Block> {
    auto end = TRY(tx.first(
        "INSERT INTO key_block(room, next) VALUES ($1, $2)"
        " ON CONFLICT(room) DO UPDATE SET next = key_block.next + $3 RETURNING next",
        {room_, kFirstKey + kKeyBlock, kKeyBlock}, [](const Row& row) { return row.integer(0); }));
    if (!end || *end > kKeyCeiling) {
      return fail(Fault::unavailable, "keys-exhausted", "the room has used all its keys");
    }
    return Block{.next = *end - kKeyBlock, .end = *end};
  });
}

}  // namespace guildhall::store
