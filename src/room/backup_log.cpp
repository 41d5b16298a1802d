#include "room/backup_log.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "tlog/tile_reader.h"
#include "vault/log_key.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;

Result<tlog::Checkpoint> checkpoint_in(const fs::path& log, std::string& note) {
  note = TRY(read_file(log / "checkpoint", kMaxLogFile));
  return tlog::parse_checkpoint(TRY(tlog::parse_note(note)).text);
}

Result<void> write_new(const fs::path& file, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  return replace_file(file, bytes, 0644);
}

Result<void> copy_level(tlog::TileReader& reader, int level, std::uint64_t size,
                        const fs::path& to) {
  for (std::uint64_t index = 0; int width = tlog::tile_width(level, index, size); ++index) {
    TRY(write_new(to / tlog::to_text({level, index, width}), TRY(reader.bytes(level, index))));
  }
  return {};
}

}  // namespace

Result<std::vector<BackupLog>> logs_of(const fs::path& room_dir) {
  std::vector<BackupLog> out;
  for (int number = 1; number <= kMaxRoomLogs; ++number) {
    std::string folder = number == 1 ? "vault" : fmt::format("vault-{}", number);
    std::error_code error;
    if (!fs::exists(room_dir / folder / "log/checkpoint", error)) continue;
    std::string note;
    auto checkpoint = TRY(checkpoint_in(room_dir / folder / "log", note));
    auto key = TRY(vault::read_log_vkey(room_dir / folder));
    out.push_back({folder, key.text(), static_cast<std::int64_t>(checkpoint.size)});
  }
  if (!out.empty() && out.front().folder == "vault") return out;
  return fail(Fault::not_found, "no-log", "The room has no log yet: serve it once.");
}

Result<tlog::Checkpoint> copy_log(const fs::path& from, const fs::path& to) {
  std::string note;
  auto checkpoint = TRY(checkpoint_in(from, note));
  auto files = tlog::disk_files();
  tlog::TileReader reader(*files, from, checkpoint.size);
  TRY(copy_level(reader, tlog::kEntriesLevel, checkpoint.size, to));
  for (int level = 0; tlog::tile_width(level, 0, checkpoint.size) > 0; ++level) {
    TRY(copy_level(reader, level, checkpoint.size, to));
  }
  TRY(write_new(to / "checkpoint", note));
  return checkpoint;
}

namespace {

Result<bool> names_backup(const fs::path& log, std::int64_t& from, std::string_view hash) {
  std::string note;
  auto checkpoint = TRY(checkpoint_in(log, note));
  auto files = tlog::disk_files();
  tlog::TileReader reader(*files, log, checkpoint.size);
  for (; from < static_cast<std::int64_t>(checkpoint.size); ++from) {
    auto entry = TRY(reader.entry(static_cast<std::uint64_t>(from)));
    if (entry.find(R"("verb":"room.backup")") != std::string::npos &&
        entry.find(hash) != std::string::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<bool> names_backup(const fs::path& dir, std::vector<BackupLog>& logs,
                          std::string_view manifest_hash) {
  auto hash = fmt::format(R"("hash":"{}")", crypto::to_base64url(manifest_hash));
  for (auto& log : logs) {
    if (TRY(names_backup(dir / log.folder / "log", log.size, hash))) return true;
  }
  return false;
}

}  // namespace guildhall::room
