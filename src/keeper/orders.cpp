#include "keeper/orders.h"

#include <set>

namespace guildhall::keeper {
namespace {

// The addresses of the rooms that a scope means, each room's nodes all, or why it means none.
Result<std::vector<std::string>> rooms_of(const State& state, const Scope& scope) {
  const auto* named = state.find(scope.url);
  std::vector<std::string> urls;
  std::set<std::string_view> rooms;
  for (const auto& room : state.rooms) {
    if (!scope.url.empty() && !(named && named->room_key() == room.room_key())) continue;
    urls.push_back(room.url);
    rooms.insert(room.room_key());
  }
  if (urls.empty()) {
    return fail(Fault::not_found, "no-such-room", "The keeper knows no such room.");
  }
  if (scope.project && rooms.size() > 1) {
    return fail(Fault::invalid, "which-room", "A project is of one room: say --room URL.");
  }
  return urls;
}

}  // namespace

Result<Given> give(StateStore& store, const Scope& scope, vault::StatementKind kind) {
  Given given;
  given.order.whole_room = !scope.project;
  given.order.project = ProjectId{scope.project.value_or(0)};
  given.order.kind = kind;
  if (given.order.shreds() && !given.order.project) {
    return fail(Fault::invalid, "which-project", "Say which project's key is to be destroyed.");
  }
  TRY(store.update([&](State& state) -> Result<void> {
    given.urls = TRY(rooms_of(state, scope));
    for (const auto& url : given.urls) {
      auto& room = *state.find(url);
      if (!given.order.whole_room && room.shredded(given.order.project)) {
        return fail(Fault::conflict, "shredded", "The key of this project was destroyed already.");
      }
      room.give(given.order);
    }
    ++state.revision;
    return {};
  }));
  return given;
}

}  // namespace guildhall::keeper
