#include "work/tasks.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/deed.h"
#include "work/batches.h"
#include "work/outcome.h"
#include "work/task_body.h"

namespace guildhall::work {
namespace {

using store::ContentType;
using store::Reason;
using store::Row;
using store::Tx;

Result<void> count_answers(Tx& tx, RoomId room, ProjectId project, TaskItem& item) {
  TRY(
      tx.query("SELECT state, revision FROM assignment WHERE room = $1 AND project = $2 AND"
               " task = $3",
               {room, project, item.row.id}, [&](const Row& row) {
                 auto state = static_cast<AssignmentState>(row.integer(0));
                 if (state == AssignmentState::leased) ++item.leased;
                 if (row.integer(1) > 0) ++item.submitted;
                 if (counts_as_done(state)) ++item.accepted;
                 return true;
               }));
  return {};
}

// A review or adjudication shows its parent's data, stored as the parent's.
store::ContentContext body_context(const Context& ctx, ProjectId project, const TaskRow& task) {
  TaskId owner = task.parent ? task.parent : task.id;
  return task_content(ctx.room, project, ContentType::task, owner, task.data_ref);
}

Result<Plaintext> open_body(Tx& tx, const Context& ctx, ProjectId project, const TaskRow& task,
                            Reason reason) {
  return store::open_content(tx, body_context(ctx, project, task), task.data_ref, reason);
}

Result<std::string> open_part(Tx& tx, const Context& ctx, ProjectId project, const TaskRow& task,
                              ContentType type, ContentRef ref) {
  if (!ref) return std::string();
  auto plain = TRY(open_task_content(tx, ctx, project, type, task.id, ref, Reason::manage));
  return std::string(plain.expose());
}

struct NewGold {
  const json::value* answers = nullptr;
  std::optional<std::string> reason;
};

Result<NewGold> read_gold(const json::value& gold) {
  if (!gold.is_object()) return fail(Fault::invalid, "invalid-gold", "Must be an object.", "/gold");
  const json::value* answers = find(gold, "answers");
  if (answers == nullptr) return NewGold{&gold, {}};
  NewGold out{answers, {}};
  const json::value* reason = find(gold, "reason");
  if (reason == nullptr || reason->is_null()) return out;
  const json::string* text = reason->if_string();
  if (text == nullptr) {
    return fail(Fault::invalid, "invalid-gold", "Must be a string.", "/gold/reason");
  }
  out.reason = std::string(view(*text));
  return out;
}

std::string gold_body(const NewGold& gold) {
  std::string answers;
  write_json(answers, *gold.answers);
  return make_gold_body(answers, gold.reason ? &*gold.reason : nullptr);
}

Result<void> check_gold(const Template& form, const json::value& answers, const json::value& data) {
  auto checked = form.check_gold(answers, data);
  if (checked) return {};
  Error error = std::move(checked).error();
  error.field = "/gold" + error.field;
  return std::unexpected(std::move(error));
}

// Content of the amended task; the row is written by the caller.
Result<void> amend_content(Tx& tx, const Context& ctx, ProjectId project, TaskRow& task,
                           const TaskPatch& patch, Spare& spare) {
  if (patch.data == nullptr && patch.gold == nullptr) return {};
  if (patch.gold != nullptr && task.kind != TaskKind::gold) {
    return fail(Fault::invalid, "invalid-gold", "This task has no known answer.", "/gold");
  }
  auto form = TRY(ctx.projects.find(tx, project))
  .form;
  auto old_body = TRY(open_body(tx, ctx, project, task, Reason::manage));
  auto old = split_task_body(old_body.expose());
  json::value data = patch.data ? *patch.data : TRY(parse_json(old.data));
  if (patch.data != nullptr) TRY(form->check_data(data));
  if (task.kind == TaskKind::gold) {
    json::value held;
    if (patch.gold == nullptr) {
      held =
          TRY(parse_json(TRY(open_part(tx, ctx, project, task, ContentType::gold, task.gold_ref))));
    }
    auto gold = TRY(read_gold(patch.gold ? *patch.gold : held));
    TRY(check_gold(*form, *gold.answers, data));
    if (patch.gold != nullptr) {
      task.gold_ref = ContentRef{spare.take()};
      TRY(store::put_content(
          tx, task_content(ctx.room, project, ContentType::gold, task.id, task.gold_ref),
          task.gold_ref, Plaintext(gold_body(gold))));
    }
  }
  if (patch.data != nullptr) {
    std::string text;
    write_json(text, data);
    task.data_ref = ContentRef{spare.take()};
    TRY(store::put_content(
        tx, task_content(ctx.room, project, ContentType::task, task.id, task.data_ref),
        task.data_ref, Plaintext(make_task_body(old.key, text))));
  }
  ++task.version;
  return {};
}

// The task's counts leave one batch and enter the other; what people did stays where they did it.
Result<void> move_counts(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                         const TaskRow& task, BatchId to) {
  Tally held{.tasks = 1, .wanted = task.ceiling};
  if (task.state == TaskState::done) held.tasks_done = 1;
  if (task.state == TaskState::cancelled) {
    held.tasks_cancelled = 1;
    held.wanted = 0;
  }
  TRY(count(tx, {ctx.room, project, actor.member, task.batch, task.kind}, Tally{} - held));
  return count(tx, {ctx.room, project, actor.member, to, task.kind}, held);
}

Result<void> amend_place(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                         TaskRow& task, const TaskPatch& patch, Spare& spare) {
  BatchId batch = patch.batch.value_or(task.batch);
  std::int64_t priority = patch.priority.value_or(task.priority);
  if (batch == task.batch && priority == task.priority) return {};
  if (batch != task.batch) {
    TRY(require_batch(tx, ctx.room, project, batch));
    TRY(move_counts(tx, ctx, actor, project, task, batch));
  }
  task.batch = batch;
  task.priority = priority;
  task.lane =
      TRY(lane_for(tx, ctx.room, project, task.kind, batch, priority, LaneId{spare.take()}));
  task.seq = tx.tick();
  return {};
}

Result<TaskItem> item_of(Tx& tx, const Context& ctx, ProjectId project, TaskRow row,
                         std::string_view body) {
  TaskItem item{.row = row, .key = std::string(split_task_body(body).key)};
  TRY(count_answers(tx, ctx.room, project, item));
  return item;
}

}  // namespace

Result<std::vector<TaskItem>> task_items(Tx& tx, const Context& ctx, ProjectId project,
                                         std::span<const TaskRow> rows) {
  std::vector<store::Wanted> wanted;
  for (const auto& row : rows) wanted.push_back({body_context(ctx, project, row), row.data_ref});
  auto bodies = TRY(store::open_contents(tx, wanted, Reason::manage));
  std::vector<TaskItem> items;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    items.push_back(TRY(item_of(tx, ctx, project, rows[i], bodies[i].expose())));
  }
  return items;
}

