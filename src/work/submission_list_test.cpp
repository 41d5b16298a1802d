#include "work/submission_list.h"

#include <doctest/doctest.h>

#include "store/postgres/fixture.h"
#include "work/submission.h"
#include "work/work_test_util.h"

namespace guildhall::work {
namespace {

struct Answered {
  explicit Answered(const std::string& url) : room(url) {
    manager = room.add_member();
    for (auto& expert : experts) expert = room.add_member();
    project = room.add_project(manager, R"({"overlap":2,"gold_percent":50,"max_open":20})");
    std::string lines;
    for (int i = 0; i < 4; ++i) {
      lines += R"({"data":{"prompt":"p"}})"
               "\n";
      lines += R"({"data":{"prompt":"g"},"gold":{"choice":"yes"}})"
               "\n";
    }
    room.import(manager, project, lines);
    // Taken in one order, given back in the other: time tells, not the key.
    for (const auto& expert : experts) {
      std::vector<Assignment> held;
      while (true) {
        auto next = GH_OK(claim(*room.ctx, expert, project, TaskKind::work));
        if (!next.assignment) break;
        held.push_back(*next.assignment);
      }
      for (std::size_t i = held.size(); i-- > 0;) {
        room.clock.advance_ms(1);
        GH_OK(submit(*room.ctx, expert,
                     {.proof = {project, held[i].id, held[i].token},
                      .answers_json = R"({"choice":"yes"})",
                      .review_drawn = i % 2 == 0}));
      }
    }
  }

  std::vector<Assignment> all(SubmissionFilter filter, std::int64_t page = 3) {
    std::vector<Assignment> found;
    filter.limit = page;
    while (true) {
      auto some = GH_OK(room.db->read_as(
          [&](store::Tx& tx) { return list_submissions(tx, *room.ctx, project, filter); }));
      found.insert(found.end(), some.begin(), some.end());
      if (static_cast<std::int64_t>(some.size()) < page) return found;
      filter.after = SubmissionPlace{some.back().submitted_at, some.back().id};
    }
  }
  std::int64_t rows(store::Sql where) { return room.number(where, {project}); }

  TestRoom room;
  Actor manager, experts[2];
  ProjectId project;
};

bool in_order(const std::vector<Assignment>& list, bool newest) {
  for (std::size_t i = 1; i < list.size(); ++i) {
    auto before = std::pair(list[i - 1].submitted_at, list[i - 1].id);
    auto now = std::pair(list[i].submitted_at, list[i].id);
    if (newest ? before <= now : before >= now) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("submissions: lists by state, person and task, either way round, on both stores") {
  for (bool postgres : {false, true}) {
    if (postgres && !store::postgres::test_server()) return;
    Answered a(postgres ? store::postgres::test_database() : std::string());
    auto total = static_cast<std::size_t>(
        a.rows("SELECT count(*) FROM assignment WHERE room = 1 AND project = $1 AND state > 9"));
    REQUIRE(total >= 8);
    for (bool newest : {false, true}) {
      auto list = a.all({.newest_first = newest});
      CHECK(list.size() == total);
      CHECK(in_order(list, newest));
      CHECK(a.all({.newest_first = newest}, 200).size() == total);
      auto waiting = a.all({.state = AssignmentState::in_review, .newest_first = newest});
      CHECK(in_order(waiting, newest));
      CHECK(waiting.size() ==
            static_cast<std::size_t>(a.rows("SELECT count(*) FROM assignment WHERE room = 1 AND"
                                            " project = $1 AND state = 11")));
      auto theirs = a.all({.member = a.experts[0].member, .newest_first = newest});
      CHECK(in_order(theirs, newest));
      for (const auto& s : theirs) CHECK(s.member == a.experts[0].member);
      auto other = a.all({.member = a.experts[1].member, .newest_first = newest});
      CHECK(theirs.size() + other.size() == total);
      auto one = a.all({.task = list[0].task, .newest_first = newest});
      CHECK(one.size() == 2);
      CHECK(in_order(one, newest));
      CHECK(a.all({.member = a.experts[1].member, .task = list[0].task}).size() == 1);
      CHECK(a.all({.member = a.manager.member}).empty());
    }
  }
}

TEST_CASE("submissions: their author cannot tell check tasks from others") {
  Answered a({});
  MemberId member = a.experts[0].member;
  auto gold = a.all({.state = AssignmentState::submitted, .member = member});
  REQUIRE(!gold.empty());
  CHECK(a.all({.state = AssignmentState::submitted, .as_author_sees = true, .member = member})
            .empty());
  auto accepted = a.all({.state = AssignmentState::accepted, .member = member});
  auto seen = a.all({.state = AssignmentState::accepted, .as_author_sees = true, .member = member});
  CHECK(seen.size() == accepted.size() + gold.size());
}

}  // namespace guildhall::work
