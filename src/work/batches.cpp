#include "work/batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/limits.h"
#include "store/content.h"
#include "store/deed.h"

namespace guildhall::work {
namespace {

using store::ContentType;
using store::Row;
using store::Tx;

struct Named {
  BatchId id;
  ContentRef ref;
  std::string name;
};

Result<void> check(const BatchPatch& batch, bool fresh) {
  if (fresh && !batch.name) return fail(Fault::invalid, "invalid-batch", "Is missing.", "/name");
  if (batch.name && (batch.name->empty() || batch.name->size() > kMaxBatchName)) {
    return fail(Fault::invalid, "invalid-batch",
                fmt::format("A name has 1 to {} bytes.", kMaxBatchName), "/name");
  }
  if (batch.priority && std::abs(*batch.priority) > kMaxTaskPriority) {
    return fail(Fault::invalid, "invalid-batch",
                fmt::format("Must lie within ±{}.", kMaxTaskPriority), "/priority");
  }
  if (batch.quota && (*batch.quota < 0 || *batch.quota > kMaxQuota)) {
    return fail(Fault::invalid, "invalid-batch", fmt::format("Is from 0 to {}.", kMaxQuota),
                "/quota");
  }
  if (batch.audience &&
      batch.audience->members.size() + batch.audience->groups.size() > kMaxAudience) {
    return fail(Fault::invalid, "invalid-batch",
                fmt::format("At most {} people and groups.", kMaxAudience), "/audience");
  }
  return {};
}

// Holds back other makers of batches in this project.
Result<void> lock_project(Tx& tx, RoomId room, ProjectId project) {
  auto found =
      TRY(tx.first({"SELECT 1 FROM project WHERE room = $1 AND project = $2",
                    "SELECT 1 FROM project WHERE room = $1 AND project = $2 FOR NO KEY UPDATE"},
                   {room, project}, [](const Row& row) { return row.integer(0); }));
  if (!found) return fail(Fault::not_found, "no-project", "There is no such project.");
  return {};
}

Result<std::string> open_name(Tx& tx, const Context& ctx, ProjectId project, BatchId id,
                              ContentRef ref) {
  if (!ref) return std::string();
  return store::open_name(tx, {ctx.room, project, ContentType::name, id.value, ref.value}, ref,
                          store::Reason::manage);
}

Result<void> put_name(Tx& tx, const Context& ctx, ProjectId project, BatchId id, ContentRef ref,
                      std::string_view name) {
  return store::put_content(tx, {ctx.room, project, ContentType::name, id.value, ref.value}, ref,
                            Plaintext(std::string(name)));
}

Result<std::vector<Named>> names(Tx& tx, const Context& ctx, ProjectId project) {
  std::vector<Named> all;
  TRY(tx.query("SELECT batch, name_ref FROM batch WHERE room = $1 AND project = $2 ORDER BY batch",
               {ctx.room, project}, [&](const Row& row) {
                 all.push_back({row.id<BatchId>(0), row.id<ContentRef>(1), {}});
                 return true;
               }));
  for (auto& batch : all) batch.name = TRY(open_name(tx, ctx, project, batch.id, batch.ref));
  return all;
}

BatchId find_name(const std::vector<Named>& all, std::string_view name) {
  auto at = std::ranges::find(all, name, &Named::name);
  return at == all.end() ? BatchId{} : at->id;
}

// Everybody named must be of this project.
Result<void> check_audience(Tx& tx, RoomId room, ProjectId project, const Audience& audience) {
  auto fits = [&](store::Sql sql, std::int64_t subject) -> Result<bool> {
    auto row = TRY(
        tx.first(sql, {room, project, subject}, [](const Row& found) { return found.integer(0); }));
    return row.has_value();
  };
  for (MemberId member : audience.members) {
    if (TRY(fits("SELECT 1 FROM member m WHERE m.room = $1 AND m.member = $3 AND"
                 " m.state <> 'removed' AND (m.everywhere = 1 OR EXISTS (SELECT 1 FROM"
                 " membership s WHERE s.room = $1 AND s.project = $2 AND s.member = $3))",
                 member.value))) {
      continue;
    }
    return fail(Fault::invalid, "invalid-batch", "Somebody named is not in this project.",
                "/audience/members");
  }
  for (GroupId group : audience.groups) {
    if (TRY(fits("SELECT 1 FROM project_group WHERE room = $1 AND project = $2 AND grp = $3",
                 group.value))) {
      continue;
    }
    return fail(Fault::invalid, "invalid-batch", "A group named is not of this project.",
                "/audience/groups");
  }
  return {};
}

Result<void> put_audience(Tx& tx, RoomId room, ProjectId project, BatchId id,
                          const Audience& audience) {
  TRY(check_audience(tx, room, project, audience));
  TRY(tx.exec("DELETE FROM batch_audience WHERE room = $1 AND project = $2 AND batch = $3",
              {room, project, id}));
  std::vector<std::vector<store::Param>> rows;
  if (audience.listed) {
    std::set<std::pair<std::int64_t, int>> subjects;
    for (MemberId member : audience.members) subjects.emplace(member.value, 0);
    for (GroupId group : audience.groups) subjects.emplace(group.value, 1);
    for (auto [subject, is_group] : subjects) {
      rows.push_back({room, project, id, subject, is_group});
    }
  }
  if (rows.empty()) return {};
  TRY(tx.exec_many({"INSERT INTO batch_audience (room, project, batch, subject, is_group)"
                    " VALUES ($1, $2, $3, $4, $5)",
                    "INSERT INTO batch_audience (room, project, batch, subject, is_group)"
                    " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[],"
                    " $5::bigint[])"},
                   rows));
  return {};
}

struct Fresh {
  BatchId id;
  ContentRef name;
  std::int64_t deed;
};

Result<void> insert_batch(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                          const Fresh& fresh, const BatchPatch& batch) {
  bool listed = batch.audience && batch.audience->listed;
  TRY(put_name(tx, ctx, project, fresh.id, fresh.name, *batch.name));
  TRY(tx.exec(
      "INSERT INTO batch (room, project, batch, state, priority, listed, quota, name_ref,"
      " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {ctx.room, project, fresh.id,
       static_cast<std::int64_t>(batch.state.value_or(BatchState::open)),
       batch.priority.value_or(0), listed ? 1 : 0, batch.quota.value_or(0), fresh.name, tx.now()}));
  if (batch.audience) TRY(put_audience(tx, ctx.room, project, fresh.id, *batch.audience));
  return store::record(
      tx, {ctx.room, project, fresh.deed, actor.member, "batch.create", fresh.id.value});
}

Result<void> check_room_for_more(const std::vector<Named>& all) {
  if (all.size() < kMaxBatches) return {};
  return fail(Fault::conflict, "too-many-batches",
              fmt::format("A project has at most {} batches.", kMaxBatches));
}

std::unexpected<Error> name_taken() {
  return fail(Fault::conflict, "batch-exists", "A batch of this name is there already.", "/name");
}

Batch read_batch(const Row& row) {
  Batch batch;
  batch.id = row.id<BatchId>(0);
  batch.state = static_cast<BatchState>(row.integer(1));
  batch.priority = row.integer(2);
  batch.audience.listed = row.integer(3) != 0;
  batch.quota = row.integer(4);
  batch.created_at = row.integer(6);
  return batch;
}

// Reads the audience and counts from one batch, or all of them (`only` 0).
Result<void> complete(Tx& tx, RoomId room, ProjectId project, BatchId only,
                      std::vector<Batch>& batches) {
  auto of = [&](BatchId id) {
    auto at = std::ranges::lower_bound(batches, id, {}, &Batch::id);
    return at == batches.end() || at->id != id ? nullptr : &*at;
  };
  TRY(
      tx.query("SELECT batch, subject, is_group FROM batch_audience WHERE room = $1 AND"
               " project = $2 AND ($3 = 0 OR batch = $3) ORDER BY batch, subject",
               {room, project, only}, [&](const Row& row) {
                 Batch* batch = of(row.id<BatchId>(0));
                 if (batch == nullptr) return true;
                 if (row.integer(2) != 0) {
                   batch->audience.groups.push_back(row.id<GroupId>(1));
                 } else {
                   batch->audience.members.push_back(row.id<MemberId>(1));
                 }
                 return true;
               }));
  TRY(
      tx.query("SELECT batch, kind, CAST(sum(tasks - tasks_cancelled) AS BIGINT),"
               " CAST(sum(tasks_done) AS BIGINT) FROM tally WHERE room = $1 AND project = $2 AND"
               " ($3 = 0 OR batch = $3) AND kind <= 2 GROUP BY batch, kind",
               {room, project, only}, [&](const Row& row) {
                 Batch* batch = of(row.id<BatchId>(0));
                 if (batch == nullptr) return true;
                 batch->tasks += row.integer(2);
                 if (static_cast<TaskKind>(row.integer(1)) == TaskKind::work) {
                   batch->open += row.integer(2) - row.integer(3);
                 }
                 return true;
               }));
  return {};
}

#define GH_BATCH_COLUMNS "batch, state, priority, listed, quota, name_ref, created_at"

}  // namespace

