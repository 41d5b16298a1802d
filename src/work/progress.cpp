#include "work/progress.h"

#include "base/json.h"
#include "work/tally.h"

namespace guildhall::work {
namespace {

Progress::Made made(const Tally& tally) {
  return {tally.tasks - tally.tasks_done - tally.tasks_cancelled, tally.tasks_done};
}

void write_made(JsonWriter& out, std::string_view name, const Progress::Made& made) {
  out.key(name).begin_object().field("open", made.open).field("done", made.done).end_object();
}

}  // namespace

Result<Progress> progress_of(store::Tx& tx, const Context& ctx, ProjectId project) {
  auto state =
      TRY(tx.first("SELECT state FROM project WHERE room = $1 AND project = $2",
                   {ctx.room, project}, [](const store::Row& row) { return row.integer(0); }));
  if (!state) return fail(Fault::not_found, "no-project", "There is no such project.");
  auto sums = TRY(sum_of_project(tx, ctx.room, project));
  const Tally& work = sums.work;
  Progress p;
  p.state = static_cast<ProjectState>(*state);
  p.tasks = {work.tasks, work.tasks - work.tasks_done - work.tasks_cancelled, work.tasks_done,
             work.tasks_cancelled, sums.gold.tasks - sums.gold.tasks_cancelled};
  p.submissions = {work.wanted,   work.submitted, work.in_review,
                   work.accepted, work.returned,  work.rejected};
  p.reviews = made(sums.review);
  p.adjudications = made(sums.adjudication);
  p.leased = work.leased + sums.gold.leased;
  p.active_ms =
      work.active_ms + sums.gold.active_ms + sums.review.active_ms + sums.adjudication.active_ms;
  p.updated_at = tx.now();
  return p;
}

std::string progress_json(const Progress& p) {
  JsonWriter out;
  out.begin_object().field("state", word(p.state));
  out.key("tasks").begin_object().field("total", p.tasks.total).field("open", p.tasks.open);
  out.field("done", p.tasks.done).field("cancelled", p.tasks.cancelled);
  out.field("gold", p.tasks.gold).end_object();
  out.key("submissions").begin_object().field("wanted", p.submissions.wanted);
  out.field("submitted", p.submissions.submitted).field("in_review", p.submissions.in_review);
  out.field("accepted", p.submissions.accepted).field("returned", p.submissions.returned);
  out.field("rejected", p.submissions.rejected).end_object();
  write_made(out, "reviews", p.reviews);
  write_made(out, "adjudications", p.adjudications);
  out.field("leased", p.leased).field("active_ms", p.active_ms);
  out.field("updated_at", rfc3339(p.updated_at)).end_object();
  return out.take();
}

}  // namespace guildhall::work
