// A room's folder: room.json (which room, which store), room.key (the secret that its ids and
// blind indexes come from, readable by its owner only), blobs/.
//
// Concurrency: free functions; used at start and by the command line.
#pragma once

#include <filesystem>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"

namespace guildhall::room {

struct RoomDir {
  std::filesystem::path path;
  RoomId room;
  std::string store;
  Secret master_key;  // 32 bytes

  std::filesystem::path blobs() const { return path / "blobs"; }
};

// conflict/"room-exists" where there is one already.
Result<RoomDir> init_room_dir(const std::filesystem::path& dir, std::string_view store);
// not_found/"no-room" where there is none.
Result<RoomDir> open_room_dir(const std::filesystem::path& dir);

}  // namespace guildhall::room
