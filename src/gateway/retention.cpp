// How long exchanges are kept: a range is taken away in slices, and nothing loads them.
#include "base/limits.h"
#include "gateway/exchanges.h"
#include "store/deed.h"

namespace guildhall::gateway {
namespace {

using store::Param;
using store::Row;
using store::Tx;

constexpr std::int64_t kDayMs = 86'400'000;

struct Kept {
  ProjectId project;
  std::int64_t days = 0;
};

Result<std::vector<Kept>> bounded_projects(const Context& ctx) {
  return ctx.db.read_as([&](Tx& tx) -> Result<std::vector<Kept>> {
    std::vector<Kept> out;
    TRY(tx.query("SELECT project, days FROM exchange_keep WHERE room = $1 AND days > 0", {ctx.room},
                 [&](const Row& row) {
                   out.push_back({row.id<ProjectId>(0), row.integer(1)});
                   return true;
                 }));
    return out;
  });
}

// The oldest of them, at most kExchangePurgeRows; how many.
Result<std::int64_t> purge_some(const Context& ctx, const Kept& kept) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write_bulk_as([&](Tx& tx) -> Result<std::int64_t> {
    std::vector<std::vector<Param>> rows, bodies;
    TRY(tx.query(
        "SELECT exchange, body_ref, parts FROM exchange WHERE room = $1 AND project = $2 AND"
        " at < $3 ORDER BY at, exchange LIMIT $4",
        {ctx.room, kept.project, tx.now() - kept.days * kDayMs, kExchangePurgeRows},
        [&](const Row& row) {
          rows.push_back({ctx.room, kept.project, row.integer(0)});
          bool has_body = row.integer(1) > 0;
          for (std::int64_t part = 0; has_body && part < row.integer(2); ++part) {
            bodies.push_back({ctx.room, kept.project, row.integer(1) + part});
          }
          return true;
        }));
    if (rows.empty()) return 0;
    TRY(tx.exec_many({"DELETE FROM content WHERE room = $1 AND project = $2 AND ref = $3",
                      "DELETE FROM content c USING unnest($1::bigint[], $2::bigint[],"
                      " $3::bigint[]) v(room, project, ref) WHERE c.room = v.room AND"
                      " c.project = v.project AND c.ref = v.ref"},
                     bodies));
    TRY(tx.exec_many({"DELETE FROM exchange WHERE room = $1 AND project = $2 AND exchange = $3",
                      "DELETE FROM exchange e USING unnest($1::bigint[], $2::bigint[],"
                      " $3::bigint[]) v(room, project, exchange) WHERE e.room = v.room AND"
                      " e.project = v.project AND e.exchange = v.exchange"},
                     rows));
    auto count = static_cast<std::int64_t>(rows.size());
    TRY(store::record(tx, {ctx.room, kept.project, deed, {}, "exchange.purge", 0, 0, count}));
    return count;
  });
}

}  // namespace

Result<std::int64_t> keep_days(Tx& tx, RoomId room, ProjectId project) {
  auto days = TRY(tx.first("SELECT days FROM exchange_keep WHERE room = $1 AND project = $2",
                           {room, project}, [](const Row& row) { return row.integer(0); }));
  return days.value_or(0);
}

Result<void> set_keep_days(const Context& ctx, MemberId actor, ProjectId project,
                           std::int64_t days) {
  if (days < 0 || days > kMaxKeepDays) {
    return fail(Fault::invalid, "bad-days", "0 to 3650 days; 0 keeps them for ever.", "/keep_days");
  }
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    TRY(
        tx.exec("INSERT INTO exchange_keep (room, project, days) VALUES ($1, $2, $3)"
                " ON CONFLICT (room, project) DO UPDATE SET days = excluded.days",
                {ctx.room, project, days}));
    return store::record(tx,
                         {ctx.room, project, deed, actor, "exchange.keep", project.value, 0, days});
  });
}

Result<std::int64_t> purge_exchanges(const Context& ctx) {
  std::int64_t all = 0;
  for (const auto& kept : TRY(bounded_projects(ctx))) {
    std::int64_t some = kExchangePurgeRows;
    while (some == kExchangePurgeRows) {
      some = TRY(purge_some(ctx, kept));
      all += some;
    }
  }
  return all;
}

}  // namespace guildhall::gateway
