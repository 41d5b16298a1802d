#include "gateway/exposure.h"

#include <algorithm>

#include "base/limits.h"

namespace guildhall::gateway {
namespace {

using store::Row;
using store::Tx;

// The room's own deeds are few; the predicate is that of the index on them.
constexpr auto kPeerDeeds =
    "SELECT at, verb, object, detail, hash FROM deed WHERE room = $1 AND project = 0 AND"
    " verb <> 'assignment.claim' AND verb <> 'exchange.record' AND"
    " verb IN ('peer.start', 'peer.end', 'peer.stop') AND version = $2 ORDER BY tick, deed";

void take_deed(std::vector<ExposedRun>& runs, const Row& row) {
  const PeerRunId id = row.id<PeerRunId>(2);
  const auto verb = row.bytes(1);
  auto run = std::ranges::find(runs, id, &ExposedRun::id);
  if (run == runs.end()) {
    runs.push_back({.id = id, .started_at = row.integer(0)});
    run = std::prev(runs.end());
  }
  if (verb == "peer.start") {
    run->roles.push_back({row.integer(3), std::string(row.bytes(4))});
    return;
  }
  run->ended_at = row.integer(0);
  if (verb == "peer.stop") run->stopped = row.integer(3);
}

Result<void> add_exchanges(Tx& tx, RoomId room, ProjectId project, TimeMs until, Exposure& out) {
  // What began before a run may have gone through it: it waited, or was tried again.
  TimeMs since = out.runs.front().started_at - kMaxExchangeAgeMs;
  auto seen = TRY(tx.query(
      "SELECT exchange, at, whole_ms, state, runs FROM exchange WHERE room = $1 AND project = $2"
      " AND at >= $3 AND at <= $4 ORDER BY at, exchange LIMIT $5",
      {room, project, since, until, kMaxExposed}, [&](const Row& row) {
        auto through = runs_of(row.bytes(4));
        for (auto& run : out.runs) {
          if (std::ranges::find(through, run.id) == through.end()) continue;
          run.exchanges.push_back({row.id<ExchangeId>(0), project, row.integer(1), row.integer(2),
                                   static_cast<ExchangeState>(row.integer(3))});
        }
        return true;
      }));
  out.more = out.more || seen >= kMaxExposed;
  return {};
}

}  // namespace

Result<Exposure> exposure_of(Tx& tx, RoomId room, std::int64_t peer,
                             std::span<const ProjectId> projects, TimeMs from, TimeMs to) {
  Exposure out;
  TRY(tx.query(kPeerDeeds, {room, peer}, [&](const Row& row) {
    take_deed(out.runs, row);
    return true;
  }));
  std::erase_if(out.runs, [&](const ExposedRun& run) {
    return run.started_at > to || (run.ended_at > 0 && run.ended_at < from);
  });
  if (out.runs.empty()) return out;
  TimeMs until = 0;
  for (const auto& run : out.runs) until = std::max(until, run.ended_at > 0 ? run.ended_at : to);
  for (ProjectId project : projects) {
    TRY(add_exchanges(tx, room, project, until, out));
  }
  return out;
}

}  // namespace guildhall::gateway
