#include "work/outcome.h"

#include <fmt/format.h>

#include "store/content.h"
#include "work/days.h"

namespace guildhall::work {

using store::ContentType;
using store::Row;
using store::Tx;

Result<Assignment> lock_assignment(Tx& tx, const Context& ctx, ProjectId project, AssignmentId id) {
  auto found =
      TRY(tx.first({"SELECT " GH_ASSIGNMENT_COLUMNS
                    " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.assignment = $3",
                    "SELECT " GH_ASSIGNMENT_COLUMNS
                    " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.assignment = $3"
                    " FOR UPDATE"},
                   {ctx.room, project, id}, [](const Row& row) { return read_assignment(row); }));
  if (!found) return fail(Fault::not_found, "no-assignment", "There is no such assignment.");
  return *std::move(found);
}

Result<Assignment> lock_own(Tx& tx, const Context& ctx, const Actor& actor,
                            const LeaseProof& proof) {
  auto a = TRY(lock_assignment(tx, ctx, proof.project, proof.assignment));
  if (a.member != actor.member) {
    return fail(Fault::not_found, "no-assignment", "There is no such assignment.");
  }
  return a;
}

Result<OwnWork> lock_own_work(Tx& tx, const Context& ctx, const Actor& actor,
                              const LeaseProof& proof) {
  OwnWork own;
  std::vector<store::Param> key{ctx.room, proof.project, proof.assignment};
  const Tx::Query queries[] = {
      {{"SELECT " GH_ASSIGNMENT_COLUMNS
        " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.assignment = $3",
        "SELECT " GH_ASSIGNMENT_COLUMNS
        " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.assignment = $3"
        " FOR UPDATE"},
       key,
       [&](const Row& row) {
         own.assignment = read_assignment(row);
         return false;
       }},
      {{"SELECT " GH_TASK_COLUMNS
        " FROM assignment a JOIN task t ON t.room = a.room AND t.project = a.project AND"
        " t.task = a.task WHERE a.room = $1 AND a.project = $2 AND a.assignment = $3",
        "SELECT " GH_TASK_COLUMNS
        " FROM task t WHERE t.room = $1 AND t.project = $2 AND t.task = (SELECT a.task FROM"
        " assignment a WHERE a.room = $1 AND a.project = $2 AND a.assignment = $3) FOR UPDATE"},
       key,
       [&](const Row& row) {
         own.task = read_task(row);
         return false;
       }}};
  TRY(tx.query_all(queries));
  if (!own.task.id || own.assignment.member != actor.member) {
    return fail(Fault::not_found, "no-assignment", "There is no such assignment.");
  }
  return own;
}

Error stale_token() {
  return {Fault::conflict, "stale-token", "This task was reserved again since.", "/token"};
}

Error lease_over(const Assignment& a) {
  return {Fault::conflict,
          "lease-over",
          fmt::format("The reservation has ended: the assignment is {}.", word(a.state)),
          {}};
}

Result<void> move_outcome(Tx& tx, const Context& ctx, const Actor& actor, Assignment& a,
                          AssignmentMove move, const Tally& extra) {
  auto task = TRY(lock_task(tx, ctx.room, a.project, a.task));
  return move_outcome(tx, ctx, actor, a, task, move, extra);
}

Result<void> move_outcome(Tx& tx, const Context& ctx, const Actor& actor, Assignment& a,
                          TaskRow& task, AssignmentMove move, const Tally& extra) {
  auto to = after(a.state, move);
  if (!to) {
    return fail(Fault::conflict, "bad-transition",
                fmt::format("Not possible for work that is {}.", word(a.state)));
  }
  PlaceChange change{holds_place(*to) - holds_place(a.state),
                     counts_as_done(*to) - counts_as_done(a.state)};
  if (a.kind != TaskKind::work && *to == AssignmentState::submitted && task.ceiling > 0) {
    change.done = 1;  // a review or adjudication is done when it is given
  }
  int became = TRY(change_places(tx, ctx.room, a.project, task, change));
  TRY(
      tx.put("UPDATE assignment SET state = $4, token = $5, expires_at = $6, revision = $7,"
             " answers_ref = $8, submitted_at = $9, active_ms = $10"
             " WHERE room = $1 AND project = $2 AND assignment = $3",
             {ctx.room, a.project, a.id, static_cast<std::int64_t>(*to), a.token, a.expires_at,
              a.revision, a.answers_ref, a.submitted_at, a.active_ms}));
  Tally delta = standing(*to) - standing(a.state) + extra;
  auto day = day_figures(a.kind, a.state, *to, extra.submitted, extra.active_ms);
  a.state = *to;
  TRY(count_day(tx, ctx.room, a.project, a.member, day));
  TRY(count(tx, {ctx.room, a.project, a.member, a.batch, a.kind}, delta));
  if (became == 0) return {};
  // The task may have moved to another batch since it was leased.
  return count(tx, {ctx.room, a.project, actor.member, task.batch, a.kind}, {.tasks_done = became});
}

namespace {

// A task made by the room itself: judged or settled by one person.
Result<void> open_child(Tx& tx, const Context& ctx, const Actor& actor, const Assignment& a,
                        TaskKind kind, AssignmentId origin, Spare& spare) {
  auto parent = TRY(find_task(tx, ctx.room, a.project, a.task));
  TaskId id{spare.take()};
  auto lane = TRY(
      lane_for(tx, ctx.room, a.project, kind, parent.batch, parent.priority, LaneId{spare.take()}));
  TRY(tx.exec(
      "INSERT INTO task (room, project, task, lane, batch, kind, state, open, seq,"
      " ceiling, taken, done, priority, parent, origin, final, version, data_ref,"
      " gold_ref, extra_ref, created_at) VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7, 1, 0,"
      " 0, $8, $9, $10, 0, $11, $12, 0, 0, $13)",
      {ctx.room, a.project, id, lane, parent.batch, static_cast<std::int64_t>(kind), tx.tick(),
       parent.priority, parent.id, origin, parent.version, a.data_ref, tx.now()}));
  return count(tx, {ctx.room, a.project, actor.member, parent.batch, kind},
               {.tasks = 1, .wanted = 1});
}

Result<bool> answers_differ(Tx& tx, const Context& ctx, const Assignment& a) {
  std::vector<Assignment> answers;
  TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS
               " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3"
               " AND (a.state = 12 OR a.state = 13) ORDER BY a.assignment",
               {ctx.room, a.project, a.task}, [&](const Row& row) {
                 answers.push_back(read_assignment(row));
                 return true;
               }));
  if (answers.size() < 2) return false;
  auto form = TRY(ctx.projects.form(tx, a.project, a.template_version));
  std::optional<json::value> first;
  std::vector<store::Wanted> wanted;
  for (const auto& answer : answers) {
    wanted.push_back(
        {answers_content(ctx.room, a.project, answer.id, answer.answers_ref), answer.answers_ref});
  }
  for (const auto& plain : TRY(store::open_contents(tx, wanted, store::Reason::review))) {
    auto value = TRY(parse_json(plain.expose()));
    if (!first) {
      first = std::move(value);
    } else if (!form->same_verdict(*first, value)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<void> open_review(Tx& tx, const Context& ctx, const Actor& actor, const Assignment& a,
                         Spare& spare) {
  return open_child(tx, ctx, actor, a, TaskKind::review, a.id, spare);
}

Result<void> adjudicate_if_needed(Tx& tx, const Context& ctx, const Actor& actor,
                                  const Assignment& a, Spare& spare) {
  if (a.kind != TaskKind::work || !counts_as_done(a.state)) return {};
  auto settings = TRY(ctx.projects.settings(tx, a.project, a.settings_version));
  if (!settings->adjudicate) return {};
  auto task = TRY(find_task(tx, ctx.room, a.project, a.task));
  if (task.state != TaskState::done || task.ceiling < 2) return {};
  // Where more are asked for as it pays, differing is no end: people settle what stays unsure.
  if (settings->adaptive() && task.ceiling < settings->overlap) return {};
  auto asked = TRY(
      tx.first("SELECT 1 FROM task WHERE room = $1 AND project = $2 AND parent = $3 AND parent > 0"
               " AND kind = 4 AND state <> 3",
               {ctx.room, a.project, a.task}, [](const Row& row) { return row.integer(0); }));
  if (asked || !TRY(answers_differ(tx, ctx, a))) return {};
  return open_child(tx, ctx, actor, a, TaskKind::adjudication, AssignmentId{}, spare);
}

Result<void> add_revision(Tx& tx, const Context& ctx, Assignment& a, const NewRevision& r) {
  ++a.revision;
  a.answers_ref = r.answers_ref;
  TRY(store::put_content(tx, answers_content(ctx.room, a.project, a.id, a.answers_ref),
                         a.answers_ref, r.answers));
  store::Param hash = r.request_hash.empty() ? store::Param(store::Null{})
                                             : store::Param(store::Blob{r.request_hash});
  TRY(
      tx.put("INSERT INTO revision (room, project, assignment, revision, author, source,"
             " submitted_at, active_ms, guidelines_version, template_version, settings_version,"
             " answers_ref, request_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
             " $12, $13)",
             {ctx.room, a.project, a.id, a.revision, r.author, static_cast<std::int64_t>(r.source),
              tx.now(), r.active_ms, a.guidelines_version, a.template_version, a.settings_version,
              a.answers_ref, hash}));
  return {};
}

Result<void> keep_draft(Tx& tx, const Context& ctx, Assignment& a, ContentRef fresh,
                        std::int64_t revision, const store::Sealed& answers) {
  auto context = draft_content(ctx.room, a.project, a.id);
  if (a.draft_ref) {
    TRY(store::replace_content(tx, context, a.draft_ref, answers));
  } else {
    TRY(store::put_content(tx, context, fresh, answers));
    a.draft_ref = fresh;
  }
  a.draft_revision = revision;
  TRY(
      tx.exec("UPDATE assignment SET draft_ref = $4, draft_revision = $5, active_ms = $6 WHERE"
              " room = $1 AND project = $2 AND assignment = $3",
              {ctx.room, a.project, a.id, a.draft_ref, a.draft_revision, a.active_ms}));
  return {};
}

}  // namespace guildhall::work
