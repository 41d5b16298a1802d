#include "room/demo.h"

#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "room/demo_panel.h"
#include "room/demo_samples.h"
#include "room/demo_talk.h"
#include "room/demo_work.h"
#include "room/keeper_server.h"
#include "room/room.h"

namespace guildhall::room {
namespace {

using identity::Role;
using store::Tx;

constexpr std::uint64_t kSeed = 1648;
constexpr std::int64_t kDemoKeeperMs = 15'000;         // for it to come with its keys
constexpr std::int64_t kStoryMs = 20LL * 3600 * 1000;  // how long ago the demo's work began

struct Character {
  std::string_view name;
  std::string_view email;
  Role role;
  std::string_view vendor;
  std::string_view can;  // what the link is good for, in a line
};

constexpr Character kCharacters[] = {
    {"Demo owner", "owner@demo.example", Role::owner, "", "everything, people included"},
    {"Demo manager", "manager@demo.example", Role::manager, "",
     "projects, imports, invitations, datasets"},
    {"Demo reviewer", "reviewer@demo.example", Role::reviewer, "",
     "two answers to review, one to settle"},
    {"Expert 1", "expert-1@demo.example", Role::expert, "Agency North",
     "a task begun, one returned"},
    {"Expert 2", "expert-2@demo.example", Role::expert, "Agency North", "tasks to do"},
    {"Expert 3", "expert-3@demo.example", Role::expert, "Agency South", "tasks to do"},
    {"Demo auditor", "auditor@demo.example", Role::auditor, "", "looks, changes nothing"},
};
constexpr std::size_t kManager = 1, kReviewer = 2, kFirstExpert = 3;
constexpr std::size_t kFirstOfPanel = 4;  // Expert 4 and on

constexpr identity::LinkTerms kLink{false, true, kInviteMs};

bool everywhere(Role role) { return role != Role::expert && role != Role::reviewer; }

// Nobody yet: the room is empty and may be filled. Otherwise the demo's own people, in order.
Result<std::vector<identity::Member>> find_people(Room& room) {
  std::vector<identity::Member> people;
  for (const auto& character : kCharacters) {
    auto id = TRY(room.db().read_as(
        [&](Tx& tx) { return room.accounts().find_by_email(tx, character.email); }));
    if (id) people.push_back(TRY(room.accounts().member(*id)));
  }
  return people;
}

Result<bool> is_empty(Room& room) {
  auto members = TRY(room.accounts().members({}, 1));
  auto projects =
      TRY(room.db().read_as([&](Tx& tx) { return work::list_projects(tx, room.work()); }));
  return members.empty() && projects.empty();
}

// Invited and arrived: simulated people are members like any other.
Result<work::Actor> add_person(Room& room, const Character& character) {
  identity::NewMember person;
  person.role = character.role;
  person.name = character.name;
  person.email = character.email;
  person.vendor = character.vendor;
  person.everywhere = everywhere(character.role);
  auto invited = TRY(room.accounts().invite(identity::kRoomItself, person, kLink));
  auto in = TRY(room.accounts().accept_invite(invited.code.expose(), std::nullopt, nullptr));
  TRY(room.accounts().sign_out(in.code.expose()));
  return work::Actor{in.principal.member, in.principal.vendor};
}

// Further experts, of whom nobody signs in: what they have done is there to be looked at.
Result<std::vector<work::Actor>> add_panelists(Room& room) {
  std::vector<work::Actor> people;
  for (const auto& one : panelists()) {
    auto number = kFirstOfPanel + people.size();
    auto name = fmt::format("Expert {}", number);
    auto email = fmt::format("expert-{}@demo.example", number);
    people.push_back(TRY(add_person(room, {name, email, Role::expert, one.vendor, ""})));
  }
  return people;
}

Result<void> add_to_project(Room& room, ProjectId project, const work::Actor& who) {
  return room.accounts().put_membership(identity::kRoomItself, project, who.member, 0,
                                        std::nullopt);
}

// Open for the seed alone, with its keeper where it has one.
struct OpenDemo {
  std::unique_ptr<Room> room;
  std::unique_ptr<KeeperServer> keeping;
  Room& operator*() const { return *room; }
  Room* operator->() const { return room.get(); }
};

Result<OpenDemo> open_demo(const DemoPlace& place, const Clock& clock = system_clock()) {
  OpenDemo out;
  out.room = TRY(Room::open(
      {.dir = place.dir, .public_url = place.public_url, .demo = true, .clock = &clock}));
  if (!has_keepers(place.dir)) return out;
  out.keeping = TRY(KeeperServer::start(*out.room, place.listen_fd));
  for (auto until_ms = monotonic_ms() + kDemoKeeperMs; !out.room->keeper().state()->open;) {
    if (monotonic_ms() > until_ms) {
      return fail(Fault::locked, "locked", "The demo's keeper did not come with its keys.");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return out;
}

Result<void> fill(const DemoPlace& place) {
  TimeMs now_ms = system_clock().now_ms();
  FakeClock clock(now_ms - kPanelMs);
  auto room = TRY(open_demo(place, clock));
  std::vector<work::Actor> actors;
  for (const auto& character : kCharacters) actors.push_back(TRY(add_person(*room, character)));
  auto panel = TRY(add_panelists(*room));
  DemoPeople people{actors[kManager],
                    actors[kReviewer],
                    {actors[kFirstExpert], actors[kFirstExpert + 1], actors[kFirstExpert + 2]}};
  SeededRandom random(kSeed);
  const auto& real = room->work();
  work::Context ctx{real.db, real.keys,     real.room,     real.ids,   real.index_key,
                    random,  real.projects, real.blob_dir, real.sealer};
  auto judged = TRY(seed_panel(ctx, clock, people.manager, panel));
  for (const auto& who : panel) TRY(add_to_project(*room, judged, who));
  clock.advance_ms(now_ms - kStoryMs - clock.now_ms());
  for (ProjectId project : TRY(seed_work(ctx, clock, now_ms, people))) {
    for (std::size_t i = 0; i < actors.size(); ++i) {
      if (!everywhere(kCharacters[i].role)) TRY(add_to_project(*room, project, actors[i]));
    }
  }
  if (place.models.empty()) return {};
  auto talk = TRY(seed_talk(ctx, room->gateway(), people.manager, place.models));
  for (std::size_t i = 0; i < actors.size(); ++i) {
    if (!everywhere(kCharacters[i].role)) TRY(add_to_project(*room, talk, actors[i]));
  }
  return {};
}

Result<std::string> fresh_links(Room& room, const DemoPlace& place) {
  std::string text = "\nGuildhall demo. Sign in as\n\n";
  for (const auto& member : TRY(find_people(room))) {
    if (member.state == identity::MemberState::removed) continue;
    auto code = TRY(room.accounts().new_link(identity::kRoomItself, member.id, kLink));
    std::string_view can;
    for (const auto& character : kCharacters) {
      if (character.email == member.email) can = character.can;
    }
    text += fmt::format("  {:<14}  {}/#/join/{}  {}\n", member.name, place.public_url,
                        code.expose(), can);
  }
  text +=
      "\nThe links work for 7 days, and as often as you like.\n"
      "This is a demonstration: what is in it is sealed, but its keeper and its keys lie on the\n"
      "same disk. No real work here.\n";
  if (has_keepers(place.dir)) {
    text += fmt::format(
        "\nTake the keys back, and watch the room go dark:  guildhall keeper withdraw {0}/keeper\n"
        "Give them again:                                 guildhall keeper restore {0}/keeper\n",
        place.dir.string());
  }
  text += "\nStop with Ctrl-C.\n";
  return text;
}

}  // namespace

std::string flowed(std::string_view markdown) {
  std::string out;
  bool code = false, open = false;  // open: the last line takes a continuation
  while (!markdown.empty()) {
    auto end = markdown.find('\n');
    auto line = markdown.substr(0, end);
    markdown = end == std::string_view::npos ? std::string_view() : markdown.substr(end + 1);
    bool fence = line.starts_with("```");
    auto text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    bool item = text.starts_with("- ") ||
                (text.size() > 2 && text[0] >= '0' && text[0] <= '9' && text[1] == '.');
    bool apart = code || fence || item || text.empty() || text[0] == '#' || text[0] == '|' ||
                 text.starts_with("$$");
    if (open && !apart) {
      out += ' ';
      out += text;
    } else {
      if (!out.empty()) out += '\n';
      out += line;
    }
    if (fence) code = !code;
    open = !code && !fence && !text.empty() && text[0] != '#' && text[0] != '|';
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

Result<std::string> seed_demo(const DemoPlace& place) {
  auto made = init_room_dir(place.dir, {});
  if (!made && made.error().type != "room-exists") return std::unexpected(made.error());
  bool empty = false;
  {
    auto room = TRY(open_demo(place));
    empty = TRY(is_empty(*room));
    if (!empty && TRY(find_people(*room)).empty()) {
      return fail(Fault::conflict, "not-a-demo",
                  fmt::format("{} holds a room that is no demo; choose another folder.",
                              place.dir.string()));
    }
  }
  if (empty) TRY(fill(place));
  auto room = TRY(open_demo(place));
  return fresh_links(*room, place);
}

}  // namespace guildhall::room
