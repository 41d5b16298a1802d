#include "connector/launcher/launcher.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

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

constexpr std::string_view kRefused = "refused";  // status.h says what these are
constexpr std::string_view kEnded = "ended";
constexpr std::string_view kKilled = "killed";
constexpr std::string_view kSilent = "silent";

}  // namespace

Launcher::Launcher(LauncherOptions options, const Clock& clock, Loop& loop)
    : options_(std::move(options)), clock_(clock), loop_(loop) {
  loop_.on_round([this] {
    auto silent_ms = look_for_silent();
    auto list_ms = look_at_list();
    return silent_ms < 0 ? list_ms : list_ms < 0 ? silent_ms : std::min(silent_ms, list_ms);
  });
}

Launcher::Answer Launcher::answer(std::string_view request) {
  auto refusal = [](const Error& error) {
    return Answer{fmt::format("{} {}", error.type, error.detail), {}};
  };
  if (request == "peers") {
    auto text = status();
    return text ? Answer{"ok" + *text, {}} : refusal(text.error());
  }
  if (request == "database") {
    auto connection = database();
    return connection ? Answer{"ok", std::move(*connection)} : refusal(connection.error());
  }
  constexpr std::string_view kPeer = "peer ";
  if (!request.starts_with(kPeer)) return {"bad-request There is no such request.", {}};
  auto started = start(request.substr(kPeer.size()));
  return started ? std::move(*started) : refusal(started.error());
}

Result<gateway::PeerList> Launcher::peers() const { return gateway::read_peers(options_.room_dir); }

Result<Launcher::Answer> Launcher::start(std::string_view name) {
  if (options_.no_namespaces) {
    return fail(Fault::unavailable, "no-box",
                "This host gives no process a network of its own, so nothing is reached from it.");
  }
  auto list = TRY(peers());
  const auto* peer = list.find(name);
  if (!peer) return fail(Fault::not_found, "no-peer", "The list of peers does not have this one.");
  PeerRun& run = runs_[peer->name];
  end(run);
  if (run.stopped()) {
    return fail(Fault::forbidden, "peer-stopped",
                "A process of this peer did what none of ours does, and was ended. Look into it; "
                "then start the room anew.");
  }
  std::int64_t now_ms = clock_.now_ms();
  if (run.starts > 0 && now_ms - run.begun_ms < kPeerRestartMs) {
    return fail(Fault::unavailable, "peer-restarting", "This peer was started a moment ago.");
  }
  run.begun_ms = now_ms;
  run.entry = peer->to_json_text();
  run.started_at = system_clock().now_ms();
  run.ended_at = 0;
  ++run.starts;
  signers_ = TRY(gateway::peer_signers(options_.room_dir));
  auto pipe = start_roles(*peer, run);
  if (pipe) return Answer{"ok" + start_json(run), std::move(*pipe)};
  log_line(LogLevel::error, "a peer could not be started",
           {{"type", pipe.error().type}, {"why", std::string_view(pipe.error().detail)}});
  end(run);
  return std::unexpected(pipe.error());
}

Result<gateway::Descriptor> Launcher::start_roles(const gateway::Peer& peer, PeerRun& run) {
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
  TRY(start_role({"dialler", {to_dialler.there.get(), dialler_note.get(), spent.get()}, false},
                 peer, run));
  TRY(start_role({"shim",
                  {to_shim.there.get(), to_dialler.here.get(), shim_note.get(), credential.get(),
                   authorities.get()}},
                 peer, run));
  TRY(start_role({"translator", {to_room.there.get(), to_shim.here.get()}}, peer, run));
  return std::move(to_room.here);
}

Result<void> Launcher::start_role(const Part& part, const gateway::Peer& peer, PeerRun& run) {
  auto name = fmt::format("guildhall-{}", part.role);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return fail(Fault::unavailable, "no-descriptors", "The process has no descriptors left.");
  }
  auto log = std::make_unique<RoleLog>(part.role, gateway::Descriptor(ends[0]));
  gateway::Descriptor output(ends[1]);
  sandbox::Spawn what;
  what.executable = (options_.executables / name).string();
  what.args = {name, "--peer", peer.name};
  for (const auto& signer : signers_) {
    what.args.emplace_back("--signer");
    what.args.push_back(crypto::to_hex(signer));
  }
  what.descriptors = part.descriptors;
  what.output = output.get();
  if (options_.insecure) {
    what.args.emplace_back("--insecure-no-sandbox");
    what.namespaces = {false, false, false, false, false, false};
  } else {
    what.namespaces.net = part.own_network;
    if (!part.own_network) what.files = resolver_files();
  }
  auto digest = TRY(digest_of_file(what.executable));
  pid_t child = TRY(sandbox::spawn(what));
  loop_.watch(log->fd(), EPOLLIN,
              [this, peer = peer.name, child](std::uint32_t) { on_output(peer, child); });
  run.processes.push_back({child, std::string(part.role), std::move(digest), std::move(log)});
  return {};
}

