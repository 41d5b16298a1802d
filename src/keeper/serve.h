// The running keeper: a dialler for each room, the watch over its state file, and the status that
// the command `status` reads. One at a time in a folder.
//
// Concurrency: serve() holds the calling thread until a stop signal; one thread a room.
// Limits: kKeeperWatchMs between looks at the state file.
#pragma once

#include <filesystem>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "keeper/keyring.h"

namespace guildhall::keeper {

struct ServeOptions {
  std::int64_t silent_ms = kLogSilentMs;  // a room's log that is silent for so long is an alarm
};

// Error: conflict/"keeper-runs" where one runs in this folder already.
Result<void> serve(const std::filesystem::path& dir, Keyring& keys, const ServeOptions& options);

// Whether a keeper runs in this folder.
bool is_served(const std::filesystem::path& dir);

// What the running keeper wrote last; not_found/"no-file" before the first time.
Result<std::string> read_status(const std::filesystem::path& dir);

}  // namespace guildhall::keeper
