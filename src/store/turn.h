// The turn: of all processes that serve a room from one store, one at a time has it, and does what
// is done once for the room. It is a lock of the store, not of the room's folder, so it holds
// between machines; it goes when its process ends, however that ends.
//
// SQLite: a lock on DIR/turn-ROOM.lock. PostgreSQL: a session's advisory lock on a connection of
// its own; the server ends that session when it has heard nothing for kTurnIdleMs, so a process
// that is stopped, or cut off, loses the turn too. Whoever has it asks again more often than that.
//
// Concurrency: one thread. May outlive its Database. Limits: kTurnIdleMs.
#pragma once

#include "base/result.h"

namespace guildhall::store {

// PostgreSQL: a turn that was not asked for in this time is another's to take.
inline constexpr int kTurnIdleMs = 10'000;

class Turn {
 public:
  virtual ~Turn() = default;  // gives it back
  // Does this process have it? Takes it where nobody has it. After a loss the answer is false
  // once, even where nobody has taken it meanwhile: what was known under the turn may be old.
  // Errors: unavailable/"store-failed", "store-folder"; it is not had then.
  virtual Result<bool> take() = 0;
  virtual void give_back() = 0;
};

}  // namespace guildhall::store
