#include "store/deed.h"
#include "work/claim_steps.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

// The first open task past the cursor that this person has not had. For a review or adjudication
// (parent set) also none whose parent they answered.
#define GH_PICK_BEFORE \
  "SELECT " GH_TASK_COLUMNS ", coalesce(a.assignment, 0) AS again, coalesce(a.token, 0) AS last"
#define GH_PICK_WHERE(lane, cursor)                          \
  " WHERE t.room = $1 AND t.project = $2 AND t.lane = " lane \
  " AND t.open = 1 AND (t.seq, t.task) > (" cursor           \
  ") AND (a.state IS NULL OR a.state = 2) AND (t.parent = 0 OR "
#define GH_PICK_ORDER ") ORDER BY t.seq, t.task LIMIT 1"
#define GH_PICK_PARENT                                                                      \
  "FROM assignment p WHERE p.room = t.room AND p.project = t.project AND p.task = t.parent" \
  " AND p.member = $4"
#define GH_PICK                                                                 \
  GH_PICK_BEFORE                                                                \
  " FROM task t LEFT JOIN assignment a ON a.room = t.room AND"                  \
  " a.project = t.project AND a.task = t.task AND a.member = $4" GH_PICK_WHERE( \
      "$3", "$5, $6") "NOT EXISTS (SELECT 1 " GH_PICK_PARENT ")" GH_PICK_ORDER

// PostgreSQL's planner must not be free to join otherwise than task by task along the lane: with
// other statistics it has read the whole lane and sorted it, or all that the person ever did.
#define GH_PICK_FROM_PG(lane, cursor)                                                       \
  " FROM task t LEFT JOIN LATERAL (SELECT b.assignment, b.token, b.state FROM assignment b" \
  " WHERE b.room = t.room AND b.project = t.project AND b.task = t.task AND b.member = $4"  \
  " LIMIT 1) a ON true" GH_PICK_WHERE(lane, cursor) "(SELECT p.member " GH_PICK_PARENT      \
                                                    " LIMIT 1) IS NULL" GH_PICK_ORDER

// The first lane with a task that no other claim holds, and that task, locked. Beside it the first
// of the lane that this person might have, held or not, and how far the snapshot that saw them is
// from this transaction. One snapshot for all.
#define GH_PICK_FREE \
  "WITH offered AS MATERIALIZED (" GH_LANES                                                      \
  " AND (b.quota = 0 OR b.quota > (SELECT coalesce(sum(y.leased + y.submitted), 0) FROM tally y" \
  " WHERE y.room = $1 AND y.project = $2 AND y.member = $4 AND y.batch = b.batch AND"            \
  " y.kind <= 2))" GH_LANES_ORDER                                                                \
  ") SELECT free.*, head.seq, head.task, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"  \
  " - pg_current_xact_id()::text::bigint, l.lane, l.seq, l.task FROM offered l,"                 \
  " LATERAL (" GH_PICK_BEFORE GH_PICK_FROM_PG("l.lane", "l.seq, l.task")                         \
  " FOR UPDATE OF t SKIP LOCKED) free,"                                                          \
  " LATERAL (SELECT t.seq, t.task" GH_PICK_FROM_PG("l.lane", "l.seq, l.task") ") head LIMIT 1"

Pick read_pick(const Row& row) {
  auto task = read_task(row);
  return {task,
          row.id<AssignmentId>(kTaskColumns),
          row.integer(kTaskColumns + 1),
          task.seq,
          task.id.value,
          0};
}

Result<std::optional<Pick>> pick(Tx& tx, const Attempt& at, const Lane& lane) {
  return tx.first({GH_PICK, GH_PICK_BEFORE GH_PICK_FROM_PG("$3", "$5, $6") " FOR UPDATE OF t"},
                  {at.ctx.room, at.project, lane.id, at.actor.member, lane.seq, lane.task},
                  read_pick);
}

struct Found {
  Lane lane;
  Pick pick;
};

// On PostgreSQL, without waiting for what other claims hold.
Tx::Query free_query(const Attempt& at, TaskKind kind, std::optional<Found>& found) {
  return {{"SELECT 1 WHERE false", GH_PICK_FREE},
          {at.ctx.room, at.project, static_cast<std::int64_t>(kind), at.actor.member},
          [&found](const Row& row) {
            Pick pick = read_pick(row);
            pick.head_seq = row.integer(kTaskColumns + 2);
            pick.head_task = row.integer(kTaskColumns + 3);
            pick.behind = row.integer(kTaskColumns + 4);
            Lane lane{row.id<LaneId>(kTaskColumns + 5), pick.task.batch, 0,
                      row.integer(kTaskColumns + 6), row.integer(kTaskColumns + 7)};
            found = {lane, pick};
            return false;
          }};
}

