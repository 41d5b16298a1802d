// Files outside: secrets read, programs planted, links and names that lead out.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "probe.h"

namespace guildhall::escape {
namespace {

Outcome read_file(const std::string& path, std::string_view wanted) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return blocked("open");
  const auto text = read_some(fd);
  if (text.find(wanted) != std::string::npos) return through("read it");
  errno = ENODATA;
  return blocked("read");
}

Outcome passwd(const World&) { return read_file("/etc/passwd", "root:"); }
Outcome aws(const World& w) { return read_file(w.outside(".aws/credentials"), kSecretStart); }
Outcome dotenv(const World& w) { return read_file(w.outside(".env"), kSecretStart); }
Outcome ssh_key(const World& w) { return read_file(w.outside(".ssh/id_ed25519"), kSecretStart); }
Outcome other_room(const World& w) { return read_file(w.outside("room.key"), kSecretStart); }
Outcome kubernetes(const World&) {
  return read_file("/var/run/secrets/kubernetes.io/serviceaccount/token", kSecretStart);
}
Outcome init_environment(const World&) { return read_file("/proc/1/environ", kSecretStart); }

Outcome outer_environment(const World& world) {
  return read_file("/proc/" + std::to_string(world.outer) + "/environ", kSecretStart);
}

// A descriptor of another process, by its name there.
Outcome outer_descriptor(const World& world) {
  return read_file(
      "/proc/" + std::to_string(world.outer) + "/fd/" + std::to_string(world.secret_fd),
      kSecretStart);
}

Outcome own_environment(const World&) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::strstr(*variable, kSecretStart.data()) != nullptr) return through("found one");
  }
  errno = ENODATA;
  return blocked("environ");
}

// Past the protection of one's own memory.
Outcome own_memory(const World&) {
  static const volatile char constant = 'a';
  const int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (fd < 0) return blocked("open");
  return judged(pwrite(fd, "b", 1, static_cast<off_t>(reinterpret_cast<std::uintptr_t>(&constant))),
                "pwrite");
}

Outcome make_file(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return blocked("open");
  const auto out = judged(write(fd, "x", 1), "write");
  unlink(path.c_str());
  return out;
}

Outcome write_home(const World& w) { return make_file(w.outside(".bashrc")); }
Outcome write_cron(const World&) { return make_file("/etc/cron.d/guildhall-escape"); }
Outcome write_tmp(const World& w) { return make_file("/tmp/" + w.marker); }
Outcome write_library(const World&) { return make_file("/usr/lib/guildhall-escape.so"); }

// By the call that the C library no longer uses.
Outcome write_by_open(const World& world) {
#ifdef SYS_open
  const auto path = "/tmp/" + world.marker;
  const auto fd = syscall(SYS_open, path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return blocked("open");
  unlink(path.c_str());
  return through("made a file");
#else
  return make_file("/tmp/" + world.marker);  // this machine has openat alone
#endif
}

Outcome symlink_out(const World& world) {
  const auto link = world.data("link");
  unlink(link.c_str());
  if (symlink(world.outside("room.key").c_str(), link.c_str()) != 0) return blocked("symlink");
  return read_file(link, kSecretStart);
}

Outcome hardlink_out(const World& world) {
  const auto link = world.data("hard");
  unlink(link.c_str());
  if (::link(world.outside("room.key").c_str(), link.c_str()) != 0) return blocked("link");
  return read_file(link, kSecretStart);
}

Outcome rename_out(const World& world) {
  const auto from = world.data("mine");
  const int fd = open(from.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return blocked("open");
  close(fd);
  const auto to = world.outside("planted");
  const auto out = judged(rename(from.c_str(), to.c_str()), "rename");
  unlink(to.c_str());
  return out;
}

Outcome truncate_out(const World& w) {
  return judged(truncate(w.outside("to-truncate").c_str(), 0), "truncate");
}

Outcome delete_out(const World& w) {
  return judged(unlink(w.outside("to-delete").c_str()), "unlink");
}

Outcome mode_out(const World& w) {
  return judged(chmod(w.outside("room.key").c_str(), 0666), "chmod");
}

Outcome climb_out(const World& world) {
  return read_file(world.data("../outside/room.key"), kSecretStart);
}

// By a number that names a file wherever it lies.
Outcome by_handle(const World& world) {
  alignas(file_handle) char bytes[sizeof(file_handle) + 128] = {};
  auto* handle = reinterpret_cast<file_handle*>(bytes);
  handle->handle_bytes = 128;
  int mount = 0;
  const auto path = world.outside("room.key");
  if (name_to_handle_at(AT_FDCWD, path.c_str(), handle, &mount, 0) != 0) {
    return blocked("name_to_handle_at");
  }
  const int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return judged(open_by_handle_at(folder, handle, O_RDONLY), "open_by_handle_at");
}

constexpr Probe kProbes[] = {
    {"passwd", Show::quiet, false, false, passwd},
    {"aws", Show::quiet, false, false, aws},
    {"dotenv", Show::quiet, false, false, dotenv},
    {"ssh-key", Show::quiet, false, false, ssh_key},
    {"other-room", Show::quiet, false, false, other_room},
    {"kubernetes", Show::quiet, false, false, kubernetes},
    {"init-environment", Show::quiet, false, false, init_environment},
    {"outer-environment", Show::quiet, false, false, outer_environment},
    {"outer-descriptor", Show::quiet, false, false, outer_descriptor},
    {"own-environment", Show::quiet, false, false, own_environment},
    {"own-memory", Show::quiet, false, false, own_memory},
    {"write-home", Show::quiet, false, false, write_home},
    {"write-cron", Show::quiet, false, false, write_cron},
    {"write-tmp", Show::quiet, false, false, write_tmp},
    {"write-by-open", Show::quiet, false, false, write_by_open},
    {"write-library", Show::quiet, false, false, write_library},
    {"symlink-out", Show::loud, false, false, symlink_out},
    {"hardlink-out", Show::loud, false, false, hardlink_out},
    {"rename-out", Show::quiet, false, false, rename_out},
    {"truncate-out", Show::quiet, false, false, truncate_out},
    {"delete-out", Show::quiet, false, false, delete_out},
    {"mode-out", Show::quiet, false, false, mode_out},
    {"climb-out", Show::quiet, false, false, climb_out},
    {"by-handle", Show::loud, false, false, by_handle},
};

}  // namespace

std::span<const Probe> file_probes() { return kProbes; }

}  // namespace guildhall::escape
