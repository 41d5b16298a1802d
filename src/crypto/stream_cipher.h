// ChaCha20 under a key that lives as long as the object and nowhere else: for scratch files whose
// bytes must not outlast the process. It hides; it does not detect tampering, so it is no way to
// seal content.
//
// Concurrency: `apply` from any thread.
// Limits: offsets are multiples of kStreamBlock.
#pragma once

#include <cstdint>
#include <span>

#include "base/random.h"
#include "base/secret.h"

namespace guildhall::crypto {

inline constexpr std::uint64_t kStreamBlock = 64;  // bytes

class StreamCipher {
 public:
  explicit StreamCipher(Random& random);

  // Encrypts or decrypts in place; `offset` is where the bytes stand in the stream.
  void apply(std::uint64_t offset, std::span<char> bytes) const;

 private:
  Secret key_;
};

}  // namespace guildhall::crypto
