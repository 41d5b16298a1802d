#include "room/room_file.h"

#include <cstdlib>

#include "base/files.h"
#include "base/json.h"

namespace guildhall::room {
namespace {

void set(json::value& object, std::string_view name, const std::string& text) {
  object.get_object()[json::string_view(name.data(), name.size())] =
      json::string(text.data(), text.size());
}

}  // namespace

Result<std::string> default_machine_key() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  if (state && *state == '/') return std::string(state) + "/guildhall/machine.key";
  if (home && *home == '/') return std::string(home) + "/.local/state/guildhall/machine.key";
  return fail(Fault::invalid, "no-home", "Neither HOME nor XDG_STATE_HOME is set: --machine-key.");
}

Result<void> write_room_file(const std::filesystem::path& dir, const std::filesystem::path& from,
                             const RoomPlace& place) {
  auto value = TRY(parse_json(TRY(read_file(from))));
  if (!value.is_object()) return fail(Fault::invalid, "bad-room-dir", "room.json is damaged.");
  std::error_code error;
  std::filesystem::path machine = place.machine_key;
  if (machine.empty()) machine = TRY(default_machine_key());
  if (!place.store.empty()) set(value, "store", place.store);
  set(value, "machine_key", std::filesystem::absolute(machine, error).string());
  std::string text;
  write_json(text, value);
  return replace_file(dir / "room.json", text + "\n");
}

}  // namespace guildhall::room
