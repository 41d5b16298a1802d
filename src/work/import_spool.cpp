#include "work/import_spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/limits.h"

namespace guildhall::work {
namespace {

std::unexpected<Error> spool_failed(int code) {
  if (code == ENOSPC || code == EDQUOT) {
    return fail(Fault::no_space, "disk-full", "There is no room on the disk for the upload.");
  }
  return fail(Fault::unavailable, "spool-failed", "The upload could not be kept for checking.");
}

}  // namespace

ImportSpool::ImportSpool(std::filesystem::path folder, Random& random)
    : folder_(std::move(folder)), cipher_(random) {}

ImportSpool::~ImportSpool() { drop(); }

void ImportSpool::drop() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  block_ = {};
}

Result<void> ImportSpool::open() {
  if (file_ >= 0) return {};
  std::error_code ignored;
  std::filesystem::create_directories(folder_, ignored);
  file_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    // A file system without unnamed files: take the name away at once.
    std::string name = (folder_ / "upload-XXXXXX").string();
    file_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file_ >= 0) ::unlink(name.c_str());
  }
  if (file_ < 0) return spool_failed(errno);
  return {};
}

Result<void> ImportSpool::write_block() {
  TRY(open());
  cipher_.apply(written_, block_);
  std::string_view rest = block_;
  while (!rest.empty()) {
    ssize_t done = ::write(file_, rest.data(), rest.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return spool_failed(errno);
    rest.remove_prefix(static_cast<std::size_t>(done));
  }
  written_ += block_.size();
  block_.clear();
  return {};
}

Result<void> ImportSpool::append(std::string_view bytes) {
  block_.reserve(kSpoolBlock);
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, kSpoolBlock - block_.size());
    block_ += piece;
    bytes.remove_prefix(piece.size());
    if (block_.size() == kSpoolBlock) TRY(write_block());
  }
  return {};
}

Result<void> ImportSpool::replay(const std::function<Result<void>(std::string_view)>& sink) {
  if (!block_.empty()) TRY(write_block());
  block_.resize(kSpoolBlock);
  for (std::uint64_t at = 0; at < written_;) {
    auto want = static_cast<std::size_t>(std::min<std::uint64_t>(kSpoolBlock, written_ - at));
    std::size_t have = 0;
    while (have < want) {
      ssize_t got =
          ::pread(file_, block_.data() + have, want - have, static_cast<off_t>(at + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return spool_failed(got < 0 ? errno : EIO);
      have += static_cast<std::size_t>(got);
    }
    cipher_.apply(at, std::span(block_).first(want));
    TRY(sink(std::string_view(block_).substr(0, want)));
    at += want;
  }
  drop();
  return {};
}

}  // namespace guildhall::work
