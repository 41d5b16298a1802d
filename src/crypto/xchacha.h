// XChaCha20-Poly1305 through libsodium: its nonce of 192 bits may be drawn at random. Like
// AES-GCM it does not commit to its key.
//
// Concurrency: any thread. Limits: none. A key or nonce of another length ends the process: it is
// a fault of the program.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

inline constexpr std::size_t kXChaChaKeyBytes = 32;
inline constexpr std::size_t kXChaChaNonceBytes = 24;
inline constexpr std::size_t kXChaChaTagBytes = 16;

// The ciphertext and its tag.
std::string xchacha_seal(std::string_view key, std::string_view nonce, std::string_view aad,
                         std::string_view plain);

// Error: malformed/"bad-seal" when anything of it was changed.
Result<Secret> xchacha_open(std::string_view key, std::string_view nonce, std::string_view aad,
                            std::string_view sealed);

}  // namespace guildhall::crypto
