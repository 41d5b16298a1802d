// What a served room's process sees of the disk: its folder without what is not its own, the pages,
// and the few files that its libraries read. And its vault: the folder, and what opens the keys.
//
// Concurrency: free functions. Limits: kMaxPlaces.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sandbox/place.h"

namespace guildhall::cli {

// `store`: as it was given; empty: in the folder, or as room.json says. Makes the folder of peers
// where there is none, so that it is hidden from the first moment on.
std::vector<sandbox::Place> room_places(const std::filesystem::path& dir,
                                        const std::filesystem::path& web, std::string store);

// After room_places. The machine's key and the passphrase are in sight until the vault has read
// them.
std::vector<sandbox::Place> vault_places(const std::filesystem::path& dir,
                                         const std::string& passphrase_file);

}  // namespace guildhall::cli
