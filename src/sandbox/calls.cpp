#include "sandbox/calls.h"

namespace guildhall::sandbox {
namespace {

// Aloud: no honest code of ours makes it, so a line in the log is an alarm. Silently: libraries try
// it and have another way, and a line would be noise. By name, since numbers differ by machine;
// what a machine does not have is passed over.
constexpr Calls kTable[] = {
    {Grant::all,
     "read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek close "
     "close_range dup dup2 dup3 fstat fcntl flock sendfile copy_file_range pipe pipe2 fadvise64",
     "moves bytes between descriptors it holds; new ones come from elsewhere"},
    {Grant::all, "ftruncate fallocate fsync fdatasync sync_file_range",
     "does nothing to a file but through a descriptor that was opened for writing"},
    {Grant::all,
     "recvfrom recvmsg recvmmsg shutdown getsockopt getsockname getpeername poll ppoll select "
     "pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd "
     "eventfd2 timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4",
     "waits for, and reads from, the other end of a descriptor it holds"},
    {Grant::all, "brk munmap mremap madvise mincore msync munlock membarrier",
     "memory; none of it becomes executable by them"},
    {Grant::all,
     "futex futex_waitv set_robust_list get_robust_list set_tid_address rseq gettid sched_yield "
     "sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max "
     "sched_get_priority_min getcpu exit exit_group restart_syscall",
     "one's own threads, and their end"},
    {Grant::all,
     "rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause "
     "setitimer getitimer alarm timer_create timer_settime timer_gettime timer_getoverrun "
     "timer_delete wait4 waitid",
     "one's own signals and timers"},
    {Grant::all,
     "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getrusage "
     "getrandom uname sysinfo getpid getppid getpgrp getpgid getsid getuid geteuid getgid getegid "
     "getresuid getresgid getgroups getrlimit getpriority capget umask",
     "asks the kernel for what is no secret"},
    {Grant::by_arguments,
     "socket socketpair sendto sendmsg sendmmsg setsockopt mmap mprotect clone prctl ioctl "
     "prlimit64 kill tgkill rt_sigaction",
     "needed in one form, a way out in another"},
    {Grant::by_arguments, "newfstatat statx",
     "on a descriptor for all, on a path for those with files; else silently EACCES"},
    {Grant::by_arguments, "open openat", "only to read, for a role that only reads"},
    {Grant::accepts, "accept accept4", "the descriptor that comes back is a peer's"},
    {Grant::connects, "connect",
     "with AF_UNSPEC first it turns any socket, a listening one too, towards any address"},
    {Grant::locks_memory, "memfd_secret mlock mlock2",
     "keys out of the swap and of the kernel's map"},
    {Grant::reads_files,
     "stat lstat access faccessat faccessat2 readlink readlinkat getdents64 getcwd statfs "
     "fstatfs",
     "libraries look for settings they do without"},
    {Grant::writes_files,
     "mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 creat "
     "truncate utimensat fchmodat chmod fchmod fchown",
     "below its folders, which Landlock and the mount namespace hold it to; a descriptor open for "
     "reading is enough for the last two"},
    {Grant::nobody_absent, "clone3", "its flags lie in memory, where a filter cannot look: clone"},
    {Grant::nobody_absent, "openat2 fchmodat2 map_shadow_stack mseal",
     "newer forms of calls that libraries fall back to"},
    {Grant::nobody, "bind listen", "a role takes what it is handed; a bound socket is a way in"},
    {Grant::nobody, "link linkat symlink symlinkat mknod mknodat", "a second name for a file"},
    {Grant::nobody,
     "chdir fchdir chroot name_to_handle_at open_by_handle_at fanotify_init fanotify_mark "
     "inotify_init inotify_init1 inotify_add_watch inotify_rm_watch chown lchown fchownat "
     "setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr removexattr utime utimes",
     "files by other ways"},
    {Grant::nobody, "execve execveat fork vfork memfd_create uselib",
     "another program, or one made in memory"},
    {Grant::nobody,
     "pkey_mprotect remap_file_pages shmget shmat shmctl shmdt personality modify_ldt "
     "arch_prctl iopl ioperm",
     "memory that becomes executable, or is shared with another process"},
    {Grant::nobody,
     "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_open "
     "pidfd_getfd pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo",
     "other processes: their memory, descriptors and signals"},
    {Grant::nobody,
     "io_uring_setup io_uring_enter io_uring_register io_setup io_submit io_cancel io_getevents "
     "io_destroy vmsplice splice tee",
     "calls made past the filter, or by the kernel on one's behalf"},
    {Grant::nobody,
     "unshare setns mount umount2 pivot_root open_tree move_mount fsopen fsconfig fsmount fspick "
     "mount_setattr sethostname setdomainname landlock_create_ruleset landlock_add_rule "
     "landlock_restrict_self seccomp",
     "a new world around oneself: a user namespace gives rights that the kernel then trusts"},
    {Grant::nobody,
     "bpf perf_event_open userfaultfd keyctl add_key request_key quotactl syslog acct swapon "
     "swapoff reboot kexec_load kexec_file_load init_module finit_module delete_module "
     "settimeofday clock_settime clock_adjtime adjtimex vhangup lookup_dcookie nfsservctl _sysctl "
     "mq_open mq_unlink mq_timedsend mq_timedreceive semget semop semctl msgget msgsnd msgrcv",
     "the kernel's wide surface, of no use to us"},
    {Grant::nobody,
     "setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset "
     "setrlimit setpriority sched_setscheduler sched_setparam sched_setaffinity sched_setattr "
     "ioprio_set setsid setpgid",
     "who it is and what it may use is settled before"},
};

}  // namespace

std::span<const Calls> call_table() { return kTable; }

bool granted(Grant grant, const Profile& profile) {
  switch (grant) {
    case Grant::all: return true;
    case Grant::accepts: return profile.accepts;
    case Grant::connects: return profile.connects;
    case Grant::locks_memory: return profile.locks_memory;
    case Grant::reads_files: return profile.files != Files::none;
    case Grant::writes_files: return profile.files == Files::write;
    case Grant::by_arguments:
    case Grant::nobody:
    case Grant::nobody_absent: return false;
  }
  return false;
}

}  // namespace guildhall::sandbox
