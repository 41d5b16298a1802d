#include "sandbox/child.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace guildhall::sandbox {
namespace {

constexpr int kCannotExecute = 127;
constexpr int kHighDescriptor = 256;
constexpr std::string_view kHostName = "sandbox";

bool write_whole(const char* path, std::string_view text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  close(fd);
  errno = error;
  return written;
}

// Itself to itself. The files are root's while the process is not dumpable, as its parent may be.
bool map_identity(const Plan& plan) {
  if (!plan.namespaces.user) return true;
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  const auto user = std::to_string(plan.user);
  const auto group = std::to_string(plan.group);
  const bool mapped = write_whole("/proc/self/setgroups", "deny") &&
                      write_whole("/proc/self/uid_map", user + " " + user + " 1") &&
                      write_whole("/proc/self/gid_map", group + " " + group + " 1");
  return mapped && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

// For root as for anybody: with an empty bounding set and no new privileges, exec gives none back.
bool drop_privileges() {
  for (unsigned long one = 0; prctl(PR_CAPBSET_READ, one, 0, 0, 0) >= 0; ++one) {
    const bool dropped = prctl(PR_CAPBSET_DROP, one, 0, 0, 0) == 0;
    if (!dropped && errno != EPERM) return false;  // EPERM: it had none to begin with
  }
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capset, &head, none) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

bool no_core_dump() {
  const rlimit none = {0, 0};
  return setrlimit(RLIMIT_CORE, &none) == 0;
}

// The parent may be gone already: nobody then reads the other end of the report.
bool die_with_parent(int report) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  pollfd end{report, 0, 0};
  if (poll(&end, 1, 0) == 1 && (end.revents & POLLERR) != 0) _exit(kCannotExecute);
  return true;
}

// Of all three a pipe's writing end: reading from it fails.
bool place_output(int output) {
  if (output < 0) return true;
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (dup2(output, standard) < 0) return false;
  }
  return true;
}

// Out of one another's way first, then into their places, and the report behind them.
bool place_descriptors(const Plan& plan, int* report) {
  if (!place_output(plan.output)) return false;
  std::vector<int> moved = plan.descriptors;
  moved.push_back(*report);
  for (int& fd : moved) {
    fd = fcntl(fd, F_DUPFD, kHighDescriptor);
    if (fd < 0) return false;
  }
  const int count = static_cast<int>(moved.size());
  for (int i = 0; i < count; ++i) {
    if (dup2(moved[i], kFirstHandedOver + i) < 0) return false;
  }
  *report = kFirstHandedOver + count - 1;
  const auto beyond = static_cast<unsigned>(*report + 1);
  return fcntl(*report, F_SETFD, FD_CLOEXEC) == 0 && syscall(SYS_close_range, beyond, ~0U, 0U) == 0;
}

[[noreturn]] void give_up(int report, Step step) {
  const Failure failure{step, errno};
  // Where it cannot be written, the parent reads an early end of the report.
  [[maybe_unused]] auto written = write(report, &failure, sizeof failure);
  _exit(kCannotExecute);
}

}  // namespace

void run_child(const Plan& plan) {
  int report = plan.report;
  auto must = [&report](bool done, Step step) {
    if (!done) give_up(report, step);
  };
  must(map_identity(plan), Step::identity);
  if (plan.namespaces.mount) must(enter_root(plan.places), Step::mounts);
  if (plan.namespaces.uts) {
    must(sethostname(kHostName.data(), kHostName.size()) == 0, Step::host_name);
  }
  must(plan.privileged || drop_privileges(), Step::privileges);
  must(no_core_dump(), Step::limits);
  must(plan.terminal || setsid() >= 0, Step::session);
  must(die_with_parent(report), Step::parent);
  if (plan.executable.empty()) _exit(0);
  must(place_descriptors(plan, &report), Step::descriptors);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(plan.executable.c_str(), plan.args.data(), plan.environment.data());
  give_up(report, Step::execute);
}

std::string_view step_name(Step step) {
  switch (step) {
    case Step::identity: return "mapping the user";
    case Step::mounts: return "making the root folder";
    case Step::host_name: return "setting the host name";
    case Step::privileges: return "dropping privileges";
    case Step::limits: return "setting limits";
    case Step::session: return "starting a session";
    case Step::parent: return "following the parent";
    case Step::descriptors: return "placing descriptors";
    case Step::execute: return "executing";
  }
  return "";
}

}  // namespace guildhall::sandbox
