#include "crypto/block.h"

#include <doctest/doctest.h>

#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "crypto/hash.h"

namespace guildhall {

namespace {

crypto::Block block(std::string_view hex) {
  std::string bytes = crypto::from_hex(hex).value();
  crypto::Block out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(bytes.at(i));
  return out;
}

}  // namespace

TEST_CASE("block: the AES-128 vector of FIPS 197, both ways") {
  crypto::BlockCipher cipher(block("000102030405060708090a0b0c0d0e0f"));
  crypto::Block plain = block("00112233445566778899aabbccddeeff");
  crypto::Block sealed = block("69c4e0d86a7b0430d8cdb78070b4c55a");
  for (int i = 0; i < 3; ++i) {
    CHECK(cipher.encrypt(plain) == sealed);
    CHECK(cipher.decrypt(sealed) == plain);
  }
}

TEST_CASE("block: more ciphers than a thread keeps schedules for, and several threads") {
  std::vector<std::unique_ptr<crypto::BlockCipher>> ciphers;
  std::vector<crypto::Block> expected;
  crypto::Block plain = block("00112233445566778899aabbccddeeff");
  for (std::size_t i = 0; i < kMaxBlockSchedules * 2; ++i) {
    crypto::Block key{};
    key[0] = static_cast<std::uint8_t>(i);
    ciphers.push_back(std::make_unique<crypto::BlockCipher>(key));
    expected.push_back(ciphers.back()->encrypt(plain));
    if (i > 0) CHECK(expected[i] != expected[i - 1]);
  }
  std::vector<int> wrong(3, 0);
  std::vector<std::thread> threads;
  for (int& mine : wrong) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 2'000; ++i) {
        std::size_t at = i % ciphers.size();
        crypto::Block sealed = ciphers[at]->encrypt(plain);
        if (sealed != expected[at] || ciphers[at]->decrypt(sealed) != plain) ++mine;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int count : wrong) CHECK(count == 0);
}

}  // namespace guildhall
