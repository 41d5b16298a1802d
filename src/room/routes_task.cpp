#include <fmt/format.h>

#include "base/limits.h"
#include "room/model_json.h"
#include "room/render.h"
#include "work/batches.h"
#include "work/import_job.h"
#include "work/tasks.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kChange[] = {{"data", Kind::object},
                             {"gold", Kind::object},
                             {"priority", Kind::integer},
                             {"batch", Kind::text}};
constexpr Field kRequeue[] = {{"submissions", Kind::text, false, "keep (default) or reject"}};
constexpr Field kBatch[] = {{"name", Kind::text},
                            {"priority", Kind::integer},
                            {"state", Kind::text},
                            {"audience", Kind::anything, false, "everyone, or {members, groups}"},
                            {"quota", Kind::integer}};

Result<BatchId> batch_of(const Call& call, std::string_view text) {
  auto opened = call.room.ids().open(store::IdType::batch, text);
  if (!opened || opened->project != call.project) {
    return fail(Fault::invalid, "no-batch", "No such batch in this project.", "batch");
  }
  return BatchId{opened->inner};
}

// ---- import

Result<Reply> import(Call& call) {
  work::ImportOptions options;
  auto on_error = call.request.param("on_error").value_or("skip");
  if (on_error != "skip" && on_error != "refuse") {
    return fail(Fault::invalid, "bad-parameter", "on_error is skip or refuse.", "on_error");
  }
  options.refuse_on_error = on_error == "refuse";
  options.content_type = call.request.header("Content-Type");
  if (auto batch = call.request.param("batch")) options.batch = TRY(batch_of(call, *batch));
  work::ImportJob job(call.room.work(), call.actor(), call.project, options);
  while (true) {
    auto piece = call.request.stream->read();
    if (!piece) {  // whole lines that arrived are kept, as on_error says
      TRY(job.break_off());
      return std::unexpected(piece.error());
    }
    if (piece->empty()) break;
    TRY(job.feed(*piece));
  }
  auto report = job.finish();
  if (report) return json_reply(200, work::import_report_json(*report));
  if (report.error().type != "import-refused") return std::unexpected(report.error());
  // A problem that carries the report's members too.
  Reply refused = net::problem(report.error(), call.request.request_id);
  auto members = work::import_report_json(job.report());
  refused.body = refused.body.substr(0, refused.body.size() - 1) + "," + members.substr(1);
  return refused;
}

// ---- tasks

void write_task(JsonWriter& out, const Call& call, const work::TaskItem& item) {
  const auto& row = item.row;
  const auto& ids = call.room.ids();
  out.field("id", ids.show(call.project, row.id)).field("kind", work::word(row.kind));
  out.field("key", item.key).field("batch", ids.show(call.project, row.batch));
  out.field("priority", row.priority).field("state", work::word(row.state));
  out.field("version", row.version).field("overlap", row.ceiling);
  out.field("leased", item.leased).field("submitted", item.submitted);
  out.field("accepted", item.accepted).field("created_at", rfc3339(row.created_at));
}

template <class E>
Result<std::vector<E>> words_param(const Call& call, std::string_view name) {
  std::vector<E> words;
  auto text = call.request.param(name).value_or("");
  while (!text.empty()) {
    auto comma = text.find(',');
    auto word = work::from_word<E>(text.substr(0, comma));
    if (!word) {
      return fail(Fault::invalid, "bad-parameter", fmt::format("No such {}.", name),
                  std::string(name));
    }
    words.push_back(*word);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return words;
}

Result<work::TaskOrder> order_of(const Call& call) {
  auto text = call.request.param("order").value_or("oldest");
  if (text == "oldest") return work::TaskOrder::oldest;
  if (text == "newest") return work::TaskOrder::newest;
  if (text == "priority") return work::TaskOrder::priority;
  return fail(Fault::invalid, "bad-parameter", "order is oldest, newest or priority.", "order");
}

Result<work::TaskFilter> filter_of(const Call& call) {
  work::TaskFilter filter;
  filter.limit = TRY(limit_of(call));
  filter.order = TRY(order_of(call));
  if (auto place = TRY(place_of(call))) filter.after = {place->at, TaskId{place->key}};
  filter.states = TRY(words_param<work::TaskState>(call, "state"));
  filter.kinds = TRY(words_param<work::TaskKind>(call, "kind"));
  if (auto batch = call.request.param("batch")) filter.batch = TRY(batch_of(call, *batch));
  if (auto key = call.request.param("key")) filter.key = std::string(*key);
  return filter;
}

Result<Reply> list(Call& call) {
  auto filter = TRY(filter_of(call));
  auto items = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::list_tasks(tx, call.room.work(), call.project, filter); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& item : items) {
    out.begin_object();
    write_task(out, call, item);
    out.end_object();
  }
  out.end_array().key("next");
  bool more = static_cast<std::int64_t>(items.size()) == filter.limit;
  more ? out.string(next_cursor(call, {items.back().row.priority, items.back().row.id.value}))
       : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

Result<std::vector<work::Assignment>> submissions_of(Tx& tx, const Call& call, TaskId task) {
  std::vector<work::Assignment> found;
  TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS
               " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3 AND"
               " a.state > 9 ORDER BY a.assignment",
               {call.room.id(), call.project, task}, [&](const store::Row& row) {
                 found.push_back(work::read_assignment(row));
                 return true;
               }));
  return found;
}

