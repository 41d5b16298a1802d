// A vault started by a command (`guildhall room token`, the demo's seed) for itself, where no
// supervisor made one: a fresh guildhall-vault that ends with its last channel.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace guildhall::room {

enum class VaultUse : unsigned char {
  whole,      // opens too: takes the log, which only one vault at a time can
  seal_only,  // beside a running server: seals, and refuses to open
};

// Runs guildhall-vault for one of the things it does at once, on this terminal. Its exit status.
int run_vault(const std::filesystem::path& room_dir, std::vector<std::string> options);

class VaultChild {
 public:
  // Error: unavailable/"vault-failed".
  static Result<VaultChild> start(const std::filesystem::path& room_dir, VaultUse use, int channels,
                                  const std::string& passphrase_file = {});
  VaultChild(VaultChild&& other) noexcept
      : channels_(std::move(other.channels_)), pid_(std::exchange(other.pid_, -1)) {}
  VaultChild& operator=(VaultChild&&) = delete;
  // Waits for its end: close the channels first. The next vault takes the log that this one has.
  ~VaultChild();

  const std::vector<int>& channels() const { return channels_; }  // whoever takes them owns them

 private:
  VaultChild(std::vector<int> channels, pid_t pid) : channels_(std::move(channels)), pid_(pid) {}
  std::vector<int> channels_;
  pid_t pid_;
};

}  // namespace guildhall::room
