#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace guildhall {
namespace {

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error file_error(std::string_view what, const std::filesystem::path& path) {
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
    return {Fault::no_space,
            "disk-full",
            fmt::format("Cannot {} {}: the disk is full.", what, path.string()),
            {}};
  }
  if (errno == ENOENT) {
    return {Fault::not_found, "no-file", fmt::format("There is no {}.", path.string()), {}};
  }
  return {Fault::unavailable, "file-failed", fmt::format("Cannot {} {}.", what, path.string()), {}};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t done = write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(file_error("read", path));
  struct stat about{};
  if (fstat(file.get(), &about) != 0) return std::unexpected(file_error("read", path));
  auto too_large = [&] {
    return fail(Fault::too_large, "file-too-large",
                fmt::format("{} is longer than such a file can be.", path.string()));
  };
  if (static_cast<std::size_t>(about.st_size) > most) return too_large();
  // One buffer, one byte more than there should be: a secret leaves no copy behind, and a file
  // that grows meanwhile is read on.
  std::string out(static_cast<std::size_t>(about.st_size) + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    if (size == out.size()) out.resize(2 * size);
    const ssize_t got = read(file.get(), out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(file_error("read", path));
    size += static_cast<std::size_t>(got);
    if (size > most) return too_large();
    if (got == 0) break;
  }
  out.resize(size);
  return out;
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes,
                          unsigned mode) {
  auto beside = path;
  beside += ".new";
  {
    Descriptor file(
        open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    bool ok = file && fchmod(file.get(), mode) == 0 && write_all(file.get(), bytes) &&
              fsync(file.get()) == 0;
    if (!ok) {
      Error error = file_error("write", beside);
      unlink(beside.c_str());
      return std::unexpected(std::move(error));
    }
  }
  if (rename(beside.c_str(), path.c_str()) != 0) return std::unexpected(file_error("write", path));
  return sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  Descriptor at(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at || fsync(at.get()) != 0) return std::unexpected(file_error("flush", folder));
  return {};
}

}  // namespace guildhall