Result<BatchId> create_batch(const Context& ctx, const Actor& actor, ProjectId project,
                             const BatchPatch& batch) {
  TRY(check(batch, true));
  std::int64_t first = TRY(ctx.keys.take(3));
  Fresh fresh{BatchId{first}, ContentRef{first + 1}, first + 2};
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    TRY(lock_project(tx, ctx.room, project));
    auto all = TRY(names(tx, ctx, project));
    if (find_name(all, *batch.name)) return name_taken();
    TRY(check_room_for_more(all));
    return insert_batch(tx, ctx, actor, project, fresh, batch);
  }));
  return fresh.id;
}

Result<BatchId> batch_named(const Context& ctx, const Actor& actor, ProjectId project,
                            std::string_view name) {
  BatchPatch batch{.name = std::string(name)};
  TRY(check(batch, true));
  std::int64_t first = TRY(ctx.keys.take(3));
  Fresh fresh{BatchId{first}, ContentRef{first + 1}, first + 2};
  return ctx.db.write_as([&](Tx& tx) -> Result<BatchId> {
    TRY(lock_project(tx, ctx.room, project));
    auto all = TRY(names(tx, ctx, project));
    if (auto id = find_name(all, name)) return id;
    TRY(check_room_for_more(all));
    TRY(insert_batch(tx, ctx, actor, project, fresh, batch));
    return fresh.id;
  });
}

