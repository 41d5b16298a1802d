// Where a vault receives its keepers: takes what they say, leaves a leaf of each statement taken,
// answers, and tells the room's process what it may know (keeper_state.h). A room whose keys lie in
// a file has a desk too, which only says so.
//
// Concurrency: any thread. Limits: those of exchange.h; kWishMs, one wish at a time;
// kVaultWatchMs, how long a watcher is made to wait.
#pragma once

#include "base/mutex.h"
#include "vault/exchange.h"
#include "vault/keeper_state.h"
#include "vault/leaf_log.h"
#include "vault/wire.h"
#include "vault/witnessing.h"

namespace guildhall::vault {

class KeeperDesk {
 public:
  struct Ports {
    RoomId room;
    const crypto::SigningKey& log_key;
    LeafLog& log;
    const Clock& clock;
    Random& random;
  };
  // `held_by`: what the room is told of where its keys come from.
  KeeperDesk(const Ports& ports, std::string_view held_by) : ports_(ports) {
    state_.held_by = held_by;
  }
  // The keys that the keepers lease and the log that they witness, before anything is asked.
  void attach(LeasedKeys& keys, Witnessing& witnessing) {
    keys_ = &keys;
    witnessing_ = &witnessing;
  }

  // What the room's process asks (wire.h): the fields of the answers.
  Result<FrameWriter> exchange(FrameReader& in) EXCLUDES(mutex_);
  Result<FrameWriter> watch(FrameReader& in) EXCLUDES(mutex_);
  Result<FrameWriter> wish(FrameReader& in) EXCLUDES(mutex_);

  // Something that a watcher would want to know. Called under the locks of the keys: the desk asks
  // them nothing while it holds its own.
  void changed() EXCLUDES(mutex_);
  // The keepers have something to be told, and nothing else changed.
  void call_keepers() EXCLUDES(mutex_);

 private:
  bool has_news(std::string_view keeper) EXCLUDES(mutex_);
  std::string answer(const std::vector<Frame>& frames);
  void take_cosignatures(const std::vector<Frame>& frames, std::string_view keeper);
  Result<void> take(std::string_view message);
  Result<void> record(const Statement& statement, std::string_view message);
  void remember(const Statement& statement, std::string_view message, bool taken) EXCLUDES(mutex_);
  void note_contact(std::string_view keeper) EXCLUDES(mutex_);
  void append_wish(std::string& answer) EXCLUDES(mutex_);
  void drop_old_wish() REQUIRES(mutex_);

  const Ports ports_;
  LeasedKeys* keys_ = nullptr;
  Witnessing* witnessing_ = nullptr;

  Mutex mutex_;
  CondVar news_;
  std::int64_t revision_ GUARDED_BY(mutex_) = 1;  // of everything
  std::int64_t changes_ GUARDED_BY(mutex_) = 1;   // of the state
  KeeperState state_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::vault
