// The vault's side of leases: challenges given out, statements of the keepers taken, and which
// project may be opened now. Pure: the clock, the keys' holder and the store are ports.
//
// A lease is taken when a known keeper signed it, for this room, in its epoch, with a counter above
// all before, to a challenge of ours that is not used yet; its term runs from when the challenge
// was made. A withdrawal drops the keys at once and stands, whichever keeper leases, until a
// restore of the same scope by the keeper that withdrew. A shredding is a withdrawal that nothing
// restores: the keeper says that it has destroyed the key. What came of a statement is persisted
// before it counts; only dropping keys waits for nothing.
//
// Concurrency: any thread; the ports are called under the lock and must not call back.
// Limits: kMaxLeaseKeys, kMinLeaseMs to kMaxLeaseMs, kMaxChallenges open at once, each for
// kChallengeMs, kMaxWithdrawn projects of one keeper (with more, the whole room is withdrawn),
// kMaxVaultKeys that were shredded.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "crypto/locked_key.h"
#include "vault/lease_frame.h"

namespace guildhall::vault {

// Holds the keys. Until when is in milliseconds of the same clock as Leases has.
class KeySink {
 public:
  virtual ~KeySink() = default;
  virtual void hold(ProjectId project, crypto::LockedKey key, std::int64_t until_ms) = 0;
  virtual void drop(ProjectId project) = 0;
};

// What must outlive the vault's process, of one keeper.
struct KeeperRecord {
  KeeperId id;
  std::uint64_t counter = 0;  // of the newest statement taken
  bool room_withdrawn = false;
  std::set<ProjectId> withdrawn;
  std::set<ProjectId> shredded;

  bool withdraws(ProjectId project) const {
    return room_withdrawn || withdrawn.contains(project) || shredded.contains(project);
  }
};

// Durable when it returns.
class LeaseStore {
 public:
  virtual ~LeaseStore() = default;
  virtual Result<void> save_keeper(const KeeperRecord& keeper) = 0;
  // The first key that a project got: no other is taken for it from then on.
  virtual Result<void> save_key_id(ProjectId project, std::string_view key_id) = 0;
};

// The rules that the simulation takes away one by one, to show that it would notice.
struct LeaseRules {
  bool counters = true;        // a counter must rise
  bool term_from_sent = true;  // not from when the lease came
  bool withdrawals = true;     // bind every keeper's leases
};

class Leases {
 public:
  // `boot_clock` must go on while the process is stopped or the machine sleeps.
  Leases(RoomId room, const crypto::SigningKey& log_key, std::vector<KeeperRecord> keepers,
         const Clock& boot_clock, Random& random, KeySink& sink, LeaseStore& store,
         LeaseRules rules = {});

  // Keys are asked for until forgotten. An empty id: the project has no key yet.
  void want(ProjectId project, std::string key_id) EXCLUDES(mutex_);
  void forget(ProjectId project) EXCLUDES(mutex_);

  // A keeper is asked now rather than later: something wanted is neither held nor withdrawn.
  bool urgent() const EXCLUDES(mutex_);

  std::string challenge(std::uint64_t checkpoint_size) EXCLUDES(mutex_);

  // Errors: those of read_statement; forbidden/ "lease-unknown-keeper", "lease-forged",
  // "lease-other-room", "lease-other-epoch"; conflict/ "lease-replayed",
  // "lease-unknown-challenge"; gone/"lease-too-late"; invalid/ "lease-term", "lease-unasked",
  // "lease-other-key", "lease-unsealable"; locked/"lease-withdrawn"; those of the store.
  Result<void> take(std::string_view statement) EXCLUDES(mutex_);

  // To be asked before every opening.
  bool leased(ProjectId project) const EXCLUDES(mutex_);
  // Milliseconds left; 0: not leased.
  std::int64_t left_ms(ProjectId project) const EXCLUDES(mutex_);

  // Drops what ran out. Call it often: leased() is right without, but keys stay in memory.
  void tick() EXCLUDES(mutex_);
  void drop_all() EXCLUDES(mutex_);

  bool withdrawn(ProjectId project) const EXCLUDES(mutex_);
  bool shredded(ProjectId project) const EXCLUDES(mutex_);
  std::vector<KeeperRecord> keepers() const EXCLUDES(mutex_);
  // How often each error of take() was given.
  std::map<std::string_view, std::uint64_t> refusals() const EXCLUDES(mutex_);

 private:
  struct Open {  // a challenge that waits for its lease
    std::string digest;
    std::int64_t sent_ms;
    crypto::HpkeKey key;
  };
  struct Wanted {
    std::string key_id;
    std::map<std::string, std::int64_t> until_ms;  // by keeper: either leases
    std::int64_t until() const;
  };

  Result<void> judge(std::string_view message) REQUIRES(mutex_);
  Result<void> take_lease(KeeperRecord& keeper, const Statement& lease) REQUIRES(mutex_);
  Result<void> take_withdrawal(KeeperRecord& keeper, const Statement& order) REQUIRES(mutex_);
  Result<void> take_shredding(KeeperRecord& keeper, const Statement& order) REQUIRES(mutex_);
  Result<void> take_restore(KeeperRecord& keeper, const Statement& order) REQUIRES(mutex_);
  Result<std::vector<ProjectId>> open_projects(const Statement& lease) REQUIRES(mutex_);
  Result<void> check_keys(const Statement& lease, std::string_view keys) REQUIRES(mutex_);
  Result<void> save_key_ids(const Statement& lease, std::string_view keys) REQUIRES(mutex_);
  bool is_withdrawn(ProjectId project) const REQUIRES(mutex_);
  std::int64_t left(const Wanted& wanted) const REQUIRES(mutex_);
  void drop(ProjectId project, Wanted& wanted) REQUIRES(mutex_);
  void drop_withdrawn() REQUIRES(mutex_);

  const RoomId room_;
  const crypto::SigningKey& log_key_;
  const Clock& clock_;
  Random& random_;
  KeySink& sink_;
  LeaseStore& store_;
  const LeaseRules rules_;

  mutable Mutex mutex_;
  std::vector<KeeperRecord> keepers_ GUARDED_BY(mutex_);
  std::map<ProjectId, Wanted> wanted_ GUARDED_BY(mutex_);
  std::deque<Open> open_ GUARDED_BY(mutex_);
  std::map<std::string_view, std::uint64_t> refusals_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::vault
