#include "room/quality/adapt.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace guildhall::room {
namespace {

const std::vector<work::ClosedQuestion> kChoice{
    {.id = "choice", .labels = {"yes", "no"}, .open = true}};

struct Made {
  HeldProject held;
  std::int64_t id = 0;

  void answer(std::int64_t task, std::int64_t member, bool yes) {
    AnswerRow row;
    row.id = AssignmentId{++id};
    row.task = TaskId{task};
    row.member = MemberId{member};
    row.ref = ContentRef{id};
    REQUIRE(held.keep(row));
    REQUIRE(held.read(row.id, row.ref, kChoice, {{0, "", yes ? "yes" : "no"}}));
  }
  std::vector<std::int64_t> wanted(const work::Settings& settings) const {
    auto figures = computed(data_of(held));
    REQUIRE(figures.has_value());
    auto tasks = wants_more(*figures, settings);
    REQUIRE(tasks.has_value());
    std::vector<std::int64_t> out;
    for (const auto& one : *tasks) out.push_back(one.task.value);
    return out;
  }
};

work::Settings adaptive(std::int64_t floor, std::int64_t most) {
  work::Settings settings;
  settings.overlap = most;
  settings.overlap_floor = floor;
  return settings;
}

// Twelve people, three of them at each of sixty tasks; at the first five tasks they differ.
Made crowd() {
  Made made;
  for (std::int64_t task = 1; task <= 60; ++task) {
    bool yes = task * 7 % 10 < 5;
    for (std::int64_t k = 0; k < 3; ++k) {
      bool differs = task <= 5 && k == 2;
      made.answer(task, (task * 5 + k * 4) % 12 + 1, yes != differs);
    }
  }
  return made;
}

}  // namespace

TEST_CASE("overlap: one more is asked for where people differ, not where they agree") {
  auto tasks = crowd().wanted(adaptive(3, 9));
  for (std::int64_t differs = 1; differs <= 5; ++differs) {
    CHECK(std::ranges::find(tasks, differs) != tasks.end());
  }
  CHECK(tasks.size() < 20);
}

TEST_CASE("overlap: nobody is believed alone before check tasks have shown who is good") {
  for (bool warmed : {false, true}) {
    Made made;
    for (std::int64_t task = 1; task <= 30; ++task) made.answer(task, task % 6 + 1, task % 2 == 0);
    for (std::int64_t task = 101; task <= 400; ++task) {
      for (std::int64_t k = 0; k < 3; ++k) made.answer(task, (task + k * 2) % 6 + 1, task % 2 == 0);
      if (!warmed) continue;
      made.held.keep_gold(TaskId{task}, ContentRef{1'000 + task}, kChoice,
                          {{0, "", task % 2 == 0 ? "yes" : "no"}});
    }
    auto tasks = made.wanted(adaptive(1, 5));
    auto alone = std::ranges::count_if(tasks, [](std::int64_t task) { return task <= 30; });
    CHECK((alone == 30) == !warmed);
    CHECK(std::ranges::none_of(tasks, [](std::int64_t task) { return task > 100; }));
  }
}

TEST_CASE("overlap: never above the ceiling") { CHECK(crowd().wanted(adaptive(2, 3)).empty()); }

TEST_CASE("overlap: a floor that is no floor asks for all at once") {
  CHECK_FALSE(adaptive(0, 5).adaptive());
  CHECK_FALSE(adaptive(5, 5).adaptive());
  CHECK_FALSE(adaptive(9, 5).adaptive());
  CHECK(adaptive(9, 5).first_overlap() == 5);
  CHECK(adaptive(2, 5).first_overlap() == 2);
}

}  // namespace guildhall::room
