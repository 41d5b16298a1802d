// What each role may do, as a few switches: the one place to read, and to change, it.
//
// Concurrency: constants. Limits: those of each role, from base/limits.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/limits.h"

namespace guildhall::sandbox {

// What it may do to files; which ones, its caller names (and the mount namespace holds).
enum class Files : unsigned char { none, read, write };

struct Profile {
  std::string_view role;
  Files files = Files::none;
  bool accepts = false;   // takes connections from listeners that it was handed
  bool connects = false;  // the dialler: makes sockets and connects them
  // By TCP to this port only, and to that of names, where Landlock has ABI 4; 0: to any.
  std::uint16_t tcp_port = 0;
  bool socket_for_libpq =
      false;  // makes a Unix stream socket, and gets a connected one in its place
  bool threads = false;
  bool locks_memory = false;  // the vault's keys lie where the kernel itself does not look
  bool alone_in_net = true;   // refuses to start where any network interface is up
  std::uint64_t memory = 0;   // address space, bytes; 0: as inherited, here and below
  std::uint64_t cpu_s = 0;    // then it is killed
  std::uint64_t file = 0;     // the largest file it may write, bytes
  std::uint64_t open_files = 0;
};

inline constexpr Profile kRoom{.role = "room",
                               .files = Files::write,
                               .accepts = true,
                               .socket_for_libpq = true,
                               .threads = true};

inline constexpr Profile kVault{
    .role = "vault", .files = Files::write, .threads = true, .locks_memory = true};

// Resolves and connects, and hands the connected socket over. Reads the resolver's files.
inline constexpr Profile kDialler{.role = "dialler",
                                  .files = Files::read,
                                  .connects = true,
                                  .alone_in_net = false,
                                  .memory = kSmallRoleMemory,
                                  .file = kMaxSpentFile,
                                  .open_files = kSmallRoleFiles};

// TLS and HTTP of one peer on descriptors handed over. Threads: its HTTP client has some.
inline constexpr Profile kShim{
    .role = "shim", .threads = true, .memory = kSmallRoleMemory, .open_files = kSmallRoleFiles};

inline constexpr Profile kTranslator{
    .role = "translator", .memory = kSmallRoleMemory, .open_files = kSmallRoleFiles};

// One hostile file, from one descriptor to another.
inline constexpr Profile kConverter{.role = "converter",
                                    .memory = kConverterMemory,
                                    .cpu_s = kConverterCpuS,
                                    .file = kMaxConvertedFile,
                                    .open_files = kConverterFiles};

// On a host that gives no process namespaces: the rest of the profile holds it, and the unit that
// the service manager runs it under (docs/operations.md).
constexpr Profile without_namespaces(Profile profile) {
  profile.alone_in_net = false;
  return profile;
}

inline constexpr const Profile* kProfiles[] = {&kRoom, &kVault,      &kDialler,
                                               &kShim, &kTranslator, &kConverter};

}  // namespace guildhall::sandbox
