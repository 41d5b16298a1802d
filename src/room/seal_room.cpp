#include "room/seal_room.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "room/progress_bar.h"
#include "room/room.h"
#include "room/room_dir.h"
#include "room/seal_files.h"
#include "room/vault_child.h"
#include "room/vault_client.h"
#include "store/compact.h"
#include "store/content.h"
#include "store/keys.h"
#include "store/unsealed.h"

namespace guildhall::room {
namespace {

Result<void> seal_all_of(store::Database& db, RoomId room,
                         const std::function<void(const SealProgress&)>& tell) {
  SealProgress progress;
  while (true) {  // what somebody wrote meanwhile is found by the next look
    auto left = TRY(store::begin_sealing(db, room));
    if (left == 0) return {};
    progress.all = progress.sealed + left;
    store::SealPlace place;
    tell(progress);
    while (std::int64_t count = TRY(store::seal_some(db, room, place))) {
      progress.sealed += count;
      tell(progress);
    }
  }
}

Result<bool> seal_once(const SealOptions& options,
                       const std::function<void(const SealProgress&)>& tell) {
  auto room = TRY(open_room_dir(options.dir));
  std::string url(options.store.empty() ? room.store : options.store);
  auto child = TRY(VaultChild::start(room.path, VaultUse::seal_only, 1, options.passphrase_file));
  VaultClient vault(child.channels());
  const store::OpenOptions with_sealer{.sealer = &vault};
  {
    auto db = TRY(store::open_database(url, with_sealer));
    if (store::refuse_unsealed(*db, room.room)) return false;
    TRY(seal_files(*db, room.room, room.blobs()));
    TRY(seal_all_of(*db, room.room, tell));
  }
  TRY(store::compact_store(url));
  auto db = TRY(store::open_database(url, with_sealer));
  store::Keys keys(*db, room.room);
  TRY(store::end_sealing(*db, room.room, TRY(keys.next())));
  return true;
}

// A room of before its content was sealed is of before its members were marked, too.
Result<void> mark_members(const SealOptions& options) {
  auto room = TRY(Room::open({.dir = options.dir,
                              .store = options.store,
                              .adopt = true,
                              .vault_use = VaultUse::seal_only,
                              .passphrase_file = options.passphrase_file}));
  if (!identity::refuse_unmarked(room->db(), room->id())) TRY(room->accounts().adopt());
  return {};
}

}  // namespace

// A session of PostgreSQL's that was killed goes on for a while, and holds what it had.
Result<bool> seal_room(const SealOptions& options,
                       const std::function<void(const SealProgress&)>& tell) {
  while (true) {
    auto sealed = seal_once(options, tell);
    if (sealed || sealed.error().type != "store-busy") return sealed;
    fmt::print(stderr, "Somebody else holds the store; waiting.\n");
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

int run_seal(const SealOptions& options) {
  const std::string dir = options.dir.string();
  auto sealed = [&] {
    ProgressBar bar("rows");
    return seal_room(options, [&](const SealProgress& progress) {
      bar.show(progress.sealed, progress.all);
      if (progress.sealed == progress.all) {
        fmt::print(stderr,
                   "Everything is sealed. Now the store is written anew, so that nothing "
                   "unsealed stays in it.\n");
      }
    });
  }();
  auto marked = sealed ? mark_members(options) : Result<void>(std::unexpected(sealed.error()));
  if (!marked) {
    fmt::print(stderr, "guildhall: {}\n", marked.error().detail);
    return marked.error().fault == Fault::unavailable ? 1 : 2;
  }
  if (!*sealed) {
    fmt::print("The room in {} is sealed already.\n", dir);
    return 0;
  }
  fmt::print(
      "The room in {} is sealed; its keys are in {}/room.keys.\n"
      "What lies elsewhere is as it was: backups of before, free blocks of the disk where uploads"
      " lay, and on\nPostgreSQL the server's own log and its archives. What to do about them: "
      "docs/operations.md.\n",
      dir, dir);
  return 0;
}

}  // namespace guildhall::room
