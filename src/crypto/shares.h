// A secret in n shares of which any m give it back, and m-1 say nothing (Shamir, over GF(2^8) with
// the polynomial of AES). For recovery kits; crypto/share_text.h prints them.
//
// What is shared is the secret and a digest of it, so that shares that do not belong together are
// noticed. Multiplication has no tables and no branches: its time says nothing of the secret.
//
// Concurrency: pure functions, as far as the Random given allows.
// Limits: 2 ≤ m ≤ n ≤ kMaxShares; kMaxSharedSecretBytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

inline constexpr std::size_t kShareDigestBytes = 8;

struct Share {
  std::uint32_t set = 0;  // drawn anew by each split
  int threshold = 0;      // m
  int index = 0;          // 1 to n
  Secret value;           // as long as the secret, and kShareDigestBytes more
};

// Error: invalid/"bad-shares" for numbers outside the limits, an empty secret or a long one.
Result<std::vector<Share>> split(const Secret& secret, int threshold, int count,
                                 Random& random = system_random());

// Takes as many as it needs; the same share twice counts once. Errors: invalid/"too-few-shares",
// invalid/"foreign-share" where two are not of one set, invalid/"bad-shares" where what they give
// is not what was split.
Result<Secret> combine(std::span<const Share> shares);

// The product in GF(2^8), for the tests.
std::uint8_t gf256_multiply(std::uint8_t left, std::uint8_t right);

}  // namespace guildhall::crypto
