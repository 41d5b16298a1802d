// Landlock, by raw system call and with numbers of our own: the headers of Debian 12 end at ABI 2,
// while the kernel may be newer than they.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "sandbox/layers.h"

namespace guildhall::sandbox {
namespace {

constexpr unsigned kVersion = 1;               // flag: tell the ABI
constexpr int kPathBeneath = 1, kNetPort = 2;  // kinds of rules
constexpr int kKnownAbi = 7;

// Rights to files, by the ABI that brought them.
constexpr std::uint64_t kExecute = 1ULL << 0U, kWriteFile = 1ULL << 1U, kReadFile = 1ULL << 2U,
                        kReadDir = 1ULL << 3U, kRemoveDir = 1ULL << 4U, kRemoveFile = 1ULL << 5U,
                        kMakeDir = 1ULL << 7U, kMakeReg = 1ULL << 8U, kRefer = 1ULL << 13U,
                        kTruncate = 1ULL << 14U, kIoctlDev = 1ULL << 15U;
constexpr std::uint64_t kAllOfAbi1 = (1ULL << 13U) - 1;
constexpr std::uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDev;
constexpr std::uint64_t kReading = kReadFile | kReadDir;
constexpr std::uint64_t kWriting =
    kReading | kWriteFile | kRemoveDir | kRemoveFile | kMakeDir | kMakeReg | kRefer | kTruncate;
constexpr std::uint64_t kBindTcp = 1, kConnectTcp = 2;
constexpr std::uint64_t kNamesPort = 53;
constexpr std::uint64_t kScopeAbstractUnix = 1, kScopeSignal = 2;

struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t net = 0;    // ABI 4
  std::uint64_t scope = 0;  // ABI 6
};

struct __attribute__((packed)) PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t folder = -1;
};

struct NetPort {
  std::uint64_t allowed = 0;
  std::uint64_t port = 0;
};

std::unexpected<Error> landlock_failed(std::string_view what) {
  return fail(
      Fault::unavailable, "no-landlock",
      fmt::format("The kernel offers Landlock, but {} failed: {}.", what, std::strerror(errno)));
}

// What is taken away, unless a rule gives it back. Kernels refuse what they do not know.
Ruleset handled(int abi, const Profile& profile) {
  Ruleset out;
  out.files = kAllOfAbi1;
  if (abi >= 2) out.files |= kRefer;
  if (abi >= 3) out.files |= kTruncate;
  if (abi >= 5) out.files |= kIoctlDev;
  const bool any_port = profile.connects && profile.tcp_port == 0;
  if (abi >= 4) out.net = any_port ? kBindTcp : kBindTcp | kConnectTcp;
  if (abi >= 6) out.scope = kScopeAbstractUnix | kScopeSignal;
  return out;
}

Result<void> give_back(int ruleset, const Ruleset& taken, const Profile& profile,
                       const Place& place) {
  PathBeneath rule;
  rule.folder = open(place.path.c_str(), O_PATH | O_CLOEXEC);
  struct stat info{};
  if (rule.folder < 0 || fstat(rule.folder, &info) != 0) {
    if (rule.folder >= 0) close(rule.folder);
    return landlock_failed("opening " + place.path);
  }
  const bool writable = place.writable && profile.files == Files::write;
  rule.allowed = (writable ? kWriting : kReading) & taken.files;
  if (!S_ISDIR(info.st_mode)) rule.allowed &= kOfFiles;
  const auto added = syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0);
  const int error = errno;
  close(rule.folder);
  errno = error;
  if (added != 0) return landlock_failed("a rule for " + place.path);
  return {};
}

Result<void> give_back_ports(int ruleset, const Ruleset& taken, const Profile& profile) {
  if (!profile.connects || (taken.net & kConnectTcp) == 0) return {};
  for (std::uint64_t port : {std::uint64_t{profile.tcp_port}, kNamesPort}) {
    const NetPort rule{kConnectTcp, port};
    if (syscall(SYS_landlock_add_rule, ruleset, kNetPort, &rule, 0) != 0) {
      return landlock_failed("a rule for a port");
    }
  }
  return {};
}

}  // namespace

Result<Landlock> restrict_with_landlock(const Profile& profile, const std::vector<Place>& files) {
  Landlock out;
  const auto offered = syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersion);
  if (offered < 1) return out;  // not compiled in, or switched off at boot
  out.abi = static_cast<int>(offered);
  const Ruleset taken = handled(std::min(out.abi, kKnownAbi), profile);
  const auto ruleset =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &taken, sizeof taken, 0));
  if (ruleset < 0) return landlock_failed("making rules");
  Result<void> given;
  for (const auto& place : files) {
    if (given && profile.files != Files::none && !place.hidden)
      given = give_back(ruleset, taken, profile, place);
  }
  if (given) given = give_back_ports(ruleset, taken, profile);
  if (given && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
    given = landlock_failed("applying them");
  }
  close(ruleset);
  TRY(std::move(given));
  out.tcp = taken.net != 0;
  out.scopes = taken.scope != 0;
  return out;
}

}  // namespace guildhall::sandbox
