// The room's line to whoever holds its keys: carries exchanges between keeper and vault, relays
// the owner's wish, and knows at any time whether the room and its projects are open. The bytes
// are the keeper's and the vault's; this side can change none of them.
//
// A thread of its own waits for the vault's word of a change. Going dark is told to `on_change`
// before anybody sees it in `state()`.
//
// Concurrency: any thread. Limits: kVaultWatchMs; one exchange and one watch at a time.
#pragma once

#include <atomic>
#include <functional>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/json.h"
#include "base/mutex.h"
#include "room/vault_client.h"

namespace guildhall::room {

struct KeysState {
  std::int64_t revision = 0;  // of this, or of what a keeper is to be told
  std::int64_t changes = 0;   // of this
  bool by_keeper = false;
  bool open = true;               // the room's own key is held
  TimeMs locked_since = 0;        // 0: open
  std::set<ProjectId> dark;       // wanted, and not leased
  std::set<ProjectId> withdrawn;  // by some keeper; with the whole room, `open` says it

  // May its content be shown and written?
  bool is_open(ProjectId project) const { return open && !withdrawn.contains(project); }
  json::value whole;  // as the vault says it (vault/keeper_state.h)
};

class KeeperLine {
 public:
  // Owns the two channels.
  KeeperLine(int exchange_channel, int watch_channel);
  ~KeeperLine();
  KeeperLine(const KeeperLine&) = delete;
  KeeperLine& operator=(const KeeperLine&) = delete;

  struct Answer {
    bool held = false;  // not yet: ask again when something changed, or after wait_ms
    std::int64_t wait_ms = 0;
    std::string bytes;
  };
  // Errors: not_found/"no-keeper", malformed/"exchange-malformed", unavailable/"vault-failed".
  Result<Answer> exchange(std::string_view body, vault::ExchangeTurn turn) EXCLUDES(exchanging_);
  // The whole room where `project` is none. Error: conflict/"no-keeper".
  Result<void> wish(ProjectId project) EXCLUDES(exchanging_);

  std::shared_ptr<const KeysState> state() const EXCLUDES(mutex_);

  // What was open and is not any more: the whole room, or some projects. `same`: nothing changed,
  // but a keeper has something to be told.
  struct Dark {
    bool all = false;
    bool same = false;
    std::vector<ProjectId> projects;
  };
  void start(std::function<void(const Dark&)> on_change);
  // What the vault says now, for who does not wait for its word.
  Result<void> ask();
  void stop();

 private:
  void watch();
  Result<KeysState> look(std::int64_t seen);

  Mutex exchanging_;
  VaultChannel exchange_channel_ GUARDED_BY(exchanging_);
  VaultChannel watch_channel_;  // the thread's
  mutable Mutex mutex_;
  std::shared_ptr<const KeysState> state_ GUARDED_BY(mutex_);
  std::function<void(const Dark&)> on_change_;
  std::thread watcher_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace guildhall::room
