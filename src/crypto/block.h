// AES-128 on single blocks: a keyed permutation of 16 bytes, for showing inner keys outside
// (store/external_id.h). It is no way to seal content.
//
// Concurrency: any thread. The key is scheduled once per thread and cipher; a thread keeps the
// schedules of the last kMaxBlockSchedules ciphers it used until it ends.
// Limits: kMaxBlockSchedules.
#pragma once

#include <array>
#include <cstdint>

namespace guildhall::crypto {

using Block = std::array<std::uint8_t, 16>;

class BlockCipher {
 public:
  explicit BlockCipher(const Block& key);
  ~BlockCipher();
  BlockCipher(const BlockCipher&) = delete;
  BlockCipher& operator=(const BlockCipher&) = delete;

  Block encrypt(const Block& in) const;
  Block decrypt(const Block& in) const;

 private:
  Block key_;
  std::uint64_t serial_;  // names this cipher among all that the process ever made
};

}  // namespace guildhall::crypto
