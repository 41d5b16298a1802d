#include "base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace guildhall {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> write_failed(int error) {
  if (error == ENOSPC || error == EDQUOT) {
    return fail(Fault::no_space, "disk-full", "The disk is full.");
  }
  return fail(Fault::internal, "file-write", "A file could not be written.");
}

// The bytes in a fresh file, on the disk.
Result<void> write_new(const std::string& path, std::string_view bytes) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0 || fchmod(file.get(), 0600) != 0) return write_failed(errno);
  while (!bytes.empty()) {
    const ssize_t put = write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return write_failed(errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (fsync(file.get()) != 0) return write_failed(errno);
  return {};
}

}  // namespace

Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes) {
  const std::string fresh = path.string() + ".new";
  unlink(fresh.c_str());  // what a crash left
  if (auto written = write_new(fresh, bytes); !written) {
    unlink(fresh.c_str());
    return written;
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(fresh.c_str());
    return write_failed(error);
  }
  // Now the name is to be on the disk too.
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  Descriptor dir(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0 || fsync(dir.get()) != 0) return write_failed(errno);
  return {};
}

Result<FileBytes> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  auto failed = [] { return fail(Fault::internal, "file-read", "A file could not be read."); };
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) {
    return fail(Fault::not_found, "no-file", "There is no such file.");
  }
  struct stat about{};
  if (file.get() < 0 || fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) return failed();
  if (static_cast<std::size_t>(about.st_size) > max_bytes) {
    return fail(Fault::too_large, "file-too-large", "The file is over its limit.");
  }
  FileBytes out;
  out.owner_only = (about.st_mode & 077) == 0 && (about.st_uid == geteuid() || about.st_uid == 0);
  // One buffer, so that a secret leaves no copy behind.
  out.bytes.resize(static_cast<std::size_t>(about.st_size));
  for (std::size_t at = 0; at < out.bytes.size();) {
    const ssize_t got = read(file.get(), out.bytes.data() + at, out.bytes.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed();
    at += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace guildhall
