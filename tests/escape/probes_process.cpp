// Other processes and other programs: those outside, those it would start.

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "probe.h"

namespace guildhall::escape {
namespace {

// What a program that was started says, in the place of the probe.
constexpr const char* kScript = "#!/bin/sh\necho 'through|another program ran' >&3\n";

Outcome attach(const World& world) {
  if (ptrace(PTRACE_SEIZE, world.outer, nullptr, nullptr) != 0) return blocked("ptrace");
  return through("attached");  // its end lets go again
}

bool holds_secret(std::string_view bytes) { return bytes.starts_with(kSecretStart); }

Outcome read_memory(const World& world) {
  char bytes[32] = {};
  const iovec here{bytes, sizeof bytes};
  const iovec there{reinterpret_cast<void*>(world.secret), sizeof bytes};
  if (process_vm_readv(world.outer, &here, 1, &there, 1, 0) < 0) return blocked("process_vm_readv");
  return holds_secret({bytes, sizeof bytes}) ? through("read a secret") : blocked("read");
}

Outcome take_descriptor(const World& world) {
  const auto process = static_cast<int>(syscall(SYS_pidfd_open, world.outer, 0));
  if (process < 0) return blocked("pidfd_open");
  const auto fd = static_cast<int>(syscall(SYS_pidfd_getfd, process, world.secret_fd, 0));
  if (fd < 0) return blocked("pidfd_getfd");
  return holds_secret(read_some(fd)) ? through("read a secret") : blocked("read");
}

Outcome signal_outside(const World& w) { return judged(kill(w.outer, SIGURG), "kill"); }

Outcome signal_all(const World&) { return judged(kill(-1, SIGURG), "kill"); }

Outcome queue_signal(const World& world) {
  return judged(sigqueue(world.outer, SIGURG, sigval{}), "sigqueue");
}

Outcome shared_memory(const World& world) {
  const void* at = shmat(world.shared_memory, nullptr, SHM_RDONLY);
  if (at == reinterpret_cast<void*>(-1)) return blocked("shmat");
  return holds_secret(static_cast<const char*>(at)) ? through("read a secret") : blocked("read");
}

Outcome slow_outside(const World& w) {
  return judged(setpriority(PRIO_PROCESS, static_cast<id_t>(w.outer), 5), "setpriority");
}

// Bounded: a thirty-second of what a real one would do first.
Outcome fork_bomb(const World&) {
  constexpr std::size_t kEnough = 32;
  std::vector<pid_t> children;
  for (std::size_t i = 0; i < kEnough; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      pause();
      _exit(0);
    }
    if (child < 0) break;
    children.push_back(child);
  }
  const int error = errno;
  for (pid_t child : children) kill(child, SIGKILL);
  for (pid_t child : children) waitpid(child, nullptr, 0);
  errno = error;
  return children.size() == kEnough ? through("32 children") : blocked("fork");
}

Outcome new_process(long flags) {
  const auto child = syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) _exit(0);
  if (child < 0) return blocked("clone");
  waitpid(static_cast<pid_t>(child), nullptr, 0);
  return through("a process");
}

Outcome plain_clone(const World&) { return new_process(0); }
Outcome clone_user(const World&) { return new_process(CLONE_NEWUSER); }

Outcome clone3_user(const World&) {
  clone_args args{};
  args.flags = CLONE_NEWUSER;
  args.exit_signal = SIGCHLD;
  const auto child = syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) _exit(0);
  if (child < 0) return blocked("clone3");
  waitpid(static_cast<pid_t>(child), nullptr, 0);
  return through("a process");
}

// Each of these, where it works, is replaced by a program that answers for it.
Outcome execute(const World&) {
  const char* args[] = {"sh", "-c", "echo 'through|another program ran' >&3", nullptr};
  execve("/bin/sh", const_cast<char**>(args), environ);
  return blocked("execve");
}

