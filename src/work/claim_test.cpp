#include <doctest/doctest.h>

#include "work/submission.h"
#include "work/work_test_util.h"

namespace guildhall::work {
namespace {

constexpr std::string_view kTwoTasks = R"({"data":{"prompt":"one"}})"
                                       "\n"
                                       R"({"data":{"prompt":"two"}})";

TEST_CASE("work: a cursor never passes what opens in the same commit") {
  TestRoom room;
  auto manager = room.add_member();
  auto expert = room.add_member();
  auto project = room.add_project(manager, R"({"max_open":5})");
  room.import(manager, project, kTwoTasks);
  // Both stand as if they had opened in a commit that is not settled yet, as a claim sees it when
  // it shares a commit with what opened them; the first is not there yet.
  constexpr std::int64_t kUnsettled = std::int64_t{1} << 50;
  auto first = TaskId{room.number("SELECT min(task) FROM task WHERE room = 1", {})};
  GH_OK(room.db->write([&](store::Tx& tx) -> Result<void> {
    TRY(tx.exec("UPDATE task SET seq = $1 WHERE room = 1", {kUnsettled}));
    TRY(tx.exec("UPDATE task SET open = 0 WHERE room = 1 AND task = $1", {first}));
    return {};
  }));
  auto claimed = GH_OK(claim(*room.ctx, expert, project, TaskKind::work));
  REQUIRE(claimed.assignment);
  CHECK(claimed.assignment->task != first);
  CHECK(room.number("SELECT count(*) FROM lane_cursor WHERE room = 1", {}) == 0);
  GH_OK(room.db->write([&](store::Tx& tx) -> Result<void> {
    TRY(tx.exec("UPDATE task SET open = 1 WHERE room = 1 AND task = $1", {first}));
    return {};
  }));
  auto again = GH_OK(claim(*room.ctx, expert, project, TaskKind::work));
  REQUIRE(again.assignment);
  CHECK(again.assignment->task == first);
}

TEST_CASE("work: a cursor passes what is settled") {
  TestRoom room;
  auto manager = room.add_member();
  auto expert = room.add_member();
  auto project = room.add_project(manager);
  room.import(manager, project, kTwoTasks);
  auto claimed = GH_OK(claim(*room.ctx, expert, project, TaskKind::work));
  REQUIRE(claimed.assignment);
  CHECK(room.number("SELECT task FROM lane_cursor WHERE room = 1", {}) ==
        claimed.assignment->task.value);
}

}  // namespace
}  // namespace guildhall::work
