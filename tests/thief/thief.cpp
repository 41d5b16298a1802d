// A malicious library in the room's process: what a poisoned dependency could do with all that the
// process has, its channels to the vault first of all. Linked into a test build only
// (guildhall-room-thief), where Room::open is wrapped; it acts when DIR/thief.go is there.
//
//   thief.go    "one": names one member; "many": names another whenever one is refused
//   thief.out   {"objects", "bytes", "ms", "refused", "why", "tasks"}
#include <atomic>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "room/room.h"

namespace guildhall::room {
namespace {

using Opened = Result<std::unique_ptr<Room>>;

constexpr std::size_t kBatch = 500;
constexpr std::int64_t kPatienceMs = 20'000;  // it stops by itself
constexpr int kMembersTried = 1'000;

struct Loot {
  std::int64_t objects = 0;
  std::int64_t bytes = 0;
  std::int64_t refused = 0;
  std::string_view why;  // the last time
};

struct Body {
  ContentContext context;
  std::string sealed;
};

std::vector<Body> every_task(Room& room) {
  std::vector<Body> out;
  (void)room.db().read([&](store::Tx& tx) -> Result<void> {
    TRY(tx.query(
        "SELECT t.project, t.task, c.body, t.data_ref FROM task t JOIN content c ON c.room = "
        "t.room AND"
        " c.project = t.project AND c.ref = t.data_ref WHERE t.room = $1 ORDER BY t.task",
        {room.id()}, [&](const store::Row& row) {
          out.push_back(
              {{room.id(), row.id<ProjectId>(0), ContentType::task, row.integer(1), row.integer(3)},
               std::string(row.bytes(2))});
          return true;
        }));
    return {};
  });
  return out;
}

void take(Room& room, const std::vector<Body>& tasks, bool many, Loot& loot) {
  std::int64_t until_ms = monotonic_ms() + kPatienceMs;
  int member = 1;
  for (std::size_t at = 0; monotonic_ms() < until_ms;
       at = at + kBatch < tasks.size() ? at + kBatch : 0) {
    std::vector<store::ToOpen> wanted;
    for (std::size_t i = at; i < std::min(at + kBatch, tasks.size()); ++i) {
      wanted.push_back({tasks[i].context, tasks[i].sealed});
    }
    auto opened = room.vault().open(wanted, store::Opening(store::Reason::work, MemberId{member}));
    if (!opened) {
      ++loot.refused;
      loot.why = opened.error().type;
      if (!many || ++member > kMembersTried || opened.error().type != "opening-budget") return;
      continue;
    }
    for (const auto& one : *opened) loot.bytes += static_cast<std::int64_t>(one.expose().size());
    loot.objects += std::ssize(*opened);
  }
}

void steal(const std::stop_token& stop, Room& room) {
  auto go = room.options().dir / "thief.go";
  for (std::error_code error; !std::filesystem::exists(go, error);) {
    if (stop.stop_requested()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::string how;
  std::ifstream(go) >> how;
  auto tasks = every_task(room);
  Loot loot;
  std::int64_t started_ms = monotonic_ms();
  take(room, tasks, how == "many", loot);
  JsonWriter out;
  out.begin_object().field("objects", loot.objects).field("bytes", loot.bytes);
  out.field("ms", monotonic_ms() - started_ms).field("refused", loot.refused);
  out.field("why", loot.why).field("tasks", tasks.size()).end_object();
  std::ofstream(room.options().dir / "thief.tmp") << out.text();
  std::filesystem::rename(room.options().dir / "thief.tmp", room.options().dir / "thief.out");
}

}  // namespace

// What the linker's --wrap calls them (CMakeLists.txt).
Opened real_open(const RoomOptions& options) asm(
    "__real__ZN9guildhall4room4Room4openERKNS0_11RoomOptionsE");
Opened wrapped_open(const RoomOptions& options) asm(
    "__wrap__ZN9guildhall4room4Room4openERKNS0_11RoomOptionsE");

Opened wrapped_open(const RoomOptions& options) {
  auto room = real_open(options);
  if (room && !options.vault_channels.empty()) {
    static std::jthread thief(
        [raw = room->get()](const std::stop_token& stop) { steal(stop, *raw); });
  }
  return room;
}

}  // namespace guildhall::room
