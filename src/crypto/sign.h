// Ed25519 signatures (RFC 8032), through libsodium.
//
// Verification is the strict kind: a signature has one form only (S below the group's order, R and
// the key canonical), and keys or R of small order are refused, so that nobody can make a second
// signature from a first, or a key under which every message verifies.
//
// The seed lies in locked memory.
//
// Concurrency: any thread. Limits: none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/locked_key.h"

namespace guildhall::crypto {

inline constexpr std::size_t kSigningSeedBytes = 32;
inline constexpr std::size_t kPublicKeyBytes = 32;
inline constexpr std::size_t kSignatureBytes = 64;

class SigningKey {
 public:
  static SigningKey generate(Random& random);
  // Error: invalid/"bad-key" unless the seed has 32 bytes.
  static Result<SigningKey> from_seed(const Secret& seed);

  std::string sign(std::string_view message) const;              // kSignatureBytes
  const std::string& public_key() const { return public_key_; }  // kPublicKeyBytes
  Secret seed() const;                                           // what from_seed takes

 private:
  explicit SigningKey(LockedKey seed);
  LockedKey seed_;
  std::string public_key_;
};

// False as well for a key or signature of another length.
bool verify_signature(std::string_view public_key, std::string_view message,
                      std::string_view signature);

}  // namespace guildhall::crypto
