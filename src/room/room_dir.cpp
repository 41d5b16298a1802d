#include "room/room_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/random.h"
#include "vault/lease_frame.h"

namespace guildhall::room {
namespace {

constexpr std::size_t kMasterKeyBytes = 32;

Error io_error(std::string_view what, const std::filesystem::path& path) {
  return {errno == ENOSPC ? Fault::no_space : Fault::unavailable,
          "room-dir",
          fmt::format("Cannot {} {}.", what, path.string()),
          {}};
}

Result<void> write_private(const std::filesystem::path& path, std::string_view bytes) {
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return std::unexpected(io_error("create", path));
  bool ok =
      write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(fd) == 0;
  close(fd);
  if (!ok) return std::unexpected(io_error("write", path));
  return {};
}

Result<std::string> read_all(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(io_error("read", path));
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace

Result<RoomDir> init_room_dir(const std::filesystem::path& dir, std::string_view store) {
  std::error_code error;
  auto whole = std::filesystem::absolute(dir, error);  // served from anywhere, it is the same
  std::filesystem::create_directories(dir / "blobs", error);
  if (error) return std::unexpected(io_error("create", dir));
  chmod(dir.c_str(), 0700);
  if (std::filesystem::exists(dir / "room.json", error)) {
    return fail(Fault::conflict, "room-exists",
                fmt::format("There is a room in {} already.", dir.string()));
  }
  RoomDir room{dir, RoomId{static_cast<std::int64_t>(system_random().below(1'000'000'000)) + 1},
               std::string(store.empty() ? fmt::format("sqlite:{}", whole.string()) : store),
               Secret(system_random().bytes(kMasterKeyBytes))};
  TRY(write_private(dir / "room.key", room.master_key.expose()));
  JsonWriter out;
  out.begin_object().field("room", room.room.value).field("store", room.store).end_object();
  TRY(write_private(dir / "room.json", out.text() + "\n"));
  return room;
}

Result<void> name_keepers(const std::filesystem::path& dir,
                          const std::vector<std::string>& keepers) {
  std::string lines;
  for (const auto& keeper : keepers)
    lines += vault::keeper_id_text(TRY(vault::parse_keeper_id(keeper))) + "\n";
  return write_private(dir / "room.keepers", lines);
}

bool has_keepers(const std::filesystem::path& dir) {
  std::error_code error;
  return std::filesystem::exists(dir / "room.keepers", error);
}

Result<RoomDir> open_room_dir(const std::filesystem::path& dir) {
  std::error_code error;
  if (!std::filesystem::exists(dir / "room.json", error)) {
    return fail(
        Fault::not_found, "no-room",
        fmt::format("There is no room in {}; `guildhall room init` makes one.", dir.string()));
  }
  auto text = TRY(read_all(dir / "room.json"));
  auto value = TRY(parse_json(text));
  const auto* room = find(value, "room");
  const auto* store = find_string(value, "store");
  auto key = TRY(read_all(dir / "room.key"));
  if (!room || !as_int(*room) || !store || key.size() != kMasterKeyBytes) {
    return fail(Fault::invalid, "bad-room-dir", "room.json or room.key is damaged.");
  }
  return RoomDir{dir, RoomId{*as_int(*room)}, std::string(view(*store)), Secret(std::move(key))};
}

}  // namespace guildhall::room
