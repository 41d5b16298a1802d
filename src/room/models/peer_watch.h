// What the room writes down of the processes that reach its peers, so that "what went through that
// one" has an answer. A start is a deed for each role, durable before the first byte goes to it:
//
//   peer.start   object: the run   version: the peer   detail: 1 dialler, 2 shim, 3 translator
//                hash: SHA-256 of the executable
//   peer.end     object: the run   version: the peer
//   peer.stop    the same, where its sandbox had to stop it; detail: the role
//
// The peer is told by a number under a key of the vault's, its name being content. Ends are found
// by asking the launcher every kPeerLookMs, so they are written later than they were, never
// earlier; a room that dies leaves its runs without an end. Each exchange has its runs in its row
// (gateway/exchanges.h).
//
// Concurrency: any thread; `step` from one. Limits: kPeerLookMs.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/mutex.h"
#include "gateway/exchanges.h"
#include "room/launcher_channel.h"

namespace guildhall::room {

// Of a role's number in a deed; empty for one that is none.
std::string_view peer_role_word(std::int64_t number);

class PeerWatch {
 public:
  PeerWatch(const gateway::Context& ctx, LauncherChannel& launcher)
      : ctx_(ctx), launcher_(launcher) {}

  // A pipe to fresh processes, whose start is in the store. The caller owns it. Errors: those of
  // the launcher and of the store.
  struct Opened {
    int fd = -1;
    PeerRunId run;
  };
  Result<Opened> open(const std::string& peer) EXCLUDES(mutex_);

  // Writes ends down, at most every kPeerLookMs. For housekeeping.
  void step() EXCLUDES(mutex_);

  // As the launcher gives it (connector/launcher/status.h), now. Errors: the launcher's.
  Result<std::string> list() { return launcher_.peers(); }
  // The name of the first of this kind; empty: there is none. Errors: the launcher's.
  Result<std::string> first_of(std::string_view kind);

 private:
  struct Run {
    PeerRunId id;
    std::int64_t peer = 0;   // its number in the log
    std::int64_t start = 0;  // the launcher's count
  };
  Result<void> record_start(const std::string& peer, const std::string& told, Run& run);
  bool record_end(const Run& run, const json::value* told);

  const gateway::Context ctx_;
  LauncherChannel& launcher_;
  Mutex mutex_;
  std::map<std::string, Run> open_ GUARDED_BY(mutex_);
  std::vector<std::pair<std::string, Run>> over_ GUARDED_BY(mutex_);  // replaced by another
  std::int64_t next_ms_ = 0;                                          // of `step`
};

// The number by which the log tells a peer. Error: locked/"locked".
Result<std::int64_t> peer_number(store::Tx& tx, const gateway::Context& ctx, std::string_view name);

}  // namespace guildhall::room
