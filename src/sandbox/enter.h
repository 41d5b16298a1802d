// Called first thing in a role's main(): checks the world it was started in, and gives up all that
// the role will not need.
//
// Operation. Checks: no network interface is up (roles that must be alone), no handed-over
// descriptor leads further than its other end. Then: no new privileges, not dumpable, limits,
// Landlock as far as the kernel offers it, and seccomp last, for all threads. Where a mandatory
// layer is missing it is an error, and the role must end with status 2. There is no way around it
// in here: a caller with a development flag does not call it, and says so (shout_insecure).
//
// A call that no honest code of ours makes is refused with EACCES and one line on standard error;
// one that the table of calls.cpp does not know ends the process with status kRefusedStatus. A
// thread that blocks SIGSYS is killed by it in both cases, unheard but for its supervisor: threads
// leave SIGSYS alone. What libraries try without need (opening files, clone3) is refused silently.
//
// Concurrency: before other threads start. refused_calls: any thread.
// Limits: those of the profile; kMaxPlaces, kMaxRefusalLines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sandbox/place.h"
#include "sandbox/profiles.h"

namespace guildhall::sandbox {

inline constexpr int kRefusedStatus = 86;

// What holds, besides the mandatory layers.
struct Report {
  std::string role;
  bool alone_in_net = false;
  int landlock_abi = 0;  // 0: the kernel has none
  bool landlock_tcp = false;
  bool landlock_scopes = false;       // abstract Unix sockets and signals
  bool secret_memory = false;         // the kernel offers memfd_secret
  std::uint64_t lockable_memory = 0;  // bytes
};

// `files` are what the role may see of the disk, as given to spawn. Errors, all unavailable:
// "not-alone", "stray-descriptor", "not-hardened", "no-limits", "no-landlock", "no-seccomp".
Result<Report> enter(const Profile& profile, const std::vector<Place>& files = {});

// A JSON object, for /healthz.
std::string to_json(const Report& report);

// Of a system call of this machine; empty for a number that is none.
std::string call_name(int number);

// How many calls have been refused aloud since enter.
std::uint64_t refused_calls();

// For callers that run a role without, because they were told to.
void shout_insecure(std::string_view role);
// For those that enter without_namespaces.
void shout_no_namespaces(std::string_view role);

}  // namespace guildhall::sandbox
