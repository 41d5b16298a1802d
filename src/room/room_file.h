// room.json of a room that is made or moved: which store it has, and which key of the machine its
// log's signing key lies under (vault/log_key.h).
//
// Concurrency: free functions; used by the command line. Limits: none.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace guildhall::room {

// $XDG_STATE_HOME/guildhall/machine.key, or below ~/.local/state. Error: invalid/"no-home".
Result<std::string> default_machine_key();

struct RoomPlace {
  std::string store;        // empty: as it was
  std::string machine_key;  // empty: the default
};
// DIR/room.json as `from` has it, for a room of that place.
Result<void> write_room_file(const std::filesystem::path& dir, const std::filesystem::path& from,
                             const RoomPlace& place);

}  // namespace guildhall::room
