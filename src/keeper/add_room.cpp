// A room that the keeper is to keep, or keeps already: one of the commands of commands.h.
//
// A room that was restored from a backup signs with a new key, so it is a stranger until somebody
// says whose successor it is. Then it gets the keys of then, which takes the passphrase, and is
// told again what is withdrawn: it may not know, or not any more.
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

Result<void> put(State& state, const RoomOptions& room) {
  std::vector<Order> orders;  // of the room it was, wherever that was reached
  for (const auto& other : state.rooms) {
    if (other.verifier_key == room.restored_from) orders = other.orders;
  }
  RoomState* known = state.find(room.url);
  if (!known) known = &state.rooms.emplace_back();
  bool same = known->verifier_key == room.verifier_key;
  if (!same && !known->verifier_key.empty() && known->verifier_key != room.restored_from) {
    return fail(Fault::conflict, "room-known",
                "This room is known by another key. Was it restored from a backup? Then say "
                "--restored-from and that key.");
  }
  if (!same) {
    for (auto& order : orders) order.confirmed = false;
    known->orders = std::move(orders);
  }
  known->url = room.url;
  known->verifier_key = room.verifier_key;
  known->ca_file = room.ca_file;
  known->term_ms = room.term_s * 1'000;
  if (!room.witnesses.empty()) known->witnesses = room.witnesses;
  ++state.revision;
  return {};
}

}  // namespace

int run_add_room(const KeyOptions& options, const RoomOptions& room) {
  auto added = [&]() -> Result<std::size_t> {
    TRY(RootFile::read(options.dir));  // there is a keeper
    TRY(check(room));
    std::size_t keys = 0;
    if (!room.restored_from.empty()) keys = TRY(take_over_keys(options, room));
    TRY(FileStore(options.dir).update([&](State& state) { return put(state, room); }));
    return keys;
  }();
  if (!added) return report(added.error());
  fmt::print("{} is kept, with leases of {} s.\n", room.url, room.term_s);
  if (*added > 0) {
    fmt::print("It gets the {} keys that it had before. Copy keys.box again.\n", *added);
  }
  return 0;
}

}  // namespace guildhall::keeper
