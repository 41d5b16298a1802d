#include "connector/launcher/launcher.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "connector/dialler/dialler.h"
#include "connector/launcher/database.h"
#include "crypto/hash.h"
#include "gateway/peers/folder.h"
#include "sandbox/enter.h"
#include "sandbox/spawn.h"

namespace guildhall::connector {
namespace {

constexpr const char* kAuthorities = "/etc/ssl/certs/ca-certificates.crt";

// Nothing to read where there is no such file.
gateway::Descriptor open_or_empty(const std::filesystem::path& path) {
  gateway::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return file ? std::move(file) : gateway::Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

std::string_view state_of(bool stopped, bool runs) {
  if (stopped) return "stopped";
  return runs ? "running" : "idle";
}

}  // namespace

Launcher::Launcher(LauncherOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

Launcher::Answer Launcher::answer(std::string_view request) {
  if (request == "peers") {
    auto text = status();
    if (text) return {"ok" + *text, {}};
    return {fmt::format("{} {}", text.error().type, text.error().detail), {}};
  }
  if (request == "database") {
    auto connection = database();
    if (connection) return {"ok", std::move(*connection)};
    return {fmt::format("{} {}", connection.error().type, connection.error().detail), {}};
  }
  constexpr std::string_view kPeer = "peer ";
  if (!request.starts_with(kPeer)) return {"bad-request There is no such request.", {}};
  auto pipe = start(request.substr(kPeer.size()));
  if (pipe) return {"ok", std::move(*pipe)};
  return {fmt::format("{} {}", pipe.error().type, pipe.error().detail), {}};
}

Result<gateway::PeerList> Launcher::peers() const { return gateway::read_peers(options_.room_dir); }

Result<gateway::Descriptor> Launcher::start(std::string_view name) {
  auto list = TRY(peers());
  const auto* peer = list.find(name);
  if (!peer) return fail(Fault::not_found, "no-peer", "The list of peers does not have this one.");
  Running& running = running_[peer->name];
  end(running);
  if (running.stopped) {
    return fail(Fault::forbidden, "peer-stopped",
                "A process of this peer did what none of ours does, and was ended. Look into it; "
                "then start the room anew.");
  }
  std::int64_t now_ms = clock_.now_ms();
  if (running.starts > 0 && now_ms - running.started_ms < kPeerRestartMs) {
    return fail(Fault::unavailable, "peer-restarting", "This peer was started a moment ago.");
  }
  running.started_ms = now_ms;
  ++running.starts;
  signers_ = TRY(gateway::peer_signers(options_.room_dir));
  auto pipe = start_roles(*peer, running);
  if (!pipe) {
    log_line(LogLevel::error, "a peer could not be started",
             {{"type", pipe.error().type}, {"why", std::string_view(pipe.error().detail)}});
    end(running);
  }
  return pipe;
}

Result<gateway::Descriptor> Launcher::start_roles(const gateway::Peer& peer, Running& running) {
  auto to_dialler = TRY(gateway::message_pair());
  auto to_shim = TRY(gateway::stream_pair());
  auto to_room = TRY(gateway::stream_pair());
  auto folder = gateway::peers_folder(options_.room_dir);
  auto note = gateway::peers_note(options_.room_dir);
  gateway::Descriptor dialler_note = open_or_empty(note);
  gateway::Descriptor shim_note = open_or_empty(note);
  gateway::Descriptor credential = open_or_empty(folder / fmt::format("{}.key", peer.name));
  gateway::Descriptor authorities = open_or_empty(kAuthorities);
  gateway::Descriptor spent(open((folder / fmt::format("{}.spent", peer.name)).c_str(),
                                 O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!spent) {
    return fail(Fault::unavailable, "file-failed", "What a peer was sent cannot be written down.");
  }
  auto& children = running.children;
  children.push_back(TRY(start_role(
      "dialler", peer, {to_dialler.there.get(), dialler_note.get(), spent.get()}, false)));
  children.push_back(TRY(start_role("shim", peer,
                                    {to_shim.there.get(), to_dialler.here.get(), shim_note.get(),
                                     credential.get(), authorities.get()},
                                    true)));
  children.push_back(
      TRY(start_role("translator", peer, {to_room.there.get(), to_shim.here.get()}, true)));
  return std::move(to_room.here);
}

Result<pid_t> Launcher::start_role(std::string_view role, const gateway::Peer& peer,
                                   std::vector<int> descriptors, bool own_network) {
  sandbox::Spawn what;
  what.executable = (options_.executables / fmt::format("guildhall-{}", role)).string();
  what.args = {fmt::format("guildhall-{}", role), "--peer", peer.name};
  for (const auto& signer : signers_) {
    what.args.emplace_back("--signer");
    what.args.push_back(crypto::to_hex(signer));
  }
  what.descriptors = std::move(descriptors);
  if (options_.insecure) {
    what.args.emplace_back("--insecure-no-sandbox");
    what.namespaces = {false, false, false, false, false, false};
  } else {
    what.namespaces.net = own_network;
    if (!own_network) what.files = resolver_files();
  }
  return sandbox::spawn(what);
}

Result<std::string> Launcher::status() const {
  auto list = TRY(peers());
  JsonWriter out;
  out.begin_object().field("sandboxed", !options_.insecure).key("peers").begin_array();
  for (const auto& peer : list.peers) {
    auto at = running_.find(peer.name);
    bool known = at != running_.end();
    out.begin_object()
        .field("name", peer.name)
        .field("host", peer.host)
        .field("dialect", peer.dialect == gateway::Vendor::anthropic ? "anthropic" : "openai")
        .field("state",
               state_of(known && at->second.stopped, known && !at->second.children.empty()))
        .field("starts", known ? at->second.starts : 0)
        .field("bytes_per_day", peer.bytes_per_day)
        .end_object();
  }
  out.end_array().end_object();
  return out.take();
}

Result<gateway::Descriptor> Launcher::database() const {
  auto store = options_.store;
  if (store.empty()) store = TRY(store_of(options_.room_dir));
  return connect_database(TRY(database_address(store)));
}

void Launcher::end(Running& running) {
  for (pid_t child : std::exchange(running.children, {})) {
    kill(child, SIGKILL);
    int status = 0;
    if (waitpid(child, &status, 0) == child) judge(running, status);
  }
}

// One whose sandbox stopped it takes the others with it, and any of them may be seen to end first.
void Launcher::judge(Running& running, int status) {
  bool refused = (WIFEXITED(status) && WEXITSTATUS(status) == sandbox::kRefusedStatus) ||
                 (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
  if (!refused) return;
  running.stopped = true;
  log_line(LogLevel::error, "a process of a peer was stopped by its sandbox");
}

void Launcher::reap(pid_t child, int status) {
  for (auto& [name, running] : running_) {
    if (std::erase(running.children, child) == 0) continue;
    judge(running, status);
    end(running);
    return;
  }
}

void Launcher::end_all() {
  for (auto& [name, running] : running_) end(running);
}

}  // namespace guildhall::connector
