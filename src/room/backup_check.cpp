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

// The first log by the key that is known from elsewhere, where one is.
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

}  // namespace

CheckedBackup<SoundBackup> check_backup(const fs::path& backup, const std::string& key) {
  auto text = read_file(backup / "backup.json", kMaxManifest);
  if (!text) return found(BackupFault::damaged_list, text.error().detail);
  auto manifest = parse_manifest(*text);
  if (!manifest) return found(BackupFault::damaged_list, manifest.error().detail);
  if (auto good = check_files(backup, *manifest); !good) return std::unexpected(good.error());
  SoundBackup out{*std::move(manifest), 0};
  for (const auto& log : out.manifest.logs) {
    bool first = log.folder == "vault";
    auto entries = check_log(backup, log, first ? key : std::string());
    if (!entries) return std::unexpected(entries.error());
    if (first) out.entries = *entries;
  }
  auto from = static_cast<std::uint64_t>(out.manifest.logs.front().size);
  auto hash = crypto::sha256(*text);
  auto named = names_backup(backup / "vault/log", from, crypto::view(hash));
  if (named && *named) return out;
  return found(BackupFault::other_list, "The log does not name this backup.json: it was changed.");
}

}  // namespace guildhall::room