Result<void> put_cursor(Tx& tx, const Attempt& at, const Lane& lane, std::int64_t seq,
                        std::int64_t task) {
  return tx.put(
      "INSERT INTO lane_cursor (room, project, member, lane, seq, task)"
      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (room, project, member, lane)"
      " DO UPDATE SET seq = excluded.seq, task = excluded.task",
      {at.ctx.room, at.project, at.actor.member, lane.id, seq, task});
}

// Nothing in the lane is for this person: the next look need not walk it again. `horizon` was
// read before the look that found nothing.
Result<void> pass_lane(Tx& tx, const Attempt& at, const Lane& lane, std::int64_t horizon) {
  auto end =
      TRY(tx.first("SELECT seq, task FROM task WHERE room = $1 AND project = $2 AND"
                   " lane = $3 AND open = 1 AND seq < $4"
                   " ORDER BY seq DESC, task DESC LIMIT 1",
                   {at.ctx.room, at.project, lane.id, horizon},
                   [](const Row& row) { return std::pair(row.integer(0), row.integer(1)); }));
  if (!end || *end <= std::pair(lane.seq, lane.task)) return {};
  return put_cursor(tx, at, lane, end->first, end->second);
}

Result<std::optional<Pick>> pick_and_lock(Tx& tx, const Attempt& at, const Lane& lane) {
  // What others hold locked may still have room: wait for it before saying there is nothing.
  std::int64_t horizon = tx.settled();
  auto found = TRY(pick(tx, at, lane));
  if (!found) TRY(pass_lane(tx, at, lane, horizon));
  if (found) found->behind = horizon - tx.tick();
  return found;
}

// How far the cursor may go: to the picked task, unless an earlier one was passed over because
// another claim held it, or the opening might yet be overtaken by one that commits later. What the
// look could not see lies beyond its horizon.
Result<void> move_cursor(Tx& tx, const Attempt& at, const Lane& lane, const Pick& picked) {
  if (picked.head_seq >= tx.tick() + picked.behind) return {};
  bool passed_over = picked.head_task != picked.task.id.value;
  return put_cursor(tx, at, lane, picked.head_seq, picked.head_task - (passed_over ? 1 : 0));
}

Result<Claim> take(Tx& tx, const Attempt& at, const Project& project, Found found) {
  TRY(move_cursor(tx, at, found.lane, found.pick));
  return hand_out(tx, at, project, found.pick);
}

Result<Claim> claim_in_lanes(Tx& tx, const Attempt& at, const Project& project,
                             const std::vector<Lane>& lanes) {
  bool quota_hit = false;
  for (const auto& lane : lanes) {
    if (!TRY(batch_quota_left(tx, at, lane))) {
      quota_hit = true;
      continue;
    }
    auto picked = TRY(pick_and_lock(tx, at, lane));
    if (picked) return take(tx, at, project, {lane, *picked});
  }
  return Claim{std::nullopt, quota_hit ? NoClaim::quota : NoClaim::none_left};
}

Result<Claim> claim_gold(Tx& tx, const Attempt& at, const Project& project) {
  std::optional<Found> free;
  const Tx::Query query[] = {free_query(at, TaskKind::gold, free)};
  if (tx.dialect() == store::Dialect::postgres) TRY(tx.query_all(query));
  if (free) return take(tx, at, project, *free);
  return claim_in_lanes(tx, at, project, TRY(lanes_for(tx, at, TaskKind::gold)));
}

// Is anything of this kind in other people's hands, so that asking again may help?
Result<bool> others_hold_some(Tx& tx, const Attempt& at) {
  auto held =
      TRY(tx.first("SELECT CAST(sum(leased) AS BIGINT) FROM tally WHERE room = $1 AND"
                   " project = $2 AND member <> $3 AND kind = $4",
                   {at.ctx.room, at.project, at.actor.member, static_cast<std::int64_t>(at.kind)},
                   [](const Row& row) { return row.integer(0); }));
  return held.value_or(0) > 0;
}

