// Batches: tasks of a project that belong together, with a priority, an audience and a quota of
// their own. Names are content: they are opened and compared in memory, never by the store.
//
// Every project has one batch without a name, made with it: where tasks go that name none.
//
// Concurrency: any thread; each call that takes a Context alone is one transaction. Makers of
// batches wait for one another on the project's row, so that a name is given once.
// Limits: kMaxBatches a project, kMaxBatchName, kMaxAudience, kMaxTaskPriority, kMaxQuota.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work/context.h"
#include "work/model.h"
#include "work/tally.h"

namespace guildhall::work {

// Whom a batch is offered to. `listed` false: everyone in the project.
struct Audience {
  bool listed = false;
  std::vector<MemberId> members;
  std::vector<GroupId> groups;
};

struct Batch {
  BatchId id;
  std::string name;  // "" for the one that came with the project
  std::int64_t priority = 0;
  BatchState state = BatchState::open;
  Audience audience;
  std::int64_t quota = 0;  // submissions per person; 0: no bound
  TimeMs created_at = 0;
  std::int64_t tasks = 0;  // work and gold, cancelled ones not
  std::int64_t open = 0;   // of `tasks`, work that is neither done nor cancelled
};

struct BatchPatch {
  std::optional<std::string> name;
  std::optional<std::int64_t> priority;
  std::optional<BatchState> state;
  std::optional<Audience> audience;
  std::optional<std::int64_t> quota;
};

// invalid names the field; conflict/"batch-exists" where the name is taken, "too-many-batches".
Result<BatchId> create_batch(const Context& ctx, const Actor& actor, ProjectId project,
                             const BatchPatch& batch);
Result<void> patch_batch(const Context& ctx, const Actor& actor, ProjectId project, BatchId id,
                         const BatchPatch& patch);

// The batch of this name, made where it is missing.
Result<BatchId> batch_named(const Context& ctx, const Actor& actor, ProjectId project,
                            std::string_view name);

Result<std::vector<Batch>> list_batches(store::Tx& tx, const Context& ctx, ProjectId project);
// not_found/"no-batch".
Result<Batch> find_batch(store::Tx& tx, const Context& ctx, ProjectId project, BatchId id);
Result<void> require_batch(store::Tx& tx, RoomId room, ProjectId project, BatchId id);

}  // namespace guildhall::work
