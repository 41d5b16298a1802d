// What a vault does with a request: seals, opens against context, lease and budget, and takes the
// room's deeds into the log. An opening's leaf is durable before its plaintext leaves. It also
// makes and checks the MACs of authority rows, and the keyed hashes by which things are found.
//
// A file is sealed part by part under the salt in its head. A part is sealed only with a ticket,
// which begin_file gives and no other process of this vault honours: who could choose the head of
// a file that lies on the disk would get its key stream, and with it the file, past the log.
//
// Concurrency: `answer` from any thread, many at once.
// Limits: kMaxSealBatch objects a request, kMaxLeafObjects of one project a leaf, kFilePart.
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
    bool first;  // has the room's first log: else another vault had it already
    const Clock& clock;
    Random& random;
  };
  Vault(RoomId room, const Ports& ports, const BudgetLimits& limits)
      : room_(room), ports_(ports), budget_(limits), ticket_key_(ports.random.bytes(32)) {}

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
  Result<std::string> shred(FrameReader& in);
  Result<std::string> mac(FrameReader& in);
  Result<std::string> check(FrameReader& in);
  Result<std::string> find(FrameReader& in);
  Result<std::string> begin_file(FrameReader& in);
  Result<std::string> seal_part(FrameReader& in);
  Result<std::string> open_part(FrameReader& in);
  std::string ticket_of(const ContentContext& context, std::string_view head) const;
  Result<Secret> person_key();
  Result<KeyPtr> key_for(const ContentContext& context);

  const RoomId room_;
  const Ports ports_;
  Budget budget_;
  std::atomic<std::uint64_t> deeds_ = 0;
  std::atomic<std::uint64_t> deliveries_ = 0;
  const Secret ticket_key_;
};

}  // namespace guildhall::vault
