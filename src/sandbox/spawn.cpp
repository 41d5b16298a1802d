#include "sandbox/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "base/limits.h"
#include "sandbox/advice.h"
#include "sandbox/child.h"

namespace guildhall::sandbox {
namespace {

// Whole, since what the loader wants below them is not known before it runs; they hold no secret.
constexpr const char* kLibraryFolders[] = {
    "/lib64",
    "/usr/lib64",
#if defined(__x86_64__)
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
#elif defined(__aarch64__)
    "/lib/ld-linux-aarch64.so.1",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
#endif
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// Parents before children, so that none hides another; a path named twice is taken once, as asked
// for by the caller.
std::vector<Place> places_of(const Spawn& what) {
  std::vector<Place> out = what.files;
  out.push_back({what.executable});
  for (const char* folder : kLibraryFolders) {
    if (std::filesystem::exists(folder)) out.push_back({folder});
  }
  auto before = [](const Place& a, const Place& b) {
    return a.path != b.path ? a.path < b.path : a.writable > b.writable;
  };
  std::ranges::sort(out, before);
  auto same = std::ranges::unique(out, {}, &Place::path);
  out.erase(same.begin(), same.end());
  return out;
}

Result<void> check(const Spawn& what) {
  auto bad = [](std::string detail) {
    return fail(Fault::invalid, "bad-spawn", std::move(detail));
  };
  if (!what.executable.starts_with('/')) return bad("The executable's path is not absolute.");
  if (access(what.executable.c_str(), X_OK) != 0) {
    return bad(fmt::format("{} cannot be executed: {}.", what.executable, std::strerror(errno)));
  }
  if (what.args.empty()) return bad("There is no argument, not even a name.");
  if (what.descriptors.size() > kMaxHandedOver) return bad("Too many descriptors to hand over.");
  if (what.files.size() > kMaxPlaces) return bad("Too many files and folders to be seen.");
  for (const auto& place : what.files) {
    if (!place.path.starts_with('/') || place.path == "/") {
      return bad(fmt::format("\"{}\" is no absolute path below the root.", place.path));
    }
    if (std::filesystem::path(place.path).lexically_normal() != place.path) {
      return bad(fmt::format("\"{}\" is not written plainly.", place.path));
    }
    if (access(place.path.c_str(), F_OK) != 0) {
      return bad(fmt::format("{} is not there: {}.", place.path, std::strerror(errno)));
    }
  }
  return {};
}

unsigned long clone_flags(const Namespaces& wanted) {
  unsigned long flags = SIGCHLD;
  if (wanted.user) flags |= CLONE_NEWUSER;
  if (wanted.net) flags |= CLONE_NEWNET;
  if (wanted.mount) flags |= CLONE_NEWNS;
  if (wanted.pid) flags |= CLONE_NEWPID;
  if (wanted.ipc) flags |= CLONE_NEWIPC;
  if (wanted.uts) flags |= CLONE_NEWUTS;
  return flags;
}

std::unexpected<Error> set_up_failed(const Failure& failure) {
  // A host that hands out user namespaces without their rights (AppArmor does) fails here.
  const bool refused = failure.error == EPERM || failure.error == EACCES;
  if (refused && failure.step != Step::execute) {
    return no_namespaces(step_name(failure.step), failure.error);
  }
  return fail(Fault::unavailable, "spawn-failed",
              fmt::format("The process could not be started: {}: {}.", step_name(failure.step),
                          std::strerror(failure.error)));
}

// Clones, and waits until the child has executed or failed.
Result<pid_t> launch(Plan& plan) {
  plan.user = geteuid();
  plan.group = getegid();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return fail(Fault::unavailable, "spawn-failed", "There is no descriptor left for a pipe.");
  }
  plan.report = ends[1];
  const auto child = static_cast<pid_t>(
      syscall(SYS_clone, clone_flags(plan.namespaces), nullptr, nullptr, nullptr, nullptr));
  const int error = errno;
  if (child == 0) {
    close(ends[0]);
    run_child(plan);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return no_namespaces("cloning", error);
  }
  Failure failure{};
  ssize_t got = 0;
  do got = read(ends[0], &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  close(ends[0]);
  if (got == 0) return child;
  waitpid(child, nullptr, 0);
  return set_up_failed(failure);
}

}  // namespace

Result<pid_t> spawn(const Spawn& what) {
  TRY(check(what));
  Plan plan;
  plan.executable = what.executable;
  plan.args = pointers(what.args);
  plan.environment = pointers(what.environment);
  plan.descriptors = what.descriptors;
  plan.namespaces = what.namespaces;
  plan.output = what.output;
  plan.terminal = what.terminal;
  plan.privileged = what.privileged;
  plan.places = places_of(what);
  return launch(plan);
}

Result<void> namespaces_available() {
  Plan plan;
  const pid_t child = TRY(launch(plan));
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Fault::unavailable, "spawn-failed", "A process in new namespaces died at once.");
}

}  // namespace guildhall::sandbox
