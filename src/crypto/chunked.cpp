#include "crypto/chunked.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/equal.h"
#include "crypto/hmac_sha512.h"

namespace guildhall::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSaltBytes = 24;
constexpr std::size_t kCommitmentBytes = 32;
static_assert(kSaltBytes + kCommitmentBytes == kChunkedHeaderBytes);
constexpr std::size_t kCommitmentAt = kKeyBytes + kGcmNonceBytes;

// The key, the base nonce and the commitment.
Result<Secret> derive(std::string_view key, std::string_view salt, std::string_view context) {
  if (key.size() != kKeyBytes) return fail(Fault::invalid, "bad-key", "A key has 32 bytes.");
  std::string info("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM");
  info += '\0';
  info.append(salt).append(context);
  return hkdf_sha512_expand(key, info, kCommitmentAt + kCommitmentBytes);
}

std::unexpected<Error> cut() {
  return fail(Fault::malformed, "bad-seal", "The sealed bytes are not whole: some were cut off.");
}

}  // namespace

ChunkCipher::ChunkCipher(std::string_view derived)
    : cipher_(derived.substr(0, kKeyBytes)),
      base_nonce_(derived.substr(kKeyBytes, kGcmNonceBytes)) {}

std::string ChunkCipher::nonce(std::uint64_t number) const {
  std::string out = base_nonce_;
  for (std::size_t at = out.size(); number != 0; number >>= 8) {
    --at;
    out[at] = static_cast<char>(out[at] ^ static_cast<char>(number));
  }
  return out;
}

void ChunkCipher::seal(std::uint64_t number, std::string_view plain, std::string& out) {
  cipher_.seal(nonce(number), "", plain, out);
}

Result<void> ChunkCipher::open(std::uint64_t number, std::string_view sealed, std::span<char> out) {
  return cipher_.open(nonce(number), "", sealed, out);
}

void seal_chunks(ChunkCipher& cipher, std::uint64_t first, std::string_view plain,
                 std::string& out) {
  do {
    cipher.seal(first++, plain.substr(0, kChunkBytes), out);
    plain.remove_prefix(std::min(plain.size(), kChunkBytes));
  } while (!plain.empty());
}

Result<std::string> open_chunks(ChunkCipher& cipher, std::uint64_t first, std::string_view sealed) {
  std::string out;
  do {
    auto chunk = sealed.substr(0, kSealedChunkBytes);
    if (chunk.size() < kGcmTagBytes) return cut();
    const std::size_t at = out.size();
    out.resize(at + chunk.size() - kGcmTagBytes);
    TRY(cipher.open(first++, chunk, std::span(out).subspan(at)));
    sealed.remove_prefix(chunk.size());
  } while (!sealed.empty());
  return out;
}

Result<ChunkedHead> make_chunked_head(std::string_view key, std::string_view context,
                                      Random& random) {
  std::string head = random.bytes(kSaltBytes);
  const Secret derived = TRY(derive(key, head, context));
  head.append(derived.expose().substr(kCommitmentAt));
  return ChunkedHead{std::move(head), ChunkCipher(derived.expose())};
}

Result<ChunkCipher> open_chunked_head(std::string_view key, std::string_view context,
                                      std::string_view head) {
  if (head.size() != kChunkedHeaderBytes) return cut();
  const Secret derived = TRY(derive(key, head.substr(0, kSaltBytes), context));
  if (!equal_constant_time(derived.expose().substr(kCommitmentAt), head.substr(kSaltBytes))) {
    return fail(Fault::malformed, "bad-seal",
                "The sealed bytes are of another key, or for another place.");
  }
  return ChunkCipher(derived.expose());
}

Result<ChunkedWriter> ChunkedWriter::begin(std::string_view key, std::string_view context,
                                           Write write, Random& random) {
  auto head = TRY(make_chunked_head(key, context, random));
  TRY(write(head.bytes));
  return ChunkedWriter(std::move(head.cipher), std::move(write));
}

Result<void> ChunkedWriter::flush(std::string_view chunk) {
  if (number_ == kMaxChunks) {
    return fail(Fault::too_large, "content-too-large", "More than 4 PiB cannot be sealed.");
  }
  sealed_.clear();
  cipher_.seal(number_++, chunk, sealed_);
  return write_(sealed_);
}

Result<void> ChunkedWriter::append(std::string_view plain) {
  if (finished_) std::abort();
  while (pending_.size() + plain.size() >= kChunkBytes) {
    const std::size_t take = kChunkBytes - pending_.size();
    if (pending_.empty()) {
      TRY(flush(plain.substr(0, take)));
    } else {
      pending_.append(plain.substr(0, take));
      TRY(flush(pending_));
      pending_.clear();
    }
    plain.remove_prefix(take);
  }
  pending_.append(plain);
  return {};
}

Result<void> ChunkedWriter::finish() {
  if (finished_) std::abort();
  finished_ = true;
  return flush(pending_);
}

Result<ChunkedReader> ChunkedReader::open(std::string_view key, std::string_view context,
                                          std::uint64_t sealed_size, ReadAt read_at) {
  if (sealed_size < kChunkedHeaderBytes + kGcmTagBytes) return cut();
  const std::uint64_t chunks = sealed_size - kChunkedHeaderBytes;
  const std::uint64_t last = chunks / kSealedChunkBytes;
  const std::uint64_t tail = chunks % kSealedChunkBytes;
  if (tail < kGcmTagBytes || last >= kMaxChunks) return cut();

  char head[kChunkedHeaderBytes];
  TRY(read_at(0, head));
  auto cipher = TRY(open_chunked_head(key, context, {head, kChunkedHeaderBytes}));
  ChunkedReader out(std::move(cipher), last * kChunkBytes + tail - kGcmTagBytes,
                    std::move(read_at));
  TRY(out.load(last));
  return out;
}

Result<void> ChunkedReader::load(std::uint64_t number) {
  if (number == number_) return {};
  number_ = kMaxChunks;  // of none, until it is opened
  chunk_.resize(std::min<std::uint64_t>(kChunkBytes, size_ - number * kChunkBytes));
  sealed_.resize(chunk_.size() + kGcmTagBytes);
  TRY(read_at_(kChunkedHeaderBytes + number * kSealedChunkBytes, sealed_));
  TRY(cipher_.open(number, sealed_, chunk_));
  number_ = number;
  return {};
}

Result<std::size_t> ChunkedReader::read(std::uint64_t offset, std::span<char> out) {
  if (offset >= size_) return 0;
  const std::size_t wanted = std::min<std::uint64_t>(out.size(), size_ - offset);
  for (std::size_t done = 0; done < wanted;) {
    const std::uint64_t at = offset + done;
    TRY(load(at / kChunkBytes));
    const std::size_t from = at % kChunkBytes;
    const std::size_t take = std::min(wanted - done, chunk_.size() - from);
    chunk_.copy(out.data() + done, take, from);
    done += take;
  }
  return wanted;
}

}  // namespace guildhall::crypto