Result<std::string> task_json(Call& call, TaskId id) {
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    auto opened = TRY(work::open_task(tx, call.room.work(), call.project, id));
    out.begin_object();
    write_task(out, call, opened.item);
    out.key("data").raw(opened.data_json);
    if (!opened.gold_json.empty()) out.key("gold").raw(opened.gold_json);
    if (!opened.extra_json.empty()) {
      auto extra = TRY(parse_json(opened.extra_json));
      if (const auto* list = find(extra, "suggestions")) out.field("suggestions", *list);
      if (const auto* list = find(extra, "submissions")) out.field("earlier", *list);
    }
    out.key("submissions").begin_array();
    for (const auto& s : TRY(submissions_of(tx, call, id))) {
      TRY(write_submission(tx, out, call, s, true));
    }
    out.end_array();
    TRY(write_model_answers(tx, out, call, call.project, id));
    TRY(write_task_origin(tx, out, call, call.project, id));
    out.end_object();
    return {};
  }));
  return out.take();
}

Result<Reply> get(Call& call) {
  return json_reply(200, TRY(task_json(call, call.id<TaskId>("task"))));
}

Result<Reply> change(Call& call) {
  work::TaskPatch patch;
  auto given = [&](std::string_view name) {
    const auto* value = find(call.body, name);
    return value && !value->is_null() ? value : nullptr;
  };
  patch.data = given("data");
  patch.gold = given("gold");
  if (given("priority")) patch.priority = int_or(call.body, "priority", 0);
  if (auto batch = text_if(call.body, "batch")) patch.batch = TRY(batch_of(call, *batch));
  TaskId id = call.id<TaskId>("task");
  TRY(work::amend_task(call.room.work(), call.actor(), call.project, id, patch));
  return json_reply(200, TRY(task_json(call, id)));
}

Result<Reply> cancel(Call& call) {
  TaskId id = call.id<TaskId>("task");
  TRY(work::cancel_task(call.room.work(), call.actor(), call.project, id));
  return json_reply(200, TRY(task_json(call, id)));
}

Result<Reply> requeue(Call& call) {
  auto submissions = text_or(call.body, "submissions", "keep");
  if (submissions != "keep" && submissions != "reject") {
    return fail(Fault::invalid, "wrong-type", "submissions is keep or reject.", "/submissions");
  }
  TaskId id = call.id<TaskId>("task");
  TRY(work::requeue_task(call.room.work(), call.actor(), call.project, id,
                         submissions == "reject" ? work::Requeue::reject : work::Requeue::keep));
  return json_reply(200, TRY(task_json(call, id)));
}

// ---- batches

void write_batch(JsonWriter& out, const Call& call, const work::Batch& batch) {
  const auto& ids = call.room.ids();
  out.begin_object().field("id", ids.show(call.project, batch.id)).field("name", batch.name);
  out.field("priority", batch.priority).field("state", work::word(batch.state));
  out.key("audience");
  if (batch.audience.listed) {
    out.begin_object().key("members").begin_array();
    for (MemberId member : batch.audience.members) out.string(ids.show(member));
    out.end_array().key("groups").begin_array();
    for (GroupId group : batch.audience.groups) out.string(ids.show(call.project, group));
    out.end_array().end_object();
  } else {
    out.string("everyone");
  }
  out.field("quota", batch.quota).field("tasks", batch.tasks).field("open", batch.open);
  out.end_object();
}

