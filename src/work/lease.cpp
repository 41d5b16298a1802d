#include <fmt/format.h>

#include "base/limits.h"
#include "store/content.h"
#include "store/deed.h"
#include "work/assignment.h"
#include "work/outcome.h"
#include "work/timesheet.h"

namespace guildhall::work {
namespace {

using store::ContentType;
using store::Row;
using store::Tx;

Result<Assignment> own_lease(Tx& tx, const Context& ctx, const Actor& actor,
                             const LeaseProof& proof) {
  auto a = TRY(lock_own(tx, ctx, actor, proof));
  if (a.token != proof.token) return std::unexpected(stale_token());
  return a;
}

bool is_held(const Assignment& a) {
  return a.state == AssignmentState::leased || a.state == AssignmentState::returned;
}

}  // namespace

store::ContentContext answers_content(RoomId room, ProjectId project, AssignmentId id,
                                      ContentRef ref) {
  return {room, project, ContentType::answers, id.value, ref.value};
}

store::ContentContext draft_content(RoomId room, ProjectId project, AssignmentId id) {
  return {room, project, ContentType::draft, id.value};
}

Assignment read_assignment(const Row& row) {
  Assignment a;
  a.id = row.id<AssignmentId>(0);
  a.project = row.id<ProjectId>(1);
  a.task = row.id<TaskId>(2);
  a.batch = row.id<BatchId>(3);
  a.member = row.id<MemberId>(4);
  a.vendor = row.integer(5);
  a.kind = static_cast<TaskKind>(row.integer(6));
  a.state = static_cast<AssignmentState>(row.integer(7));
  a.token = row.integer(8);
  a.leased_at = row.integer(9);
  a.expires_at = row.integer(10);
  a.guidelines_version = row.integer(11);
  a.template_version = row.integer(12);
  a.settings_version = row.integer(13);
  a.order_seed = row.integer(14);
  a.data_ref = row.id<ContentRef>(15);
  a.draft_ref = row.id<ContentRef>(16);
  a.draft_revision = row.integer(17);
  a.revision = row.integer(18);
  a.answers_ref = row.id<ContentRef>(19);
  a.submitted_at = row.integer(20);
  a.active_ms = row.integer(21);
  return a;
}

Result<Assignment> find_assignment(Tx& tx, const Context& ctx, ProjectId project, AssignmentId id) {
  auto found =
      TRY(tx.first("SELECT " GH_ASSIGNMENT_COLUMNS
                   " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.assignment = $3",
                   {ctx.room, project, id}, [](const Row& row) { return read_assignment(row); }));
  if (!found) return fail(Fault::not_found, "no-assignment", "There is no such assignment.");
  return *std::move(found);
}

Result<std::vector<Assignment>> open_assignments(Tx& tx, const Context& ctx, MemberId member) {
  std::vector<Assignment> all;
  TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS
               " FROM assignment a WHERE a.room = $1 AND a.member = $2 AND"
               " (a.state = 1 OR a.state = 14) ORDER BY a.project, a.assignment",
               {ctx.room, member}, [&](const Row& row) {
                 all.push_back(read_assignment(row));
                 return true;
               }));
  return all;
}

Result<Assignment> heartbeat(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                             std::int64_t active_ms) {
  return ctx.db.write_as([&](Tx& tx) -> Result<Assignment> {
    auto a = TRY(own_lease(tx, ctx, actor, proof));
    if (!is_held(a)) return std::unexpected(lease_over(a));
    auto settings = TRY(ctx.projects.settings(tx, a.project, a.settings_version));
    bool was_returned = a.state == AssignmentState::returned;
    // Rework is told with the revision; what is held is the time of what was submitted.
    if (!was_returned) a.active_ms = believed_ms(a, active_ms, tx.now());
    TimeMs until =
        tx.now() + (was_returned ? settings->return_s : settings->lease_s) * std::int64_t{1000};
    a.expires_at = std::max(a.expires_at, until);
    TRY(
        tx.exec("UPDATE assignment SET expires_at = $4, active_ms = $5 WHERE room = $1 AND"
                " project = $2 AND assignment = $3",
                {ctx.room, a.project, a.id, a.expires_at, a.active_ms}));
    return a;
  });
}

