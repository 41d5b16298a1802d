// A room's folder: room.json (which room, which store), room.key (the secret that its ids and
// blind indexes come from, readable by its owner only), room.keepers (who leases it its keys, if
// anybody does), blobs/.
//
// Concurrency: free functions; used at start and by the command line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

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
// Its keys come from these keepers, `keeper1:…` each, from its first object on. Error:
// invalid/"bad-keeper-id".
Result<void> name_keepers(const std::filesystem::path& dir,
                          const std::vector<std::string>& keepers);
bool has_keepers(const std::filesystem::path& dir);

// not_found/"no-room" where there is none.
Result<RoomDir> open_room_dir(const std::filesystem::path& dir);

}  // namespace guildhall::room
