// The counters of a project: one row a person, batch and kind. A person's quota is read from
// their own rows; the project's progress is the sum over all of them, so no row is shared by two
// people's work and nobody waits for anybody.
//
// What a manager causes (import, cancelling) is counted in the manager's own rows: only sums mean
// something for `tasks`, `tasks_done`, `tasks_cancelled` and `wanted`.
//
// Concurrency: inside the caller's transaction.
#pragma once

#include <cstdint>

#include "store/database.h"
#include "work/model.h"

namespace guildhall::work {

struct Tally {
  std::int64_t tasks = 0;
  std::int64_t tasks_done = 0;
  std::int64_t tasks_cancelled = 0;
  std::int64_t wanted = 0;
  std::int64_t leased = 0;     // held now
  std::int64_t submitted = 0;  // ever
  std::int64_t in_review = 0;  // now
  std::int64_t accepted = 0;   // now; fixed ones too
  std::int64_t returned = 0;   // now
  std::int64_t rejected = 0;   // ever
  std::int64_t skipped = 0;    // ever
  std::int64_t gold_right = 0;
  std::int64_t active_ms = 0;
};

struct TallyKey {
  RoomId room;
  ProjectId project;
  MemberId member;
  BatchId batch;
  TaskKind kind;
};

// Adds `delta`, member by member.
Result<void> count(store::Tx& tx, const TallyKey& key, const Tally& delta);

// How a submission's state shows in the tally: add the new state's, subtract the old one's.
Tally standing(AssignmentState state);
Tally operator-(const Tally& a, const Tally& b);
Tally operator+(const Tally& a, const Tally& b);

struct KindTallies {
  Tally work, gold, review, adjudication;
};

Result<KindTallies> sum_of_project(store::Tx& tx, RoomId room, ProjectId project);
Result<KindTallies> sum_of_member(store::Tx& tx, RoomId room, ProjectId project, MemberId member);

}  // namespace guildhall::work
