#include "work/timesheet.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "store/deed.h"

namespace guildhall::work {

using store::Row;
using store::Tx;

std::int64_t believed_ms(const Assignment& lease, std::int64_t reported_ms, TimeMs now) {
  std::int64_t lasted_ms = std::max<std::int64_t>(0, now - lease.leased_at);
  return std::max(lease.active_ms, std::clamp<std::int64_t>(reported_ms, 0, lasted_ms));
}

Result<void> add_activity(Tx& tx, RoomId room, ProjectId project, const Activity& a) {
  TRY(
      tx.put("INSERT INTO activity (room, project, member, activity, class, source, started_at,"
             " ended_at, assignment, replaces, vendor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
             " $9, $10, $11)",
             {room, project, a.member, a.id, static_cast<std::int64_t>(a.activity),
              static_cast<std::int64_t>(a.source), a.started_at, a.ended_at, a.assignment,
              a.replaces, a.vendor}));
  return {};
}

Result<void> keep_lease_time(Tx& tx, const Context& ctx, const Assignment& lease,
                             ActivityId fresh) {
  // What was submitted has its interval already.
  if (lease.active_ms == 0 || lease.revision > 0) return {};
  auto activity = lease.kind == TaskKind::review || lease.kind == TaskKind::adjudication
                      ? ActivityClass::review
                      : ActivityClass::work;
  return add_activity(tx, ctx.room, lease.project,
                      {fresh,
                       lease.member,
                       lease.vendor,
                       activity,
                       ActivitySource::timer,
                       lease.leased_at,
                       lease.leased_at + lease.active_ms,
                       lease.id,
                       {}});
}

namespace {

Result<void> check_entry(const Activity& entry, std::size_t index, TimeMs now) {
  auto bad = [&](std::string_view member, std::string why) {
    return fail(Fault::invalid, "invalid-interval", std::move(why),
                fmt::format("/entries/{}/{}", index, member));
  };
  if (entry.ended_at <= entry.started_at)
    return bad("ended_at", "An interval ends after it starts.");
  if (entry.ended_at > now + kMaxClockSkewMs) return bad("ended_at", "It has not happened yet.");
  if (entry.ended_at - entry.started_at > kMaxActivityMs) {
    return bad("ended_at", "One interval may last 12 hours; report several.");
  }
  if (entry.started_at < now - kMaxActivityAgeMs) {
    return bad("started_at", "Time is reported within 31 days.");
  }
  return {};
}

// A correction replaces the person's own entry of this project.
Result<void> check_replaced(Tx& tx, const Context& ctx, ProjectId project, const Activity& entry,
                            std::size_t index) {
  if (!entry.replaces) return {};
  auto there =
      TRY(tx.first("SELECT 1 FROM activity WHERE room = $1 AND project = $2 AND"
                   " member = $3 AND activity = $4",
                   {ctx.room, project, entry.member, entry.replaces},
                   [](const Row& row) { return row.integer(0); }));
  if (there) return {};
  return fail(Fault::invalid, "invalid-interval", "There is no such entry of yours.",
              fmt::format("/entries/{}/replaces", index));
}

}  // namespace

Result<std::vector<ActivityId>> report_activities(const Context& ctx, const Actor& actor,
                                                  ProjectId project,
                                                  std::vector<Activity> entries) {
  if (entries.empty() || entries.size() > kMaxActivityEntries) {
    return fail(Fault::invalid, "invalid-interval",
                fmt::format("A report has 1 to {} entries.", kMaxActivityEntries), "/entries");
  }
  std::int64_t first = TRY(ctx.keys.take(static_cast<int>(entries.size()) + 1));
  std::vector<ActivityId> ids;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].id = ActivityId{first + 1 + static_cast<std::int64_t>(i)};
    entries[i].member = actor.member;
    entries[i].vendor = actor.vendor;
    ids.push_back(entries[i].id);
  }
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      TRY(check_entry(entries[i], i, tx.now()));
      TRY(check_replaced(tx, ctx, project, entries[i], i));
      TRY(add_activity(tx, ctx.room, project, entries[i]));
    }
    return store::record(tx, {ctx.room, project, first, actor.member, "activity.report",
                              actor.member.value, 0, static_cast<std::int64_t>(entries.size())});
  }));
  return ids;
}

Result<std::vector<Activity>> list_activities(Tx& tx, const Context& ctx, ProjectId project,
                                              MemberId only, MemberId after_member,
                                              ActivityId after, std::int64_t limit) {
  std::vector<Activity> all;
  auto sink = [&](const Row& row) {
    all.push_back({row.id<ActivityId>(0), row.id<MemberId>(1), row.integer(2),
                   static_cast<ActivityClass>(row.integer(3)),
                   static_cast<ActivitySource>(row.integer(4)), row.integer(5), row.integer(6),
                   row.id<AssignmentId>(7), row.id<ActivityId>(8)});
    return true;
  };
  if (only) {
    TRY(
        tx.query("SELECT activity, member, vendor, class, source, started_at, ended_at,"
                 " assignment, replaces FROM activity WHERE room = $1 AND project = $2 AND"
                 " member = $3 AND activity > $4 ORDER BY activity LIMIT $5",
                 {ctx.room, project, only, after, limit}, sink));
  } else {
    TRY(
        tx.query("SELECT activity, member, vendor, class, source, started_at, ended_at,"
                 " assignment, replaces FROM activity WHERE room = $1 AND project = $2 AND"
                 " (member, activity) > ($3, $4) ORDER BY member, activity LIMIT $5",
                 {ctx.room, project, after_member, after, limit}, sink));
  }
  return all;
}

}  // namespace guildhall::work
