#include "thief.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "connector/dialler/words.h"
#include "connector/role.h"

namespace guildhall::incident {
namespace {

Loot loot;
bool armed = false;  // the role has entered its box

void act() {
  if (!std::exchange(armed, false)) return;
  harvest(loot);
  try_way(loot);
}

}  // namespace

void Loot::take(std::string_view bytes) {
  constexpr std::string_view kStart = "CANARY-";
  constexpr std::string_view kWord = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  for (auto at = bytes.find(kStart); at != std::string_view::npos; at = bytes.find(kStart)) {
    bytes.remove_prefix(at);
    auto end = std::min(bytes.find_first_not_of(kWord), bytes.size());
    words.emplace(bytes.substr(0, end));
    bytes.remove_prefix(end);
  }
}

std::string Loot::text() const {
  std::string out = "LOOT " + role + " " + way;
  for (const auto& word : words) out += " " + word;
  return out + "\n";
}

// ---- what the linker's --wrap calls (CMakeLists.txt)
using connector::RoleArgs;
using Places = std::vector<sandbox::Place>;
Result<void>
real_enter(const RoleArgs& args, const sandbox::Profile& profile, const Places& files) asm(
    "__real__ZN9guildhall9connector9enter_boxERKNS0_8RoleArgsERKNS_"
    "7sandbox7ProfileERKSt6vectorINS4_"
    "5PlaceESaIS9_EE");
Result<void>
wrapped_enter(const RoleArgs& args, const sandbox::Profile& profile, const Places& files) asm(
    "__wrap__ZN9guildhall9connector9enter_boxERKNS0_8RoleArgsERKNS_"
    "7sandbox7ProfileERKSt6vectorINS4_"
    "5PlaceESaIS9_EE");

Result<void> wrapped_enter(const RoleArgs& args, const sandbox::Profile& profile,
                           const Places& files) {
  constexpr std::string_view kStart = "try-";
  loot.role = profile.role;
  if (args.peer.starts_with(kStart)) loot.way = args.peer.substr(kStart.size());
  armed = !loot.way.empty();
  return real_enter(args, profile, files);
}

extern "C" {
ssize_t __real_recv(int fd, void* into, std::size_t size, int flags);
ssize_t __wrap_recv(int fd, void* into, std::size_t size, int flags);
ssize_t __real_recvmsg(int fd, msghdr* message, int flags);
ssize_t __wrap_recvmsg(int fd, msghdr* message, int flags);
ssize_t __real_read(int fd, void* into, std::size_t size);
ssize_t __wrap_read(int fd, void* into, std::size_t size);

// Frames: a translator has the whole request now.
ssize_t __wrap_recv(int fd, void* into, std::size_t size, int flags) {
  ssize_t got = __real_recv(fd, into, size, flags);
  if (got > 0) loot.take({static_cast<const char*>(into), static_cast<std::size_t>(got)});
  if (got > 0 && loot.role == "translator" && !loot.words.empty()) act();
  return got;
}

// A dialler is asked for a connection, a shim is given one.
ssize_t __wrap_recvmsg(int fd, msghdr* message, int flags) {
  ssize_t got = __real_recvmsg(fd, message, flags);
  if (got <= 0) return got;
  std::string_view word(static_cast<const char*>(message->msg_iov->iov_base),
                        static_cast<std::size_t>(got));
  if (word == connector::kDial || word == connector::kDialled) act();
  return got;
}

// The credential, before the box.
ssize_t __wrap_read(int fd, void* into, std::size_t size) {
  ssize_t got = __real_read(fd, into, size);
  if (got > 0) loot.take({static_cast<const char*>(into), static_cast<std::size_t>(got)});
  return got;
}
}

}  // namespace guildhall::incident
