// Pots: amounts that several threads of several processes draw from at once, and never more than
// there is. A budget is a pot for each of its periods, a rate limit one for each minute.
//
// Operation. A process (a *node*, named anew at every start) takes blocks of a pot durably and
// holds reservations out of its blocks in memory, so that the hot path makes no transaction. A
// block is what is missing and a sixteenth of what is left beyond, at most kBlockHolds times the
// reservation that asked: it shrinks as the pot does, down to single reservations. A block that
// holds less than half of that is filled up again by a thread of its own, so that nobody waits for
// the store while there is plenty. What a node has not used for kBlockIdleMs goes back. In the
// store, for each pot and at every moment,
//
//     spent + lost + held <= limit,     held = the blocks of all nodes
//
// (a limit that is lowered stops what comes after it; a provider that bills more than it was asked
// for is written as it is). A hold ends in one of three ways: it is given back (destroyed before
// `sent`), `used` (the rest goes back at once; what was used stays held until the Charge is
// written, with the record of the exchange, in one transaction), or left behind by a fault after
// `sent`: then all of it is charged.
//
// Crashes. A node that has not been seen for kNodeGoneMs is gone: its blocks become `lost`, which
// counts as spent until a person releases it. A node that was only slow finds that out before it
// draws again: memory counts only within kNodeTrustMs of its last word to the store.
//
// Errors of `hold`: conflict/"budget-exhausted" where it is spent, too_many/"budget-reserved" where
// others hold right now what would be needed; the store's.
//
// Concurrency: any thread; holds may outlive nothing of this object. `tend` from one thread, about
// every kPotTendMs.
// Limits: kMaxPots in memory, then unavailable/"gateway-busy".
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "base/boot_clock.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "base/result.h"
#include "gateway/amount.h"
#include "store/database.h"
#include "store/keys.h"

namespace guildhall::gateway {

struct PotId {
  ProjectId project;  // 0: the room's own
  std::int64_t pot = 0;
  TimeMs window = 0;  // when it began; 0: for ever
  auto operator<=>(const PotId&) const = default;
};

// A pot as its owner defines it just now.
struct Pot {
  PotId id;
  Amount limit;
  std::int64_t version = 1;  // of the definition: what is held under an older one only goes back
  TimeMs forget_at = 0;      // when its row may go; 0: never
};

// What was used of a hold, still to be written.
struct Charge {
  PotId pot;
  std::int64_t node = 0;
  Amount held;
  Amount used;
};

// What the store knows of a pot.
struct PotState {
  Amount spent;
  Amount lost;
  Amount held;
};

class Pots;

// Moves, and ends once.
class Hold {
 public:
  Hold() = default;
  Hold(Hold&& other) noexcept { swap(other); }
  Hold& operator=(Hold&& other) noexcept {
    Hold taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Hold() { end(); }

  explicit operator bool() const { return pots_ != nullptr; }
  Amount amount() const { return amount_; }
  // From here on it may have cost something.
  void sent() { sent_ = true; }
  // So much of it was used. The charge is the caller's to write.
  Charge used(Amount used);
  void give_back();

 private:
  friend class Pots;
  Hold(Pots* pots, const Pot& pot, std::int64_t node, Amount amount)
      : pots_(pots), pot_(pot.id), version_(pot.version), node_(node), amount_(amount) {}
  void swap(Hold& other) noexcept {
    std::swap(pots_, other.pots_);
    std::swap(pot_, other.pot_);
    std::swap(version_, other.version_);
    std::swap(node_, other.node_);
    std::swap(amount_, other.amount_);
    std::swap(sent_, other.sent_);
  }
  void end();

  Pots* pots_ = nullptr;
  PotId pot_;
  std::int64_t version_ = 0;
  std::int64_t node_ = 0;
  Amount amount_;
  bool sent_ = false;
};

class Pots {
 public:
  // `clock` goes on while the process is stopped or the machine sleeps.
  Pots(store::Database& db, store::Keys& keys, RoomId room, const Clock& clock = boot_clock())
      : db_(db), keys_(keys), room_(room), clock_(clock) {}
  ~Pots() { stop_filling(); }
  Pots(const Pots&) = delete;
  Pots& operator=(const Pots&) = delete;

