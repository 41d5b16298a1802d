#include "room/backup_manifest.h"

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"

namespace guildhall::room {
namespace {

constexpr std::string_view kFormat = "guildhall backup v1";

std::unexpected<Error> bad() {
  return fail(Fault::malformed, "bad-backup", "backup.json is damaged, or of a later version.");
}

// Relative, without "." and "..", and nothing that a program might read as an option or a line.
bool is_plain_path(std::string_view path) {
  bool plain = !path.empty() && std::ranges::all_of(path, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == '/';
  });
  std::string_view rest = path;
  while (plain && !rest.empty()) {
    auto part = rest.substr(0, rest.find('/'));
    plain = !part.empty() && !part.starts_with('.') && !part.starts_with('-');
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  return plain && !path.ends_with('/');
}

// A member that is a text, or an integer that is not negative; nothing else passes.
bool take(const json::value& from, const char* name, std::string& out) {
  const auto* text = find_string(from, name);
  if (text) out = view(*text);
  return text != nullptr;
}
bool take(const json::value& from, const char* name, std::int64_t& out) {
  const auto* value = find(from, name);
  auto number = value ? as_int(*value) : std::nullopt;
  out = number.value_or(-1);
  return out >= 0;
}

bool is_log_folder(std::string_view name) {
  return name == "vault" || (name.starts_with("vault-") && is_plain_path(name) &&
                             name.find('/') == std::string_view::npos);
}

}  // namespace

std::string manifest_text(const BackupManifest& manifest) {
  JsonWriter out;
  out.begin_object().field("format", kFormat).field("room", manifest.room.value);
  out.field("at", manifest.at).field("store", manifest.store).key("logs").begin_array();
  for (const auto& log : manifest.logs) {
    out.begin_object().field("folder", log.folder).field("key", log.key);
    out.field("size", log.size).end_object();
  }
  out.end_array().key("files").begin_array();
  for (const auto& file : manifest.files) {
    out.begin_object().field("path", file.path).field("bytes", file.bytes);
    out.field("sha256", file.sha256).end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

Result<BackupManifest> parse_manifest(std::string_view text) {
  if (text.size() > kMaxManifest) return bad();
  auto value = parse_json(text);
  if (!value) return bad();
  BackupManifest out;
  std::string format;
  bool good = take(*value, "format", format) && format == kFormat &&
              take(*value, "room", out.room.value) && take(*value, "at", out.at) &&
              take(*value, "store", out.store) && is_plain_path(out.store);
  const auto* logs = find_array(*value, "logs");
  const auto* files = find_array(*value, "files");
  if (!good || !logs || !files || logs->empty() || logs->size() > kMaxRoomLogs) return bad();
  for (const auto& log : *logs) {
    auto& one = out.logs.emplace_back();
    good = good && take(log, "folder", one.folder) && take(log, "key", one.key) &&
           take(log, "size", one.size) && is_log_folder(one.folder);
  }
  for (const auto& file : *files) {
    auto& one = out.files.emplace_back();
    good = good && take(file, "path", one.path) && take(file, "bytes", one.bytes) &&
           take(file, "sha256", one.sha256) && is_plain_path(one.path) && one.sha256.size() == 64;
  }
  good = good && out.logs.front().folder == "vault" &&
         std::ranges::find(out.files, out.store, &BackupFile::path) != out.files.end();
  return good ? Result<BackupManifest>(std::move(out)) : bad();
}

}  // namespace guildhall::room
