// The lock of a keeper's folder, for as long as a file in it is read, changed and replaced.
//
// Concurrency: held from construction to destruction, against other processes and other threads of
// this one. Limits: none.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "base/result.h"

namespace guildhall::keeper {

class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& dir)
      : fd_(open((dir / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)),
        held_(fd_ >= 0 && flock(fd_, LOCK_EX) == 0) {}
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  Result<void> held() const {
    if (held_) return {};
    return fail(Fault::unavailable, "keeper-dir", "The keeper's folder cannot be locked.");
  }

 private:
  int fd_;
  bool held_;
};

}  // namespace guildhall::keeper
