// What went through the processes that reach a peer, by the room's own deeds: each start of them
// with the digests of their executables, when it began and ended, and the exchanges that were sent
// through it. Nothing is opened for it: the rows of exchanges name their runs.
//
// Bounds. A start is written before its first byte and an end after its last, so no time is missing
// from a run; one that the room did not live to see the end of has none. Exchanges under way when
// the room itself died are in no row (their reservations are: a budget's `lost`), nor are those
// that were purged (their deeds are).
//
// Concurrency: functions with a Tx as the Tx. Limits: kMaxExposed exchanges of a project looked at,
// kMaxExchangeAgeMs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gateway/exchanges.h"

namespace guildhall::gateway {

struct ExposedExchange {
  ExchangeId id;
  ProjectId project;
  TimeMs at = 0;
  std::int64_t whole_ms = 0;
  ExchangeState state = ExchangeState::complete;
};

struct ExposedRun {
  PeerRunId id;
  TimeMs started_at = 0;
  TimeMs ended_at = 0;        // 0: no end is known
  std::int64_t stopped = -1;  // by its sandbox: the role's number; -1: it was not
  struct Role {
    std::int64_t number = 0;
    std::string sha256;  // bytes
  };
  std::vector<Role> roles;
  std::vector<ExposedExchange> exchanges;  // oldest first, by project
};

struct Exposure {
  std::vector<ExposedRun> runs;  // in order of their start
  bool more = false;             // than could be looked at: ask for a shorter time
};

// Runs of this peer (its number in the log) that were there at any time of [from, to], each with
// all its exchanges.
Result<Exposure> exposure_of(store::Tx& tx, RoomId room, std::int64_t peer,
                             std::span<const ProjectId> projects, TimeMs from, TimeMs to);

}  // namespace guildhall::gateway