Result<std::string> Launcher::status() const {
  return status_json(TRY(peers()), runs_, options_.room_dir,
                     !options_.insecure && !options_.no_namespaces);
}

Result<gateway::Descriptor> Launcher::database() const {
  auto store = options_.store;
  if (store.empty()) store = TRY(store_of(options_.room_dir));
  return connect_database(TRY(database_address(store)));
}

void Launcher::on_output(const std::string& peer, pid_t child) {
  PeerRun& run = runs_[peer];
  auto at = std::ranges::find(run.processes, child, &RoleProcess::pid);
  if (at == run.processes.end()) return;
  if (!at->log->read()) {
    loop_.forget(at->log->fd());
    at->silent_ms = clock_.now_ms();
  }
  if (!at->log->refused().empty()) stop(run, at->role, kRefused, at->log->refused());
}

// Who ends closes its output, too, and is reaped a moment later.
std::int64_t Launcher::look_for_silent() {
  std::int64_t next_ms = -1;
  for (auto& [name, run] : runs_) {
    auto at =
        std::ranges::find_if(run.processes, [](const auto& one) { return one.silent_ms > 0; });
    if (at == run.processes.end()) continue;
    auto left_ms = at->silent_ms + kRoleSilentMs - clock_.now_ms();
    if (left_ms > 0) {
      next_ms = next_ms < 0 ? left_ms : std::min(next_ms, left_ms);
    } else {
      stop(run, at->role, kSilent, "");
    }
  }
  return next_ms;
}

// A list that cannot be read lists nobody.
std::int64_t Launcher::look_at_list() {
  auto runs = [](const auto& one) { return !one.second.processes.empty(); };
  if (std::ranges::none_of(runs_, runs)) return -1;
  auto left_ms = listed_ms_ + kPeerListMs - clock_.now_ms();
  if (left_ms > 0) return left_ms;
  listed_ms_ = clock_.now_ms();
  auto list = peers();
  for (auto& [name, run] : runs_) {
    const auto* peer = list ? list->find(name) : nullptr;
    if (run.processes.empty() || (peer && peer->to_json_text() == run.entry)) continue;
    log_line(LogLevel::info, "a peer is not listed as it was: its processes are ended");
    end(run);
  }
  return kPeerListMs;
}

void Launcher::stop(PeerRun& run, std::string_view role, std::string_view why,
                    std::string_view call) {
  mark(run, role, why, call);
  end(run);
}

void Launcher::mark(PeerRun& run, std::string_view role, std::string_view why,
                    std::string_view call) {
  if (run.stopped()) return;  // the first is why the others ended
  run.stopped_role = role;
  run.why = why;
  run.call = call;
  log_line(LogLevel::error, "a process of a peer was stopped by its sandbox",
           {{"role", std::string_view(run.stopped_role)},
            {"why", why},
            {"call", std::string_view(run.call)}});
}

// One whose sandbox stopped it takes the others with it, and any of them may be seen to end first.
void Launcher::judge(PeerRun& run, RoleProcess& process, int status) {
  while (process.log->read()) {
  }
  loop_.forget(process.log->fd());
  run.ended_at = system_clock().now_ms();
  bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
  bool ended = WIFEXITED(status) && WEXITSTATUS(status) == sandbox::kRefusedStatus;
  const auto& call = process.log->refused();
  if (!killed && !ended && call.empty()) return;
  mark(run, process.role, killed ? kKilled : ended ? kEnded : kRefused, call);
}

void Launcher::end(PeerRun& run) {
  for (auto& process : std::exchange(run.processes, {})) {
    kill(process.pid, SIGKILL);
    int status = 0;
    if (waitpid(process.pid, &status, 0) == process.pid) judge(run, process, status);
  }
}

void Launcher::reap(pid_t child, int status) {
  for (auto& [name, run] : runs_) {
    auto at = std::ranges::find(run.processes, child, &RoleProcess::pid);
    if (at == run.processes.end()) continue;
    auto process = std::move(*at);
    run.processes.erase(at);
    judge(run, process, status);
    end(run);
    return;
  }
}

void Launcher::end_all() {
  for (auto& [name, run] : runs_) end(run);
}

}  // namespace guildhall::connector
