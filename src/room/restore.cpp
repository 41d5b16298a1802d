#include "room/restore.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "room/backup_files.h"
#include "room/backup_log.h"
#include "room/room_file.h"
#include "store/copy.h"
#include "store/database.h"
#include "tlog/log.h"
#include "vault/leaf.h"
#include "vault/log_key.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;

// Passes over the keys that may have been given out since, and ends the sessions of then.
Result<std::string> settle_store(std::string_view url, RoomId room) {
  auto db = TRY(store::open_database(url, {}));
  return db->write_as([&](store::Tx& tx) -> Result<std::string> {
    TRY(tx.exec("UPDATE key_block SET next = next + $2 WHERE room = $1", {room, kRestoredKeys}));
    TRY(tx.exec("DELETE FROM session WHERE room = $1", {room}));
    // Whatever the snapshot has is in one of the backup's logs.
    TRY(tx.exec("DELETE FROM log_place WHERE room = $1", {room}));
    TRY(
        tx.exec("INSERT INTO log_place(room, tick, deed) SELECT room, tick, deed FROM deed"
                " WHERE room = $1 ORDER BY tick DESC, deed DESC LIMIT 1",
                {room}));
    auto mark =
        TRY(tx.first("SELECT tick, deed FROM deed WHERE room = $1 ORDER BY tick DESC, deed DESC"
                     " LIMIT 1",
                     {room}, [](const store::Row& row) {
                       return fmt::format("{} {}", row.integer(0), row.integer(1));
                     }));
    return mark.value_or(std::string());
  });
}

std::string restore_leaf(const tlog::Checkpoint& before, std::string_view note) {
  auto hash = crypto::sha256(note);
  vault::Leaf leaf;
  leaf.at = system_clock().now_ms();
  leaf.verb = "room.restore";
  leaf.detail = static_cast<std::int64_t>(before.size);
  leaf.hash = crypto::view(hash);
  return vault::deed_leaf(leaf, Secret(), system_random());
}

// The log goes on under a new key, from what the backup's checkpoint covers.
Result<std::string> restore_log(const fs::path& from, const fs::path& folder, const BackupLog& log,
                                const std::string& machine_file, const std::string& mark) {
  std::error_code error;
  fs::create_directories(folder / "pending", error);
  auto before = TRY(copy_log(from, folder / "log"));
  auto note = TRY(read_file(folder / "log/checkpoint", kMaxLogFile));
  auto files = tlog::disk_files();
  tlog::Journal journal(*files, folder / "pending");
  TRY(journal.start_segment(before.size, mark));
  auto machine = TRY(vault::machine_key(machine_file));
  auto key = TRY(vault::open_log_key(folder, before.origin, machine));
  auto old_key = TRY(tlog::VerifierKey::parse(log.key));
  auto open = TRY(tlog::Log::open(folder, before.origin, key, {.earlier_keys = {old_key}}));
  const std::string leaf = restore_leaf(before, note);
  TRY(open->append({&leaf, 1}, mark));
  TRY(open->integrate());
  return open->key().text();
}

Result<void> take_keys(const RestoreOptions& options, const fs::path& to) {
  std::error_code error;
  auto from = options.keys.empty() ? options.backup : options.keys;
  if (!fs::exists(from / "room.key", error)) {
    return fail(Fault::invalid, "no-keys",
                "This backup holds no keys: name the folder that has room.key (and room.keys, where"
                " the room has no keeper) with --keys.");
  }
  for (const char* name : {"room.key", "room.keys"}) {
    if (fs::exists(from / name, error)) TRY(copy_into(from / name, to, name));
  }
  return {};
}

Result<std::string> restore(const RestoreOptions& options, const BackupManifest& manifest) {
  std::error_code error;
  auto to = fs::absolute(options.to, error);
  fs::create_directories(to / "blobs", error);
  fs::permissions(to, fs::perms::owner_all, error);
  TRY(take_keys(options, to));
  for (const auto& file : manifest.files) {
    if (file.path.starts_with("blobs/") || file.path == "room.keepers" ||
        file.path == "vault/leases.json") {
      TRY(copy_into(options.backup / file.path, to, file.path));
    }
  }
  std::string url = options.store.empty() ? "sqlite:" + to.string() : options.store;
  TRY(store::restore_store(options.backup / manifest.store, url));
  auto mark = TRY(settle_store(url, manifest.room));
  std::string machine = options.machine_key;
  if (machine.empty()) machine = TRY(default_machine_key());
  std::string vkey;
  for (const auto& log : manifest.logs) {
    bool first = log.folder == "vault";
    auto text = TRY(restore_log(options.backup / log.folder / "log", to / log.folder, log, machine,
                                first ? mark : std::string()));
    if (first) vkey = text;
  }
  // Last: a folder without it is no room.
  TRY(write_room_file(to, options.backup / "room.json", {.store = url, .machine_key = machine}));
  return vkey;
}

}  // namespace

int run_restore(const RestoreOptions& options) {
  std::error_code error;
  if (fs::exists(options.to, error)) {
    fmt::print(stderr, "guildhall: There is a {} already.\n", options.to.string());
    return 2;
  }
  auto sound = check_backup(options.backup, options.key);
  if (!sound) {
    fmt::print(stderr, "guildhall: {}\n", sound.error().sentence);
    return sound.error().code;
  }
  auto vkey = restore(options, sound->manifest);
  if (!vkey) {
    fs::remove_all(options.to, error);
    fmt::print(stderr, "guildhall: {}\n", vkey.error().detail);
    return vkey.error().fault == Fault::unavailable ? 1 : 2;
  }
  fmt::print(
      "{} is the room of {}, checked: {} files, a log of {} entries.\n"
      "Its log goes on under a new key: {}\n"
      "Give it to the keeper and to whoever verifies; to them a restored room is a step back, and"
      " they are right to ask.\nSessions are ended; people sign in again.\n",
      options.to.string(), rfc3339(sound->manifest.at), sound->manifest.files.size(),
      sound->entries, *vkey);
  if (!fs::exists(options.to / "room.keys", error)) {
    fmt::print(
        "No room.keys came with it: it is locked until its keeper leases its keys. The keeper does"
        " so once it was told, while it is stopped, whose keys it gets:\n"
        "  guildhall keeper add-room KEEPER --url URL --room-key {} --restored-from {}\n",
        *vkey, sound->manifest.logs.front().key);
  }
  return 0;
}

}  // namespace guildhall::room
