// A file of content on the disk: sealed as it is written (crypto/chunked.h), opened part by part,
// any part by itself. Its length there is padded; the true one is content and is kept with the rest
// of what is known of the file.
//
// Concurrency: one thread. Errors: those of the Sealer; no_space/"disk-full",
// unavailable/"file-failed"; internal/"seal-broken" for a file that is not the one that was
// written. Limits: memory kFilePart / 4; the callers bound the length.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "store/outbox.h"
#include "store/sealer.h"

namespace guildhall::store {

class SealedFileWriter {
 public:
  SealedFileWriter(std::filesystem::path path, Sealer& sealer, const ContentContext& context)
      : outbox_(std::move(path)), sealer_(sealer), context_(context) {}

  Result<void> open();
  Result<void> add(std::string_view plain);
  Result<void> keep();

  std::string sha256() { return crypto::to_hex(hash_.finish()); }  // once, after the last byte
  std::int64_t size() const { return size_; }
  std::int64_t padded_size() const;

 private:
  Result<void> take(std::string_view plain);
  Result<void> flush();

  Outbox outbox_;
  Sealer& sealer_;
  const ContentContext context_;
  FileSeal seal_;
  std::string part_;
  std::uint64_t chunk_ = 0;
  crypto::Sha256 hash_;
  std::int64_t size_ = 0;
};

class SealedFile {
 public:
  // `bytes`: the true length. Error: internal/"file-missing".
  static Result<SealedFile> open(const std::filesystem::path& path, Sealer& sealer,
                                 const ContentContext& context, std::int64_t bytes);
  ~SealedFile();
  SealedFile(SealedFile&& other) noexcept;
  SealedFile& operator=(SealedFile&&) = delete;

  std::int64_t size() const { return size_; }
  // Appends what stands from `from` on, up to `to`: as much as one part holds.
  Result<void> read(std::int64_t from, std::int64_t to, const Opening& why, std::string& out);

 private:
  SealedFile(int fd, Sealer& sealer, const ContentContext& context, std::int64_t bytes)
      : fd_(fd), sealer_(sealer), context_(context), size_(bytes) {}
  Result<std::string> read_sealed(std::uint64_t at, std::size_t bytes) const;

  int fd_;
  Sealer& sealer_;
  ContentContext context_;
  std::int64_t size_;
  std::string head_;
};

}  // namespace guildhall::store
