// A file that is written front to back and gets its name only when it is whole and on the disk.
// What is not kept leaves nothing.
//
// Concurrency: one thread. Limits: the caller's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::store {

class Outbox {
 public:
  explicit Outbox(std::filesystem::path path) : path_(std::move(path)) {}
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
  ~Outbox();

  // Errors: no_space/"disk-full", unavailable/"file-failed".
  Result<void> open();
  Result<void> add(std::string_view bytes);
  Result<void> keep();

 private:
  std::string partial() const { return path_.string() + ".part"; }

  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace guildhall::store