Error bad_audience() {
  return {Fault::invalid, "bad-audience",
          "audience is \"everyone\", or an object with members and groups of this project.",
          "/audience"};
}

Result<work::Audience> audience_of(const Call& call, const json::value& value) {
  if (const auto* word = value.if_string(); word && *word == "everyone") return work::Audience{};
  constexpr Field kAudience[] = {{"members", Kind::texts}, {"groups", Kind::texts}};
  if (!check_fields(kAudience, value)) return std::unexpected(bad_audience());
  work::Audience audience{true, {}, {}};
  for (const auto& text : texts_of(value, "members")) {
    auto member = call.room.ids().open_member(text);
    if (!member) return std::unexpected(bad_audience());
    audience.members.push_back(*member);
  }
  for (const auto& text : texts_of(value, "groups")) {
    auto group = call.room.ids().open(store::IdType::group, text);
    if (!group || group->project != call.project) return std::unexpected(bad_audience());
    audience.groups.push_back(GroupId{group->inner});
  }
  return audience;
}

Result<work::BatchPatch> batch_patch(const Call& call) {
  work::BatchPatch patch;
  patch.name = text_if(call.body, "name");
  auto number = [&](std::string_view name) -> std::optional<std::int64_t> {
    const auto* value = find(call.body, name);
    return value ? as_int(*value) : std::nullopt;
  };
  patch.priority = number("priority");
  patch.quota = number("quota");
  if (auto state = text_if(call.body, "state")) {
    patch.state = work::from_word<work::BatchState>(*state);
    if (!patch.state) {
      return fail(Fault::invalid, "bad-state", "state is open or paused.", "/state");
    }
  }
  if (const auto* audience = find(call.body, "audience"); audience && !audience->is_null()) {
    patch.audience = TRY(audience_of(call, *audience));
  }
  return patch;
}

Result<Reply> batch_reply(Call& call, BatchId id, int status) {
  auto batch = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::find_batch(tx, call.room.work(), call.project, id); }));
  JsonWriter out;
  write_batch(out, call, batch);
  return json_reply(status, out.take());
}

Result<Reply> list_batches(Call& call) {
  auto batches = TRY(call.room.db().read_as(
      [&](Tx& tx) { return work::list_batches(tx, call.room.work(), call.project); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& batch : batches) write_batch(out, call, batch);
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> create_batch(Call& call) {
  auto patch = TRY(batch_patch(call));
  auto id = TRY(work::create_batch(call.room.work(), call.actor(), call.project, patch));
  return batch_reply(call, id, 201);
}

Result<Reply> change_batch(Call& call) {
  BatchId id = call.id<BatchId>("batch");
  auto patch = TRY(batch_patch(call));
  TRY(work::patch_batch(call.room.work(), call.actor(), call.project, id, patch));
  return batch_reply(call, id, 200);
}

}  // namespace

void add_task_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::reviewer | Role::auditor).in(Scope::project);
  constexpr auto manage = allow(kStaff).writing().in(Scope::project);
  routes.push_back({Method::post,
                    "/projects/{project}/tasks",
                    manage,
                    import,
                    "Import tasks: NDJSON, a JSON array or CSV, streamed",
                    "ImportReport",
                    200,
                    BodyKind::stream,
                    {},
                    Repeats::secret});
  routes.push_back(
      {Method::get, "/projects/{project}/tasks", read, list, "Tasks, without data", "TaskList"});
  routes.push_back({Method::get, "/tasks/{task}", read, get,
                    "One task with its data and submissions", "TaskDetail"});
  routes.push_back({Method::patch, "/tasks/{task}", manage, change, "Amend a task", "TaskDetail",
                    200, BodyKind::json, kChange});
  routes.push_back(
      {Method::post, "/tasks/{task}/cancel", manage, cancel, "Cancel a task", "TaskDetail"});
  routes.push_back({Method::post, "/tasks/{task}/requeue", manage, requeue, "Open a task again",
                    "TaskDetail", 200, BodyKind::json, kRequeue});
  routes.push_back({Method::get, "/projects/{project}/batches", read, list_batches,
                    "Batches of a project", "BatchList"});
  routes.push_back({Method::post, "/projects/{project}/batches", manage, create_batch,
                    "Make a batch", "Batch", 201, BodyKind::json, kBatch});
  routes.push_back({Method::patch, "/batches/{batch}", manage, change_batch, "Change a batch",
                    "Batch", 200, BodyKind::json, kBatch});
}

}  // namespace guildhall::room
