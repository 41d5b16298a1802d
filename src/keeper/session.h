// The keeper's talk with one room: what to say next, and what to make of the answer. No I/O of its
// own: keys, state and clocks are ports, and dial.h carries the bytes.
//
// It leases what the vault wants and nobody withdrew, once half of the term is left; it says what
// was withdrawn or restored until the vault's signed verdict confirms it. A challenge that the
// room's key did not sign is not answered. A wish of the room's that keys be withdrawn is obeyed,
// never one that they be restored. The witness joins in by a FrameHook.
//
// Of a room with several nodes each has a session, with a log, a challenge and leases of its own;
// the keys and the orders are the room's.
//
// Concurrency: one thread, but for status().
// Limits: kMaxExchangeFrames orders at a time; kKeeperChallengeMs, how old a challenge it answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "keeper/keyring.h"
#include "keeper/state.h"
#include "vault/exchange.h"
#include "vault/lease_frame.h"

namespace guildhall::keeper {

// Frames that are not the session's own: the witness's.
class FrameHook {
 public:
  virtual ~FrameHook() = default;
  virtual void on_frame(const vault::Frame& frame) = 0;
  // Appends frames to what is sent next; gives for how long the answer may be held at most.
  virtual std::int64_t append(std::string& body) = 0;
  // Has something to send, whatever the pace.
  virtual bool pressing() const { return false; }
  // What answers has shown that it is not the room it was: nothing is leased to it.
  virtual bool doubts() const { return false; }
};

// The vault's signed word that it took an order.
struct Confirmation {
  Order order;
  TimeMs at_ms = 0;
  std::string statement;  // what the keeper signed
  std::string verdict;    // what the vault signed
};

struct SessionStatus {
  TimeMs last_contact_ms = 0;  // 0: none yet
  TimeMs leased_until_ms = 0;  // by the keeper's clock, at the latest
  std::vector<ProjectId> wanted;
  std::vector<ProjectId> leased;
  std::optional<Confirmation> confirmed;        // the newest
  std::vector<Confirmation> receipts;           // of shreddings, since it was started
  std::map<std::string, std::uint64_t> alarms;  // by type
  std::string last_alarm;                       // its sentence
};

class Session {
 public:
  // What becomes of a room owner's wish that keys be withdrawn: an order, once, or only an alarm.
  enum class Wishes : unsigned char { obey, ignore };

  // `wall` counts statements and dates the status; `steady` measures.
  Session(std::string url, std::string room_key, ProjectKeys& keys, StateStore& store,
          const Clock& wall, const Clock& steady, FrameHook* hook = nullptr,
          Wishes wishes = Wishes::obey)
      : url_(std::move(url)),
        room_key_(std::move(room_key)),
        keys_(keys),
        store_(store),
        wall_(wall),
        steady_(steady),
        hook_(hook),
        wishes_(wishes) {}

  struct Turn {
    std::string body;
    std::int64_t wait_ms = 0;  // how long the answer may take beyond the network's time
  };
  // What to send now.
  Result<Turn> next();
  // The answer to it. Error: malformed/"exchange-malformed", forbidden/"lease-forged".
  Result<void> take(std::string_view answer);
  // There was none: what was said may or may not have arrived.
  void lost(const Error& error);

  bool pressing() const { return hook_ && hook_->pressing(); }
  SessionStatus status() const EXCLUDES(mutex_);

 private:
  struct Pending {
    std::optional<Order> order;  // else the lease
    std::vector<ProjectId> projects;
    std::string statement;
  };
  struct Asked {  // the vault's newest challenge
    vault::Challenge challenge;
    std::string digest;
    std::int64_t at_ms = 0;
    bool answered = false;
  };

  bool unknown_node(const State& state, const RoomState& room) const;
  Result<std::vector<ProjectId>> leasable(const State& state, const RoomState& room);
  bool due(const RoomState& room, const std::vector<ProjectId>& projects) const;
  std::int64_t wait_ms(const RoomState& room, const std::vector<ProjectId>& projects) const;
  Result<void> say(std::string& body, const State& state, const std::vector<ProjectId>& lease);
  Result<void> say_lease(std::string& body, const RoomState& room, std::uint64_t counter,
                         const std::vector<ProjectId>& projects);
  void say_order(std::string& body, const RoomState& room, std::uint64_t counter,
                 const Order& order);
  Result<void> destroy_keys(const RoomState& room);
  vault::Statement statement(vault::StatementKind kind, const RoomState& room,
                             std::uint64_t counter) const;
  Result<void> take_verdict(std::string_view message);
  Result<void> take_challenge(std::string_view message);
  Result<void> take_wishes(const std::vector<vault::Frame>& frames);
  void alarm(std::string_view type, std::string_view sentence) EXCLUDES(mutex_);

  const std::string url_;
  const std::string room_key_;
  ProjectKeys& keys_;
  StateStore& store_;
  const Clock& wall_;
  const Clock& steady_;
  FrameHook* const hook_;
  const Wishes wishes_;

  std::optional<Asked> asked_;
  std::map<std::string, Pending> pending_;  // by digest of the statement
  std::set<std::string> wished_;            // by the newest answer
  mutable Mutex mutex_;
  SessionStatus status_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::keeper
