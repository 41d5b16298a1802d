// The parts of a claim that more than one way of claiming needs: the lanes that stand open to a
// person, and the lease itself. claim.cpp walks the lanes; claim_review.cpp takes the review of one
// submission.
//
// Concurrency: inside the caller's transaction. Locks are taken member, assignment, task.
#pragma once

#include <vector>

#include "work/assignment.h"
#include "work/place.h"

namespace guildhall::work {

struct Lane {
  LaneId id;
  BatchId batch;
  std::int64_t quota;
  std::int64_t seq;  // the person's cursor
  std::int64_t task;
};

struct Pick {
  TaskRow task;
  AssignmentId again;  // an expired assignment of the same person, leased once more
  std::int64_t last_token = 0;
  // The first task of the lane that this person might have, and how far (in ticks, below zero) all
  // that the look could see lies behind this transaction.
  std::int64_t head_seq = 0;
  std::int64_t head_task = 0;
  std::int64_t behind = 0;
};

// What one attempt needs and must not allocate inside its closure.
struct Attempt {
  const Context& ctx;
  Actor actor;
  ProjectId project;
  TaskKind kind;
  AssignmentId fresh;
  std::int64_t deed;
  std::int64_t order_seed;
  std::int64_t gold_draw;   // 0…99
  AssignmentId submission;  // a review of this one and no other; 0: whatever comes next
};

// Two claims of one person at once wait for each other here, so that quotas hold.
Result<void> lock_member(store::Tx& tx, const Context& ctx, MemberId member);

// In the order in which they are offered to this person.
#define GH_LANES                                                                               \
  "SELECT l.lane, l.batch, b.quota, coalesce(c.seq, -1) AS seq, coalesce(c.task, 0) AS task"   \
  " FROM lane l JOIN batch b ON b.room = l.room AND b.project = l.project AND"                 \
  " b.batch = l.batch LEFT JOIN lane_cursor c ON c.room = l.room AND c.project = l.project"    \
  " AND c.member = $4 AND c.lane = l.lane"                                                     \
  " WHERE l.room = $1 AND l.project = $2 AND l.kind = $3 AND b.state = 1 AND (b.listed = 0 OR" \
  " EXISTS (SELECT 1 FROM batch_audience u WHERE u.room = $1 AND u.project = $2 AND"           \
  " u.batch = b.batch AND (u.subject = $4 OR u.subject IN (SELECT g.grp FROM member_group g"   \
  " WHERE g.room = $1 AND g.project = $2 AND g.member = $4))))"
#define GH_LANES_ORDER " ORDER BY b.priority DESC, l.priority DESC, l.lane"
store::Tx::Query lanes_query(const Attempt& at, TaskKind kind, std::vector<Lane>& lanes);
Result<std::vector<Lane>> lanes_for(store::Tx& tx, const Attempt& at, TaskKind kind);

Result<bool> batch_quota_left(store::Tx& tx, const Attempt& at, const Lane& lane);
bool takes_claims(const Project& project, TaskKind kind);

// The lease on the picked task, which is locked and has a place: counted and recorded.
Result<Claim> hand_out(store::Tx& tx, const Attempt& at, const Project& project, Pick& picked);

// The task that asks for a review of the submission, locked, while it stands open.
Result<std::optional<TaskRow>> lock_open_review(store::Tx& tx, const Context& ctx,
                                                const Assignment& submission);

// Exactly the review of `at.submission`, by the same rules as a claim along the lanes: nobody who
// answered its task, nobody who had it before, one at a time. One that this person holds already
// is given again as it is. `none`: a verdict comes with it, so nothing is held for long.
enum class HeldBound : unsigned char { settings, none };
Result<Claim> claim_review(store::Tx& tx, const Attempt& at, HeldBound bound);

}  // namespace guildhall::work
