// How SQLite goes about the statements that a large project would make slow: by the index that
// names what is asked, never along the project.
#include <doctest/doctest.h>

#include "work/work_test_util.h"

namespace guildhall::work {
namespace {

std::string plan_of(TestRoom& room, store::Sql sql) {
  std::string plan;
  GH_OK(room.db->read([&](store::Tx& tx) -> Result<void> {
    plan.clear();
    TRY(tx.query(sql, {}, [&](const store::Row& row) {
      plan += std::string(row.bytes(3)) + "; ";
      return true;
    }));
    return {};
  }));
  return plan;
}

#define GH_PLAN(text) plan_of(room, "EXPLAIN QUERY PLAN " text)
#define GH_HERE "room = 1 AND project = 2 AND "

bool goes_by(const std::string& plan, std::string_view index, std::string_view columns) {
  return plan.find(std::string(index) + " (" + std::string(columns)) != std::string::npos;
}

}  // namespace

TEST_CASE("work: SQLite walks no project for a part of it") {
  TestRoom room;
  std::string plan = GH_PLAN("SELECT state, revision FROM assignment WHERE " GH_HERE "task = 3");
  CHECK_MESSAGE(goes_by(plan, "assignment_task", "room=? AND project=? AND task=?"), plan);
  plan = GH_PLAN("SELECT state FROM task WHERE " GH_HERE
                 "parent = 3 AND parent > 0 AND kind = 3 AND origin = 4 AND state = 1");
  CHECK_MESSAGE(goes_by(plan, "task_children", "room=? AND project=? AND parent=?"), plan);
  plan = GH_PLAN("SELECT data_ref FROM task WHERE " GH_HERE
                 "lane = 3 AND state = 2 AND task > 5 AND task < 6 ORDER BY task LIMIT 7");
  CHECK_MESSAGE(goes_by(plan, "task_listed", "room=? AND project=? AND lane=? AND state=?"), plan);
  plan = GH_PLAN("SELECT answers_ref FROM assignment WHERE " GH_HERE
                 "state = 12 AND +state > 9 AND kind = 1 AND (submitted_at, assignment) > (5, 6)"
                 " ORDER BY submitted_at, assignment LIMIT 7");
  CHECK_MESSAGE(goes_by(plan, "assignment_listed", "room=? AND project=? AND state=? AND kind=?"),
                plan);
  plan = GH_PLAN("SELECT answers_ref FROM assignment WHERE " GH_HERE
                 "state = 12 AND +state > 9 AND kind = 1 AND member = 8 AND"
                 " (submitted_at, assignment) < (5, 6)"
                 " ORDER BY submitted_at DESC, assignment DESC LIMIT 7");
  CHECK_MESSAGE(goes_by(plan, "assignment_person", "room=? AND project=? AND member=?"), plan);
  plan = GH_PLAN("SELECT at FROM deed WHERE " GH_HERE
                 "verb <> 'assignment.claim' AND verb <> 'exchange.record' AND"
                 " verb <> 'dialogue.turn' AND verb <> 'dialogue.reply' AND"
                 " verb <> 'dialogue.edit' AND"
                 " verb <> 'model_answer.record' AND"
                 " (tick, deed) < (3, 4)"
                 " ORDER BY tick DESC, deed DESC LIMIT 5");
  CHECK_MESSAGE(goes_by(plan, "deed_listed", "room=? AND project=?"), plan);
}

}  // namespace guildhall::work
