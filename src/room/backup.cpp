#include "room/backup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "base/files.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "room/backup_files.h"
#include "room/backup_log.h"
#include "room/log_feed.h"
#include "room/room_dir.h"
#include "room/vault_child.h"
#include "store/copy.h"
#include "store/deed.h"
#include "store/keys.h"
#include "tlog/files.h"
#include "verify/verifier.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;

// What is not finished leaves nothing.
struct Unfinished {
  fs::path path;
  ~Unfinished() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
};

Result<void> copy_blobs(const fs::path& blobs, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(blobs, error)) return {};
  for (const auto& path : TRY(files_below(blobs))) {
    if (path.ends_with(".part")) continue;  // being received
    auto copied = copy_into(blobs / path, to, "blobs/" + path);
    if (!copied && fs::exists(blobs / path, error)) return copied;  // else it was removed meanwhile
  }
  return {};
}

Result<std::string> copy_parts(const BackupOptions& options, const RoomDir& room,
                               std::string_view url, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to / "store", error);
  auto store = "store/" + TRY(store::copy_store(url, to / "store"));
  TRY(copy_blobs(room.blobs(), to));
  std::vector<const char*> names{"room.json", "room.keepers", "vault/leases.json"};
  if (options.with_keys) names.insert(names.end(), {"room.key", "room.keys"});
  for (const char* name : names) {
    if (fs::exists(room.path / name, error)) TRY(copy_into(room.path / name, to, name));
  }
  return store;
}

Result<void> record_backup(store::Database& db, RoomId room, std::string_view hash) {
  store::Keys keys(db, room);
  std::int64_t deed = TRY(keys.next());
  return db.write([&](store::Tx& tx) {
    return store::record(tx, {.room = room, .deed = deed, .verb = "room.backup", .hash = hash});
  });
}

Result<void> await_leaf(const fs::path& dir, std::vector<BackupLog> logs, std::string_view hash,
                        const std::function<Result<void>()>& carry_on) {
  std::int64_t until_ms = monotonic_ms() + kBackupWaitMs;
  while (monotonic_ms() < until_ms) {
    TRY(carry_on());
    if (TRY(names_backup(dir, logs, hash))) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(kIntegrateMs));
  }
  return fail(
      Fault::unavailable, "log-behind",
      "No log here takes up the room's deeds. Is it locked, or is it another folder's turn?");
}

// Until a log has the leaf: a running server's vault sees to it, or one of our own.
Result<void> bring_into_log(store::Database& db, const RoomDir& room, const BackupOptions& options,
                            const std::vector<BackupLog>& logs, std::string_view hash) {
  auto served = tlog::disk_files()->lock(room.path / "vault/lock");
  if (!served && served.error().type == "log-in-use") {
    return await_leaf(room.path, logs, hash, [] { return Result<void>(); });
  }
  TRY(std::move(served))
  .reset();
  auto child = TRY(VaultChild::start(room.path, VaultUse::whole, 1, options.passphrase_file));
  VaultClient vault(child.channels());
  LogFeed feed(db, vault, room.room);
  return await_leaf(room.path, logs, hash, [&]() -> Result<void> {
    TRY(feed.step());
    return {};
  });
}

Result<std::uint64_t> copy_logs(const RoomDir& room, const BackupManifest& manifest,
                                const fs::path& to) {
  std::uint64_t entries = 0;
  for (const auto& log : manifest.logs) {
    auto copy = to / log.folder / "log";
    auto size = TRY(copy_log(room.path / log.folder / "log", copy))
    .size;
    if (entries == 0) entries = size;
    auto key = TRY(tlog::VerifierKey::parse(log.key));
    auto source = verify::folder_source(copy);
    if (auto good = verify::verify_log(*source, {key, {}, {}}); !good) {
      return fail(Fault::internal, "log-damaged", good.error().sentence);
    }
  }
  return entries;
}

Result<std::string> write_manifest(BackupManifest& manifest, const fs::path& to) {
  for (const auto& path : TRY(files_below(to))) {
    manifest.files.push_back(TRY(describe(to, path)));
  }
  auto text = manifest_text(manifest);
  TRY(parse_manifest(text));  // what cannot be read again is no backup
  TRY(replace_file(to / "backup.json", text));
  return text;
}

}  // namespace

Result<BackupReport> make_backup(const BackupOptions& options) {
  auto room = TRY(open_room_dir(options.dir));
  std::string url(options.store.empty() ? room.store : options.store);
  std::error_code error;
  if (fs::exists(options.to, error)) {
    return fail(Fault::conflict, "exists",
                fmt::format("There is a {} already.", options.to.string()));
  }
  Unfinished part{fmt::format("{}.part-{}", options.to.string(), getpid())};
  fs::create_directories(part.path, error);
  fs::permissions(part.path, fs::perms::owner_all, error);
  BackupReport report;
  report.manifest.room = room.room;
  report.manifest.at = system_clock().now_ms();
  report.manifest.logs = TRY(logs_of(room.path));
  auto db = TRY(store::open_database(url, {}));
  report.manifest.store = TRY(copy_parts(options, room, url, part.path));
  auto hash = crypto::sha256(TRY(write_manifest(report.manifest, part.path)));
  TRY(record_backup(*db, room.room, crypto::view(hash)));
  TRY(bring_into_log(*db, room, options, report.manifest.logs, crypto::view(hash)));
  report.entries = TRY(copy_logs(room, report.manifest, part.path));
  if (auto logs = report.manifest.logs; !TRY(names_backup(part.path, logs, crypto::view(hash)))) {
    return fail(Fault::internal, "log-damaged", "The log's copy lacks the backup's own leaf.");
  }
  TRY(sync_folder(part.path));
  fs::rename(part.path, options.to, error);
  if (error) return fail(Fault::unavailable, "file-failed", "The backup cannot be given its name.");
  part.path.clear();
  auto above = fs::absolute(options.to, error).parent_path();
  TRY(sync_folder(above));
  return report;
}

int run_backup(const BackupOptions& options) {
  auto made = make_backup(options);
  if (!made) {
    fmt::print(stderr, "guildhall: {}\n", made.error().detail);
    return made.error().fault == Fault::unavailable ? 1 : 2;
  }
  std::int64_t bytes = 0;
  for (const auto& file : made->manifest.files) bytes += file.bytes;
  fmt::print("{}: {} files, {} bytes; the log with {} entries, verified.\n", options.to.string(),
             made->manifest.files.size(), bytes, made->entries);
  if (options.with_keys) {
    fmt::print("It holds the room's keys: whoever has it can read everything.\n");
  } else {
    fmt::print(
        "It holds no keys: keep {0}/room.key and, where there is one, {0}/room.keys elsewhere."
        " Without them nothing in it opens.\n",
        options.dir.string());
  }
  return 0;
}

}  // namespace guildhall::room
