#include "work/deeds.h"

#include <doctest/doctest.h>

#include "work/work_test_util.h"

namespace guildhall::work {

TEST_CASE("deeds: newest first, page by page, an import told as one") {
  TestRoom room;
  auto manager = room.add_member();
  auto expert = room.add_member();
  auto project = room.add_project(manager, R"({"max_open":9})");
  auto other = room.add_project(manager);
  std::string lines;
  for (int i = 0; i < 2'000; ++i)
    lines += R"({"data":{"prompt":"p"}})"
             "\n";
  room.import(manager, project, lines);
  CHECK(room.number("SELECT count(*) FROM deed WHERE room = 1 AND verb = 'task.import'", {}) > 1);
  auto held = GH_OK(claim(*room.ctx, expert, project, TaskKind::work));
  GH_OK(release(*room.ctx, expert, {project, held.assignment->id, held.assignment->token}));
  auto page = [&](ProjectId which, DeedPlace after, std::int64_t limit) {
    return GH_OK(room.db->read_as(
        [&](store::Tx& tx) { return list_deeds(tx, *room.ctx, which, after, limit); }));
  };
  std::vector<std::string> verbs;
  DeedPlace after;
  while (true) {
    auto some = page(project, after, 1);
    for (const auto& deed : some.deeds) {
      verbs.push_back(deed.verb);
      if (deed.verb == "task.import") CHECK(deed.detail == 2'000);
    }
    after = some.last;
    if (!some.more) break;
  }
  CHECK(verbs == std::vector<std::string>{"assignment.release", "task.import", "project.change",
                                          "project.create"});
  CHECK(page(project, {}, 50).deeds.size() == 4);
  CHECK(page(project, {}, 50).deeds[0].actor == expert.member);
  CHECK_FALSE(page(project, {}, 50).more);
  // Long apart is not one import.
  room.clock.advance_ms(600'000);
  room.import(manager, project, R"({"data":{"prompt":"p"}})");
  room.clock.advance_ms(600'000);
  room.import(manager, project, R"({"data":{"prompt":"p"}})");
  CHECK(page(project, {}, 2).deeds[1].detail == 1);
  CHECK(page(other, {}, 50).deeds.size() == 2);
}

}  // namespace guildhall::work
