#include "store/outbox.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace guildhall::store {
namespace {

Error io_error() {
  return errno == ENOSPC ? Error{Fault::no_space, "disk-full", "The disk is full.", {}}
                         : Error{Fault::unavailable, "file-failed", "Cannot write a file.", {}};
}

}  // namespace

Outbox::~Outbox() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(partial().c_str());
}

Result<void> Outbox::open() {
  fd_ = ::open(partial().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd_ < 0) return std::unexpected(io_error());
  return {};
}

Result<void> Outbox::add(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t wrote = ::write(fd_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return std::unexpected(io_error());
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> Outbox::keep() {
  if (fsync(fd_) != 0 || rename(partial().c_str(), path_.c_str()) != 0) {
    return std::unexpected(io_error());
  }
  close(fd_);
  fd_ = -1;
  int folder = ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool synced = folder >= 0 && fsync(folder) == 0;  // the name is on the disk too
  if (folder >= 0) close(folder);
  if (!synced) return std::unexpected(io_error());
  return {};
}

}  // namespace guildhall::store
