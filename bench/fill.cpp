#include "fill.h"

#include <fmt/format.h>

#include "identity/accounts.h"
#include "work/assignment.h"
#include "work/import_writer.h"
#include "work/place.h"
#include "work/tally.h"

namespace guildhall::bench {
namespace {

using store::Blob;
using store::Param;
using store::Row;
using store::Tx;

constexpr std::int64_t kSlice = 2'048;
constexpr std::string_view kAnswers =
    R"({"choice":"a","strength":2,"justification":"The first names its evidence."})";

// What a person's answers to one slice of tasks need.
struct Slice {
  std::vector<work::TaskRow> tasks;
  std::vector<store::Sealed> bodies;
  std::vector<std::vector<Param>> contents, revisions, assignments;
};

std::vector<work::TaskRow> next_tasks(room::Room& room, ProjectId project, TaskId after) {
  std::vector<work::TaskRow> tasks;
  must(room.db().read([&](Tx& tx) -> Result<void> {
    tasks.clear();
    TRY(tx.query("SELECT " GH_TASK_COLUMNS
                 " FROM task t WHERE t.room = $1 AND t.project = $2 AND t.task > $3"
                 " ORDER BY t.task LIMIT $4",
                 {room.id(), project, after, kSlice}, [&](const Row& row) {
                   tasks.push_back(work::read_task(row));
                   return true;
                 }));
    return {};
  }),
       "read tasks");
  return tasks;
}

void bind_slice(Slice& slice, store::Sealer& sealer, RoomId room, ProjectId project,
                MemberId member, std::int64_t key, TimeMs now) {
  std::vector<store::ToSeal> plain;
  for (std::size_t i = 0; i < slice.tasks.size(); ++i) {
    std::int64_t id = key + 2 * static_cast<std::int64_t>(i);
    plain.push_back(
        {work::answers_content(room, project, AssignmentId{id}, ContentRef{id + 1}), kAnswers});
  }
  slice.bodies = must(store::seal_all(sealer, plain), "seal");
  for (std::size_t i = 0; i < slice.tasks.size(); ++i) {
    const auto& task = slice.tasks[i];
    AssignmentId id{key++};
    ContentRef answers{key++};
    slice.contents.push_back({room, project, answers, Blob{slice.bodies[i].bytes()}});
    slice.revisions.push_back({room, project, id, member, now, answers});
    slice.assignments.push_back({room, project, id, task.id, task.batch, member,
                                 static_cast<std::int64_t>(task.kind), now - 60'000, now,
                                 id.value * 7919, task.data_ref, answers});
  }
}

Result<void> write_slice(Tx& tx, room::Room& room, ProjectId project, MemberId member,
                         const Slice& slice) {
  TRY(tx.exec_many({"INSERT INTO content (room, project, ref, body) VALUES ($1, $2, $3, $4)",
                    "INSERT INTO content (room, project, ref, body) SELECT * FROM"
                    " unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])"},
                   slice.contents));
#define GH_REVISION                                                                     \
  "INSERT INTO revision (room, project, assignment, author, submitted_at, answers_ref," \
  " revision, source, active_ms, guidelines_version, template_version, settings_version) "
  TRY(tx.exec_many({GH_REVISION "VALUES ($1, $2, $3, $4, $5, $6, 1, 1, 60000, 1, 1, 1)", GH_REVISION
                    "SELECT r.*, 1, 1, 60000, 1, 1, 1 FROM unnest($1::bigint[], $2::bigint[],"
                    " $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) r"},
                   slice.revisions));
#define GH_ASSIGNMENT                                                                        \
  "INSERT INTO assignment (room, project, assignment, task, batch, member, kind, leased_at," \
  " submitted_at, order_seed, data_ref, answers_ref, expires_at, vendor, state, token,"      \
  " guidelines_version, template_version, settings_version, draft_ref, draft_revision,"      \
  " revision, active_ms) "
  TRY(tx.exec_many(
      {GH_ASSIGNMENT
       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $9, 0, 12, 1, 1, 1,"
       " 1, 0, 0, 1, 60000)",
       GH_ASSIGNMENT "SELECT r.*, r.i, 0, 12, 1, 1, 1, 1, 0, 0, 1, 60000 FROM unnest($1::bigint[],"
                     " $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],"
                     " $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],"
                     " $12::bigint[]) r(a, b, c, d, e, f, g, h, i, j, k, l)"},
      slice.assignments));
  const auto& last = slice.tasks.back();
  TRY(
      tx.exec("UPDATE task SET taken = taken + 1, done = done + 1,"
              " open = CASE WHEN taken + 1 < ceiling THEN 1 ELSE 0 END,"
              " state = CASE WHEN done + 1 < ceiling THEN 1 ELSE 2 END"
              " WHERE room = $1 AND project = $2 AND task >= $3 AND task <= $4",
              {room.id(), project, slice.tasks.front().id, last.id}));
  TRY(
      tx.exec("INSERT INTO lane_cursor (room, project, member, lane, seq, task) VALUES ($1, $2, $3,"
              " $4, $5, $6) ON CONFLICT (room, project, member, lane) DO UPDATE SET"
              " seq = excluded.seq, task = excluded.task",
              {room.id(), project, member, last.lane, last.seq, last.id}));
  auto n = static_cast<std::int64_t>(slice.tasks.size());
  return work::count(tx, {room.id(), project, member, last.batch, work::TaskKind::work},
                     {.submitted = n, .accepted = n, .active_ms = n * 60'000});
}

}  // namespace

ProjectId add_project(room::Room& room, const NewWork& work) {
  const auto& ctx = room.work();
  work::NewProject draft{
      .title = "Bench",
      .form = must(work::Template::builtin("preference"), "template"),
      .guidelines = "Choose the better answer.",
      .settings =
          must(work::patch_settings({}, must(parse_json(work.settings), "settings")), "settings")};
  auto id = must(work::create_project(ctx, {}, draft), "project");
  must(work::patch_project(ctx, {}, id, {.state = work::ProjectState::open}), "open project");
  auto project =
      must(room.db().read_as([&](Tx& tx) { return room.work().projects.find(tx, id); }), "project");
  work::ImportWriter writer(ctx, {}, project, {});
  for (std::int64_t n = 0; n < work.tasks; ++n) {
    work::CheckedLine line;
    std::string key;
    if (work.keyed) {
      key = fmt::format("case-{:012}", n);
      line.keyed = true;
      line.digest = work::task_key_digest(ctx.index_key, id, key);
    }
    line.body = work::make_task_body(key, task_data(n, work.bytes));
    must(writer.add(std::move(line)), "tasks");
  }
  must(writer.flush(), "tasks");
  return id;
}

Person add_expert(room::Room& room, ProjectId project) {
  identity::NewMember person;
  person.role = identity::Role::expert;
  person.projects = {project};
  auto made =
      must(room.accounts().add_with_token(identity::kRoomItself, person, "bench"), "expert");
  auto who = must(room.accounts().by_token(made.token.expose()), "expert");
  return {std::string(made.token.expose()), who.member};
}

void answer_tasks(room::Room& room, ProjectId project, MemberId member, double share) {
  std::int64_t all = must(room.db().read_as([&](Tx& tx) -> Result<std::int64_t> {
    auto n = TRY(tx.first("SELECT count(*) FROM task WHERE room = $1 AND project = $2",
                          {room.id(), project}, [](const Row& row) { return row.integer(0); }));
    return n.value_or(0);
  }),
                          "count tasks");
  auto left = static_cast<std::int64_t>(share * static_cast<double>(all));
  TaskId after;
  while (left > 0) {
    Slice slice{.tasks = next_tasks(room, project, after),
                .bodies = {},
                .contents = {},
                .revisions = {},
                .assignments = {}};
    if (slice.tasks.empty()) return;
    if (std::ssize(slice.tasks) > left) slice.tasks.resize(static_cast<std::size_t>(left));
    left -= std::ssize(slice.tasks);
    after = slice.tasks.back().id;
    auto key = must(room.keys().take(2 * static_cast<int>(slice.tasks.size())), "keys");
    bind_slice(slice, room.work().sealer, room.id(), project, member, key, system_clock().now_ms());
    must(room.db().write([&](Tx& tx) { return write_slice(tx, room, project, member, slice); }),
         "write answers");
  }
}

}  // namespace guildhall::bench