Outcome preload(const World& world) {
  const auto library = "LD_PRELOAD=" + world.outside("evil.so");
  const char* args[] = {"sh", "-c", "echo \"through|with $LD_PRELOAD\" >&3", nullptr};
  const char* environment[] = {library.c_str(), nullptr};
  execve("/bin/sh", const_cast<char**>(args), const_cast<char**>(environment));
  return blocked("execve");
}

Outcome memory_program(const World&) {
  const int fd = memfd_create("program", 0);
  if (fd < 0) return blocked("memfd_create");
  if (write(fd, kScript, std::strlen(kScript)) < 0) return blocked("write");
  const char* args[] = {"program", nullptr};
  syscall(SYS_execveat, fd, "", args, environ, AT_EMPTY_PATH);
  return blocked("execveat");
}

// In a process of its own, so that the probe can tell of it.
Outcome code_runs(void* at) {
#if defined(__x86_64__)
  return reinterpret_cast<int (*)()>(at)() == 42 ? through("code of its own ran") : blocked("run");
#else
  return through(at != nullptr ? "executable memory" : "");
#endif
}

constexpr unsigned char kReturn42[] = {0xB8, 42, 0, 0, 0, 0xC3};  // x86-64

Outcome map_code(const World&) {
  void* at =
      mmap(nullptr, 4'096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return blocked("mmap");
  std::memcpy(at, kReturn42, sizeof kReturn42);
  return code_runs(at);
}

Outcome protect_code(const World&) {
  void* at = mmap(nullptr, 4'096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return blocked("mmap");
  std::memcpy(at, kReturn42, sizeof kReturn42);
  if (mprotect(at, 4'096, PROT_READ | PROT_EXEC) != 0) return blocked("mprotect");
  return code_runs(at);
}

Outcome dumpable(const World&) { return judged(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl"); }

Outcome core_dump(const World&) {
  const rlimit wanted = {1U << 20, 1U << 20};
  return judged(setrlimit(RLIMIT_CORE, &wanted), "setrlimit");
}

Outcome terminal(const World&) {
  char typed = '\n';
  const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
  return judged(ioctl(fd < 0 ? 0 : fd, TIOCSTI, &typed), "ioctl");
}

// With SIGSYS in its own hands, refusals would be unheard.
Outcome take_handler(const World&) {
  struct sigaction ignored{};
  ignored.sa_handler = SIG_IGN;
  return judged(sigaction(SIGSYS, &ignored, nullptr), "sigaction");
}

constexpr Probe kProbes[] = {
    {"ptrace", Show::loud, false, false, attach},
    {"read-memory", Show::loud, false, false, read_memory},
    {"take-descriptor", Show::loud, false, false, take_descriptor},
    {"signal-outside", Show::loud, false, false, signal_outside},
    {"signal-all", Show::loud, false, false, signal_all},
    {"queue-signal", Show::loud, false, false, queue_signal},
    {"shared-memory", Show::loud, false, false, shared_memory},
    {"slow-outside", Show::loud, false, false, slow_outside},
    {"fork-bomb", Show::loud, false, false, fork_bomb},
    {"clone", Show::loud, false, false, plain_clone},
    {"clone-user", Show::loud, false, false, clone_user},
    {"clone3-user", Show::quiet, false, false, clone3_user},
    {"execute", Show::loud, false, false, execute},
    {"preload", Show::loud, false, false, preload},
    {"memory-program", Show::loud, false, false, memory_program},
    {"map-code", Show::loud, false, false, map_code},
    {"protect-code", Show::loud, false, false, protect_code},
    {"dumpable", Show::loud, false, false, dumpable},
    {"core-dump", Show::loud, false, false, core_dump},
    {"terminal", Show::loud, false, false, terminal},
    {"take-handler", Show::loud, false, false, take_handler},
};

}  // namespace

std::span<const Probe> process_probes() { return kProbes; }

}  // namespace guildhall::escape
