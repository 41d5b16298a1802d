#include "work/guidelines.h"

#include "work/work_test_util.h"

namespace guildhall::work {
namespace {

std::int64_t seen(TestRoom& room, ProjectId project, MemberId member) {
  std::int64_t version = 0;
  GH_OK(room.db->read([&](store::Tx& tx) -> Result<void> {
    version = 0;
    const store::Tx::Query query[] = {guidelines_seen(*room.ctx, project, member, version)};
    return tx.query_all(query);
  }));
  return version;
}

std::int64_t must(TestRoom& room, ProjectId project) {
  return GH_OK(room.db->read_as([&](store::Tx& tx) { return room.cache.find(tx, project); }))
      .guidelines_must;
}

}  // namespace

TEST_CASE("guidelines: the newest version that must be seen is known, and what each has seen") {
  TestRoom room;
  auto manager = room.add_member();
  auto expert = room.add_member();
  auto project = room.add_project(manager);
  CHECK(must(room, project) == 0);
  CHECK(seen(room, project, expert.member) == 0);

  auto second = GH_OK(add_guidelines(*room.ctx, manager, project,
                                     {.markdown = "Two.", .note = "why", .must_read = true}));
  CHECK(second.version == 2);
  auto third = GH_OK(add_guidelines(*room.ctx, manager, project, {.markdown = "Three."}));
  CHECK(third.version == 3);
  CHECK(must(room, project) == 2);
  auto all = GH_OK(
      room.db->read_as([&](store::Tx& tx) { return list_guidelines(tx, *room.ctx, project); }));
  REQUIRE(all.size() == 3);
  CHECK_FALSE(all[0].must_read);
  CHECK(all[1].must_read);
  CHECK(all[1].note == "why");
  CHECK_FALSE(all[2].must_read);

  GH_OK(see_guidelines(*room.ctx, expert, project, 2));
  CHECK(seen(room, project, expert.member) == 2);
  GH_OK(see_guidelines(*room.ctx, expert, project, 1));
  CHECK(seen(room, project, expert.member) == 2);
  GH_OK(see_guidelines(*room.ctx, expert, project, 3));
  CHECK(seen(room, project, expert.member) == 3);
  CHECK(seen(room, project, manager.member) == 0);
  // Every step is a deed, and what changes nothing is none.
  CHECK(room.number("SELECT COUNT(*) FROM deed WHERE room = 1 AND verb = $1", {"guidelines.see"}) ==
        2);

  for (std::int64_t version : {0, 4, -1}) {
    auto none = see_guidelines(*room.ctx, expert, project, version);
    REQUIRE_FALSE(none);
    CHECK(none.error().type == "no-version");
  }
}

}  // namespace guildhall::work
