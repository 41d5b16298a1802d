// A room that the keeper is to keep, or keeps already, or a node of one that it is to keep no more:
// commands of commands.h.
//
// A room that was restored from a backup signs with a new key, so it is a stranger until somebody
// says whose successor it is. Then it gets the keys of then, which takes the passphrase, and is
// told again what is withdrawn: it may not know, or not any more.
//
// A further node of a room signs with a key of its own, and is a stranger likewise. Nothing is
// copied for it: keys.box says from then on that its log is the room's, which takes the passphrase.
#include <fmt/format.h>

#include "base/limits.h"
#include "keeper/command_keys.h"
#include "keeper/commands.h"
#include "keeper/dial.h"
#include "keeper/state.h"
#include "tlog/note.h"

namespace guildhall::keeper {
namespace {

Result<void> check(const RoomOptions& room) {
  TRY(check_room_url(room.url));
  TRY(tlog::VerifierKey::parse(room.verifier_key));
  for (const auto& witness : room.witnesses) TRY(tlog::VerifierKey::parse(witness));
  std::int64_t term_ms = room.term_s * 1'000;
  if (term_ms >= kMinLeaseMs && term_ms <= kMaxLeaseMs) return {};
  return fail(Fault::invalid, "lease-term", "The term is 10 s to 86,400 s (24 h).");
}

Result<std::size_t> take_over_keys(const KeyOptions& options, const RoomOptions& room) {
  auto before = TRY(tlog::VerifierKey::parse(room.restored_from));
  auto now = TRY(tlog::VerifierKey::parse(room.verifier_key));
  if (is_served(options.dir)) return keeper_runs();
  auto keys = TRY(open_keyring(options));
  return keys.take_over(before.public_key, now.public_key);
}

// Whose orders stand for it: the room that it was, that it is a node of, or that is kept at another
// address already.
RoomState kin_of(const State& state, const RoomOptions& room) {
  const auto& key = !room.restored_from.empty() ? room.restored_from
                    : !room.node_of.empty()     ? room.node_of
                                                : room.verifier_key;
  const auto* kin = state.find_log(key);
  return kin ? *kin : RoomState{};
}

Result<void> put(State& state, const RoomOptions& room) {
  const RoomState kin = kin_of(state, room);
  RoomState* known = state.find(room.url);
  bool other = known && known->verifier_key != room.verifier_key;
  bool replaces = other && (known->verifier_key == room.restored_from ||
                            (!room.node_of.empty() && !known->node_of.empty()));
  if (other && !replaces) {
    return fail(Fault::conflict, "room-known",
                "This room is known by another key. Was it restored from a backup? Then say "
                "--restored-from and that key.");
  }
  bool fresh = !known || other;
  if (!known) known = &state.rooms.emplace_back();
  if (replaces) known->orders.clear();
  std::string node_of = room.node_of.empty() ? kin.node_of : kin.room_key();
  if (!room.restored_from.empty()) node_of.clear();
  if (fresh || node_of != known->node_of) {
    for (Order order : kin.orders) {
      order.confirmed = false;
      known->give(order);
    }
    known->room = kin.room;  // any other that answers there is refused
    known->witnesses = kin.witnesses;
  }
  known->node_of = std::move(node_of);
  known->url = room.url;
  known->verifier_key = room.verifier_key;
  known->ca_file = room.ca_file;
  known->term_ms = room.term_s * 1'000;
  if (!room.witnesses.empty()) known->witnesses = room.witnesses;
  ++state.revision;
  return {};
}

// In keys.box, before the state file says so and once it is known that it can. `state` is a copy.
Result<void> enter_node(const KeyOptions& options, const RoomOptions& room, State state) {
  const auto* other = state.find_log(room.node_of);
  if (!other) {
    return fail(Fault::not_found, "no-such-room", "The keeper knows no room with that log key.");
  }
  auto node = TRY(tlog::VerifierKey::parse(room.verifier_key));
  auto first = TRY(tlog::VerifierKey::parse(other->room_key()));
  TRY(put(state, room));
  if (is_served(options.dir)) return keeper_runs();
  auto keys = TRY(open_keyring(options));
  return keys.add_node(node.public_key, first.public_key);
}

// keys.box first: an entry without it is leased nothing, and can be removed again.
Result<std::int64_t> remove_node(const KeyOptions& options, const std::string& url) {
  FileStore store(options.dir);
  auto state = TRY(store.read());
  const auto* node = state.find(url);
  if (!node) return fail(Fault::not_found, "no-such-room", "The keeper knows no such room.");
  if (node->node_of.empty()) {
    return fail(Fault::invalid, "no-node",
                "That is the room's first server, or its only one: withdraw from it.");
  }
  if (is_served(options.dir)) return keeper_runs();
  auto keys = TRY(open_keyring(options));
  auto log = TRY(tlog::VerifierKey::parse(node->verifier_key));
  TRY(keys.remove_node(log.public_key));
  TRY(store.update([&](State& next) -> Result<void> {
    std::erase_if(next.rooms,
                  [&](const RoomState& room) { return room.verifier_key == node->verifier_key; });
    ++next.revision;
    return {};
  }));
  return node->term_ms;
}

}  // namespace

int run_remove_node(const KeyOptions& options, const std::string& url) {
  auto removed = remove_node(options, url);
  if (!removed) return report(removed.error());
  fmt::print("{} is leased nothing any more; what it has ends by itself within {} s.\n", url,
             *removed / 1'000);
  return 0;
}

int run_add_room(const KeyOptions& options, const RoomOptions& room) {
  FileStore store(options.dir);
  auto added = [&]() -> Result<std::size_t> {
    TRY(RootFile::read(options.dir));  // there is a keeper
    TRY(check(room));
    std::size_t keys = 0;
    if (!room.node_of.empty()) TRY(enter_node(options, room, TRY(store.read())));
    if (!room.restored_from.empty()) keys = TRY(take_over_keys(options, room));
    TRY(store.update([&](State& next) { return put(next, room); }));
    return keys;
  }();
  if (!added) return report(added.error());
  fmt::print("{} is kept, with leases of {} s.\n", room.url, room.term_s);
  if (*added > 0) {
    fmt::print("It gets the {} keys that it had before. Copy keys.box again.\n", *added);
  }
  if (!room.node_of.empty()) {
    fmt::print("It is a node of that room: keys and orders are the room's. Copy keys.box again.\n");
  }
  return 0;
}

}  // namespace guildhall::keeper
