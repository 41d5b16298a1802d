#include "work/days.h"

#include <doctest/doctest.h>

#include "store/postgres/fixture.h"
#include "work/recount_test_util.h"
#include "work/submission.h"
#include "work/timesheet.h"

namespace guildhall::work {
namespace {

AssignmentId submit_next(TestRoom& room, const Actor& who, ProjectId project, bool review,
                         std::int64_t worked_ms) {
  auto held = GH_OK(claim(*room.ctx, who, project, TaskKind::work));
  REQUIRE(held.assignment);
  room.clock.advance_ms(worked_ms);
  GH_OK(submit(*room.ctx, who,
               {.proof = {project, held.assignment->id, held.assignment->token},
                .answers_json = R"({"choice":"yes"})",
                .active_ms = worked_ms,
                .review_drawn = review}));
  return held.assignment->id;
}

void verdict(TestRoom& room, const Actor& who, ProjectId project, AssignmentId submission,
             Verdict verdict) {
  GH_OK(
      judge(*room.ctx, who,
            {.project = project, .submission = submission, .verdict = verdict, .reason = "other"}));
}

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += R"({"data":{"prompt":"p"}})"
            "\n";
  return text;
}

Today today(TestRoom& room, ProjectId project, const Actor& who, TimeMs since) {
  return GH_OK(room.db->read_as(
      [&](store::Tx& tx) { return today_of(tx, *room.ctx, project, who.member, since); }));
}

}  // namespace

TEST_CASE("days: moves are counted on the day they happen") {
  TestRoom room;  // the clock starts at 15:06 UTC
  auto manager = room.add_member();
  auto expert = room.add_member();
  auto project = room.add_project(manager, R"({"overlap":1})");
  room.import(manager, project, lines(4));
  std::int64_t day = room.clock.now_ms() / kDayMs;
  auto kept = submit_next(room, expert, project, false, 1'000);
  auto back = submit_next(room, expert, project, true, 2'000);
  verdict(room, manager, project, back, Verdict::give_back);
  room.clock.advance_ms(kDayMs);
  submit_next(room, expert, project, false, 500);
  verdict(room, manager, project, kept, Verdict::reject);
  verdict(room, manager, project,
          submit_next(room, manager.member == expert.member ? manager : expert, project, true, 0),
          Verdict::accept);
  auto days = GH_OK(room.db->read_as(
      [&](store::Tx& tx) { return days_of(tx, *room.ctx, project, day - 1, day + 1); }));
  REQUIRE(days.size() == 3);
  CHECK(days[0] == DayFigures{});
  CHECK(days[1] == DayFigures{2, 1, 1, 0, 3'000});
  CHECK(days[2] == DayFigures{2, 2, 0, 1, 500});
  check_whole(room, project);
}

TEST_CASE("days: what a move adds") {
  using enum AssignmentState;
  auto work = TaskKind::work;
  CHECK(day_figures(work, leased, accepted, 1, 9) == DayFigures{1, 1, 0, 0, 9});
  CHECK(day_figures(work, leased, in_review, 1, 9) == DayFigures{1, 0, 0, 0, 9});
  CHECK(day_figures(work, accepted, accepted, 0, 0) == DayFigures{});
  CHECK(day_figures(work, in_review, fixed, 0, 0) == DayFigures{0, 1, 0, 0, 0});
  CHECK(day_figures(work, accepted, returned, 0, 0) == DayFigures{0, 0, 1, 0, 0});
  CHECK(day_figures(work, returned, rejected, 0, 0) == DayFigures{0, 0, 0, 1, 0});
  CHECK(day_figures(TaskKind::review, leased, submitted, 1, 7) == DayFigures{0, 0, 0, 0, 7});
  CHECK(day_figures(work, leased, expired, 0, 0) == DayFigures{});
}

TEST_CASE("today: one's own work and time since a moment, on both stores") {
  for (bool postgres : {false, true}) {
    if (postgres && !store::postgres::test_server()) return;
    TestRoom room(postgres ? store::postgres::test_database() : std::string());
    auto manager = room.add_member();
    auto expert = room.add_member();
    auto other = room.add_member();
    auto project = room.add_project(manager, R"({"overlap":1})");
    room.import(manager, project, lines(4));
    submit_next(room, expert, project, true, 0);
    submit_next(room, other, project, false, 0);
    auto now = GH_OK(room.db->read_as([](store::Tx& tx) -> Result<TimeMs> { return tx.now(); }));
    auto add = [&](ActivityClass what, TimeMs from, TimeMs to, ActivityId replaces = {}) {
      Activity made;
      made.activity = what;
      made.started_at = from;
      made.ended_at = to;
      made.replaces = replaces;
      return GH_OK(report_activities(*room.ctx, expert, project, {made})).front();
    };
    add(ActivityClass::work, now - 9'000, now - 5'000);
    add(ActivityClass::guidelines, now - 5'000, now - 4'000);
    auto wrong = add(ActivityClass::research, now - 4'000, now);
    add(ActivityClass::research, now - 4'000, now - 3'000, wrong);
    auto all = today(room, project, expert, now - 60'000);
    CHECK(all.submitted == 1);
    CHECK(all.active_ms == 4'000);
    CHECK(all.other_ms == 2'000);
    auto part = today(room, project, expert, now - 6'000);
    CHECK(part.active_ms == 1'000);  // the part that lies after it
    CHECK(part.other_ms == 2'000);
    CHECK(today(room, project, expert, now + 60'000).submitted == 0);
    CHECK(today(room, project, manager, now - 60'000).submitted == 0);
  }
}

TEST_CASE("today: earned in whole units, half and more up") {
  Settings settings;
  settings.pay_minor = 0;
  CHECK(earned_minor(settings, {5, kDayMs, kDayMs}) == 0);
  settings.pay_minor = 4'500;  // an hour
  CHECK(earned_minor(settings, {0, 3'600'000, 0}) == 4'500);
  CHECK(earned_minor(settings, {0, 1'800'000, 1'800'000}) == 4'500);
  CHECK(earned_minor(settings, {0, 400, 0}) == 1);  // 0.5
  CHECK(earned_minor(settings, {0, 399, 0}) == 0);
  CHECK(earned_minor(settings, {0, 1'199, 0}) == 1);  // 1.49875
  CHECK(earned_minor(settings, {0, 1'200, 0}) == 2);  // 1.5
  settings.pay_minor = 1'000'000'000;
  CHECK(earned_minor(settings, {0, 7 * kDayMs, 3'599'999}) == 168'999'999'722);
  settings.pay_per = "task";
  CHECK(earned_minor(settings, {3, kDayMs, 0}) == 3'000'000'000);
}

}  // namespace guildhall::work
