// Assignments: leases on tasks. Claiming, keeping alive, drafting, skipping, expiring.
//
// A claim walks lanes. A lane is (kind, batch, priority); the open tasks of a lane stand in order
// of opening, and each person has a cursor per lane: every open task at or before it they have
// already had. So a claim is one probe past the cursor, however large the project is and however
// much the person has done. A task that opens again is given a new place at the lane's end, past
// every cursor. On PostgreSQL a cursor never passes `tx.settled()` nor a task that another claim
// holds locked at that moment: nothing is passed over for good.
//
// Concurrency: any thread; each call is one transaction.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "work/project.h"
#include "work/tally.h"

namespace guildhall::work {

struct Assignment {
  AssignmentId id;
  ProjectId project;
  TaskId task;
  BatchId batch;
  MemberId member;
  std::int64_t vendor = 0;
  TaskKind kind = TaskKind::work;
  AssignmentState state = AssignmentState::leased;
  std::int64_t token = 0;  // fencing token: grows with every lease of this assignment
  TimeMs leased_at = 0;
  TimeMs expires_at = 0;
  std::int64_t guidelines_version = 0;
  std::int64_t template_version = 0;
  std::int64_t settings_version = 0;
  std::int64_t order_seed = 0;
  ContentRef data_ref;  // the task's data as it was when leased
  ContentRef draft_ref;
  std::int64_t draft_revision = 0;
  std::int64_t revision = 0;  // 0: nothing submitted
  ContentRef answers_ref;     // of the newest revision
  TimeMs submitted_at = 0;
  std::int64_t active_ms = 0;
};

#define GH_ASSIGNMENT_COLUMNS                                                                 \
  "a.assignment, a.project, a.task, a.batch, a.member, a.vendor, a.kind, a.state, a.token,"   \
  " a.leased_at, a.expires_at, a.guidelines_version, a.template_version, a.settings_version," \
  " a.order_seed, a.data_ref, a.draft_ref, a.draft_revision, a.revision, a.answers_ref,"      \
  " a.submitted_at, a.active_ms"
inline constexpr int kAssignmentColumns = 22;
// Under which context a submission's answers and a draft are sealed. Each revision of the answers
// has a ref of its own, and that is its version.
store::ContentContext answers_content(RoomId room, ProjectId project, AssignmentId id,
                                      ContentRef ref);
store::ContentContext draft_content(RoomId room, ProjectId project, AssignmentId id);

Assignment read_assignment(const store::Row& row);

enum class NoClaim : unsigned char { none_left, all_leased, quota, paused };
std::string_view word(NoClaim reason);  // none-left | all-leased | quota | paused

struct Claim {
  std::optional<Assignment> assignment;
  NoClaim reason = NoClaim::none_left;
};

// The next task of this kind for this person. Gold is drawn among work as the settings say.
Result<Claim> claim(const Context& ctx, const Actor& actor, ProjectId project, TaskKind kind);

// The same where the caller's own reads belong into the claim's transaction: `who` says before it
// for whom. It may run more than once.
struct ClaimFrame {
  std::function<Result<Actor>(store::Tx&)> who;
};
// With a submission (kind review): the review of this one and no other, without a walk. One that
// the person holds already is given again as it is.
Result<Claim> claim(const Context& ctx, const ClaimFrame& frame, ProjectId project, TaskKind kind,
                    AssignmentId submission = {});

// not_found where it is not there or not this person's.
Result<Assignment> find_assignment(store::Tx& tx, const Context& ctx, ProjectId project,
                                   AssignmentId id);
Result<std::vector<Assignment>> open_assignments(store::Tx& tx, const Context& ctx,
                                                 MemberId member);

struct LeaseProof {
  ProjectId project;
  AssignmentId assignment;
  std::int64_t token;
};

// Runs the lease from now again. conflict/"stale-token" or "lease-over". `active_ms` is the time
// worked so far as the page counts it; it is kept if the lease ends without a submission.
Result<Assignment> heartbeat(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                             std::int64_t active_ms);

// Keeps a draft. Revisions count up; one that is not newer than the held one is
// conflict/"stale-draft". A stale token is refused, but the draft is kept all the same where
// nothing was submitted yet: the answer then is conflict/"stale-token".
Result<void> save_draft(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                        std::int64_t revision, std::string_view answers_json);

// Gives the task back with a reason; this person is not offered it again.
Result<void> skip(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                  std::string_view reason, std::string_view note, std::int64_t active_ms);

// Gives a lease back untouched, as if it had run out now: the task stands open again at once, for
// the same person too, and what was drafted stays. Nothing happens where it has run out already.
// conflict: "stale-token", "lease-over", "bad-transition" (returned work is revised, not given
// back).
Result<void> release(const Context& ctx, const Actor& actor, const LeaseProof& proof);

// Gives the places of leases that ran out back to their tasks; how many.
Result<int> release_expired(const Context& ctx);

}  // namespace guildhall::work
