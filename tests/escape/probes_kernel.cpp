// The kernel's wide surface: rings, namespaces, mounts, foreign calls.

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "probe.h"

namespace guildhall::escape {
namespace {

Outcome ring(const World&) {
  io_uring_params params{};
  return judged(syscall(SYS_io_uring_setup, 4, &params), "io_uring_setup");
}

// As a program of another architecture on the same kernel, whose numbers a filter may not know.
Outcome as_i386(const World&) {
#if defined(__x86_64__)
  long result = 20;  // getpid
  __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
  if (result > 0) return through("a process id");
  errno = static_cast<int>(-result);
#else
  errno = ENOSYS;
#endif
  return blocked("int 0x80");
}

Outcome as_x32(const World&) {
  constexpr long kX32 = 0x4000'0000;
  return judged(syscall(kX32 | SYS_getpid), "x32 getpid");
}

Outcome unknown_call(const World&) {
  const auto result = syscall(511);
  // No kernel has it: that it is asked at all is what the sandbox must not let pass unheard.
  return errno == ENOSYS ? through("asked") : judged(result, "call 511");
}

Outcome new_user(const World&) { return judged(unshare(CLONE_NEWUSER), "unshare"); }
Outcome new_net(const World&) { return judged(unshare(CLONE_NEWNET), "unshare"); }

Outcome remount(const World&) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return blocked("unshare");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return blocked("mount");
  return judged(mount("none", "/", "tmpfs", 0, nullptr), "mount");
}

Outcome plain_mount(const World& w) {
  const auto at = w.data("");
  const auto out = judged(mount("none", at.c_str(), "tmpfs", 0, nullptr), "mount");
  if (out.ended == Ended::through) umount2(at.c_str(), MNT_DETACH);
  return out;
}

Outcome clone_tree(const World&) {
  return judged(syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | AT_RECURSIVE), "open_tree");
}

// Into the outer network, by a file that names it or a process that is in it.
Outcome join(const char* path, const World& world) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fd = static_cast<int>(syscall(SYS_pidfd_open, world.outer, 0));
  return judged(setns(fd, CLONE_NEWNET), "setns");
}

Outcome join_init(const World& w) { return join("/proc/1/ns/net", w); }
Outcome join_outer(const World& w) {
  return join(("/proc/" + std::to_string(w.outer) + "/ns/net").c_str(), w);
}

Outcome change_root(const World& w) { return judged(chroot(w.folder.c_str()), "chroot"); }

Outcome load_bpf(const World&) {
  const bpf_insn code[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
                           {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  bpf_attr attr{};
  attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
  attr.insns = reinterpret_cast<std::uintptr_t>(code);
  attr.insn_cnt = 2;
  attr.license = reinterpret_cast<std::uintptr_t>("GPL");
  return judged(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr), "bpf");
}

Outcome perf(const World&) {
  perf_event_attr attr{};
  attr.type = PERF_TYPE_SOFTWARE;
  attr.size = sizeof attr;
  attr.config = PERF_COUNT_SW_CPU_CLOCK;
  return judged(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0), "perf_event_open");
}

Outcome user_faults(const World&) {
  return judged(syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY), "userfaultfd");
}

Outcome keyring(const World&) {
  constexpr int kProcessKeyring = -2;
  return judged(syscall(SYS_add_key, "user", "guildhall-escape", "x", 1, kProcessKeyring),
                "add_key");
}

Outcome data_is_code(const World&) { return judged(personality(READ_IMPLIES_EXEC), "personality"); }

Outcome pipe_splice(const World&) {
  int ends[2];
  if (pipe(ends) != 0) return blocked("pipe");
  char byte = 'x';
  const iovec part{&byte, 1};
  return judged(vmsplice(ends[1], &part, 1, 0), "vmsplice");
}

Outcome message_queue(const World&) {
  return judged(syscall(SYS_mq_open, "guildhall-escape", O_RDWR | O_CREAT, 0600, nullptr),
                "mq_open");
}

Outcome watch_files(const World&) { return judged(syscall(SYS_inotify_init1, 0), "inotify_init1"); }

Outcome host_name(const World&) { return judged(sethostname("escaped", 7), "sethostname"); }

Outcome set_user(const World&) { return judged(setuid(getuid()), "setuid"); }

constexpr Probe kProbes[] = {
    {"io-uring", Show::loud, false, false, ring},
    {"i386", Show::loud, false, false, as_i386},
    {"x32", Show::loud, false, false, as_x32},
    {"unknown-call", Show::loud, false, false, unknown_call},
    {"new-user", Show::loud, false, false, new_user},
    {"new-net", Show::loud, false, false, new_net},
    {"remount", Show::loud, false, false, remount},
    {"mount", Show::loud, false, false, plain_mount},
    {"clone-tree", Show::loud, false, false, clone_tree},
    {"join-init", Show::loud, false, false, join_init},
    {"join-outer", Show::loud, false, false, join_outer},
    {"change-root", Show::loud, false, false, change_root},
    {"bpf", Show::loud, false, false, load_bpf},
    {"perf", Show::loud, false, false, perf},
    {"user-faults", Show::loud, false, false, user_faults},
    {"keyring", Show::loud, false, false, keyring},
    {"data-is-code", Show::loud, false, false, data_is_code},
    {"splice", Show::loud, false, false, pipe_splice},
    {"message-queue", Show::loud, false, false, message_queue},
    {"watch-files", Show::loud, false, false, watch_files},
    {"host-name", Show::loud, false, false, host_name},
    {"set-user", Show::loud, false, false, set_user},
};

}  // namespace

std::span<const Probe> kernel_probes() { return kProbes; }

}  // namespace guildhall::escape