Result<void> save_draft(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                        std::int64_t revision, std::string_view answers_json) {
  ContentRef fresh { TRY(ctx.keys.next()) };
  auto answers =
      TRY(ctx.sealer.seal(draft_content(ctx.room, proof.project, proof.assignment), answers_json));
  Result<void> refused;
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    refused = {};
    auto a = TRY(lock_own(tx, ctx, actor, proof));
    bool unsubmitted = a.revision == 0 || a.state == AssignmentState::returned;
    if (!unsubmitted) return std::unexpected(lease_over(a));
    if (revision <= a.draft_revision) {
      return fail(Fault::conflict, "stale-draft", "A newer draft is held.", "/revision");
    }
    TRY(keep_draft(tx, ctx, a, fresh, revision, answers));
    // Kept all the same, and the person told.
    if (a.token != proof.token) {
      refused = std::unexpected(stale_token());
    } else if (!is_held(a)) {
      refused = std::unexpected(lease_over(a));
    }
    return {};
  }));
  return refused;
}

Result<void> skip(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                  std::string_view reason, std::string_view note, std::int64_t active_ms) {
  std::int64_t first = TRY(ctx.keys.take(3));
  JsonWriter body;
  body.begin_object().field("reason", reason).field("note", note).end_object();
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    auto a = TRY(own_lease(tx, ctx, actor, proof));
    a.active_ms = believed_ms(a, active_ms, tx.now());
    TRY(move_outcome(tx, ctx, actor, a, AssignmentMove::skip, {}));
    TRY(store::put_content(tx, {ctx.room, a.project, ContentType::review, a.id.value},
                           ContentRef{first}, Plaintext(body.text())));
    TRY(
        tx.exec("UPDATE assignment SET answers_ref = $4 WHERE room = $1 AND project = $2 AND"
                " assignment = $3",
                {ctx.room, a.project, a.id, ContentRef{first}}));
    TRY(keep_lease_time(tx, ctx, a, ActivityId{first + 1}));
    return store::record(tx, {ctx.room, a.project, first + 2, actor.member, "assignment.skip",
                              a.id.value, a.token, a.task.value});
  });
}

Result<void> release(const Context& ctx, const Actor& actor, const LeaseProof& proof) {
  std::int64_t first = TRY(ctx.keys.take(2));
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    auto a = TRY(own_lease(tx, ctx, actor, proof));
    if (a.state == AssignmentState::expired) return {};
    if (a.state == AssignmentState::returned) {
      return fail(Fault::conflict, "bad-transition", "Returned work is revised, not given back.");
    }
    if (a.state != AssignmentState::leased) return std::unexpected(lease_over(a));
    a.expires_at = tx.now();
    TRY(move_outcome(tx, ctx, actor, a, AssignmentMove::expire, {}));
    TRY(keep_lease_time(tx, ctx, a, ActivityId{first}));
    return store::record(tx, {ctx.room, a.project, first + 1, actor.member, "assignment.release",
                              a.id.value, a.token, a.task.value});
  });
}

Result<int> release_expired(const Context& ctx) {
  std::int64_t first = TRY(ctx.keys.take(2 * kMaxExpirySweep));
  return ctx.db.write_as([&](Tx& tx) -> Result<int> {
    std::vector<Assignment> due;
    TRY(tx.query({"SELECT " GH_ASSIGNMENT_COLUMNS
                  " FROM assignment a WHERE a.room = $1 AND a.expires_at <= $2 AND"
                  " (a.state = 1 OR a.state = 14) ORDER BY a.expires_at LIMIT $3",
                  "SELECT " GH_ASSIGNMENT_COLUMNS
                  " FROM assignment a WHERE a.room = $1 AND a.expires_at <= $2 AND"
                  " (a.state = 1 OR a.state = 14) ORDER BY a.expires_at LIMIT $3"
                  " FOR UPDATE SKIP LOCKED"},
                 {ctx.room, tx.now(), kMaxExpirySweep}, [&](const Row& row) {
                   due.push_back(read_assignment(row));
                   return true;
                 }));
    std::int64_t key = first;
    for (auto& a : due) {
      TRY(move_outcome(tx, ctx, {a.member, a.vendor}, a, AssignmentMove::expire, {}));
      TRY(keep_lease_time(tx, ctx, a, ActivityId{key++}));
      TRY(store::record(tx, {ctx.room,
                             a.project,
                             key++,
                             {},
                             "assignment.expire",
                             a.id.value,
                             a.token,
                             a.task.value}));
    }
    return static_cast<int>(due.size());
  });
}

}  // namespace guildhall::work
