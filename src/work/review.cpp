#include <fmt/format.h>

#include "store/content.h"
#include "store/deed.h"
#include "work/outcome.h"
#include "work/second_look.h"
#include "work/timesheet.h"

namespace guildhall::work {
namespace {

using store::ContentType;
using store::Row;
using store::Tx;

Result<std::optional<Assignment>> find_lease(Tx& tx, const Context& ctx, const Actor& actor,
                                             ProjectId project, TaskId parent, TaskKind kind,
                                             AssignmentId origin) {
  return tx.first(
      {"SELECT " GH_ASSIGNMENT_COLUMNS
       " FROM task t JOIN assignment a ON a.room = t.room AND a.project = t.project AND"
       " a.task = t.task AND a.member = $4 WHERE t.room = $1 AND t.project = $2 AND"
       " t.parent = $3 AND t.parent > 0 AND t.kind = $5 AND t.origin = $6 AND a.state = 1",
       "SELECT " GH_ASSIGNMENT_COLUMNS
       " FROM task t JOIN assignment a ON a.room = t.room AND a.project = t.project AND"
       " a.task = t.task AND a.member = $4 WHERE t.room = $1 AND t.project = $2 AND"
       " t.parent = $3 AND t.parent > 0 AND t.kind = $5 AND t.origin = $6 AND a.state = 1 FOR "
       "UPDATE OF a"},
      {ctx.room, project, parent, actor.member, static_cast<std::int64_t>(kind), origin},
      [](const Row& row) { return read_assignment(row); });
}

// The lease under which a review or adjudication is given.
Result<Assignment> lease_of(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                            TaskId parent, TaskKind kind, AssignmentId origin, std::int64_t token) {
  auto lease = TRY(find_lease(tx, ctx, actor, project, parent, kind, origin));
  if (!lease || lease->token != token) return std::unexpected(stale_token());
  return *std::move(lease);
}

Result<void> close_lease(Tx& tx, const Context& ctx, const Actor& actor, Assignment& lease,
                         std::int64_t reported_ms, ActivityId activity) {
  std::int64_t active_ms = believed_ms(lease, reported_ms, tx.now());
  lease.active_ms = active_ms;
  lease.submitted_at = tx.now();
  TRY(move_outcome(tx, ctx, actor, lease, AssignmentMove::submit_unjudged,
                   {.submitted = 1, .active_ms = active_ms}));
  if (active_ms == 0) return {};
  return add_activity(tx, ctx.room, lease.project,
                      {activity,
                       lease.member,
                       lease.vendor,
                       ActivityClass::review,
                       ActivitySource::submission,
                       tx.now() - active_ms,
                       tx.now(),
                       lease.id,
                       {}});
}

// Judged without a lease (a manager): whatever stood open for this submission is over.
Result<void> drop_open_review(Tx& tx, const Context& ctx, const Actor& actor,
                              const Assignment& submission, Spare& spare) {
  std::vector<TaskId> open;
  TRY(tx.query(
      "SELECT task FROM task WHERE room = $1 AND project = $2 AND parent = $3 AND parent > 0 AND"
      " kind = 3 AND origin = $4 AND state = 1",
      {ctx.room, submission.project, submission.task, submission.id}, [&](const Row& row) {
        open.push_back(row.id<TaskId>(0));
        return true;
      }));
  for (TaskId id : open) {
    std::vector<Assignment> held;
    TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS
                 " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3 AND"
                 " a.state = 1",
                 {ctx.room, submission.project, id}, [&](const Row& row) {
                   held.push_back(read_assignment(row));
                   return true;
                 }));
    for (auto& lease : held) {
      TRY(keep_lease_time(tx, ctx, lease, ActivityId{spare.take()}));
      TRY(move_outcome(tx, ctx, actor, lease, AssignmentMove::withdraw, {}));
    }
    TRY(
        tx.exec("UPDATE task SET state = 2, open = 0 WHERE room = $1 AND project = $2 AND"
                " task = $3",
                {ctx.room, submission.project, id}));
    TRY(count(tx, {ctx.room, submission.project, actor.member, submission.batch, TaskKind::review},
              {.tasks_done = 1}));
  }
  return {};
}

AssignmentMove move_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept: return AssignmentMove::accept;
    case Verdict::fix: return AssignmentMove::fix;
    case Verdict::give_back: return AssignmentMove::give_back;
    case Verdict::reject: return AssignmentMove::reject;
  }
  return AssignmentMove::reject;
}

// One row of the reviews of `s`, with its reason and note as content.
Result<ReviewId> add_review(Tx& tx, const Context& ctx, const Actor& actor, const Assignment& s,
                            Verdict verdict, std::int64_t revision, std::string_view reason,
                            std::string_view note, Spare& spare) {
  ReviewId review{spare.take()};
  ContentRef ref{spare.take()};
  JsonWriter body;
  body.begin_object().field("reason", reason).field("note", note).end_object();
  TRY(store::put_content(tx, {ctx.room, s.project, ContentType::review, review.value}, ref,
                         Plaintext(body.text())));
  TRY(
      tx.exec("INSERT INTO review (room, project, assignment, review, reviewer, verdict,"
              " revision, reason_ref, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
              {ctx.room, s.project, s.id, review, actor.member, static_cast<std::int64_t>(verdict),
               revision, ref, tx.now()}));
  return review;
}

