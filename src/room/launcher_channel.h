// The room's channel to its launcher (connector/launcher/launcher.h): pipes to peers, and who they
// are. A room that nobody gave a launcher reaches nothing, and says so.
//
// Concurrency: any thread; one question at a time. Limits: kMaxLauncherMessage.
#pragma once

#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"

namespace guildhall::room {

class LauncherChannel {
 public:
  explicit LauncherChannel(int fd) : fd_(fd) {}  // owns it; -1: there is none
  ~LauncherChannel();
  LauncherChannel(const LauncherChannel&) = delete;
  LauncherChannel& operator=(const LauncherChannel&) = delete;

  struct Answer {
    std::string text;  // JSON, as the launcher gives it
    int fd = -1;       // the caller owns it
  };
  // A pipe to fresh processes of this peer. Errors: unavailable/"no-launcher", "peer-unavailable"
  // with what the launcher said.
  Result<Answer> open_peer(std::string_view name) EXCLUDES(mutex_);
  // A connection to the room's PostgreSQL; the caller owns it. Errors as above.
  Result<int> open_database() EXCLUDES(mutex_);
  // JSON, as the launcher gives it.
  Result<std::string> peers() EXCLUDES(mutex_);

 private:
  Result<Answer> ask(const std::string& question) REQUIRES(mutex_);
  Result<Answer> open(const std::string& question) EXCLUDES(mutex_);

  Mutex mutex_;
  const int fd_;
};

}  // namespace guildhall::room
