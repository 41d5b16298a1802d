#include "work/second_look.h"

#include <doctest/doctest.h>

#include <set>
#include <thread>

#include "store/postgres/fixture.h"
#include "work/recount_test_util.h"
#include "work/submission.h"

namespace guildhall::work {
namespace {

// Four submissions, judged by the first of two reviewers in four ways.
struct Judged4 {
  explicit Judged4(const std::string& url) : room(url) {
    manager = room.add_member();
    expert = room.add_member();
    one = room.add_member();
    two = room.add_member();
    project = room.add_project(manager, R"({"max_open":9})");
    std::string lines;
    for (int i = 0; i < 4; ++i)
      lines += R"({"data":{"prompt":"p"}})"
               "\n";
    room.import(manager, project, lines);
    for (int i = 0; i < 4; ++i) {
      auto held = GH_OK(claim(*room.ctx, expert, project, TaskKind::work));
      REQUIRE(held.assignment);
      GH_OK(submit(*room.ctx, expert,
                   {.proof = {project, held.assignment->id, held.assignment->token},
                    .answers_json = R"({"choice":"yes"})",
                    .review_drawn = true}));
      submitted.push_back(held.assignment->id);
      GH_OK(judge(*room.ctx, one,
                  {.project = project,
                   .submission = held.assignment->id,
                   .verdict = static_cast<Verdict>(i + 1),
                   .reason = "wrong",
                   .note = "look again",
                   .fixed_answers_json = R"({"choice":"no"})"}));
    }
  }
  std::optional<SecondLook> take(const Actor& who) {
    return GH_OK(take_second_look(*room.ctx, who, project));
  }
  Calibration calibration(const Actor& who) {
    return GH_OK(room.db->read_as(
        [&](store::Tx& tx) { return calibration_of(tx, *room.ctx, project, who.member); }));
  }

  TestRoom room;
  Actor manager, expert, one, two;
  ProjectId project;
  std::vector<AssignmentId> submitted;
};

}  // namespace

TEST_CASE("second looks: each once, blind, and nothing follows, on both stores") {
  for (bool postgres : {false, true}) {
    if (postgres && !store::postgres::test_server()) return;
    Judged4 j(postgres ? store::postgres::test_database() : std::string());
    CHECK_FALSE(j.take(j.expert));  // their own work
    CHECK_FALSE(j.take(j.one));     // their own verdicts
    std::set<AssignmentId> seen;
    for (int i = 0; i < 4; ++i) {
      auto look = j.take(j.two);
      REQUIRE(look);
      AssignmentId id = look->submission.id;
      CHECK(seen.insert(id).second);
      CHECK(look->submission.revision == 1);  // of the fixed one too: what the first one saw
      auto again = j.take(j.two);
      REQUIRE(again);
      CHECK(again->submission.id == id);  // until it is given
      auto given = GH_OK(give_second_look(*j.room.ctx, j.two, j.project, id, Verdict::accept, ""));
      auto place = std::ranges::find(j.submitted, id) - j.submitted.begin();
      CHECK(given.first == static_cast<Verdict>(place + 1));
      CHECK(given.reviewer == j.one.member);
      CHECK(given.first_reason == "wrong");
      CHECK(given.first_note == "look again");
      CHECK(give_second_look(*j.room.ctx, j.two, j.project, id, Verdict::reject, "").error().type ==
            "bad-transition");
    }
    CHECK_FALSE(j.take(j.two));
    CHECK(give_second_look(*j.room.ctx, j.manager, j.project, j.submitted[0], Verdict::accept, "")
              .error()
              .type == "no-second-look");
    auto mine = j.calibration(j.two);
    CHECK(mine.mine == VerdictCounts{});
    CHECK(mine.others == VerdictCounts{1, 1, 1, 1});
    CHECK(mine.looks[0] == VerdictCounts{1, 0, 0, 0});
    CHECK(mine.looks[3] == VerdictCounts{1, 0, 0, 0});
    REQUIRE(mine.recent.size() == 4);
    CHECK(j.calibration(j.one).mine == VerdictCounts{1, 1, 1, 1});
    CHECK(j.calibration(j.one).recent.empty());
    check_whole(j.room, j.project);
    CHECK(j.room.number("SELECT count(*) FROM deed WHERE room = 1 AND verb LIKE 'second_look.%'",
                        {}) == 8);
  }
}

TEST_CASE("second looks: one person in two hands has one at a time") {
  for (bool postgres : {false, true}) {
    if (postgres && !store::postgres::test_server()) return;
    Judged4 j(postgres ? store::postgres::test_database() : std::string());
    std::array<AssignmentId, 4> taken;
    std::vector<std::thread> threads;
    for (auto& into : taken) {
      threads.emplace_back([&] {
        auto look = take_second_look(*j.room.ctx, j.two, j.project);
        if (look && *look) into = (*look)->submission.id;
      });
    }
    for (auto& thread : threads) thread.join();
    for (AssignmentId id : taken) CHECK(id == taken[0]);
    CHECK(taken[0].value != 0);
    CHECK(j.room.number("SELECT count(*) FROM second_look WHERE room = 1", {}) == 1);
  }
}

}  // namespace guildhall::work
