// Where a room's PostgreSQL is, and a connection to it: made here, because the room's process can
// connect to nothing.
//
// Concurrency: free functions; connecting waits kHttpConnectMs at most. Limits: that.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/descriptors.h"

namespace guildhall::connector {

struct DatabaseAddress {
  std::string host;  // a name or an address; with a first slash a folder of sockets
  int port = 5'432;
};
// Of a store's URL, postgres://… or postgresql://…: its first host, `?host=` before the one in
// front. Errors: invalid/"no-database" for another store, invalid/"bad-store".
Result<DatabaseAddress> database_address(std::string_view store);

// The store of ROOM/room.json. Error: not_found/"no-room".
Result<std::string> store_of(const std::filesystem::path& room_dir);

// Error: unavailable/"no-database".
Result<gateway::Descriptor> connect_database(const DatabaseAddress& address);

}  // namespace guildhall::connector
