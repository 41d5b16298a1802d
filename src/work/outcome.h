// The shared steps of everything that changes an assignment: lock it, move its state by the table,
// let its task's places, the counters, reviews and adjudications follow.
//
// Concurrency: inside the caller's transaction. Locks are taken member, assignment, task.
#pragma once

#include <string_view>

#include "work/place.h"
#include "work/submission.h"

namespace guildhall::work {

Result<Assignment> lock_assignment(store::Tx& tx, const Context& ctx, ProjectId project,
                                   AssignmentId id);
// Locked, and the caller's own; not_found otherwise.
Result<Assignment> lock_own(store::Tx& tx, const Context& ctx, const Actor& actor,
                            const LeaseProof& proof);
struct OwnWork {
  Assignment assignment;
  TaskRow task;
};
// The same with its task, locked too, in one round trip.
Result<OwnWork> lock_own_work(store::Tx& tx, const Context& ctx, const Actor& actor,
                              const LeaseProof& proof);
Error stale_token();
Error lease_over(const Assignment& a);

// Keys that a move may need, taken outside the closure: a task, a lane, content, deeds.
inline constexpr int kOutcomeKeys = 8;
struct Spare {
  std::int64_t next = 0;
  std::int64_t take() { return next++; }
};

// Moves `a` (locked) and everything that follows from it; conflict/"bad-transition" where the
// table has no such move. `extra` is counted on top, in the assignment's own row.
Result<void> move_outcome(store::Tx& tx, const Context& ctx, const Actor& actor, Assignment& a,
                          AssignmentMove move, const Tally& extra);
// `task` is the assignment's, locked, and follows the move.
Result<void> move_outcome(store::Tx& tx, const Context& ctx, const Actor& actor, Assignment& a,
                          TaskRow& task, AssignmentMove move, const Tally& extra);

// Puts the submission before a reviewer: a task of its own, in the review lane of its batch.
Result<void> open_review(store::Tx& tx, const Context& ctx, const Actor& actor, const Assignment& a,
                         Spare& spare);

// If the task is done, asks for one final answer where its answers differ (and the project wants
// it, and it was not asked for yet).
Result<void> adjudicate_if_needed(store::Tx& tx, const Context& ctx, const Actor& actor,
                                  const Assignment& a, Spare& spare);

// What may be judged: an answer that is no check task's.
bool is_submission(const Assignment& a);
Error no_submission();
// forbidden/"own-work" where this person had the submission's task.
Result<void> refuse_own_work(store::Tx& tx, const Context& ctx, const Actor& actor,
                             const Assignment& submission);
// One verdict, in the caller's transaction.
inline constexpr int kJudgeKeys = kOutcomeKeys + 4;
Result<Judged> judge_in(store::Tx& tx, const Context& ctx, const Actor& actor, const Judgement& in,
                        Spare& spare);

struct NewRevision {
  RevisionSource source = RevisionSource::author;
  MemberId author;
  ContentRef answers_ref;
  const store::Sealed& answers;  // under answers_content of that ref
  std::int64_t active_ms = 0;
  std::string_view request_hash;
};

// Appends a revision to `a` and makes it the newest: content and rows, not the state.
Result<void> add_revision(store::Tx& tx, const Context& ctx, Assignment& a, const NewRevision& r);

// Keeps the answers, sealed under draft_content, as the newest draft, whatever happens to the
// lease.
Result<void> keep_draft(store::Tx& tx, const Context& ctx, Assignment& a, ContentRef fresh,
                        std::int64_t revision, const store::Sealed& answers);

}  // namespace guildhall::work
