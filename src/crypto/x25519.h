// X25519 (RFC 7748), through libsodium.
//
// Concurrency: any thread. Limits: none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

inline constexpr std::size_t kX25519Bytes = 32;  // a private key, a public key, a shared secret

// The public key of a private one. Error: invalid/"bad-key" for another length.
Result<std::string> x25519_public_key(std::string_view private_key);

// The shared secret. Error: invalid/"bad-key" for another length, and for a public key that gives
// the all-zero secret: whoever sent it would know the result without either private key.
Result<Secret> x25519(std::string_view private_key, std::string_view public_key);

}  // namespace guildhall::crypto
