// Rows sealed: a compact, committing form of authenticated encryption for one object of the store.
//
//   salt (24) ‖ AES-256-CTR of the padded bytes ‖ HMAC-SHA-256 (32)
//   cipher key (32) ‖ counter block (16) ‖ MAC key (32) =
//     HKDF-Expand-SHA-256(key, "guildhall row v1" ‖ salt ‖ context)
//   the MAC is over len(context) as u64be ‖ context ‖ salt ‖ ciphertext
//
// The key is 32 uniform bytes; each object has a salt, and so keys, of its own: nothing about a
// nonce has to be remembered by anybody. The MAC commits: bytes that open under two keys, or in two
// contexts, are a collision of SHA-256 (AES-GCM and ChaCha20-Poly1305 do not promise that). Before
// it is encrypted the object is padded with 0x80 and zeros to a length of Padmé (PURBs, Nikitin et
// al. 2019): sizes of L bytes tell O(log log L) bits, at most 12 % are added.
//
// Concurrency: pure functions, any thread. Limits: none of its own. Source: docs/decisions/0011.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

inline constexpr std::size_t kRowKeyBytes = 32;
inline constexpr std::size_t kRowSaltBytes = 24;
inline constexpr std::size_t kRowMacBytes = 32;
inline constexpr std::size_t kRowOverhead = kRowSaltBytes + kRowMacBytes;

// The least length of Padmé's that is not below `bytes`.
std::size_t padme(std::size_t bytes);

std::string seal_row(std::string_view key, std::string_view context, std::string_view plain,
                     Random& random);
// Error: internal/"seal-broken", whatever it is that does not fit: key, context or a byte.
Result<Plaintext> open_row(std::string_view key, std::string_view context, std::string_view sealed);

}  // namespace guildhall::crypto
