// The root folder of a role: an empty tmpfs with what it may see bound into it.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>

#include "sandbox/child.h"

namespace guildhall::sandbox {
namespace {

// Where the new root grows before it is pivoted into; hides nothing that is still needed, since
// what is bound was opened before.
constexpr const char* kStage = "/tmp";
constexpr const char* kNothing = "/.nothing";  // stands where a hidden file was
constexpr const char* kStageOptions = "mode=0755,size=1m,nr_inodes=4k";

struct Bound {
  std::string path;
  int tree = -1;  // a detached copy of what is mounted there
  bool folder = false;
  bool hidden = false;
};

// Recursive, since a user namespace may not uncover what lies below another mount.
bool take(const Place& place, Bound& out) {
  struct stat info{};
  const auto flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
  out.path = place.path;
  out.hidden = place.hidden;
  if (place.hidden) {
    out.folder = stat(place.path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    return true;
  }
  out.tree = static_cast<int>(syscall(SYS_open_tree, AT_FDCWD, place.path.c_str(), flags));
  if (out.tree < 0 || fstat(out.tree, &info) != 0) return false;
  out.folder = S_ISDIR(info.st_mode);
  mount_attr wanted{};
  wanted.attr_set = MOUNT_ATTR_NOSUID;
  if (!S_ISCHR(info.st_mode)) wanted.attr_set |= MOUNT_ATTR_NODEV;
  wanted.attr_set |= place.writable ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_RDONLY;
  return syscall(SYS_mount_setattr, out.tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &wanted,
                 sizeof wanted) == 0;
}

// A file or folder of that kind to be mounted over.
bool make_point(const std::string& at, bool folder) {
  std::error_code error;
  const std::filesystem::path path(at);
  std::filesystem::create_directories(folder ? path : path.parent_path(), error);
  if (error) {
    errno = error.value();
    return false;
  }
  if (folder || access(at.c_str(), F_OK) == 0) return true;
  const int fd = open(at.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0400);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

// Over what a folder above has put there.
bool cover(const std::string& at, bool folder) {
  constexpr unsigned long kFlags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (folder) return mount("tmpfs", at.c_str(), "tmpfs", kFlags, "mode=0500,size=4k") == 0;
  const std::string nothing = std::string(kStage) + kNothing;
  return make_point(nothing, false) &&
         mount(nothing.c_str(), at.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

bool put(const Bound& bound) {
  const std::string at = kStage + bound.path;
  if (bound.hidden) return cover(at, bound.folder);
  if (!make_point(at, bound.folder)) return false;
  const auto moved =
      syscall(SYS_move_mount, bound.tree, "", AT_FDCWD, at.c_str(), MOVE_MOUNT_F_EMPTY_PATH);
  close(bound.tree);
  return moved == 0;
}

bool leave_old_root() {
  mount_attr closed{};
  closed.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  return chdir(kStage) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 &&
         umount2(".", MNT_DETACH) == 0 && chdir("/") == 0 &&
         syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &closed, sizeof closed) == 0;
}

}  // namespace

bool enter_root(const std::vector<Place>& places) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  std::vector<Bound> all(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!take(places[i], all[i])) return false;
  }
  if (mount("tmpfs", kStage, "tmpfs", MS_NOSUID | MS_NODEV, kStageOptions) != 0) return false;
  for (const auto& bound : all) {
    if (!put(bound)) return false;
  }
  return leave_old_root();
}

}  // namespace guildhall::sandbox