Result<void> apply_verdict(Tx& tx, const Context& ctx, const Actor& actor, const Judgement& in,
                           Assignment& s, Spare& spare) {
  if (in.verdict == Verdict::fix) {
    ContentRef ref{spare.take()};
    auto answers = TRY(
        ctx.sealer.seal(answers_content(ctx.room, s.project, s.id, ref), in.fixed_answers_json));
    TRY(add_revision(tx, ctx, s,
                     {RevisionSource::reviewer, actor.member, ref, answers, in.active_ms, {}}));
  }
  if (in.verdict == Verdict::give_back) {  // leased to its author again, under a new token
    auto settings = TRY(ctx.projects.settings(tx, s.project, s.settings_version));
    ++s.token;
    s.expires_at = tx.now() + settings->return_s * 1000;
  }
  TRY(move_outcome(tx, ctx, actor, s, move_of(in.verdict), {}));
  return adjudicate_if_needed(tx, ctx, actor, s, spare);
}

}  // namespace

bool is_submission(const Assignment& a) { return a.revision > 0 && a.kind == TaskKind::work; }

Error no_submission() {
  return {Fault::not_found, "no-submission", "There is no such submission.", {}};
}

Result<void> refuse_own_work(Tx& tx, const Context& ctx, const Actor& actor,
                             const Assignment& submission) {
  auto own =
      TRY(tx.first("SELECT 1 FROM assignment WHERE room = $1 AND project = $2 AND"
                   " task = $3 AND member = $4",
                   {ctx.room, submission.project, submission.task, actor.member},
                   [](const Row& row) { return row.integer(0); }));
  if (!own) return {};
  return fail(Fault::forbidden, "own-work", "Nobody reviews a task that they answered themselves.");
}

Result<Judged> judge_in(Tx& tx, const Context& ctx, const Actor& actor, const Judgement& in,
                        Spare& spare) {
  auto s = TRY(lock_assignment(tx, ctx, in.project, in.submission));
  if (!is_submission(s)) return std::unexpected(no_submission());
  TRY(refuse_own_work(tx, ctx, actor, s));
  if (in.token != 0) {
    auto lease = TRY(lease_of(tx, ctx, actor, s.project, s.task, TaskKind::review, s.id, in.token));
    TRY(close_lease(tx, ctx, actor, lease, in.active_ms, ActivityId{spare.take()}));
  } else {
    TRY(drop_open_review(tx, ctx, actor, s, spare));
  }
  std::int64_t judged_revision = s.revision;
  TRY(apply_verdict(tx, ctx, actor, in, s, spare));
  auto review =
      TRY(add_review(tx, ctx, actor, s, in.verdict, judged_revision, in.reason, in.note, spare));
  TRY(count_verdict(tx, ctx, s.project, actor.member, in.verdict));
  TRY(store::record(tx, {ctx.room, s.project, spare.take(), actor.member, "submission.review",
                         s.id.value, judged_revision, static_cast<std::int64_t>(in.verdict)}));
  return Judged{review, s};
}

Result<Judged> judge(const Context& ctx, const Actor& actor, const Judgement& in) {
  std::int64_t first = TRY(ctx.keys.take(kJudgeKeys));
  return ctx.db.write_as([&](Tx& tx) -> Result<Judged> {
    Spare spare{first};
    return judge_in(tx, ctx, actor, in, spare);
  });
}

Result<Assignment> settle(const Context& ctx, const Actor& actor, const Settlement& in) {
  std::int64_t first = TRY(ctx.keys.take(kOutcomeKeys));
  return ctx.db.write_as([&](Tx& tx) -> Result<Assignment> {
    Spare spare{first};
    auto lease =
        TRY(lease_of(tx, ctx, actor, in.project, in.task, TaskKind::adjudication, {}, in.token));
    ContentRef ref{spare.take()};
    auto answers =
        TRY(ctx.sealer.seal(answers_content(ctx.room, in.project, lease.id, ref), in.answers_json));
    TRY(add_revision(tx, ctx, lease,
                     {RevisionSource::adjudicator, actor.member, ref, answers, in.active_ms, {}}));
    TRY(close_lease(tx, ctx, actor, lease, in.active_ms, ActivityId{spare.take()}));
    if (!in.note.empty()) {
      TRY(add_review(tx, ctx, actor, lease, Verdict::accept, lease.revision, "", in.note, spare));
    }
    TRY(tx.exec("UPDATE task SET final = $4 WHERE room = $1 AND project = $2 AND task = $3",
                {ctx.room, in.project, in.task, lease.id}));
    TRY(store::record(tx, {ctx.room, in.project, spare.take(), actor.member, "task.adjudicate",
                           in.task.value, lease.revision, lease.id.value}));
    return lease;
  });
}

}  // namespace guildhall::work
