// A file that is written front to back, hashed on the way, and gets its name only when it is whole
// and on the disk. What is not kept leaves nothing.
//
// Concurrency: one thread. Limits: the caller's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/hash.h"

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

  std::string sha256() { return crypto::to_hex(hash_.finish()); }  // once, after the last byte
  std::int64_t size() const { return size_; }

 private:
  std::string partial() const { return path_.string() + ".part"; }

  std::filesystem::path path_;
  int fd_ = -1;
  crypto::Sha256 hash_;
  std::int64_t size_ = 0;
};

}  // namespace guildhall::store
