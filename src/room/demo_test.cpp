#include "room/demo.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "room/demo_samples.h"
#include "room/room.h"
#include "work/progress.h"

namespace guildhall::room {
namespace {

struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "guildhall-demo-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

std::string code_in(const std::string& text, std::string_view name) {
  auto at = text.find("#/join/", text.find(name));
  REQUIRE(at != std::string::npos);
  return text.substr(at + 7, text.find(' ', at) - at - 7);
}

std::vector<work::Progress> progress(const std::filesystem::path& dir) {
  auto room = Room::open({.dir = dir});
  REQUIRE(room.has_value());
  std::vector<work::Progress> all;
  auto read = (*room)->db().read([&](store::Tx& tx) -> Result<void> {
    for (ProjectId id : TRY(work::list_projects(tx, (*room)->work()))) {
      all.push_back(TRY(work::progress_of(tx, (*room)->work(), id)));
    }
    return {};
  });
  REQUIRE(read.has_value());
  return all;
}

TEST_CASE("demo: three projects with something on every page, and links that work more than once") {
  Folder folder;
  auto text = seed_demo({.dir = folder.path, .public_url = "http://127.0.0.1:1"});
  REQUIRE(text.has_value());
  CHECK(text->ends_with("Stop with Ctrl-C.\n"));
  auto all = progress(folder.path);
  REQUIRE(all.size() == 3);
  CHECK(all[0].tasks.total == 51);
  CHECK(all[0].tasks.gold == 9);
  CHECK(all[0].submissions.submitted + all[0].submissions.accepted > 250);
  CHECK(all[1].tasks.total == 10);
  CHECK(all[1].tasks.gold == 2);
  CHECK(all[1].submissions.returned == 1);
  CHECK(all[1].reviews.open == 2);
  CHECK(all[1].adjudications.open == 1);
  CHECK(all[1].leased == 1);
  CHECK(all[2].tasks.total == 6);
  CHECK(all[2].reviews.open == 1);

  auto room = Room::open({.dir = folder.path});
  REQUIRE(room.has_value());
  for (auto name : {"Demo owner", "Demo manager", "Demo reviewer", "Expert 3", "Demo auditor"}) {
    for (int i = 0; i < 2; ++i) {
      CHECK((*room)->accounts().accept_invite(code_in(*text, name), {}, nullptr).has_value());
    }
  }
}

TEST_CASE("demo: a second start keeps the work and makes fresh links") {
  Folder folder;
  auto first = seed_demo({.dir = folder.path, .public_url = "http://127.0.0.1:1"});
  auto before = progress(folder.path);
  auto again = seed_demo({.dir = folder.path, .public_url = "http://127.0.0.1:2"});
  REQUIRE(first.has_value());
  REQUIRE(again.has_value());
  auto now = progress(folder.path);
  REQUIRE(now.size() == before.size());
  CHECK(now[1].submissions.submitted == before[1].submissions.submitted);
  auto room = Room::open({.dir = folder.path});
  REQUIRE(room.has_value());
  CHECK_FALSE((*room)->accounts().check_invite(code_in(*first, "Expert 1")).has_value());
  CHECK((*room)->accounts().check_invite(code_in(*again, "Expert 1")).has_value());
}

TEST_CASE("demo: somebody's real room is left alone") {
  Folder folder;
  REQUIRE(init_room_dir(folder.path, {}).has_value());
  {
    auto room = Room::open({.dir = folder.path});
    REQUIRE(room.has_value());
    identity::NewMember owner;
    owner.role = identity::Role::owner;
    owner.name = "O";
    REQUIRE((*room)->accounts().add_with_token(identity::kRoomItself, owner, "t").has_value());
  }
  auto refused = seed_demo({.dir = folder.path, .public_url = "http://127.0.0.1:1"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().type == "not-a-demo");
}

TEST_CASE("demo: wrapped paragraphs are joined, everything else stays") {
  CHECK(flowed("one\ntwo\n\nthree\nfour\n") == "one two\n\nthree four");
  CHECK(flowed("- a\n  b\n- c\n1. d\n   e\n") == "- a b\n- c\n1. d e");
  CHECK(flowed("# Head\ntext\nmore\n") == "# Head\ntext more");
  CHECK(flowed("see:\n\n```py\na\n\nb\n```\n\nend\n") == "see:\n\n```py\na\n\nb\n```\n\nend");
  CHECK(flowed("| a |\n|---|\n| 1 |\n") == "| a |\n|---|\n| 1 |");
  CHECK(flowed("so\n$$x\n=y$$\n") == "so\n$$x =y$$");
}

}  // namespace
}  // namespace guildhall::room