Result<void> patch_batch(const Context& ctx, const Actor& actor, ProjectId project, BatchId id,
                         const BatchPatch& patch) {
  TRY(check(patch, false));
  std::int64_t first = TRY(ctx.keys.take(2));
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    TRY(lock_project(tx, ctx.room, project));
    auto batch = TRY(find_batch(tx, ctx, project, id));
    if (patch.name && *patch.name != batch.name) {
      if (find_name(TRY(names(tx, ctx, project)), *patch.name)) return name_taken();
      TRY(put_name(tx, ctx, project, id, ContentRef{first}, *patch.name));
      TRY(tx.exec("UPDATE batch SET name_ref = $4 WHERE room = $1 AND project = $2 AND batch = $3",
                  {ctx.room, project, id, first}));
    }
    bool listed = patch.audience ? patch.audience->listed : batch.audience.listed;
    TRY(tx.exec(
        "UPDATE batch SET state = $4, priority = $5, listed = $6, quota = $7 WHERE"
        " room = $1 AND project = $2 AND batch = $3",
        {ctx.room, project, id, static_cast<std::int64_t>(patch.state.value_or(batch.state)),
         patch.priority.value_or(batch.priority), listed ? 1 : 0,
         patch.quota.value_or(batch.quota)}));
    if (patch.audience) TRY(put_audience(tx, ctx.room, project, id, *patch.audience));
    return store::record(tx,
                         {ctx.room, project, first + 1, actor.member, "batch.change", id.value});
  });
}

Result<std::vector<Batch>> list_batches(Tx& tx, const Context& ctx, ProjectId project) {
  std::vector<Batch> batches;
  std::vector<ContentRef> refs;
  TRY(tx.query("SELECT " GH_BATCH_COLUMNS
               " FROM batch WHERE room = $1 AND project = $2 ORDER BY batch",
               {ctx.room, project}, [&](const Row& row) {
                 batches.push_back(read_batch(row));
                 refs.push_back(row.id<ContentRef>(5));
                 return true;
               }));
  for (std::size_t i = 0; i < batches.size(); ++i) {
    batches[i].name = TRY(open_name(tx, ctx, project, batches[i].id, refs[i]));
  }
  TRY(complete(tx, ctx.room, project, {}, batches));
  return batches;
}

Result<Batch> find_batch(Tx& tx, const Context& ctx, ProjectId project, BatchId id) {
  std::vector<Batch> batches;
  ContentRef ref;
  TRY(tx.query("SELECT " GH_BATCH_COLUMNS
               " FROM batch WHERE room = $1 AND project = $2 AND batch = $3",
               {ctx.room, project, id}, [&](const Row& row) {
                 batches.push_back(read_batch(row));
                 ref = row.id<ContentRef>(5);
                 return true;
               }));
  if (batches.empty()) return fail(Fault::not_found, "no-batch", "There is no such batch.");
  batches.front().name = TRY(open_name(tx, ctx, project, id, ref));
  TRY(complete(tx, ctx.room, project, id, batches));
  return std::move(batches.front());
}

Result<void> require_batch(Tx& tx, RoomId room, ProjectId project, BatchId id) {
  auto found = TRY(tx.first("SELECT 1 FROM batch WHERE room = $1 AND project = $2 AND batch = $3",
                            {room, project, id}, [](const Row& row) { return row.integer(0); }));
  if (!found) return fail(Fault::not_found, "no-batch", "There is no such batch.");
  return {};
}

}  // namespace guildhall::work
