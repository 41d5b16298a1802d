#include "cli/children.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace guildhall::cli {
namespace {

constexpr std::size_t kMaxCaptured = 64U << 10;

int wait_for(pid_t child) {
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

std::filesystem::path own_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::string executable(const std::string& role) { return (own_folder() / role).string(); }

void become(const std::string& role, std::vector<std::string> args) {
  args.insert(args.begin(), role);
  std::vector<char*> argv;
  for (auto& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  execv(executable(role).c_str(), argv.data());
  fmt::print(stderr, "guildhall: cannot run {}\n", executable(role));
  std::_Exit(127);
}

int run_once(const std::string& role, std::vector<std::string> args, int listen_fd) {
  pid_t child = fork();
  if (child == 0) {
    if (listen_fd >= 0) {
      fcntl(listen_fd, F_SETFD, 0);
      setenv("GUILDHALL_LISTEN_FD", std::to_string(listen_fd).c_str(), 1);
    }
    become(role, std::move(args));
  }
  return wait_for(child);
}

std::optional<std::string> capture(const std::string& role, std::vector<std::string> args) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    become(role, std::move(args));
  }
  close(ends[1]);
  std::string out;
  char bytes[4'096];
  for (ssize_t got = 1; got > 0 && out.size() < kMaxCaptured;) {
    got = read(ends[0], bytes, sizeof bytes);
    if (got > 0) out.append(bytes, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  if (wait_for(child) == 0) return out;
  fmt::print(stderr, "{}", out);
  return std::nullopt;
}

Background::Background(const std::string& role, std::vector<std::string> args) {
  pid_t parent = getpid();
  child_ = fork();
  if (child_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) std::_Exit(127);
  setpgid(0, 0);  // a Ctrl-C is for the room first
  become(role, std::move(args));
}

Background::~Background() {
  if (child_ <= 0) return;
  kill(child_, SIGTERM);
  wait_for(child_);
}

}  // namespace guildhall::cli
