#include "room/quality/cost.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "quality/seeded.h"

namespace guildhall::room {
namespace {

const std::vector<work::ClosedQuestion> kOne{{.id = "choice", .labels = {"yes", "no"}}};

// `tasks` with `given` judgments each, of people who are right as often as `skill`.
struct MadeCrowd {
  HeldProject held;
  quality::Seeded chance{4};
  std::int64_t next = 1;

  void task(std::int64_t task, int given, double skill) {
    for (int i = 0; i < given; ++i) {
      AnswerRow row;
      row.id = AssignmentId{next++};
      row.task = TaskId{task};
      row.member = MemberId{1 + (task + i) % 9};
      row.ref = ContentRef{1000 + row.id.value};
      row.submitted_at = 1'000 * row.id.value;
      REQUIRE(held.keep(row));
      bool right = chance.uniform() < skill;
      CHECK(held.read(row.id, row.ref, kOne, {{0, "", right == (task % 2 == 0) ? "yes" : "no"}}));
    }
  }
  CostCurve curve(std::size_t most = kMaxCostJudgments) const {
    auto figures = computed(data_of(held));
    REQUIRE(figures.has_value());
    auto out = cost_curve(figures->questions[0], most);
    REQUIRE(out.has_value());
    return *out;
  }
};

}  // namespace

TEST_CASE("quality: more judgments, more right labels; fewer where they are given to the unsure") {
  MadeCrowd made;
  for (std::int64_t task = 0; task < 200; ++task) made.task(task, 7, 0.75);
  auto curve = made.curve();
  CHECK(curve.tasks == 200);
  CHECK(curve.judgments == 1400);
  CHECK_FALSE(curve.sampled);
  REQUIRE(curve.same.size() == 7);
  REQUIRE(curve.adaptive.size() == 7);
  for (std::size_t n = 0; n < 7; ++n) {
    CHECK(curve.same[n].judgments == doctest::Approx(static_cast<double>(n + 1)));
    CHECK(curve.adaptive[n].judgments <= static_cast<double>(n + 1) + 1e-9);
    if (n > 0) CHECK(curve.adaptive[n].judgments >= curve.adaptive[n - 1].judgments - 1e-9);
  }
  CHECK(curve.same[0].right > 0.65);
  CHECK(curve.same[0].right < 0.85);
  CHECK(curve.same[6].right > curve.same[0].right + 0.1);
  CHECK(curve.same[6].right > curve.same[2].right);
  CHECK(curve.adaptive[3].right > curve.same[3].right);
}

TEST_CASE("quality: tasks with one judgment, and check tasks, are no part of the curve") {
  MadeCrowd made;
  for (std::int64_t task = 0; task < 30; ++task) made.task(task, task < 10 ? 1 : 3, 0.9);
  for (std::int64_t task = 25; task < 30; ++task) {
    made.held.keep_gold(TaskId{task}, ContentRef{9000 + task}, kOne,
                        {{0, "", task % 2 == 0 ? "yes" : "no"}});
  }
  auto curve = made.curve();
  CHECK(curve.single == 10);
  CHECK(curve.check == 5);
  CHECK(curve.tasks == 15);
  CHECK(curve.judgments == 45);
  MadeCrowd alone;
  alone.task(1, 1, 1);
  CHECK(alone.curve().same.empty());
  CHECK(alone.curve().single == 1);
}

TEST_CASE("quality: of much a sample is replayed, up to its bound") {
  MadeCrowd made;
  for (std::int64_t task = 0; task < 100; ++task) made.task(task, 4, 0.8);
  auto curve = made.curve(201);
  CHECK(curve.sampled);
  CHECK(curve.tasks == 50);
  CHECK(curve.judgments == 200);
  CHECK(curve.same.size() == 4);
  CHECK_FALSE(made.curve(400).sampled);
}

}  // namespace guildhall::room
