// What enter() finds and sets before it closes the door: network, descriptors, privileges, limits.

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "base/harden.h"
#include "base/limits.h"
#include "sandbox/layers.h"
#include "sandbox/spawn.h"

namespace guildhall::sandbox {
namespace {

// spawn leaves none beyond those it handed over; nor may another parent.
constexpr int kScannedDescriptors = 1'024;

bool is_up(const char* name) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq asked{};
  std::strncpy(asked.ifr_name, name, sizeof asked.ifr_name - 1);
  const bool down =
      fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &asked) == 0 && (asked.ifr_flags & IFF_UP) == 0;
  if (fd >= 0) close(fd);
  return !down;
}

int option_of(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

std::optional<std::string_view> wrong_socket(int fd, const Profile& profile) {
  const int type = option_of(fd, SO_TYPE);
  const int family = option_of(fd, SO_DOMAIN);
  const int protocol = option_of(fd, SO_PROTOCOL);
  const bool stream =
      (family == AF_UNIX && (type == SOCK_STREAM || type == SOCK_SEQPACKET)) ||
      ((family == AF_INET || family == AF_INET6) && type == SOCK_STREAM && protocol == IPPROTO_TCP);
  if (!stream) return "a socket that is no TCP or Unix stream";
  if (option_of(fd, SO_ACCEPTCONN) != 0 && !profile.accepts) return "a listening socket";
  return {};
}

// Why a role may not hold this: it leads further than to its other end.
std::optional<std::string_view> wrong_descriptor(int fd, const Profile& profile) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return "a descriptor of no known kind";
  if (S_ISSOCK(info.st_mode)) return wrong_socket(fd, profile);
  if (S_ISDIR(info.st_mode)) return "a folder";
  if (S_ISBLK(info.st_mode) || S_ISCHR(info.st_mode)) return "a device";
  return {};
}

Result<void> set_limit(int which, std::uint64_t most) {
  if (most == 0) return {};
  rlimit now{};
  getrlimit(static_cast<__rlimit_resource_t>(which), &now);
  const rlim_t allowed = std::min<rlim_t>(most, now.rlim_max);
  const rlimit wanted = {allowed, allowed};
  if (setrlimit(static_cast<__rlimit_resource_t>(which), &wanted) == 0) return {};
  return fail(Fault::unavailable, "no-limits",
              fmt::format("Limit {} could not be set: {}.", which, std::strerror(errno)));
}

std::atomic<bool> has_given_up{false};

// A sanitizer reserves terabytes of addresses.
constexpr bool kMemoryCanBeLimited =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    false;
#else
    true;
#endif
#else
    true;
#endif

}  // namespace

Result<void> check_alone_in_net() {
  const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> all(if_nameindex(),
                                                                              if_freenameindex);
  if (!all) return fail(Fault::unavailable, "not-alone", "Network interfaces cannot be listed.");
  for (const auto* one = all.get(); one->if_index != 0; ++one) {
    if (std::string_view(one->if_name) == "lo" && !is_up(one->if_name)) continue;
    return fail(Fault::unavailable, "not-alone",
                fmt::format("This process can see the network interface {}: it must be started by "
                            "its supervisor, in a network namespace of its own.",
                            one->if_name));
  }
  return {};
}

Result<void> check_descriptors(const Profile& profile) {
  for (int fd = kFirstHandedOver; fd < kScannedDescriptors; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) continue;
    if (auto wrong = wrong_descriptor(fd, profile)) {
      return fail(Fault::unavailable, "stray-descriptor",
                  fmt::format("Descriptor {} is {}: a {} may not be handed one.", fd, *wrong,
                              profile.role));
    }
  }
  return {};
}

Result<void> give_up_privileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
    return fail(Fault::unavailable, "not-hardened",
                "The process could not be kept from gaining privileges.");
  }
  if (auto hard = harden_process(); !hard) {
    return fail(Fault::unavailable, "not-hardened", hard.error().detail);
  }
  has_given_up = true;
  return {};
}

Result<void> apply_limits(const Profile& profile) {
  if (kMemoryCanBeLimited) TRY(set_limit(RLIMIT_AS, profile.memory));
  TRY(set_limit(RLIMIT_CPU, profile.cpu_s));
  TRY(set_limit(RLIMIT_FSIZE, profile.file));
  TRY(set_limit(RLIMIT_NOFILE, profile.open_files));
  std::signal(SIGXFSZ, SIG_IGN);  // too long a file is an error of the write, not a death
  return {};
}

}  // namespace guildhall::sandbox

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" int __lsan_is_turned_off();
// LeakSanitizer's question before it stops the process by ptrace, which no box allows.
extern "C" int __lsan_is_turned_off() { return guildhall::sandbox::has_given_up ? 1 : 0; }
#endif
#endif
