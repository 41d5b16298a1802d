#include "cli/supervisor.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "base/clock.h"
#include "base/log.h"

namespace guildhall::cli {
namespace {

constexpr int kCannotExecute = 127;
constexpr int kHighDescriptor = 256;
constexpr int kMaxInherited = 65;

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

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Between fork and exec: only calls that are safe there. The descriptors given become 3, 4, …, and
// no other is inherited.
[[noreturn]] void become_child(const char* path, char** args, char** environment,
                               const std::vector<int>& descriptors, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotExecute);  // it died before the line above
  sigset_t none;
  sigemptyset(&none);
  int high[kMaxInherited];  // out of one another's way first
  int count = static_cast<int>(descriptors.size());
  for (int i = 0; i < count; ++i) high[i] = fcntl(descriptors[i], F_DUPFD, kHighDescriptor);
  for (int i = 0; i < count; ++i) {
    if (high[i] < 0 || dup2(high[i], kInheritedListenFd + i) < 0) _exit(kCannotExecute);
  }
  auto beyond = static_cast<unsigned>(kInheritedListenFd + count);
  if (syscall(SYS_close_range, beyond, ~0U, 0U) != 0) _exit(kCannotExecute);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(path, args, environment);
  _exit(kCannotExecute);
}

class Supervisor {
 public:
  explicit Supervisor(const SupervisorOptions& options)
      : options_(options),
        args_(options.args),
        companion_args_(options.companion_args),
        environment_(scrubbed_environment(options)) {}

  int run();

 private:
  enum class Goal : unsigned char { serve, restart, end };

  bool start();
  pid_t launch(const std::string& path, std::vector<std::string>& args,
               const std::vector<int>& descriptors);
  void reap();
  void on_companion_end(int status);
  void on_signal(int signal);
  void on_child_end(int status);
  void tick();
  std::int64_t wait_ms() const;
  void ask_to_finish();

  const SupervisorOptions& options_;
  std::vector<std::string> args_;
  std::vector<std::string> companion_args_;
  std::vector<std::string> environment_;
  Goal goal_ = Goal::serve;
  pid_t child_ = -1;
  pid_t companion_ = -1;
  bool companion_died_ = false;            // before the server did
  std::int64_t companion_kill_at_ms_ = 0;  // 0: its server still runs
  std::int64_t started_ms_ = 0;
  std::int64_t kill_at_ms_ = 0;   // 0: not asked to finish
  std::int64_t start_at_ms_ = 0;  // 0: not waiting to start
  std::int64_t backoff_ms_ = 0;   // the next wait; the first restart is at once
  bool done_ = false;
  int status_ = 0;
  int companion_status_ = 0;  // one that is final
};

pid_t Supervisor::launch(const std::string& path, std::vector<std::string>& args,
                         const std::vector<int>& descriptors) {
  auto arguments = pointers(args);
  auto environment = pointers(environment_);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    become_child(path.c_str(), arguments.data(), environment.data(), descriptors, parent);
  }
  return child;
}

bool Supervisor::start() {
  std::vector<int> servers{options_.listen_fd};
  std::vector<int> companions;
  for (int i = 0; i < options_.channels; ++i) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) break;
    servers.push_back(pair[0]);
    companions.push_back(pair[1]);
  }
  bool whole = std::ssize(companions) == options_.channels;
  if (whole && !options_.companion.empty()) {
    companion_ = launch(options_.companion, companion_args_, companions);
    whole = companion_ > 0;
  }
  if (whole) child_ = launch(options_.executable, args_, servers);
  for (std::size_t i = 1; i < servers.size(); ++i) close(servers[i]);
  for (int fd : companions) close(fd);
  if (child_ < 0) return false;
  companion_died_ = false;
  companion_kill_at_ms_ = 0;
  started_ms_ = monotonic_ms();
  start_at_ms_ = 0;
  kill_at_ms_ = 0;
  return true;
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
void Supervisor::on_companion_end(int status) {
  companion_ = -1;
  if (child_ < 0) return;
  companion_died_ = true;
  bool final =
      WIFEXITED(status) && std::ranges::find(options_.final_statuses, WEXITSTATUS(status)) !=
                               options_.final_statuses.end();
  log_line(LogLevel::error, "the vault process died", {{"status", status}});
  if (final) companion_status_ = WEXITSTATUS(status);
  ask_to_finish();
}

void Supervisor::reap() {
  int status = 0;
  while (companion_ >= 0 && waitpid(companion_, &status, WNOHANG) == companion_) {
    on_companion_end(status);
  }
  while (child_ >= 0 && waitpid(child_, &status, WNOHANG) == child_) on_child_end(status);
}

void Supervisor::on_child_end(int status) {
  child_ = -1;
  kill_at_ms_ = 0;
  if (companion_ >= 0) companion_kill_at_ms_ = monotonic_ms() + options_.stop_ms;
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
  if (companion_ >= 0 && companion_kill_at_ms_ != 0 && now_ms >= companion_kill_at_ms_) {
    kill(companion_, SIGKILL);
    companion_kill_at_ms_ = now_ms + options_.stop_ms;
  }
  // The next companion takes what the last one held: it must be gone.
  bool may_start = child_ < 0 && companion_ < 0 && start_at_ms_ != 0 && now_ms >= start_at_ms_;
  if (may_start && !start()) {
    start_at_ms_ = now_ms + kRestartBackoffMaxMs;
  }
}

std::int64_t Supervisor::wait_ms() const {
  std::int64_t next_ms = child_ >= 0       ? kill_at_ms_
                         : companion_ >= 0 ? companion_kill_at_ms_
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
  int unused = 0;
  std::int64_t until_ms = monotonic_ms() + options_.stop_ms;
  while (companion_ >= 0 && waitpid(companion_, &unused, WNOHANG) == 0) {
    if (monotonic_ms() > until_ms) kill(companion_, SIGKILL);
    timespec pause{0, 5'000'000};
    sigtimedwait(&taken, nullptr, &pause);
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
