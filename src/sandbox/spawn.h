// Starts a role as a fresh exec in namespaces of its own, without any privileged helper.
//
// Operation. The child is cloned straight into new user, network, mount, pid, ipc and uts
// namespaces, maps its own user and group onto themselves, and pivots into an empty, read-only root
// that holds the executable, the system's library folders and the places named, nothing else (no
// /proc, no /dev). It has no capability, cannot gain any, has no terminal, leaves no core dump, and
// is killed when its parent dies. It inherits the standard streams and the descriptors given, as
// 3, 4, …, and sees no variable of the parent's environment. In its pid namespace it is process 1:
// what kills it kills all of it, and a signal that it has no handler for does nothing to it,
// SIGKILL from outside excepted (so an abort() shows as SIGSEGV, its last resort). A failure
// between clone and exec comes back as an error that names the step.
//
// Concurrency: call from a process without other threads (a supervisor); the caller reaps the
// child. Limits: kMaxHandedOver descriptors, kMaxPlaces places.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/place.h"

namespace guildhall::sandbox {

// The first descriptor handed over.
inline constexpr int kFirstHandedOver = 3;

// Those the child gets anew. All but what a role is meant to share: the dialler shares the network.
struct Namespaces {
  bool user = true;  // without it the others need root
  bool net = true;
  bool mount = true;
  bool pid = true;
  bool ipc = true;
  bool uts = true;
};

struct Spawn {
  std::string executable;                // absolute path
  std::vector<std::string> args;         // argv, the first included
  std::vector<int> descriptors;          // become 3, 4, …; they stay the caller's
  std::vector<std::string> environment;  // NAME=value, all there is
  Namespaces namespaces;
  std::vector<Place> files;  // besides the executable and the libraries; ignored without `mount`
  // Becomes its standard output and error, and stands where its input was; -1: its parent's.
  int output = -1;
  bool terminal = false;  // keeps that of its parent, to ask for a passphrase at
  // Keeps the rights of its parent: a launcher of others, since Linux lets root map itself into a
  // namespace only with CAP_SETFCAP.
  bool privileged = false;
};

// The child's pid, as the caller sees it. Errors: invalid/"bad-spawn", unavailable/
// "no-user-namespaces" (what the host must change is said), unavailable/"spawn-failed".
Result<pid_t> spawn(const Spawn& what);

// Tries all namespaces once, in a child that does nothing else. The errors are those of spawn.
Result<void> namespaces_available();

}  // namespace guildhall::sandbox
