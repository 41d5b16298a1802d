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

std::string store_of(const fs::path& dir) {
  auto text = read_file(dir / "room.json");
  auto value = text ? parse_json(*text) : Result<json::value>(std::unexpected(text.error()));
  const auto* store = value ? find_string(*value, "store") : nullptr;
  return store ? std::string(view(*store)) : std::string();
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
  if (store.empty()) store = store_of(dir);
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
    bool plain = path.starts_with('/') && fs::path(path).lexically_normal() == path;
    if (plain && is_there(path)) out.push_back({path});
  }
  return out;
}

}  // namespace guildhall::cli
