// The supervisor: owns the listening socket and keeps one server process running behind it.
//
// Operation. The server is a fresh exec, never a fork that goes on: it inherits the socket as
// descriptor 3 and standard streams, nothing else, and an environment of a few named variables.
// When it dies unexpectedly it is started again (at once, then after kRestartBackoffMs, doubled up
// to kRestartBackoffMaxMs); connections wait in the socket's backlog meanwhile. SIGHUP asks it to
// finish and starts it anew; SIGTERM and SIGINT ask it to finish and end the supervisor with its
// status. Who does not finish in kChildStopMs is killed. The server dies with the supervisor. Who
// is boxed has a network namespace of its own, with nothing in it: what it was handed is all it
// has.
//
// Companions (the vault, the launcher) are started with the server, for each anew, with socket
// pairs between it and each of them that nobody else holds; a companion ends when its last one
// does. When one dies first, the server is asked to finish, and all are started again.
//
// Concurrency: call from the main thread of a process without other threads; signals are taken
// over until it returns.
// Limits: kChildStopMs, kRestartBackoffMs, kRestartBackoffMaxMs, kChildSteadyMs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.h"
#include "sandbox/place.h"

namespace guildhall::cli {

// The descriptor the server finds its socket at; also told in GUILDHALL_LISTEN_FD.
inline constexpr int kInheritedListenFd = 3;

struct Companion {
  std::string name;  // for the log
  std::string executable;
  std::vector<std::string> args;           // argv, the first included
  int channels = 1;                        // socket pairs; its ends are descriptors 3, 4, …
  bool messages = false;                   // that keep whole messages apart, instead of streams
  bool boxed = false;                      // as the server
  std::vector<sandbox::Place> files = {};  // all that it sees then; none: what everybody sees
};

struct SupervisorOptions {
  std::string executable;                     // path, not searched for
  std::vector<std::string> args;              // argv, the first included
  int listen_fd = -1;                         // stays the caller's
  std::vector<std::string> keep_environment;  // names passed on besides the usual few
  bool boxed = false;
  std::vector<sandbox::Place> files;  // as a companion's
  // The server's ends of their channels are descriptors 4, 5, …, in this order.
  std::vector<Companion> companions;
  std::int64_t stop_ms = kChildStopMs;
  std::int64_t backoff_ms = kRestartBackoffMs;
  // A server that ends by itself with one of these is not started again: it said why it cannot run.
  std::vector<int> final_statuses = {2};
};

// Runs until the server is ended on purpose. Its exit status; 128 + signal when it was killed, but
// 0 where that was the signal that asked it to finish, before it could take it; 127 when it could
// not be executed at all.
int supervise(const SupervisorOptions& options);

}  // namespace guildhall::cli
