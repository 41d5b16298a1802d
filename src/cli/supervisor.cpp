#include "cli/supervisor.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "base/clock.h"
#include "base/log.h"
#include "sandbox/spawn.h"

namespace guildhall::cli {
namespace {

constexpr int kCannotExecute = 127;

// What a server may see of its parent's environment. Everything else may hold a secret.
constexpr const char* kKept[] = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"};

std::vector<std::string> scrubbed_environment(const SupervisorOptions& options) {
  std::vector<std::string> names(std::begin(kKept), std::end(kKept));
  names.insert(names.end(), options.keep_environment.begin(), options.keep_environment.end());
  std::vector<std::string> out;
  for (const auto& name : names) {
    const char* value = std::getenv(name.c_str());
    if (value != nullptr) out.push_back(name + "=" + value);
  }
  out.push_back("GUILDHALL_LISTEN_FD=" + std::to_string(kInheritedListenFd));
  return out;
}

class Supervisor {
 public:
  explicit Supervisor(const SupervisorOptions& options)
      : options_(options),
        companions_(options.companions.size()),
        environment_(scrubbed_environment(options)) {}

  int run();

 private:
  enum class Goal : unsigned char { serve, restart, end };

  bool start();
  struct Box {
    bool boxed;
    const std::vector<sandbox::Place>& files;
  };
  pid_t launch(const std::string& path, const std::vector<std::string>& args,
               const std::vector<int>& descriptors, const Box& box);
  void reap();
  bool start_companion(std::size_t index, std::vector<int>& servers);
  void on_companion_end(std::size_t index, int status);
  bool companions_gone() const;
  void on_signal(int signal);
  void on_child_end(int status);
  void tick();
  std::int64_t wait_ms() const;
  void ask_to_finish();

  const SupervisorOptions& options_;
  std::vector<pid_t> companions_;  // 0: it does not run
  std::vector<std::string> environment_;
  Goal goal_ = Goal::serve;
  pid_t child_ = -1;
  bool companion_died_ = false;             // before the server did
  std::int64_t companions_kill_at_ms_ = 0;  // 0: their server still runs
  std::int64_t started_ms_ = 0;
  std::int64_t kill_at_ms_ = 0;   // 0: not asked to finish
  std::int64_t start_at_ms_ = 0;  // 0: not waiting to start
  std::int64_t backoff_ms_ = 0;   // the next wait; the first restart is at once
  bool done_ = false;
  int status_ = 0;
  int companion_status_ = 0;  // one that is final
};

// Its pid; -1 where it could not be started, which is said.
pid_t Supervisor::launch(const std::string& path, const std::vector<std::string>& args,
                         const std::vector<int>& descriptors, const Box& box) {
  sandbox::Spawn what;
  what.executable = path;
  what.args = args;
  what.descriptors = descriptors;
  what.environment = environment_;
  bool mounts = box.boxed && !box.files.empty();
  what.namespaces = {box.boxed, box.boxed, mounts, false, box.boxed, box.boxed};
  what.files = box.files;
  what.terminal = true;
  what.privileged = !box.boxed;
  auto child = sandbox::spawn(what);
  if (child) return *child;
  fmt::print(stderr, "guildhall: {}\n", child.error().detail);
  return -1;
}

bool Supervisor::start_companion(std::size_t index, std::vector<int>& servers) {
  const Companion& companion = options_.companions[index];
  std::vector<int> theirs;
  for (int i = 0; i < companion.channels; ++i) {
    int pair[2];
    int type = companion.messages ? SOCK_SEQPACKET : SOCK_STREAM;
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) break;
    servers.push_back(pair[0]);
    theirs.push_back(pair[1]);
  }
  bool whole = std::ssize(theirs) == companion.channels;
  pid_t child = whole ? launch(companion.executable, companion.args, theirs,
                               {companion.boxed, companion.files})
                      : -1;
  for (int fd : theirs) close(fd);
  companions_[index] = std::max(child, 0);
  return child > 0;
}

bool Supervisor::start() {
  std::vector<int> servers{options_.listen_fd};
  bool whole = true;
  for (std::size_t i = 0; whole && i < companions_.size(); ++i) whole = start_companion(i, servers);
  if (whole)
    child_ = launch(options_.executable, options_.args, servers, {options_.boxed, options_.files});
  for (std::size_t i = 1; i < servers.size(); ++i) close(servers[i]);
  if (child_ < 0) return false;
  companion_died_ = false;
  companions_kill_at_ms_ = 0;
  started_ms_ = monotonic_ms();
  start_at_ms_ = 0;
  kill_at_ms_ = 0;
  return true;
}

bool Supervisor::companions_gone() const {
  return std::ranges::all_of(companions_, [](pid_t pid) { return pid == 0; });
}

void Supervisor::ask_to_finish() {
  if (child_ < 0 || kill_at_ms_ != 0) return;
  kill(child_, SIGTERM);
  kill_at_ms_ = monotonic_ms() + options_.stop_ms;
}

void Supervisor::on_signal(int signal) {
  if (signal == SIGHUP && goal_ != Goal::end) {
    goal_ = Goal::restart;
    ask_to_finish();
  } else if (signal == SIGTERM || signal == SIGINT) {
    goal_ = Goal::end;
    ask_to_finish();
    if (child_ < 0) done_ = true;  // it was down and waiting to start again
  }
}

// The server cannot go on without it; why it ended, it has said itself.
void Supervisor::on_companion_end(std::size_t index, int status) {
  companions_[index] = 0;
  // With status 0 it ended because the server did, or is about to.
  if (child_ < 0 || status == 0) return;
  companion_died_ = true;
  bool final =
      WIFEXITED(status) && std::ranges::find(options_.final_statuses, WEXITSTATUS(status)) !=
                               options_.final_statuses.end();
  log_line(LogLevel::error, "a process beside the server died",
           {{"role", std::string_view(options_.companions[index].name)}, {"status", status}});
  if (final) companion_status_ = WEXITSTATUS(status);
  ask_to_finish();
}

void Supervisor::reap() {
  int status = 0;
  for (std::size_t i = 0; i < companions_.size(); ++i) {
    if (companions_[i] > 0 && waitpid(companions_[i], &status, WNOHANG) == companions_[i]) {
      on_companion_end(i, status);
    }
  }
  while (child_ >= 0 && waitpid(child_, &status, WNOHANG) == child_) on_child_end(status);
}

void Supervisor::on_child_end(int status) {
  child_ = -1;
  kill_at_ms_ = 0;
  companions_kill_at_ms_ = monotonic_ms() + options_.stop_ms;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (companion_died_ && goal_ == Goal::serve) {
    status_ = companion_status_ != 0 ? companion_status_ : 1;
  }
  if (goal_ == Goal::end) {
    // By the very signal that asked it to finish: it had not come so far as to take it.
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) status_ = 0;
    done_ = true;
    return;
  }
  std::int64_t now_ms = monotonic_ms();
  if (goal_ == Goal::restart) {
    goal_ = Goal::serve;
    backoff_ms_ = 0;
    start_at_ms_ = now_ms;
    return;
  }
  bool final = std::find(options_.final_statuses.begin(), options_.final_statuses.end(), status_) !=
               options_.final_statuses.end();
  if (status_ == 0 || status_ == kCannotExecute || final) {
    done_ = true;  // ended on purpose, or has said why it cannot run
    return;
  }
  log_line(LogLevel::error, "the server process died", {{"status", status_}});
  if (now_ms - started_ms_ >= kChildSteadyMs) backoff_ms_ = 0;
  start_at_ms_ = now_ms + backoff_ms_;
  backoff_ms_ =
      backoff_ms_ == 0 ? options_.backoff_ms : std::min(backoff_ms_ * 2, kRestartBackoffMaxMs);
}

