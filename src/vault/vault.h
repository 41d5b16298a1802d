// What a vault does with a request: seals, opens against context, lease and budget, and takes the
// room's deeds into the log. An opening's leaf is durable before its plaintext leaves.
//
// Concurrency: `answer` from any thread, many at once.
// Limits: kMaxSealBatch objects a request, kMaxLeafObjects of one project a leaf.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "vault/budget.h"
#include "vault/keeper_desk.h"
#include "vault/keyring.h"
#include "vault/leaf_log.h"
#include "vault/lease_frame.h"
#include "vault/wire.h"

namespace guildhall::vault {

class Vault {
 public:
  struct Ports {
    Keyring& keys;
    LeafLog& log;
    KeeperDesk& desk;
    bool takes_deeds;  // the room's deeds go into this log, and into no other
    const Clock& clock;
    Random& random;
  };
  Vault(RoomId room, const Ports& ports, const BudgetLimits& limits)
      : room_(room), ports_(ports), budget_(limits) {}

  // A request's fields, op first, to a whole answer frame.
  std::string answer(std::string_view request);

  Counts counts() const;

 private:
  Result<std::string> dispatch(std::string_view request);
  Result<std::string> seal(FrameReader& in);
  Result<std::string> open(FrameReader& in);
  Result<std::string> feed(FrameReader& in);
  Result<std::string> commitment(FrameReader& in);
  Result<std::string> log_key(FrameReader& in);
  Result<Secret> person_key();
  Result<KeyPtr> key_for(const ContentContext& context);

  const RoomId room_;
  const Ports ports_;
  Budget budget_;
  std::atomic<std::uint64_t> deeds_ = 0;
  std::atomic<std::uint64_t> deliveries_ = 0;
};

}  // namespace guildhall::vault
