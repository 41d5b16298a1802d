#include "base/sync_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"

namespace guildhall {

Result<void> sync_file(const std::filesystem::path& file) {
  int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  if (synced) return sync_folder(file.parent_path());
  return fail(Fault::unavailable, "file-failed", fmt::format("Cannot flush {}.", file.string()));
}

}  // namespace guildhall
