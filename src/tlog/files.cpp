#include "tlog/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <thread>
#include <utility>

#include "base/limits.h"
#include "base/mutex.h"

namespace guildhall::tlog {
namespace {

std::unexpected<Error> io_error(std::string_view what, int error) {
  if (error == ENOENT) return fail(Fault::not_found, "no-file", "A file is absent.");
  if (error == ENOSPC || error == EDQUOT)
    return fail(Fault::no_space, "disk-full", "The disk of the log is full.");
  return fail(Fault::internal, "io-error", fmt::format("{} failed in the log: {}.", what, error));
}

class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(const Files::Path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

Result<> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

constexpr std::size_t kSyncsAtOnce = 8;  // threads

class DiskFiles final : public Files {
 public:
  Result<std::string> read(const Path& path) override {
    const Descriptor file(path, O_RDONLY);
    struct stat info{};
    if (!file || ::fstat(file.get(), &info) != 0) return io_error("open", errno);
    if (!S_ISREG(info.st_mode) || static_cast<std::size_t>(info.st_size) > kMaxLogFile)
      return io_error("read", EFBIG);
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t count =
          ::pread(file.get(), bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return io_error("read", count < 0 ? errno : EIO);
      at += static_cast<std::size_t>(count);
    }
    return bytes;
  }

  Result<> write(const Path& path, std::string_view bytes) override {
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return io_error("open", errno);
    return write_all(file.get(), bytes);
  }

  Result<> write_at(const Path& path, std::uint64_t at, std::string_view bytes) override {
    MutexLock lock(mutex_);
    if (path != open_path_ || !open_) {
      open_ = Descriptor(path, O_WRONLY | O_CREAT);
      open_path_ = path;
      if (!open_) return io_error("open", errno);
    }
    if (::lseek(open_.get(), static_cast<off_t>(at), SEEK_SET) < 0) return io_error("seek", errno);
    return write_all(open_.get(), bytes);
  }

  Result<> sync(const Path& path) override {
    // A second descriptor syncs the same file: the error of a failed write-back is told to one that
    // was open when it happened, hence the kept one where there is one.
    Descriptor fresh;
    int fd = -1;
    {
      MutexLock lock(mutex_);
      if (path == open_path_ && open_) fd = ::fcntl(open_.get(), F_DUPFD_CLOEXEC, 0);
    }
    if (fd >= 0) {
      const int result = ::fdatasync(fd);
      const int error = errno;
      ::close(fd);
      if (result != 0) return io_error("fdatasync", error);
      return {};
    }
    fresh = Descriptor(path, O_RDONLY);
    if (!fresh || ::fdatasync(fresh.get()) != 0) return io_error("fdatasync", errno);
    return {};
  }

  Result<> sync_folder(const Path& path) override {
    const Descriptor folder(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
    if (!folder || ::fsync(folder.get()) != 0) return io_error("fsync", errno);
    return {};
  }

  Result<> sync_all(const std::set<Path>& files, const std::set<Path>& folders) override {
    std::vector<std::function<Result<>()>> jobs;
    for (const Path& file : files) jobs.emplace_back([&, this] { return sync(file); });
    for (const Path& folder : folders) jobs.emplace_back([&, this] { return sync_folder(folder); });
    std::vector<Result<>> done(jobs.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < jobs.size() && i < kSyncsAtOnce; ++i) {
      threads.emplace_back([&, i] {
        for (std::size_t at = i; at < jobs.size(); at += kSyncsAtOnce) done[at] = jobs[at]();
      });
    }
    for (std::size_t at = 0; at < jobs.size(); at += kSyncsAtOnce) done[at] = jobs[at]();
    for (auto& thread : threads) thread.join();
    for (auto& one : done) TRY(std::move(one));
    return {};
  }

  Result<> rename(const Path& from, const Path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return io_error("rename", errno);
    return {};
  }

  Result<> remove(const Path& path) override {
    if (::remove(path.c_str()) != 0 && errno != ENOENT) return io_error("remove", errno);
    return {};
  }

  Result<> make_folder(const Path& path) override {
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return io_error("mkdir", errno);
    return {};
  }

  Result<std::vector<std::string>> list(const Path& path) override {
    std::error_code error;
    std::vector<std::string> names;
    std::filesystem::directory_iterator entries(path, error);
    if (error == std::errc::no_such_file_or_directory) return names;
    if (error) return io_error("list", error.value());
    for (const std::filesystem::directory_iterator end; entries != end; entries.increment(error)) {
      names.push_back(entries->path().filename().string());
      if (error) return io_error("list", error.value());
    }
    std::ranges::sort(names);
    return names;
  }

  Result<std::shared_ptr<void>> lock(const Path& path) override {
    auto file = std::make_shared<Descriptor>(path, O_RDWR | O_CREAT);
    if (!*file) return io_error("open", errno);
    if (::flock(file->get(), LOCK_EX | LOCK_NB) != 0)
      return fail(Fault::conflict, "log-in-use", "Another process writes this log.");
    return std::shared_ptr<void>(file);
  }

 private:
  Mutex mutex_;
  Descriptor open_ GUARDED_BY(mutex_);
  Path open_path_ GUARDED_BY(mutex_);
};

}  // namespace

Result<> Files::sync_all(const std::set<Path>& files, const std::set<Path>& folders) {
  for (const Path& file : files) TRY(sync(file));
  for (const Path& folder : folders) TRY(sync_folder(folder));
  return {};
}

std::unique_ptr<Files> disk_files() { return std::make_unique<DiskFiles>(); }

}  // namespace guildhall::tlog
