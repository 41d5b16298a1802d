#include <fmt/format.h>

#include <set>

#include "base/files.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "room/backup_files.h"
#include "room/backup_log.h"
#include "room/restore.h"
#include "verify/verifier.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;

std::unexpected<BackupFinding> found(BackupFault fault, std::string sentence) {
  return std::unexpected(BackupFinding{static_cast<int>(fault), std::move(sentence)});
}

CheckedBackup<> check_files(const fs::path& backup, const BackupManifest& manifest) {
  std::set<std::string> known{"backup.json"};
  for (const auto& file : manifest.files) {
    known.insert(file.path);
    auto now = describe(backup, file.path);
    if (!now) return found(BackupFault::missing_file, now.error().detail);
    if (now->bytes != file.bytes || now->sha256 != file.sha256) {
      return found(BackupFault::altered_file,
                   fmt::format("{} is not what was backed up.", file.path));
    }
  }
  auto there = files_below(backup);
  if (!there) return found(BackupFault::missing_file, there.error().detail);
  for (const auto& path : *there) {
    bool in_log = false;
    for (const auto& log : manifest.logs) in_log |= path.starts_with(log.folder + "/log/");
    if (!in_log && !known.contains(path)) {
      return found(BackupFault::unlisted_file,
                   fmt::format("{} does not belong to this backup.", path));
    }
  }
  return {};
}

CheckedBackup<std::uint64_t> check_log(const fs::path& backup, const BackupLog& log,
                                       const std::string& known_key) {
  auto key = tlog::VerifierKey::parse(known_key.empty() ? log.key : known_key);
  if (!key) return std::unexpected(BackupFinding{2, key.error().detail});
  auto source = verify::folder_source(backup / log.folder / "log");
  auto report = verify::verify_log(*source, {*key, {}, {}});
  if (!report) {
    return std::unexpected(BackupFinding{static_cast<int>(report.error().kind),
                                         log.folder + "/log: " + report.error().sentence});
  }
  if (report->checkpoint.size < static_cast<std::uint64_t>(log.size)) {
    return found(BackupFault::other_list, log.folder + "/log is shorter than it was.");
  }
  return report->checkpoint.size;
}

// Whose word is taken: the log of the key that is known from elsewhere, where one is, since whoever
// changes a backup may add a log; otherwise all of them.
std::vector<BackupLog> logs_of_key(const std::vector<BackupLog>& logs, const std::string& key) {
  auto known = tlog::VerifierKey::parse(key);
  if (key.empty()) return logs;
  for (const auto& log : logs) {
    auto own = tlog::VerifierKey::parse(log.key);
    if (known && own && own->name == known->name) return {log};
  }
  return {logs.front()};
}

}  // namespace

CheckedBackup<SoundBackup> check_backup(const fs::path& backup, const std::string& key) {
  auto text = read_file(backup / "backup.json", kMaxManifest);
  if (!text) return found(BackupFault::damaged_list, text.error().detail);
  auto manifest = parse_manifest(*text);
  if (!manifest) return found(BackupFault::damaged_list, manifest.error().detail);
  if (auto good = check_files(backup, *manifest); !good) return std::unexpected(good.error());
  SoundBackup out{*std::move(manifest), 0};
  auto trusted = logs_of_key(out.manifest.logs, key);
  for (const auto& log : out.manifest.logs) {
    bool known = !key.empty() && log.folder == trusted.front().folder;
    auto entries = check_log(backup, log, known ? key : std::string());
    if (!entries) return std::unexpected(entries.error());
    if (log.folder == "vault") out.entries = *entries;
  }
  auto hash = crypto::sha256(*text);
  auto named = names_backup(backup, trusted, crypto::view(hash));
  if (named && *named) return out;
  return found(BackupFault::other_list,
               trusted.size() == out.manifest.logs.size()
                   ? "The log does not name this backup.json: it was changed."
                   : "The log of this key does not name this backup.json: it was changed, or"
                     " another of the room's logs names it.");
}

}  // namespace guildhall::room
