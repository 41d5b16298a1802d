// What the launcher knows of a peer's processes, and how it tells the room:
//
//   {"sandboxed": bool, "items": [{"name", "host", "kind", "dialect", "state":
//   "idle"|"running"|"stopped",
//    "starts", "started_at", "ended_at", "stopped_by": {"role", "why", "call"}|null, "bytes_today",
//    "bytes_per_day"}], "next": null}
//
// "why" is "refused" (a system call, which is named), "ended" (one that is in no table), "killed"
// (by the kernel, unheard) or "silent" (it closed what its refusals are told on).
//
// Concurrency: values. Limits: kMaxPeers.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connector/launcher/role_log.h"
#include "gateway/peers/peers.h"

namespace guildhall::connector {

struct RoleProcess {
  pid_t pid = -1;
  std::string role;
  std::string sha256;  // of its executable, hexadecimal
  std::unique_ptr<RoleLog> log;
  std::int64_t silent_ms = 0;  // since when its output is closed, on the launcher's clock; 0: not
};

// The processes of one peer: those that run, or the last ones.
struct PeerRun {
  std::vector<RoleProcess> processes;  // none: they have ended
  std::string entry;                   // of the list, when they were started
  std::int64_t begun_ms = 0;           // on the launcher's clock
  std::int64_t starts = 0;
  TimeMs started_at = 0;
  TimeMs ended_at = 0;
  std::string stopped_role;  // empty: none was
  std::string_view why;
  std::string call;

  bool stopped() const { return !stopped_role.empty(); }
};
using PeerRuns = std::map<std::string, PeerRun, std::less<>>;

// Error: unavailable/"file-failed".
Result<std::string> digest_of_file(const std::filesystem::path& path);

std::string start_json(const PeerRun& run);
std::string status_json(const gateway::PeerList& list, const PeerRuns& runs,
                        const std::filesystem::path& room_dir, bool sandboxed);

}  // namespace guildhall::connector
