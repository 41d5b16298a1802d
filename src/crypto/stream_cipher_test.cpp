#include "crypto/stream_cipher.h"

#include <doctest/doctest.h>

#include <string>

#include "crypto/hash.h"

namespace guildhall::crypto {
namespace {

// Gives zero bytes: the key of the published vector.
class ZeroRandom final : public Random {
 public:
  void fill(void* out, std::size_t bytes) override {
    for (std::size_t i = 0; i < bytes; ++i) static_cast<char*>(out)[i] = 0;
  }
};

TEST_CASE("stream cipher: the all-zero vector of ChaCha20") {
  ZeroRandom zero;
  StreamCipher cipher(zero);
  std::string text(64, '\0');
  cipher.apply(0, text);
  CHECK(to_hex(text) ==
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
}

TEST_CASE("stream cipher: pieces are the whole, and twice is nothing") {
  SeededRandom random(7);
  StreamCipher cipher(random);
  const std::string plain = random.bytes(1'000);
  std::string whole = plain;
  cipher.apply(0, whole);
  CHECK(whole != plain);
  std::string pieces = plain;
  cipher.apply(640, std::span(pieces).subspan(640));
  cipher.apply(0, std::span(pieces).first(640));
  CHECK(pieces == whole);
  cipher.apply(0, whole);
  CHECK(whole == plain);
}

}  // namespace
}  // namespace guildhall::crypto