void Supervisor::tick() {
  std::int64_t now_ms = monotonic_ms();
  if (child_ >= 0 && kill_at_ms_ != 0 && now_ms >= kill_at_ms_) {
    log_line(LogLevel::warning, "the server process did not finish in time");
    kill(child_, SIGKILL);
    kill_at_ms_ = now_ms + options_.stop_ms;
  }
  if (!companions_gone() && companions_kill_at_ms_ != 0 && now_ms >= companions_kill_at_ms_) {
    for (pid_t pid : companions_) {
      if (pid > 0) kill(pid, SIGKILL);
    }
    companions_kill_at_ms_ = now_ms + options_.stop_ms;
  }
  // The next ones take what the last ones held: they must be gone.
  bool may_start = child_ < 0 && companions_gone() && start_at_ms_ != 0 && now_ms >= start_at_ms_;
  if (may_start && !start()) {
    start_at_ms_ = now_ms + kRestartBackoffMaxMs;
  }
}

std::int64_t Supervisor::wait_ms() const {
  std::int64_t next_ms = child_ >= 0          ? kill_at_ms_
                         : !companions_gone() ? companions_kill_at_ms_
                                              : start_at_ms_;
  if (next_ms == 0) return 60'000;
  return std::max<std::int64_t>(next_ms - monotonic_ms(), 1);
}

int Supervisor::run() {
  sigset_t taken;
  sigset_t before;
  sigemptyset(&taken);
  for (int signal : {SIGCHLD, SIGHUP, SIGTERM, SIGINT}) sigaddset(&taken, signal);
  sigprocmask(SIG_BLOCK, &taken, &before);
  auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
  if (!start()) {
    status_ = kCannotExecute;
    done_ = true;
  }
  while (!done_) {
    std::int64_t ms = wait_ms();
    timespec timeout{static_cast<time_t>(ms / 1'000), static_cast<long>(ms % 1'000 * 1'000'000)};
    int signal = sigtimedwait(&taken, nullptr, &timeout);
    if (signal > 0 && signal != SIGCHLD) on_signal(signal);
    reap();
    if (!done_) tick();
  }
  // Its last channel has ended with the server: it writes out what it has, and ends too.
  std::int64_t until_ms = monotonic_ms() + options_.stop_ms;
  for (pid_t pid : companions_) {
    int unused = 0;
    while (pid > 0 && waitpid(pid, &unused, WNOHANG) == 0) {
      if (monotonic_ms() > until_ms) kill(pid, SIGKILL);
      timespec pause{0, 5'000'000};
      sigtimedwait(&taken, nullptr, &pause);
    }
  }
  std::signal(SIGPIPE, pipe_before);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return status_;
}

}  // namespace

int supervise(const SupervisorOptions& options) {
  Supervisor supervisor(options);
  return supervisor.run();
}

}  // namespace guildhall::cli