// The project, the person's own bounds, and where to look: one round trip.
struct Opening {
  std::optional<Project> project;
  std::int64_t held = 0;       // leases of all kinds
  std::int64_t work_done = 0;  // work and check tasks, leased or submitted
  std::int64_t quota = 0;      // of this person in this project; 0: the project's
  std::vector<Lane> lanes;     // SQLite
  std::optional<Found> free;   // PostgreSQL: locked already, whether it will be taken or not
};

Result<Opening> read_opening(Tx& tx, const Attempt& at) {
  Opening opening;
  std::vector<store::Param> person{at.ctx.room, at.project, at.actor.member};
  bool postgres = tx.dialect() == store::Dialect::postgres;
  const Tx::Query queries[] = {
      at.ctx.projects.row(at.project, opening.project),
      {"SELECT kind, leased, submitted FROM tally WHERE room = $1 AND project = $2 AND member = $3",
       person,
       [&](const Row& row) {
         opening.held += row.integer(1);
         auto kind = static_cast<TaskKind>(row.integer(0));
         if (kind == TaskKind::work || kind == TaskKind::gold) {
           opening.work_done += row.integer(1) + row.integer(2);
         }
         return true;
       }},
      {"SELECT quota FROM membership WHERE room = $1 AND project = $2 AND member = $3", person,
       [&](const Row& row) {
         opening.quota = row.integer(0);
         return false;
       }},
      postgres ? free_query(at, at.kind, opening.free) : lanes_query(at, at.kind, opening.lanes)};
  TRY(tx.query_all(queries));
  return opening;
}

bool own_quota_left(const Attempt& at, const Project& project, const Opening& opening) {
  if (opening.held >= project.settings->max_open) return false;
  if (at.kind != TaskKind::work) return true;
  std::int64_t quota = opening.quota > 0 ? opening.quota : project.settings->quota;
  return quota == 0 || opening.work_done < quota;
}

Result<Claim> attempt(Tx& tx, const Attempt& at) {
  if (at.submission) return claim_review(tx, at, HeldBound::settings);
  TRY(lock_member(tx, at.ctx, at.actor.member));
  auto opening = TRY(read_opening(tx, at));
  auto project = TRY(at.ctx.projects.complete(tx, std::move(opening.project)));
  if (!takes_claims(project, at.kind)) return Claim{std::nullopt, NoClaim::paused};
  if (!own_quota_left(at, project, opening)) return Claim{std::nullopt, NoClaim::quota};
  if (at.kind == TaskKind::work && at.gold_draw < project.settings->gold_percent) {
    auto gold = TRY(claim_gold(tx, at, project));
    if (gold.assignment) return gold;
  }
  if (opening.free) return take(tx, at, project, *opening.free);
  if (tx.dialect() == store::Dialect::postgres) opening.lanes = TRY(lanes_for(tx, at, at.kind));
  auto claimed = TRY(claim_in_lanes(tx, at, project, opening.lanes));
  if (claimed.assignment || claimed.reason != NoClaim::none_left) return claimed;
  if (TRY(others_hold_some(tx, at))) claimed.reason = NoClaim::all_leased;
  return claimed;
}

}  // namespace

std::string_view word(NoClaim reason) {
  switch (reason) {
    case NoClaim::none_left: return "none-left";
    case NoClaim::all_leased: return "all-leased";
    case NoClaim::quota: return "quota";
    case NoClaim::paused: return "paused";
  }
  return "none-left";
}

Result<Claim> claim(const Context& ctx, const Actor& actor, ProjectId project, TaskKind kind) {
  return claim(ctx, {[&](Tx&) { return Result<Actor>(actor); }}, project, kind);
}

Result<Claim> claim(const Context& ctx, const ClaimFrame& frame, ProjectId project, TaskKind kind,
                    AssignmentId submission) {
  std::int64_t first = TRY(ctx.keys.take(2));
  auto order_seed = static_cast<std::int64_t>(ctx.random.next_u64() >> 1);
  auto gold_draw = static_cast<std::int64_t>(ctx.random.below(100));
  auto once = [&](Tx& tx) -> Result<Claim> {
    Actor actor = TRY(frame.who(tx));
    return attempt(tx, {ctx, actor, project, kind, AssignmentId{first}, first + 1, order_seed,
                        gold_draw, submission});
  };
  auto claimed = TRY(ctx.db.write_as(once));
  if (claimed.assignment || claimed.reason == NoClaim::paused) return claimed;
  // A lease may have run out a moment ago, the person's own too: take it back now rather than at
  // the sweep.
  if (TRY(release_expired(ctx)) == 0) return claimed;
  return ctx.db.write_as(once);
}

}  // namespace guildhall::work
