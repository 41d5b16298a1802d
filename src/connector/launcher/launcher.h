// The launcher: starts the processes that reach a room's peers, each in its box, and hands the room
// a pipe to them. It speaks to nobody else, holds no key, and parses one word and a name.
//
//   peer NAME   → `ok` and a pipe of frames (gateway/frames.h), the processes being fresh ones
//   peers       → `ok` and JSON: who there is, and how they are
//   database    → `ok` and a connection to the room's PostgreSQL, and to no other
//   else, and where it cannot be done:  TYPE, a blank, a sentence
//
// A peer has three: dialler, shim, translator (docs/architecture.md). When one of them ends, so do
// the others, and the room may ask again. One that its sandbox had to stop is not started again
// until the launcher is: what it did, no honest one does.
//
// Concurrency: one thread. Limits: kMaxPeers, kPeerRestartMs between two starts of one peer.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gateway/descriptors.h"
#include "gateway/peers/peers.h"

namespace guildhall::connector {

struct LauncherOptions {
  std::filesystem::path room_dir;
  std::filesystem::path executables;  // the folder of guildhall-dialler and the others
  std::string store;                  // empty: room.json's
  bool insecure = false;              // no sandbox, for development
};

class Launcher {
 public:
  Launcher(LauncherOptions options, const Clock& clock);

  struct Answer {
    std::string text;
    gateway::Descriptor pipe;
  };
  Answer answer(std::string_view request);
  // A child has ended.
  void reap(pid_t child, int status);
  void end_all();

 private:
  struct Running {
    std::vector<pid_t> children;
    std::int64_t started_ms = 0;
    std::int64_t starts = 0;
    bool stopped = false;  // by its sandbox
  };

  Result<gateway::PeerList> peers() const;
  Result<gateway::Descriptor> start(std::string_view name);
  Result<gateway::Descriptor> start_roles(const gateway::Peer& peer, Running& running);
  Result<pid_t> start_role(std::string_view role, const gateway::Peer& peer,
                           std::vector<int> descriptors, bool own_network);
  Result<std::string> status() const;
  Result<gateway::Descriptor> database() const;
  static void end(Running& running);
  static void judge(Running& running, int status);

  const LauncherOptions options_;
  const Clock& clock_;
  std::vector<std::string> signers_;
  std::map<std::string, Running, std::less<>> running_;
};

}  // namespace guildhall::connector
