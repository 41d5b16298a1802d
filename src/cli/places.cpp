#include "cli/places.h"

#include <algorithm>
#include <cstdlib>

#include "base/files.h"
#include "base/json.h"

namespace guildhall::cli {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// A text of room.json; empty where it is not there.
std::string told_by_room(const fs::path& dir, std::string_view name) {
  auto text = read_file(dir / "room.json");
  auto value = text ? parse_json(*text) : Result<json::value>(std::unexpected(text.error()));
  const auto* found = value ? find_string(*value, name) : nullptr;
  return found ? std::string(view(*found)) : std::string();
}

// Those that can be shown: what is not there, the one who wants it says so.
void add_if_there(std::vector<sandbox::Place>& out, const std::string& path,
                  bool writable = false) {
  bool plain = path.starts_with('/') && fs::path(path).lexically_normal() == path;
  if (plain && is_there(path)) out.push_back({path, writable});
}

}  // namespace

std::vector<sandbox::Place> room_places(const fs::path& dir, const fs::path& web,
                                        std::string store) {
  std::error_code ignored;
  fs::create_directories(dir / "peers", ignored);
  fs::permissions(dir / "peers", fs::perms::owner_all, ignored);
  std::vector<sandbox::Place> out{{dir.string(), true}, {web.string()}};
  // Keys, credentials and the log are others'; a demo's keeper lies here too.
  for (const char* name : {"peers", "room.keys", "keeper"}) {
    if (is_there(dir / name)) out.push_back({(dir / name).string(), false, true});
  }
  if (store.empty()) store = told_by_room(dir, "store");
  constexpr std::string_view kSqlite = "sqlite:";
  if (store.starts_with(kSqlite)) {
    auto folder = fs::weakly_canonical(store.substr(kSqlite.size()), ignored);
    if (is_there(folder) && folder != dir) out.push_back({folder.string(), true});
  }
  const char* home = std::getenv("HOME");
  const char* passwords = std::getenv("PGPASSFILE");
  for (const std::string& path :
       {std::string("/etc/passwd"), std::string("/etc/nsswitch.conf"),
        std::string("/etc/localtime"), std::string("/usr/share/zoneinfo"),
        std::string("/proc/self/statm"), std::string("/dev/null"), std::string("/dev/urandom"),
        passwords ? std::string(passwords) : std::string(),
        home ? std::string(home) + "/.pgpass" : std::string()}) {
    add_if_there(out, path);
  }
  return out;
}

std::vector<sandbox::Place> vault_places(const fs::path& dir, const std::string& passphrase_file) {
  std::error_code ignored;
  std::vector<sandbox::Place> out{{dir.string(), true}};
  // Credentials, content and a demo's keeper are others'.
  for (const char* name : {"peers", "blobs", "keeper"}) {
    if (is_there(dir / name)) out.push_back({(dir / name).string(), false, true});
  }
  const fs::path machine = told_by_room(dir, "machine_key");
  if (is_there(machine)) {
    add_if_there(out, fs::weakly_canonical(machine, ignored).string());
  } else if (!machine.empty()) {  // the vault makes it
    fs::create_directories(machine.parent_path(), ignored);
    add_if_there(out, fs::weakly_canonical(machine.parent_path(), ignored).string(), true);
  }
  for (const char* path : {"/dev/tty", "/dev/null", "/dev/urandom"}) add_if_there(out, path);
  add_if_there(out, passphrase_file);
  return out;
}

}  // namespace guildhall::cli
