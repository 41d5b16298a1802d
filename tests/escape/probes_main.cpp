// escape-probes: runs one way out, in one role, with layers of its sandbox left out as asked.
//
//   escape-probes list                                      the probes, one a line
//   escape-probes run ROLE WITHOUT PROBE MARKER FOLDER      what became of one, as a line
//
// WITHOUT is "nothing", "everything" (the control), or some of seccomp,landlock,net,mount,pid. The
// launcher, which is what the role's supervisor would be, executes itself as `inside`.

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "kit.h"
#include "probe.h"
#include "sandbox/enter.h"
#include "sandbox/layers.h"
#include "sandbox/spawn.h"

namespace guildhall::escape {
namespace {

std::vector<Probe> all_probes() {
  std::vector<Probe> out;
  for (auto some :
       {network_probes(), descriptor_probes(), file_probes(), process_probes(), kernel_probes()}) {
    out.insert(out.end(), some.begin(), some.end());
  }
  return out;
}

bool lacks(std::string_view without, std::string_view layer) {
  return without == "everything" || without.find(layer) != std::string_view::npos;
}

const sandbox::Profile& profile_of(std::string_view role) {
  for (const auto* profile : sandbox::kProfiles) {
    if (profile->role == role) return *profile;
  }
  fmt::print(stderr, "no such role\n");
  std::exit(2);
}

// ---- inside: argv is inside ROLE WITHOUT PROBE, then the world's members

// What enter() does, but for the layers that are to be missing.
Result<void> confine(const sandbox::Profile& profile, std::string_view without,
                     const std::vector<sandbox::Place>& files) {
  if (without == "nothing") {
    TRY(sandbox::enter(profile, files));
    return {};
  }
  if (profile.alone_in_net && !lacks(without, "net")) TRY(sandbox::check_alone_in_net());
  TRY(sandbox::give_up_privileges());
  TRY(sandbox::apply_limits(profile));
  if (!lacks(without, "landlock")) TRY(sandbox::restrict_with_landlock(profile, files));
  if (!lacks(without, "seccomp")) TRY(sandbox::install_filter(profile));
  return {};
}

void answer(const Outcome& outcome) {
  constexpr const char* kWords[] = {"through", "blocked", "nothing"};
  const auto line = fmt::format("{}|{}\n", kWords[static_cast<int>(outcome.ended)], outcome.detail);
  [[maybe_unused]] auto written = write(kResult, line.data(), line.size());
}

int inside(const std::vector<std::string>& args) {
  const auto& profile = profile_of(args[2]);
  World world;
  world.marker = args[5];
  world.folder = args[6];
  world.outer = std::atoi(args[7].c_str());
  world.secret = std::strtoull(args[8].c_str(), nullptr, 10);
  world.secret_fd = std::atoi(args[9].c_str());
  world.shared_memory = std::atoi(args[10].c_str());
  world.planned = std::atoi(args[11].c_str());
  std::vector<sandbox::Place> files;
  if (profile.files != sandbox::Files::none) {
    files.push_back({world.data("").substr(0, world.data("").size() - 1),
                     profile.files == sandbox::Files::write});
  }
  if (args[3] != "everything") {
    if (auto confined = confine(profile, args[3], files); !confined) {
      fmt::print(stderr, "not entered: {}\n", confined.error().detail);
      return 2;
    }
  }
  for (const auto& probe : all_probes()) {
    if (probe.name == args[4]) answer(probe.run(world));
  }
  return 0;
}

// ---- run

struct Secret {
  const char* text = std::getenv("GUILDHALL_ESCAPE_SECRET");
  int fd = -1;
  int segment = -1;
};

// In the launcher's memory, in a file that it holds open (and lets the control inherit), and in a
// segment that all may ask for.
Secret plant(const std::string& folder) {
  Secret out;
  out.fd = open((folder + "/outside/room.key").c_str(), O_RDONLY);
  out.segment = shmget(IPC_PRIVATE, 4'096, IPC_CREAT | 0600);
  auto* at = static_cast<char*>(shmat(out.segment, nullptr, 0));
  std::strncpy(at, out.text, 4'095);
  return out;
}

sandbox::Namespaces namespaces_of(const sandbox::Profile& profile, std::string_view without) {
  sandbox::Namespaces out;
  out.net = profile.alone_in_net && !lacks(without, "net");
  out.mount = !lacks(without, "mount");
  out.pid = !lacks(without, "pid");
  out.ipc = out.pid;
  return out;
}

// The control: everything as for a role, but as any careless program starts another.
pid_t start_unconfined(const sandbox::Spawn& what) {
  const pid_t child = fork();
  if (child != 0) return child;
  std::vector<int> high;
  for (int fd : what.descriptors) high.push_back(fcntl(fd, F_DUPFD, 100));
  for (std::size_t i = 0; i < high.size(); ++i) dup2(high[i], kResult + static_cast<int>(i));
  std::vector<char*> args;
  for (const auto& arg : what.args) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  execv(what.executable.c_str(), args.data());
  _exit(127);
}

std::string read_whole(int fd) {
  std::string out;
  char some[4'096];
  for (ssize_t got = 0; (got = read(fd, some, sizeof some)) > 0;) {
    out.append(some, static_cast<std::size_t>(got));
  }
  return out;
}

int run(const std::vector<std::string>& args) {
  const auto& profile = profile_of(args[2]);
  const auto& without = args[3];
  const auto secret = plant(args[6]);
  auto kit = make_kit(args[2], args[6]);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return 2;
  sandbox::Spawn what;
  what.executable = std::filesystem::read_symlink("/proc/self/exe");
  what.args = {"escape-probes",
               "inside",
               args[2],
               without,
               args[4],
               args[5],
               args[6],
               std::to_string(getpid()),
               std::to_string(reinterpret_cast<std::uintptr_t>(secret.text)),
               std::to_string(secret.fd),
               std::to_string(secret.segment),
               std::to_string(kit.descriptors.size())};
  what.descriptors = kit.descriptors;
  what.descriptors.insert(what.descriptors.begin(), ends[1]);
  what.files = kit.files;
  what.namespaces = namespaces_of(profile, without);
  auto child = without == "everything" ? Result<pid_t>(start_unconfined(what)) : spawn(what);
  close(ends[1]);
  if (!child) {
    fmt::print("unstarted|{}\n", child.error().detail);
    return 2;
  }
  const auto told = read_whole(ends[0]);
  int status = 0;
  waitpid(*child, &status, 0);
  shmctl(secret.segment, IPC_RMID, nullptr);
  fmt::print("{}|{}|{}", WIFSIGNALED(status) ? WTERMSIG(status) : 0,
             WIFEXITED(status) ? WEXITSTATUS(status) : 0, told.empty() ? "died|\n" : told);
  return 0;
}

int list() {
  for (const auto& probe : all_probes()) {
    fmt::print("{} {} {} {}\n", probe.name, probe.show == Show::loud ? "loud" : "quiet",
               probe.sends ? "sends" : "-", probe.dials ? "dials" : "-");
  }
  fmt::print("sink {} {} {} {} {} {} {}\n", kSinkTcp, kSinkUdp, kDns, kWeb, kAllowedPeer, kMetadata,
             kAbstractName);
  return 0;
}

}  // namespace
}  // namespace guildhall::escape

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> args(argv, argv + argc);
  if (args.size() == 2 && args[1] == "list") return guildhall::escape::list();
  if (args.size() == 7 && args[1] == "run") return guildhall::escape::run(args);
  if (args.size() == 12 && args[1] == "inside") return guildhall::escape::inside(args);
  fmt::print(stderr, "usage: escape-probes list | run ROLE WITHOUT PROBE MARKER FOLDER\n");
  return 2;
}
