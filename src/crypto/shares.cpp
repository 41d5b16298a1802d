#include "crypto/shares.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"

namespace guildhall::crypto {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

// 1/x = x^254; 0 for 0.
std::uint8_t inverse(std::uint8_t x) {
  std::uint8_t out = 1;
  for (int bit = 7; bit >= 0; --bit) {
    out = gf256_multiply(out, out);
    if (bit != 0) out = gf256_multiply(out, x);  // 254 is 11111110
  }
  return out;
}

std::string digest_of(std::string_view secret, std::uint32_t set) {
  const std::string key = fmt::format("guildhall shares {:08x}", set);
  return std::string(view(hmac_sha256(key, secret)).substr(0, kShareDigestBytes));
}

// The weight of the share `index` when the polynomial is drawn through `indices` down to 0.
std::uint8_t weight(int index, std::span<const Share* const> all) {
  std::uint8_t over = 1;
  std::uint8_t under = 1;
  for (const Share* other : all) {
    if (other->index == index) continue;
    over = gf256_multiply(over, static_cast<std::uint8_t>(other->index));
    under = gf256_multiply(under, static_cast<std::uint8_t>(other->index ^ index));
  }
  return gf256_multiply(over, inverse(under));
}

// As many different shares of one set as are needed.
Result<std::vector<const Share*>> choose(std::span<const Share> shares) {
  std::vector<const Share*> chosen;
  for (const Share& share : shares) {
    const Share& first = shares.front();
    if (share.set != first.set || share.threshold != first.threshold ||
        share.value.size() != first.value.size()) {
      return fail(Fault::invalid, "foreign-share",
                  fmt::format("Share {} is of the set {:08X}, the first one of {:08X}.",
                              share.index, share.set, first.set));
    }
    auto same = std::ranges::find(chosen, share.index, &Share::index);
    if (same == chosen.end()) {
      chosen.push_back(&share);
    } else if (!equal_constant_time((*same)->value.expose(), share.value.expose())) {
      return fail(Fault::invalid, "foreign-share",
                  fmt::format("There are two different shares {}.", share.index));
    }
  }
  const std::size_t needed = shares.empty() ? 2 : static_cast<std::size_t>(shares[0].threshold);
  if (chosen.size() < needed || needed < 2) {
    return fail(Fault::invalid, "too-few-shares",
                fmt::format("{} different shares of {} needed.", chosen.size(), needed));
  }
  chosen.resize(needed);
  return chosen;
}

}  // namespace

std::uint8_t gf256_multiply(std::uint8_t left, std::uint8_t right) {
  unsigned product = 0;
  unsigned shifted = left;
  for (int bit = 0; bit < 8; ++bit) {
    product ^= shifted & (0U - ((static_cast<unsigned>(right) >> bit) & 1U));
    shifted = (shifted << 1) ^ (0x11bU & (0U - (shifted >> 7)));
  }
  return static_cast<std::uint8_t>(product);
}

Result<std::vector<Share>> split(const Secret& secret, int threshold, int count, Random& random) {
  if (threshold < 2 || threshold > count || count > kMaxShares || secret.empty() ||
      secret.size() > kMaxSharedSecretBytes) {
    return fail(Fault::invalid, "bad-shares",
                fmt::format("A secret of at most {} bytes goes into 2 to {} shares, of which at "
                            "least two are needed.",
                            kMaxSharedSecretBytes, kMaxShares));
  }
  const auto set = static_cast<std::uint32_t>(random.next_u64());
  // The polynomials' coefficients, the shared bytes first: degree by degree, byte by byte. The
  // highest may be zero; were it not, a share would rule a value out.
  std::string start(secret.expose());
  start += digest_of(start, set);
  std::vector<Secret> coefficients;
  coefficients.emplace_back(std::move(start));
  const std::size_t size = coefficients[0].size();
  for (int i = 1; i < threshold; ++i) coefficients.emplace_back(random.bytes(size));

  std::vector<Share> out;
  for (int index = 1; index <= count; ++index) {
    std::string value(size, '\0');
    for (std::size_t at = 0; at < size; ++at) {
      std::uint8_t sum = 0;
      for (int i = threshold; i-- > 0;) {
        sum = gf256_multiply(sum, static_cast<std::uint8_t>(index));
        sum ^= byte_at(coefficients[static_cast<std::size_t>(i)].expose(), at);
      }
      value[at] = static_cast<char>(sum);
    }
    out.push_back({set, threshold, index, Secret(std::move(value))});
  }
  return out;
}

Result<Secret> combine(std::span<const Share> shares) {
  const std::vector<const Share*> chosen = TRY(choose(shares));
  std::string found(chosen[0]->value.size(), '\0');
  for (const Share* share : chosen) {
    const std::uint8_t factor = weight(share->index, chosen);
    for (std::size_t at = 0; at < found.size(); ++at) {
      found[at] =
          static_cast<char>(found[at] ^ gf256_multiply(factor, byte_at(share->value.expose(), at)));
    }
  }
  const Secret whole(std::move(found));
  if (whole.size() > kShareDigestBytes) {
    const std::string_view secret = whole.expose().substr(0, whole.size() - kShareDigestBytes);
    if (equal_constant_time(whole.expose().substr(secret.size()),
                            digest_of(secret, chosen[0]->set))) {
      return Secret(std::string(secret));
    }
  }
  return fail(Fault::invalid, "bad-shares",
              "The shares do not give what was split: one of them was changed.");
}

}  // namespace guildhall::crypto
