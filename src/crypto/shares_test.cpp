#include "crypto/shares.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/limits.h"
#include "crypto/hash.h"

namespace guildhall::crypto {
namespace {

Share copy(const Share& share) {
  return {share.set, share.threshold, share.index, Secret(std::string(share.value.expose()))};
}

// Those shares whose bit is set.
std::vector<Share> subset(const std::vector<Share>& shares, unsigned bits) {
  std::vector<Share> out;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if ((bits >> i & 1U) != 0) out.push_back(copy(shares[i]));
  }
  return out;
}

std::string_view type_of(const Result<Secret>& result) {
  return result ? "none" : result.error().type;
}

// How uneven the first byte of share 1 is over many splits of a secret, as chi-squared over 256
// values: about 255, deviation 22.6, where the share says nothing of the secret.
double unevenness(Random& random, char secret) {
  constexpr int kSplits = 25'600;
  std::array<int, 256> count{};
  for (int i = 0; i < kSplits; ++i) {
    auto shares = split(Secret(std::string(1, secret)), 2, 2, random);
    ++count[static_cast<unsigned char>(shares.value()[0].value.expose()[0])];
  }
  double sum = 0;
  for (int n : count) sum += (n - 100.0) * (n - 100.0) / 100.0;
  return sum;
}

// Never gives a zero byte: what an implementation does that wants the highest coefficient set.
class NoZeros final : public Random {
 public:
  void fill(void* out, std::size_t bytes) override {
    inner_.fill(out, bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
      auto& byte = static_cast<unsigned char*>(out)[i];
      while (byte == 0) inner_.fill(&byte, 1);
    }
  }

 private:
  SeededRandom inner_{8};
};

}  // namespace

TEST_CASE("shares: the field is that of AES") {
  CHECK(gf256_multiply(0x57, 0x83) == 0xc1);  // FIPS 197 §4.2
  CHECK(gf256_multiply(0x57, 0x13) == 0xfe);
  for (unsigned a = 1; a < 256; ++a) {
    int inverses = 0;
    for (unsigned b = 0; b < 256; ++b) {
      const auto left = static_cast<std::uint8_t>(a);
      const auto right = static_cast<std::uint8_t>(b);
      if (gf256_multiply(left, right) == 1) ++inverses;
      REQUIRE(gf256_multiply(left, right) == gf256_multiply(right, left));
    }
    CHECK(inverses == 1);
  }
}

TEST_CASE("shares: every subset large enough gives the secret, no smaller one does") {
  SeededRandom random(17);
  for (auto [threshold, count] : {std::pair{2, 2}, {2, 3}, {3, 5}, {5, 5}, {4, 7}, {2, 16}}) {
    const std::string secret = random.bytes(32);
    auto split_up = split(Secret(secret), threshold, count, random);
    REQUIRE(split_up.has_value());
    REQUIRE(split_up->size() == static_cast<std::size_t>(count));
    for (unsigned bits = 0; bits < 1U << count; ++bits) {
      auto chosen = subset(*split_up, bits);
      std::ranges::reverse(chosen);
      auto found = combine(chosen);
      const bool enough = std::popcount(bits) >= threshold;
      REQUIRE(found.has_value() == enough);
      if (enough) {
        CHECK(found->expose() == secret);
      } else {
        CHECK(type_of(found) == "too-few-shares");
      }
    }
  }
}

TEST_CASE("shares: fewer than needed, said to be enough, are found out") {
  SeededRandom random(18);
  auto shares = split(Secret(std::string(32, 's')), 3, 5, random).value();
  auto two = subset(shares, 0b11);
  for (Share& share : two) share.threshold = 2;
  CHECK(type_of(combine(two)) == "bad-shares");
}

TEST_CASE("shares: one share too few says nothing of the secret") {
  SeededRandom random(8);
  for (char secret : {'\0', '\x01', '\xff'}) CHECK(unevenness(random, secret) < 255 + 6 * 22.6);
  // The control: a highest coefficient that is never zero rules the secret itself out.
  NoZeros biased;
  CHECK(unevenness(biased, '\xff') > 255 + 4 * 22.6);
}

TEST_CASE("shares: shares of other sets, changed ones and repeated ones") {
  SeededRandom random(19);
  auto first = split(Secret(std::string(32, 'a')), 2, 3, random).value();
  auto second = split(Secret(std::string(32, 'a')), 2, 3, random).value();
  std::vector<Share> mixed;
  mixed.push_back(copy(first[0]));
  mixed.push_back(copy(second[1]));
  CHECK(type_of(combine(mixed)) == "foreign-share");
  mixed[1].set = first[0].set;
  CHECK(type_of(combine(mixed)) == "bad-shares");

  std::vector<Share> repeated;
  for (int i = 0; i < 2; ++i) repeated.push_back(copy(first[0]));
  CHECK(type_of(combine(repeated)) == "too-few-shares");
  repeated.push_back(copy(first[2]));
  CHECK(combine(repeated)->expose() == std::string(32, 'a'));

  auto pair = subset(first, 0b11);
  const std::string good(pair[1].value.expose());
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string wrong = good;
    wrong[at] = static_cast<char>(wrong[at] ^ 0x10);
    pair[1].value = Secret(std::move(wrong));
    CHECK(type_of(combine(pair)) == "bad-shares");
  }
  CHECK(type_of(combine({})) == "too-few-shares");
}

TEST_CASE("shares: numbers and lengths outside the limits") {
  for (auto [threshold, count] : {std::pair{1, 1}, {1, 3}, {3, 2}, {2, kMaxShares + 1}, {0, 0}}) {
    CHECK(split(Secret("secret"), threshold, count).error().type == "bad-shares");
  }
  CHECK_FALSE(split(Secret(), 2, 3).has_value());
  CHECK_FALSE(split(Secret(std::string(kMaxSharedSecretBytes + 1, 's')), 2, 3).has_value());
  CHECK(split(Secret(std::string(kMaxSharedSecretBytes, 's')), 16, 16).has_value());
}

}  // namespace guildhall::crypto
