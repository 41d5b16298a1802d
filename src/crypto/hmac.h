// HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869).
//
// Concurrency: pure functions, any thread.
// Limits: HKDF gives at most 255 × 32 bytes, as the RFC says.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/hash.h"

namespace guildhall::crypto {

Digest hmac_sha256(std::string_view key, std::string_view message);
// The message in pieces, which are simply joined: who needs the borders to count writes lengths.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> pieces);

// The pseudorandom key, 32 bytes.
Secret hkdf_extract(std::string_view salt, std::string_view key_material);
// Error: invalid/"bad-key-length" beyond 8,160 bytes.
Result<Secret> hkdf_expand(std::string_view pseudorandom_key, std::string_view info,
                           std::size_t length_bytes);
Result<Secret> hkdf(std::string_view salt, std::string_view key_material, std::string_view info,
                    std::size_t length_bytes);

}  // namespace guildhall::crypto
