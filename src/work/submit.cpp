#include <fmt/format.h>

#include "store/deed.h"
#include "work/outcome.h"
#include "work/timesheet.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

// What the first request under the same key and body was answered, from its revision: `a` as it
// stood then. A review of that moment tells that the submission was drawn for one.
Result<Assignment> as_answered(Tx& tx, const Context& ctx, Assignment a, std::int64_t revision) {
  struct Then {
    TimeMs at = 0;
    std::int64_t active_ms = 0;
  };
  auto then = TRY(tx.first(
      "SELECT max(submitted_at), CAST(sum(active_ms) AS BIGINT) FROM revision WHERE room = $1 AND"
      " project = $2 AND assignment = $3 AND revision <= $4 AND source = 1",
      {ctx.room, a.project, a.id, revision},
      [](const Row& row) { return Then{row.integer(0), row.integer(1)}; }));
  a.revision = revision;
  a.submitted_at = then->at;
  a.active_ms = then->active_ms;
  if (a.kind == TaskKind::gold) {
    a.state = AssignmentState::submitted;
    return a;
  }
  auto review = TRY(
      tx.first("SELECT 1 FROM task WHERE room = $1 AND project = $2 AND parent = $3 AND parent > 0"
               " AND kind = 3 AND origin = $4 AND created_at = $5",
               {ctx.room, a.project, a.task, a.id, then->at},
               [](const Row& row) { return row.integer(0); }));
  a.state = review ? AssignmentState::in_review : AssignmentState::accepted;
  return a;
}

// The answer to a repeat of an earlier request under its Idempotency-Key; nothing where there was
// none; invalid/"idempotency-mismatch" where it had another body.
Result<std::optional<Submitted>> seen_before(Tx& tx, const Context& ctx, const Assignment& a,
                                             const RequestHash& hash) {
  if (hash.empty() || a.revision == 0) return std::nullopt;
  bool other = false;
  std::int64_t revision = 0;
  std::string_view key = std::string_view(hash).substr(0, 16);
  TRY(
      tx.query("SELECT request_hash, revision FROM revision WHERE room = $1 AND project = $2 AND"
               " assignment = $3 ORDER BY revision",
               {ctx.room, a.project, a.id}, [&](const Row& row) {
                 auto held = row.bytes(0);
                 if (held.substr(0, 16) != key) return true;
                 revision = row.integer(1);
                 other = held != hash;
                 return false;
               }));
  if (other) {
    return fail(Fault::invalid, "idempotency-mismatch",
                "This Idempotency-Key was used for another body.", "Idempotency-Key");
  }
  if (revision == 0) return std::nullopt;
  return Submitted {
    TRY(as_answered(tx, ctx, a, revision))
    , true
  };
}

// Refusals that keep the draft: the closure commits, and the caller is told.
struct Refusal {
  std::optional<Error> error;
};

bool place_is_ours(const Assignment& a, const TaskRow& task, Refusal& refusal) {
  if (a.state == AssignmentState::leased) return true;
  if (a.state != AssignmentState::expired) {
    refusal.error = lease_over(a);
    return false;
  }
  if (task.has_place()) return true;
  refusal.error = Error{Fault::conflict,
                        "place-taken",
                        "The reservation ran out and somebody else has this task.",
                        {}};
  return false;
}

// Sealed before the transaction, in which everybody else would wait for it.
Result<store::Sealed> seal_answers(const Context& ctx, const SubmitIn& in, ContentRef ref) {
  return ctx.sealer.seal(answers_content(ctx.room, in.proof.project, in.proof.assignment, ref),
                         in.answers_json);
}

NewRevision author_revision(const Actor& actor, const SubmitIn& in, ContentRef ref,
                            const store::Sealed& answers) {
  return {RevisionSource::author, actor.member, ref, answers, 0, in.request_hash};
}

AssignmentMove move_for(const Assignment& a, const SubmitIn& in) {
  if (a.kind == TaskKind::gold) return AssignmentMove::submit_unjudged;
  return in.review_drawn ? AssignmentMove::submit_for_review : AssignmentMove::submit;
}

