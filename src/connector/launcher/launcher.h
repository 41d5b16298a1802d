// The launcher: starts the processes that reach a room's peers, each in its box, and hands the room
// a pipe to them. It speaks to nobody else, holds no key, and parses one word and a name.
//
//   peer NAME   → `ok` and JSON, {"start": n, "roles": [{"role", "sha256"}]}, with a pipe of frames
//                 (gateway/frames.h), the processes being fresh ones
//   peers       → `ok` and JSON: who there is, and how they are (status.h)
//   database    → `ok` and a connection to the room's PostgreSQL, and to no other
//   else, and where it cannot be done:  TYPE, a blank, a sentence
//
// A peer has three: dialler, shim, translator (docs/architecture.md). When one of them ends, so do
// the others, and the room may ask again. A peer of which one was refused a system call, was
// stopped by its sandbox or closed its output is ended and not started again until the launcher is:
// what it did, no honest one does. A peer that was taken off the list, or stands there otherwise,
// is ended within kPeerListMs; the room may ask for it as it stands there.
//
// Concurrency: one thread, the loop's. Limits: kMaxPeers, kPeerRestartMs between two starts of one
// peer, kRoleSilentMs, kPeerListMs.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connector/launcher/status.h"
#include "connector/loop.h"
#include "gateway/descriptors.h"
#include "gateway/peers/peers.h"

namespace guildhall::connector {

struct LauncherOptions {
  std::filesystem::path room_dir;
  std::filesystem::path executables;  // the folder of guildhall-dialler and the others
  std::string store;                  // empty: room.json's
  bool insecure = false;              // no sandbox, for development
  bool no_namespaces = false;         // this host boxes nothing: no peer is started
};

class Launcher {
 public:
  Launcher(LauncherOptions options, const Clock& clock, Loop& loop);

  struct Answer {
    std::string text;
    gateway::Descriptor pipe;
  };
  Answer answer(std::string_view request);
  // A child has ended.
  void reap(pid_t child, int status);
  void end_all();

 private:
  // What a role is handed, and whether it has a network of its own.
  struct Part {
    std::string_view role;
    std::vector<int> descriptors;
    bool own_network = true;
  };

  Result<gateway::PeerList> peers() const;
  Result<Answer> start(std::string_view name);
  Result<gateway::Descriptor> start_roles(const gateway::Peer& peer, PeerRun& run);
  Result<void> start_role(const Part& part, const gateway::Peer& peer, PeerRun& run);
  Result<std::string> status() const;
  Result<gateway::Descriptor> database() const;
  void on_output(const std::string& peer, pid_t child);
  std::int64_t look_for_silent();
  // Ends those that the list has no more, or otherwise.
  std::int64_t look_at_list();
  void mark(PeerRun& run, std::string_view role, std::string_view why, std::string_view call);
  void judge(PeerRun& run, RoleProcess& process, int status);
  void stop(PeerRun& run, std::string_view role, std::string_view why, std::string_view call);
  void end(PeerRun& run);

  const LauncherOptions options_;
  const Clock& clock_;
  Loop& loop_;
  std::vector<std::string> signers_;
  std::int64_t listed_ms_ = 0;  // when the list was last looked at for those that run
  std::map<std::string, PeerRun, std::less<>> runs_;
};

}  // namespace guildhall::connector
