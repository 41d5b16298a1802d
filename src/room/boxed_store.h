// The store's address as a room in its box can use it: a server is reached through the launcher,
// which hands over connected sockets; to libpq each looks like one of a folder of sockets.
//
// Concurrency: free functions; once, at start. Limits: none.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace guildhall::room {

// `store`, or room.json's where it is empty. Errors: invalid/"store-tls" for a server that is to be
// reached by TLS, which libpq does not speak on such a socket; those of open_room_dir.
Result<std::string> store_in_box(const std::filesystem::path& dir, const std::string& store);

}  // namespace guildhall::room