Result<OpenedTask> open_task(Tx& tx, const Context& ctx, ProjectId project, TaskId id) {
  auto row = TRY(find_task(tx, ctx.room, project, id));
  auto body = TRY(open_body(tx, ctx, project, row, Reason::manage));
  OpenedTask out;
  out.item = TRY(item_of(tx, ctx, project, row, body.expose()));
  out.data_json = std::string(split_task_body(body.expose()).data);
  out.gold_json = TRY(open_part(tx, ctx, project, row, ContentType::gold, row.gold_ref));
  out.extra_json = TRY(open_part(tx, ctx, project, row, ContentType::extra, row.extra_ref));
  return out;
}

Result<void> amend_task(const Context& ctx, const Actor& actor, ProjectId project, TaskId id,
                        const TaskPatch& patch) {
  if (patch.priority && std::abs(*patch.priority) > kMaxTaskPriority) {
    return fail(Fault::invalid, "invalid-priority",
                fmt::format("Must lie within ±{}.", kMaxTaskPriority), "/priority");
  }
  std::int64_t first = TRY(ctx.keys.take(4));
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    Spare spare{first};
    auto task = TRY(lock_task(tx, ctx.room, project, id));
    if (task.parent) {
      return fail(Fault::conflict, "not-amendable", "Reviews follow what they are about.");
    }
    TRY(amend_content(tx, ctx, project, task, patch, spare));
    TRY(amend_place(tx, ctx, actor, project, task, patch, spare));
    TRY(
        tx.exec("UPDATE task SET lane = $4, batch = $5, priority = $6, seq = $7, version = $8,"
                " data_ref = $9, gold_ref = $10 WHERE room = $1 AND project = $2 AND task = $3",
                {ctx.room, project, id, task.lane, task.batch, task.priority, task.seq,
                 task.version, task.data_ref, task.gold_ref}));
    return store::record(
        tx, {ctx.room, project, spare.take(), actor.member, "task.amend", id.value, task.version});
  });
}

}  // namespace guildhall::work
