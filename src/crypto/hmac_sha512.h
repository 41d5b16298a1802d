// HMAC-SHA-512 and the expanding half of HKDF-SHA-512 (RFC 5869): what chunked encryption derives
// its keys with.
//
// Concurrency: pure functions, any thread.
// Limits: HKDF gives at most 255 × 64 bytes, as the RFC says.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

// 64 bytes. The pieces are simply joined.
Secret hmac_sha512(std::string_view key, std::initializer_list<std::string_view> pieces);

// Error: invalid/"bad-key-length" beyond 16,320 bytes.
Result<Secret> hkdf_sha512_expand(std::string_view pseudorandom_key, std::string_view info,
                                  std::size_t length_bytes);

}  // namespace guildhall::crypto
