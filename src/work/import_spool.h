// Where an upload waits while it is being checked: a file without a name, under a key that only
// this object holds. It is gone with the process, whatever happens.
//
// Concurrency: one thread. Limits: the disk; memory kSpoolBlock.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "crypto/stream_cipher.h"

namespace guildhall::work {

class ImportSpool {
 public:
  ImportSpool(std::filesystem::path folder, Random& random);
  ~ImportSpool();
  ImportSpool(const ImportSpool&) = delete;
  ImportSpool& operator=(const ImportSpool&) = delete;

  // Error: no_space/"disk-full", unavailable/"spool-failed".
  Result<void> append(std::string_view bytes);
  // Gives back everything in order, piece by piece. No append after it.
  Result<void> replay(const std::function<Result<void>(std::string_view)>& sink);
  void drop();  // frees the disk early

 private:
  Result<void> open();
  Result<void> write_block();

  std::filesystem::path folder_;
  crypto::StreamCipher cipher_;
  std::string block_;
  std::uint64_t written_ = 0;
  int file_ = -1;
};

}  // namespace guildhall::work
