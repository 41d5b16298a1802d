// Files, sealed so that any part can be opened by itself: C2SP chunked-encryption@v1 with SHA-512
// and AES-256-GCM ("Cobblestone-256"), https://c2sp.org/chunked-encryption.
//
//   salt             24 bytes, drawn at random
//   commitment       32 bytes: it opens under one key and context only
//   chunks           16 KiB each and its tag, the last always shorter (it may be empty)
//
// A chunk's nonce is its number, so that none can be moved, left out or repeated; the short last
// one is the end, so that nothing can be cut off or added. The context is bound in: the same bytes
// in another place do not open.
//
// Concurrency: a writer or reader belongs to one thread.
// Limits: kMaxChunks, the specification's. Memory: one chunk. A key serves any number of objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "crypto/aes_gcm.h"

namespace guildhall::crypto {

inline constexpr std::size_t kChunkBytes = 16U << 10;
inline constexpr std::size_t kSealedChunkBytes = kChunkBytes + kGcmTagBytes;
inline constexpr std::size_t kChunkedHeaderBytes = 56;
inline constexpr std::uint64_t kMaxChunks = std::uint64_t{1} << 38;

// What so many bytes take when sealed.
constexpr std::uint64_t chunked_sealed_size(std::uint64_t plain_bytes) {
  return kChunkedHeaderBytes + plain_bytes + (plain_bytes / kChunkBytes + 1) * kGcmTagBytes;
}

// Seals or opens the chunks of one object.
class ChunkCipher {
 public:
  // `derived` is what the specification derives: key, base nonce and more, which is not looked at.
  explicit ChunkCipher(std::string_view derived);
  void seal(std::uint64_t number, std::string_view plain, std::string& out);
  Result<void> open(std::uint64_t number, std::string_view sealed, std::span<char> out);

 private:
  std::string nonce(std::uint64_t number) const;
  AesGcm cipher_;
  std::string base_nonce_;
};

// Chunks that follow one another, from number `first` on: whole ones, and where the bytes end short
// of one, the last, which may be empty. Error: malformed/"bad-seal".
void seal_chunks(ChunkCipher& cipher, std::uint64_t first, std::string_view plain,
                 std::string& out);
Result<std::string> open_chunks(ChunkCipher& cipher, std::uint64_t first, std::string_view sealed);

// What an object begins with, and the cipher of its chunks: for who keeps them elsewhere.
struct ChunkedHead {
  std::string bytes;
  ChunkCipher cipher;
};
// Error: invalid/"bad-key" unless the key has 32 bytes.
Result<ChunkedHead> make_chunked_head(std::string_view key, std::string_view context,
                                      Random& random);
// Checks the commitment. Errors: invalid/"bad-key", malformed/"bad-seal".
Result<ChunkCipher> open_chunked_head(std::string_view key, std::string_view context,
                                      std::string_view head);

class ChunkedWriter {
 public:
  using Write = std::function<Result<void>(std::string_view)>;

  // Writes the head. Error: invalid/"bad-key" unless the key has 32 bytes; those of `write`.
  static Result<ChunkedWriter> begin(std::string_view key, std::string_view context, Write write,
                                     Random& random = system_random());

  // Errors: too_large/"content-too-large" beyond kMaxChunks; those of `write`, after which the
  // object is lost.
  Result<void> append(std::string_view plain);
  // Without it the object does not open. Nothing can be appended after it.
  Result<void> finish();

 private:
  ChunkedWriter(ChunkCipher cipher, Write write)
      : cipher_(std::move(cipher)), write_(std::move(write)) {}
  Result<void> flush(std::string_view chunk);

  ChunkCipher cipher_;
  Write write_;
  std::string pending_;  // less than a chunk
  std::string sealed_;
  std::uint64_t number_ = 0;
  bool finished_ = false;
};

class ChunkedReader {
 public:
  // Fills `out` with what stands at `offset`, or fails.
  using ReadAt = std::function<Result<void>(std::uint64_t offset, std::span<char> out)>;

  // Checks the commitment before it decrypts anything, then the last chunk, and with it the size.
  // Errors: invalid/"bad-key", malformed/"bad-seal", those of `read_at`.
  static Result<ChunkedReader> open(std::string_view key, std::string_view context,
                                    std::uint64_t sealed_size, ReadAt read_at);

  std::uint64_t size() const { return size_; }
  // The bytes from `offset` on, as many as `out` takes; fewer at the end. The count of them.
  // Errors: malformed/"bad-seal", `out` is then not to be used; those of `read_at`.
  Result<std::size_t> read(std::uint64_t offset, std::span<char> out);

 private:
  ChunkedReader(ChunkCipher cipher, std::uint64_t size, ReadAt read_at)
      : cipher_(std::move(cipher)), read_at_(std::move(read_at)), size_(size) {}
  Result<void> load(std::uint64_t number);

  ChunkCipher cipher_;
  ReadAt read_at_;
  std::uint64_t size_;
  std::string sealed_;
  std::string chunk_;  // of the number below, opened
  std::uint64_t number_ = kMaxChunks;
};

}  // namespace guildhall::crypto
