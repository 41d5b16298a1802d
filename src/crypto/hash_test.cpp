#include "crypto/hash.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace guildhall {

TEST_CASE("sha256: the vectors of FIPS 180") {
  CHECK(crypto::to_hex(crypto::sha256("")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(crypto::to_hex(crypto::sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::string_view two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  CHECK(crypto::to_hex(crypto::sha256(two_blocks)) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("sha256: a stream gives the same in any pieces, again after finish") {
  std::string text(100'000, 'a');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31);
  crypto::Sha256 stream;
  for (std::size_t piece : {1U, 63U, 64U, 65U, 4096U, 100'000U}) {
    for (std::size_t at = 0; at < text.size(); at += piece) {
      stream.update(std::string_view(text).substr(at, piece));
    }
    CHECK(stream.finish() == crypto::sha256(text));
  }
  crypto::Sha256 moved = std::move(stream);
  CHECK(moved.update("abc").finish() == crypto::sha256("abc"));
}

TEST_CASE("sha256: threads do not disturb one another") {
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t] {
      std::string mine(1'000 + t, static_cast<char>('a' + t));
      crypto::Digest expected = crypto::Sha256().update(mine).finish();
      for (int i = 0; i < 2'000; ++i) wrong[t] += crypto::sha256(mine) == expected ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int count : wrong) CHECK(count == 0);
}

TEST_CASE("hex: there and back, and what is no hexadecimal") {
  std::string bytes("\x00\x01\x7f\x80\xff", 5);
  CHECK(crypto::to_hex(bytes) == "00017f80ff");
  CHECK(crypto::from_hex("00017F80ff") == bytes);
  CHECK(crypto::from_hex("") == std::string());
  CHECK_FALSE(crypto::from_hex("0").has_value());
  CHECK_FALSE(crypto::from_hex("0g").has_value());
}

TEST_CASE("base64url: the vectors of RFC 4648, unpadded, and one text per value") {
  CHECK(crypto::to_base64url("") == "");
  CHECK(crypto::to_base64url("f") == "Zg");
  CHECK(crypto::to_base64url("fo") == "Zm8");
  CHECK(crypto::to_base64url("foo") == "Zm9v");
  CHECK(crypto::to_base64url("foobar") == "Zm9vYmFy");
  CHECK(crypto::to_base64url("\xfb\xff") == "-_8");
  for (std::string text : {"", "f", "fo", "foo", "foob", "\xfb\xff\xfe"}) {
    CHECK(crypto::from_base64url(crypto::to_base64url(text)) == text);
  }
  CHECK_FALSE(crypto::from_base64url("Zg==").has_value());
  CHECK_FALSE(crypto::from_base64url("Zh").has_value());  // bits left over
  CHECK_FALSE(crypto::from_base64url("Z").has_value());
  CHECK_FALSE(crypto::from_base64url("Zm+v").has_value());
}

TEST_CASE("base64: with padding, and one text for each value") {
  for (auto [bytes, text] : {std::pair("", ""),
                             {"f", "Zg=="},
                             {"fo", "Zm8="},
                             {"foo", "Zm9v"},
                             {"\xfb\xff\xbf", "+/+/"}}) {
    CHECK(crypto::to_base64(bytes) == text);
    CHECK(crypto::from_base64(text) == bytes);
  }
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=", "====", "Zg==Zg==", "-_-_",
                           "Zm9v\n", " Zm9", "Z=g="}) {
    CAPTURE(text);
    CHECK_FALSE(crypto::from_base64(text).has_value());
  }
}

}  // namespace guildhall