  Result<Hold> hold(const Pot& pot, Amount amount) EXCLUDES(mutex_);

  // Says that this node lives, gives back what is idle, writes charges that were left behind,
  // takes over from nodes that are gone, forgets old windows.
  Result<void> tend() EXCLUDES(mutex_);
  // At a stop: everything goes back; what is still held by somebody is not waited for.
  Result<void> leave() EXCLUDES(mutex_);

  // What this node holds of the pot and has not reserved.
  Amount idle(const PotId& pot) const EXCLUDES(mutex_);
  std::int64_t node() const { return node_; }  // 0: not yet

  // For tests: waits until no block is being filled up.
  void wait_filled() EXCLUDES(mutex_);
  // For tests: the node is not seen again, as after a crash.
  void forget_all() EXCLUDES(mutex_);

 private:
  friend class Hold;
  static constexpr std::int64_t kNever = -(1LL << 60);
  using Place = std::pair<PotId, std::int64_t>;  // and the version
  struct Block {
    Amount left;
    std::int64_t used_ms = 0;  // by the boot clock
    bool growing = false;      // a thread is at the store for more
    std::int64_t fill_ms = 0;  // not before then: there was nothing to be had
  };
  // A block that is to be filled up, for reservations of this size.
  struct Want {
    Pot pot;
    std::int64_t node = 0;
    Amount amount;
  };
  // Out of what this node holds, and what has to be asked for beyond; then the block is growing.
  struct Taken {
    std::int64_t node = 0;
    Amount got;
    Amount missing;
  };
  Result<Taken> take_at_hand(const Pot& pot, Amount amount) EXCLUDES(mutex_);
  void end_growing(const Place& place, std::int64_t node, Amount left) EXCLUDES(mutex_);
  void put(const Place& place, std::int64_t node, Amount amount) EXCLUDES(mutex_);
  Result<void> be_known() EXCLUDES(mutex_, joining_);
  bool trusted() const;
  // More of the pot, durably: what is missing, and beyond it what is returned, for so many
  // reservations of this size at most.
  Result<Amount> grow(const Pot& pot, const Taken& taken, Amount whole, std::int64_t holds);
  void want_more(const Pot& pot, Block& block, Amount amount) REQUIRES(mutex_);
  void fill() EXCLUDES(mutex_);
  void stop_filling() EXCLUDES(mutex_);
  void leave_behind(const Charge& charge) EXCLUDES(mutex_);
  Result<void> give_back_idle(std::int64_t idle_ms) EXCLUDES(mutex_);
  Result<void> write_left_behind() EXCLUDES(mutex_);
  Result<void> take_over_gone();
  Result<void> forget_old();

  store::Database& db_;
  store::Keys& keys_;
  const RoomId room_;
  const Clock& clock_;
  Mutex joining_;  // one thread makes this node known
  mutable Mutex mutex_;
  CondVar changed_;
  std::map<Place, Block> blocks_ GUARDED_BY(mutex_);
  std::vector<Charge> left_behind_ GUARDED_BY(mutex_);
  CondVar wanted_;
  std::deque<Want> wants_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::thread filler_ GUARDED_BY(mutex_);
  std::atomic<std::int64_t> node_ = 0;
  std::int64_t forgot_ms_ = kNever;  // of the thread that tends
  std::atomic<std::int64_t> known_ms_ =
      kNever;  // by the boot clock, when the store last knew this node
};

// In the transaction that writes the exchanges. Once for each charge.
Result<void> write_charges(store::Tx& tx, RoomId room, std::span<const Charge> charges);

// What was lost is free again. How much it was.
Result<Amount> take_lost(store::Tx& tx, RoomId room, const PotId& pot);

Result<PotState> pot_state(store::Tx& tx, RoomId room, const PotId& pot);

}  // namespace guildhall::gateway
