#include "store/sealed_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/limits.h"
#include "crypto/chunked.h"
#include "crypto/row.h"

namespace guildhall::store {
namespace {

constexpr std::size_t kPart = kFilePart / 4;
static_assert(kPart % crypto::kChunkBytes == 0);

std::uint64_t padded(std::int64_t bytes) { return crypto::padme(static_cast<std::size_t>(bytes)); }

std::unexpected<Error> broken() {
  return fail(Fault::internal, "seal-broken", "A stored file is not the one that was written.");
}

}  // namespace

Result<void> SealedFileWriter::open() {
  seal_ = TRY(sealer_.begin_file(context_));
  TRY(outbox_.open());
  return outbox_.add(seal_.head);
}

Result<void> SealedFileWriter::flush() {
  auto sealed = TRY(sealer_.seal_part(context_, seal_, {chunk_, part_}));
  chunk_ += part_.size() / crypto::kChunkBytes;
  part_.clear();
  return outbox_.add(sealed);
}

Result<void> SealedFileWriter::take(std::string_view plain) {
  while (!plain.empty()) {
    auto piece = plain.substr(0, kPart - part_.size());
    part_ += piece;
    plain.remove_prefix(piece.size());
    if (part_.size() == kPart) TRY(flush());
  }
  return {};
}

Result<void> SealedFileWriter::add(std::string_view plain) {
  hash_.update(plain);
  size_ += static_cast<std::int64_t>(plain.size());
  return take(plain);
}

Result<void> SealedFileWriter::keep() {
  static const std::string kZeros(crypto::kChunkBytes, '\0');
  for (auto left = padded(size_) - static_cast<std::uint64_t>(size_); left > 0;) {
    auto piece = std::min<std::uint64_t>(left, kZeros.size());
    TRY(take(std::string_view(kZeros).substr(0, piece)));
    left -= piece;
  }
  // The last chunk is a short one: where whole ones are waiting, it is empty and goes by itself.
  if (!part_.empty() && part_.size() % crypto::kChunkBytes == 0) TRY(flush());
  TRY(flush());
  return outbox_.keep();
}

std::int64_t SealedFileWriter::padded_size() const {
  return static_cast<std::int64_t>(padded(size_));
}

Result<SealedFile> SealedFile::open(const std::filesystem::path& path, Sealer& sealer,
                                    const ContentContext& context, std::int64_t bytes) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(Fault::internal, "file-missing", "The file is missing.");
  SealedFile file(fd, sealer, context, bytes);
  struct stat status{};
  if (bytes < 0 || fstat(fd, &status) != 0 ||
      static_cast<std::uint64_t>(status.st_size) != crypto::chunked_sealed_size(padded(bytes))) {
    return broken();
  }
  file.head_ = TRY(file.read_sealed(0, crypto::kChunkedHeaderBytes));
  return file;
}

SealedFile::SealedFile(SealedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      sealer_(other.sealer_),
      context_(other.context_),
      size_(other.size_),
      head_(std::move(other.head_)) {}

SealedFile::~SealedFile() {
  if (fd_ >= 0) close(fd_);
}

Result<std::string> SealedFile::read_sealed(std::uint64_t at, std::size_t bytes) const {
  std::string out(bytes, '\0');
  for (std::size_t have = 0; have < bytes;) {
    ssize_t got = ::pread(fd_, out.data() + have, bytes - have, static_cast<off_t>(at + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Fault::unavailable, "file-failed", "Cannot read a file.");
    if (got == 0) return broken();
    have += static_cast<std::size_t>(got);
  }
  return out;
}

Result<void> SealedFile::read(std::int64_t from, std::int64_t to, const Opening& why,
                              std::string& out) {
  to = std::min(to, size_);
  if (from >= to) return {};
  constexpr auto kChunk = static_cast<std::int64_t>(crypto::kChunkBytes);
  std::int64_t first = from / kChunk;
  std::int64_t begin = first * kChunk;  // in the plain file
  auto whole = static_cast<std::int64_t>(padded(size_));
  std::int64_t end = std::min((to + kChunk - 1) / kChunk * kChunk, whole);
  end = std::min(end, begin + static_cast<std::int64_t>(kPart));
  auto chunks = static_cast<std::uint64_t>((end - begin + kChunk - 1) / kChunk);
  auto sealed = TRY(read_sealed(
      crypto::kChunkedHeaderBytes + static_cast<std::uint64_t>(first) * crypto::kSealedChunkBytes,
      static_cast<std::size_t>(end - begin) + chunks * crypto::kGcmTagBytes));
  auto plain =
      TRY(sealer_.open_part(context_, head_, {static_cast<std::uint64_t>(first), sealed}, why));
  if (plain.size() != static_cast<std::size_t>(end - begin)) return broken();
  auto skip = static_cast<std::size_t>(from - begin);
  out += plain.expose().substr(skip, static_cast<std::size_t>(std::min(to, end) - from));
  return {};
}

}  // namespace guildhall::store
