// The running keeper: a dialler for each room, the watch over its state file, and the status that
// the command `status` reads. One at a time in a folder.
//
// With a page (page.h) it listens on 127.0.0.1 as well, and prints the address that opens it.
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
  int page_port = -1;                     // 0: any free port, -1: no page
  bool ignore_wishes = false;             // a room's owner asks in vain
  std::string module = {};  // of the token, in place of the folder's own; for the page
};

// Errors: conflict/"keeper-runs" where one runs in this folder already; those of listen_on.
Result<void> serve(const std::filesystem::path& dir, Keyring& keys,
                   const ServeOptions& options = {});

// Nobody else serves the folder while it is held.
class ServeLock {
 public:
  explicit ServeLock(const std::filesystem::path& dir);
  ~ServeLock();
  ServeLock(const ServeLock&) = delete;
  ServeLock& operator=(const ServeLock&) = delete;
  bool held() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Whether a keeper runs in this folder.
bool is_served(const std::filesystem::path& dir);

// What the running keeper wrote last; not_found/"no-file" before the first time.
Result<std::string> read_status(const std::filesystem::path& dir);

}  // namespace guildhall::keeper
