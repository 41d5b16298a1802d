#include "crypto/chunked.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "crypto/chunked_vectors.h"
#include "crypto/hash.h"

namespace guildhall::crypto {
namespace {

const std::string kKey(32, 'k');

std::string seal(std::string_view plain, std::string_view context, Random& random,
                 std::size_t piece = 1'000'000) {
  std::string out;
  auto writer = ChunkedWriter::begin(
      kKey, context,
      [&](std::string_view bytes) -> Result<void> {
        out.append(bytes);
        return {};
      },
      random);
  REQUIRE(writer.has_value());
  for (std::size_t at = 0; at < plain.size(); at += piece) {
    REQUIRE(writer->append(plain.substr(at, piece)).has_value());
  }
  REQUIRE(writer->finish().has_value());
  return out;
}

// Reads from the string, and counts what was read beyond the head.
ChunkedReader::ReadAt from(const std::string& sealed, int* chunks_read = nullptr) {
  return [&sealed, chunks_read](std::uint64_t offset, std::span<char> out) -> Result<void> {
    if (offset >= kChunkedHeaderBytes && chunks_read != nullptr) ++*chunks_read;
    REQUIRE(offset + out.size() <= sealed.size());
    sealed.copy(out.data(), out.size(), offset);
    return {};
  };
}

Result<std::string> open_with(std::string_view key, const std::string& sealed,
                              std::string_view context) {
  ChunkedReader reader = TRY(ChunkedReader::open(key, context, sealed.size(), from(sealed)));
  std::string out(reader.size(), '?');
  const std::size_t got = TRY(reader.read(0, out));
  CHECK(got == out.size());
  return out;
}

Result<std::string> open(const std::string& sealed, std::string_view context = "context") {
  return open_with(kKey, sealed, context);
}

bool refused(const Result<std::string>& opened) {
  return !opened && opened.error().type == "bad-seal";
}

}  // namespace

TEST_CASE("chunked: Project Wycheproof") {
  int valid = 0;
  for (const ChunkedVector& vector : kChunkedVectors) {
    CAPTURE(vector.id);
    std::string sealed;
    for (std::string_view rest = vector.sealed; !rest.empty();) {
      const std::size_t zeros = std::min(rest.find('*'), rest.size());
      sealed += from_hex(rest.substr(0, zeros)).value();
      if (zeros < rest.size()) sealed.append(kChunkBytes, '\0');
      rest.remove_prefix(std::min(zeros + 1, rest.size()));
    }
    auto opened = open_with(vector.key, sealed, from_hex(vector.context).value());
    REQUIRE(opened.has_value() == !vector.sha256.empty());
    if (!opened) {
      CHECK(refused(opened));
    } else {
      CHECK(to_hex(sha256(*opened)) == vector.sha256);
      ++valid;
    }
  }
  CHECK(valid == 8);
  CHECK(kChunkedVectors.size() == 26);
}

TEST_CASE("chunked: every length about a chunk's end, in pieces of any size") {
  SeededRandom random(41);
  for (std::size_t chunks : {0U, 1U, 2U, 3U}) {
    for (int about : {-1, 0, 1}) {
      if (chunks == 0 && about < 0) continue;
      const std::size_t size = chunks * kChunkBytes + static_cast<std::size_t>(about);
      const std::string plain = random.bytes(size);
      for (std::size_t piece : {1'000'000U, 4'096U, 16'384U, 16'385U, 777U}) {
        const std::string sealed = seal(plain, "context", random, piece);
        CHECK(sealed.size() == chunked_sealed_size(size));
        CHECK(open(sealed).value() == plain);
      }
    }
  }
}

TEST_CASE("chunked: a chunk's number goes into the last five bytes of the nonce") {
  const std::string key(32, 'k');
  std::string sealed;
  ChunkCipher(key + std::string(12, '\x55')).seal(0x1234567890, "plain", sealed);
  const std::string nonce = from_hex("555555555555554761032dc5").value();
  std::string out(5, '?');
  CHECK(AesGcm(key).open(nonce, "", sealed, out).has_value());
  CHECK(out == "plain");
}

TEST_CASE("chunked: any part by itself") {
  SeededRandom random(42);
  const std::string plain = random.bytes(5 * kChunkBytes + 100);
  const std::string sealed = seal(plain, "context", random);
  int chunks_read = 0;
  auto reader = ChunkedReader::open(kKey, "context", sealed.size(), from(sealed, &chunks_read));
  REQUIRE(reader.has_value());
  CHECK(reader->size() == plain.size());
  CHECK(chunks_read == 1);  // the last
  std::string out(100, '?');
  REQUIRE(reader->read(2 * kChunkBytes + 7, out).value() == 100);
  CHECK(out == plain.substr(2 * kChunkBytes + 7, 100));
  CHECK(chunks_read == 2);
  REQUIRE(reader->read(2 * kChunkBytes + 107, out).value() == 100);
  CHECK(chunks_read == 2);  // it is still there
  for (int i = 0; i < 300; ++i) {
    const std::size_t offset = random.below(plain.size() + 50);
    out.assign(random.below(3 * kChunkBytes), '?');
    const std::size_t expected =
        offset >= plain.size() ? 0 : std::min(out.size(), plain.size() - offset);
    REQUIRE(reader->read(offset, out).value() == expected);
    if (expected > 0) CHECK(out.substr(0, expected) == plain.substr(offset, expected));
  }
}

TEST_CASE("chunked: cut, longer, exchanged, repeated and left out") {
  SeededRandom random(43);
  const std::string plain = random.bytes(4 * kChunkBytes + 100);
  const std::string sealed = seal(plain, "context", random);
  auto chunk_at = [](std::size_t number) {
    return kChunkedHeaderBytes + number * kSealedChunkBytes;
  };
  for (std::size_t size = 0; size < sealed.size(); size += size < 200 ? 1 : 61) {
    CHECK(refused(open(sealed.substr(0, size))));
  }
  for (std::size_t number = 0; number <= 4; ++number) {
    for (std::size_t more : {0U, 1U, 15U, 16U, 17U}) {
      if (number < 4 || more < 16) CHECK(refused(open(sealed.substr(0, chunk_at(number) + more))));
    }
  }
  for (std::size_t more : {1U, 16U, 17U, 16'400U}) {
    CHECK(refused(open(sealed + std::string(more, '\0'))));
    CHECK(refused(open(sealed + sealed.substr(sealed.size() - std::min<std::size_t>(more, 116)))));
  }
  const std::string first = sealed.substr(chunk_at(0), kSealedChunkBytes);
  for (std::size_t number = 1; number < 4; ++number) {
    std::string wrong = sealed;
    const std::string other = sealed.substr(chunk_at(number), kSealedChunkBytes);
    wrong.replace(chunk_at(0), kSealedChunkBytes, other);
    CHECK(refused(open(wrong)));  // twice the other
    wrong.replace(chunk_at(number), kSealedChunkBytes, first);
    CHECK(refused(open(wrong)));  // exchanged
    wrong = sealed;
    wrong.erase(chunk_at(number), kSealedChunkBytes);
    CHECK(refused(open(wrong)));
    wrong = sealed;
    wrong.insert(chunk_at(number), other);
    CHECK(refused(open(wrong)));
  }
}

TEST_CASE("chunked: chunks of another object do not fit, of the same key and content either") {
  SeededRandom random(44);
  const std::string plain = random.bytes(2 * kChunkBytes + 100);
  const std::string one = seal(plain, "context", random);
  const std::string other = seal(plain, "context", random);
  std::string mixed = one;
  mixed.replace(kChunkedHeaderBytes, kSealedChunkBytes,
                other.substr(kChunkedHeaderBytes, kSealedChunkBytes));
  CHECK(refused(open(mixed)));
  CHECK(refused(open(other.substr(0, kChunkedHeaderBytes) + one.substr(kChunkedHeaderBytes))));
}

TEST_CASE("chunked: every changed bit of a small object, some of a large one") {
  SeededRandom random(45);
  for (std::size_t size : {0UL, 40UL, 3 * kChunkBytes}) {
    const std::string sealed = seal(random.bytes(size), "context", random);
    const std::size_t step = sealed.size() < 1'000 ? 1 : 997;
    for (std::size_t bit = 0; bit < sealed.size() * 8; bit += step) {
      std::string wrong = sealed;
      wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
      CHECK(refused(open(wrong)));
    }
  }
}

TEST_CASE("chunked: a bad chunk stays bad, and spoils no other") {
  SeededRandom random(48);
  const std::string plain = random.bytes(2 * kChunkBytes + 100);
  std::string sealed = seal(plain, "context", random);
  const std::size_t second = kChunkedHeaderBytes + kSealedChunkBytes;
  sealed[second] = static_cast<char>(sealed[second] ^ 1);
  auto reader = ChunkedReader::open(kKey, "context", sealed.size(), from(sealed));
  REQUIRE(reader.has_value());
  std::string out(100, '?');
  for (int i = 0; i < 3; ++i) {
    REQUIRE(reader->read(0, out).has_value());
    CHECK(out == plain.substr(0, 100));
    CHECK_FALSE(reader->read(kChunkBytes, out).has_value());
    REQUIRE(reader->read(0, out).has_value());
    CHECK(out == plain.substr(0, 100));
    CHECK_FALSE(reader->read(kChunkBytes - 1, out).has_value());
    REQUIRE(reader->read(2 * kChunkBytes, out).has_value());
    CHECK(out == plain.substr(2 * kChunkBytes));
  }
}

TEST_CASE("chunked: another key or context is refused before anything is decrypted") {
  SeededRandom random(46);
  const std::string sealed = seal("plain", "context", random);
  int chunks_read = 0;
  for (std::string_view context : {"", "contex", "context ", "Context"}) {
    auto reader = ChunkedReader::open(kKey, context, sealed.size(), from(sealed, &chunks_read));
    REQUIRE_FALSE(reader.has_value());
    CHECK(reader.error().type == "bad-seal");
  }
  const std::string other(32, 'K');
  CHECK_FALSE(
      ChunkedReader::open(other, "context", sealed.size(), from(sealed, &chunks_read)).has_value());
  std::string wrong = sealed;
  wrong[30] = static_cast<char>(wrong[30] ^ 1);  // the commitment
  CHECK_FALSE(
      ChunkedReader::open(kKey, "context", wrong.size(), from(wrong, &chunks_read)).has_value());
  CHECK(chunks_read == 0);
  auto short_key =
      ChunkedReader::open(std::string(31, 'k'), "context", sealed.size(), from(sealed));
  CHECK(short_key.error().type == "bad-key");
}

TEST_CASE("chunked: what the file says is what the caller hears") {
  auto full = [](std::string_view) -> Result<void> {
    return fail(Fault::no_space, "disk-full", "");
  };
  CHECK(ChunkedWriter::begin(kKey, "", full).error().type == "disk-full");
  SeededRandom random(47);
  const std::string sealed = seal("plain", "", random);
  auto broken = [](std::uint64_t, std::span<char>) -> Result<void> {
    return fail(Fault::unavailable, "file-failed", "");
  };
  CHECK(ChunkedReader::open(kKey, "", sealed.size(), broken).error().type == "file-failed");
}

}  // namespace guildhall::crypto
