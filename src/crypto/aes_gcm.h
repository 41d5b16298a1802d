// AES-GCM with nonces of 96 bits and tags of 128 (NIST SP 800-38D), through OpenSSL: AES-256 in the
// product, AES-128 for published vectors.
//
// It does not commit to its key: bytes can be made that open under two keys. Who holds several keys
// stores a commitment beside the ciphertext (crypto/chunked.h does). A nonce used twice under one
// key gives the key of the tags away; the callers derive a fresh key per object or message.
//
// Concurrency: an AesGcm belongs to one thread. Limits: none of its own. A failure inside OpenSSL
// and a key or nonce of another length end the process: both are faults of the program.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::crypto {

inline constexpr std::size_t kGcmNonceBytes = 12;
inline constexpr std::size_t kGcmTagBytes = 16;

class AesGcm {
 public:
  explicit AesGcm(std::string_view key);  // 16 or 32 bytes; scheduled once

  // Appends ciphertext and tag, kGcmTagBytes longer than `plain`.
  void seal(std::string_view nonce, std::string_view aad, std::string_view plain, std::string& out);

  // Writes the plaintext to `out`, kGcmTagBytes shorter than `sealed`. Error: malformed/"bad-seal"
  // when anything of it was changed; `out` is then all zeros.
  Result<void> open(std::string_view nonce, std::string_view aad, std::string_view sealed,
                    std::span<char> out);

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;  // EVP_CIPHER_CTX, which wipes the key when freed
};

}  // namespace guildhall::crypto
