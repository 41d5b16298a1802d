// The random texts that stand for a person: API tokens and the codes of invites and sessions.
//
// A token is `ghl_`, 30 base62 characters (178 bits) and the CRC-32 of those 30 in 6 base62
// characters, most significant first: scanners find a leaked one by `ghl_[0-9A-Za-z]{36}`, and a
// mistyped one is refused without a look at the store. A code is 43 base62 characters, 256 bits.
//
// Concurrency: any thread, as far as the Random given allows.
// Limits: the fixed lengths kTokenChars and kCodeChars.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"

namespace guildhall::crypto {

inline constexpr std::size_t kTokenChars = 40;
inline constexpr std::size_t kCodeChars = 43;
inline constexpr std::string_view kTokenPrefix = "ghl_";
inline constexpr std::string_view kBase62Digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

Secret make_token(Random& random);
// Prefix, length, alphabet and checksum. Says nothing of whether the token was ever given out.
bool token_shape_ok(std::string_view text);

Secret make_code(Random& random);
bool code_shape_ok(std::string_view text);

// Evenly distributed base62 characters, by rejection.
std::string random_base62(Random& random, std::size_t chars);

// CRC-32 of IEEE 802.3 (zlib's, PNG's).
std::uint32_t crc32(std::string_view bytes);

}  // namespace guildhall::crypto