Result<void> accept_submission(Tx& tx, const Context& ctx, const Actor& actor, const SubmitIn& in,
                               const NewRevision& revision, OwnWork& own, Spare spare) {
  Assignment& a = own.assignment;
  // A lease that ran out before has its interval already; the rest is added.
  std::int64_t kept_ms = a.state == AssignmentState::expired ? a.active_ms : 0;
  std::int64_t active_ms = believed_ms(a, in.active_ms, tx.now());
  a.active_ms = active_ms;
  a.submitted_at = tx.now();
  NewRevision newest = revision;
  newest.active_ms = active_ms;
  TRY(add_revision(tx, ctx, a, newest));
  TRY(move_outcome(tx, ctx, actor, a, own.task, move_for(a, in),
                   {.submitted = 1,
                    .gold_right = in.gold_right.value_or(false) ? 1 : 0,
                    .active_ms = active_ms}));
  if (active_ms > kept_ms) {
    TRY(add_activity(tx, ctx.room, a.project,
                     {ActivityId{spare.take()},
                      a.member,
                      a.vendor,
                      ActivityClass::work,
                      ActivitySource::submission,
                      tx.now() - active_ms + kept_ms,
                      tx.now(),
                      a.id,
                      {}}));
  }
  if (a.state == AssignmentState::in_review) TRY(open_review(tx, ctx, actor, a, spare));
  TRY(adjudicate_if_needed(tx, ctx, actor, a, spare));
  return store::record(tx, {ctx.room, a.project, spare.take(), actor.member, "submission.submit",
                            a.id.value, a.revision, a.task.value});
}

// The outcome of a closure that may have to commit although the caller is refused.
Result<Submitted> told(Result<Submitted> done, const Refusal& refusal) {
  if (done && refusal.error) return std::unexpected(*refusal.error);
  return done;
}

}  // namespace

Result<Submitted> submit(const Context& ctx, const Actor& actor, const SubmitIn& in) {
  std::int64_t first = TRY(ctx.keys.take(kOutcomeKeys + 2));
  auto answers = TRY(seal_answers(ctx, in, ContentRef{first + 1}));
  auto revision = author_revision(actor, in, ContentRef{first + 1}, answers);
  Refusal refusal;
  auto done = ctx.db.write_as([&](Tx& tx) -> Result<Submitted> {
    refusal = {};
    auto own = TRY(lock_own_work(tx, ctx, actor, in.proof));
    Assignment& a = own.assignment;
    if (auto before = TRY(seen_before(tx, ctx, a, in.request_hash))) return *before;
    if (a.kind == TaskKind::review || a.kind == TaskKind::adjudication) {
      return fail(Fault::invalid, "not-an-answer",
                  "Reviews and adjudications have routes of their own.");
    }
    if (a.revision > 0) return std::unexpected(lease_over(a));
    if (a.token != in.proof.token) {
      refusal.error = stale_token();
    } else if (place_is_ours(a, own.task, refusal)) {
      TRY(accept_submission(tx, ctx, actor, in, revision, own, Spare{first + 2}));
      return Submitted{a, false};
    }
    a.active_ms = believed_ms(a, in.active_ms, tx.now());
    auto draft = TRY(ctx.sealer.seal(draft_content(ctx.room, a.project, a.id), in.answers_json));
    TRY(keep_draft(tx, ctx, a, ContentRef{first}, a.draft_revision + 1, draft));
    return Submitted{a, false};
  });
  return told(std::move(done), refusal);
}

Result<Submitted> revise(const Context& ctx, const Actor& actor, const SubmitIn& in) {
  std::int64_t first = TRY(ctx.keys.take(kOutcomeKeys + 1));
  auto answers = TRY(seal_answers(ctx, in, ContentRef{first}));
  return ctx.db.write_as([&](Tx& tx) -> Result<Submitted> {
    Spare spare{first + 1};
    auto a = TRY(lock_own(tx, ctx, actor, in.proof));
    if (auto before = TRY(seen_before(tx, ctx, a, in.request_hash))) return *before;
    if (a.state != AssignmentState::returned) {
      return fail(Fault::conflict, "not-returned",
                  fmt::format("Only returned work is revised; this is {}.", word(a.state)));
    }
    if (in.proof.token != a.token) return std::unexpected(stale_token());
    std::int64_t active_ms =
        std::max<std::int64_t>(0, std::min(in.active_ms, tx.now() - a.submitted_at));
    a.active_ms += active_ms;
    a.submitted_at = tx.now();
    auto revision = author_revision(actor, in, ContentRef{first}, answers);
    revision.active_ms = active_ms;
    TRY(add_revision(tx, ctx, a, revision));
    TRY(move_outcome(tx, ctx, actor, a, AssignmentMove::submit_for_review,
                     {.active_ms = active_ms}));
    if (active_ms > 0) {
      TRY(add_activity(tx, ctx.room, a.project,
                       {ActivityId{spare.take()},
                        a.member,
                        a.vendor,
                        ActivityClass::rework,
                        ActivitySource::submission,
                        tx.now() - active_ms,
                        tx.now(),
                        a.id,
                        {}}));
    }
    TRY(open_review(tx, ctx, actor, a, spare));
    TRY(store::record(tx, {ctx.room, a.project, spare.take(), actor.member, "submission.revise",
                           a.id.value, a.revision, a.task.value}));
    return Submitted{a, false};
  });
}

}  // namespace guildhall::work
