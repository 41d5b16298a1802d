// The seccomp filter of a role: the table's rows, and the calls that depend on their arguments.
//
// Arguments that the kernel takes as int are compared in their lower half only, as it does: what
// lies above must not make the filter and the kernel see two different values.

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/calls.h"
#include "sandbox/layers.h"
#include "sandbox/refusal.h"

namespace guildhall::sandbox {
namespace {

constexpr std::uint64_t kInt = 0xFFFF'FFFFU;
constexpr std::uint64_t kSocketType = 0xF;  // the kernel's SOCK_TYPE_MASK; above it are flags

// One argument: (value & mask) == wanted.
scmp_arg_cmp masked(unsigned index, std::uint64_t mask, std::uint64_t wanted) {
  return {index, SCMP_CMP_MASKED_EQ, mask, wanted};
}
scmp_arg_cmp is(unsigned index, std::int64_t value) {
  return masked(index, kInt, static_cast<std::uint64_t>(value) & kInt);
}
scmp_arg_cmp without(unsigned index, std::uint64_t bits) { return masked(index, bits, 0); }
scmp_arg_cmp is_null(unsigned index) { return {index, SCMP_CMP_EQ, 0, 0}; }

class Filter {
 public:
  explicit Filter(const Profile& profile)
      : profile_(profile), context_(seccomp_init(SCMP_ACT_TRAP), seccomp_release) {}

  Result<void> build();
  Result<void> load();

 private:
  using Arguments = std::vector<scmp_arg_cmp>;

  void rule(std::uint32_t action, const std::string& name, const Arguments& arguments = {});
  void allow(const std::string& name, const Arguments& arguments = {}) {
    rule(SCMP_ACT_ALLOW, name, arguments);
  }
  void row(const Calls& calls);
  void sockets();
  void socket_options();
  void sending();
  void memory_and_threads();
  void signals();
  void paths();
  void odds();

  const Profile& profile_;
  std::unique_ptr<void, decltype(&seccomp_release)> context_;
  int error_ = 0;
};

void Filter::rule(std::uint32_t action, const std::string& name, const Arguments& arguments) {
  const int number = seccomp_syscall_resolve_name(name.c_str());
  if (number < 0) return;  // not on this machine
  const int added = seccomp_rule_add_array(
      context_.get(), action, number, static_cast<unsigned>(arguments.size()), arguments.data());
  if (added < 0 && error_ == 0) error_ = -added;
}

void Filter::row(const Calls& calls) {
  const bool quiet = calls.grant == Grant::reads_files || calls.grant == Grant::writes_files;
  std::string names(calls.names);
  for (std::size_t at = 0; at < names.size();) {
    const std::size_t end = std::min(names.find(' ', at), names.size());
    const std::string name = names.substr(at, end - at);
    at = end + 1;
    if (granted(calls.grant, profile_)) {
      allow(name);
    } else if (calls.grant == Grant::nobody_absent) {
      rule(SCMP_ACT_ERRNO(ENOSYS), name);
    } else if (quiet) {
      rule(SCMP_ACT_ERRNO(EACCES), name);
    } else {
      refuse_number(seccomp_syscall_resolve_name(name.c_str()));
    }
  }
}

void Filter::sockets() {
  const bool unix_streams = profile_.connects || profile_.socket_for_libpq;
  if (unix_streams) {
    allow("socket", {is(0, AF_UNIX), masked(1, kSocketType, SOCK_STREAM), is(2, 0)});
  }
  for (int family : {AF_INET, AF_INET6}) {
    if (!profile_.connects) break;
    for (int protocol : {0, int{IPPROTO_TCP}}) {
      allow("socket", {is(0, family), masked(1, kSocketType, SOCK_STREAM), is(2, protocol)});
    }
    for (int protocol : {0, int{IPPROTO_UDP}}) {
      allow("socket", {is(0, family), masked(1, kSocketType, SOCK_DGRAM), is(2, protocol)});
    }
  }
  // Not of datagrams: one end of such a pair can send to any address.
  for (int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    allow("socketpair", {is(0, AF_UNIX), masked(1, kSocketType, type), is(2, 0)});
  }
}

void Filter::socket_options() {
  for (int option : {SO_REUSEADDR, SO_KEEPALIVE, SO_SNDBUF, SO_RCVBUF, SO_LINGER, SO_RCVTIMEO,
                     SO_SNDTIMEO, SO_RCVLOWAT}) {
    allow("setsockopt", {is(1, SOL_SOCKET), is(2, option)});
  }
  for (int option : {TCP_NODELAY, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT,
                     TCP_USER_TIMEOUT, TCP_QUICKACK, TCP_NOTSENT_LOWAT}) {
    allow("setsockopt", {is(1, IPPROTO_TCP), is(2, option)});
  }
  if (!profile_.connects) return;
  // How fast a connection may go is said by who makes it, and by nobody after.
  allow("setsockopt", {is(1, SOL_SOCKET), is(2, SO_MAX_PACING_RATE)});
  allow("setsockopt", {is(1, IPPROTO_IP), is(2, IP_RECVERR)});  // the resolver's
  allow("setsockopt", {is(1, IPPROTO_IPV6), is(2, IPV6_RECVERR)});
}

// A socket that was shut down, a listening one too, connects anew by MSG_FASTOPEN.
void Filter::sending() {
  allow("sendto", {without(3, MSG_FASTOPEN), is_null(4)});
  allow("sendmsg", {without(2, MSG_FASTOPEN)});
  if (profile_.connects) allow("sendmmsg", {without(3, MSG_FASTOPEN)});  // the resolver's
}

void Filter::memory_and_threads() {
  allow("mmap", {without(2, PROT_EXEC)});
  allow("mprotect", {without(2, PROT_EXEC)});
  constexpr std::uint64_t kNew = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID |
                                 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWTIME;
  if (profile_.threads) allow("clone", {masked(0, CLONE_THREAD | kNew, CLONE_THREAD)});
}

// Only to itself; and SIGSYS keeps the handler it has. Any number but 31 (and 63, of no use) has a
// zero among its lowest five bits.
void Filter::signals() {
  allow("kill", {is(0, getpid())});
  allow("tgkill", {is(0, getpid())});
  static_assert(SIGSYS == 31);
  for (unsigned bit = 0; bit < 5; ++bit) allow("rt_sigaction", {without(0, 1ULL << bit)});
}

// The C library's fstat is newfstatat of an empty path.
void Filter::paths() {
  const bool reads = profile_.files != Files::none;
  const std::pair<const char*, unsigned> looks[] = {{"newfstatat", 3}, {"statx", 2}};
  for (const auto& [name, flags] : looks) {
    if (reads) {
      allow(name);
      continue;
    }
    allow(name, {masked(flags, AT_EMPTY_PATH, AT_EMPTY_PATH)});
    rule(SCMP_ACT_ERRNO(EACCES), name, {without(flags, AT_EMPTY_PATH)});
  }
  constexpr std::uint64_t kWrites = O_ACCMODE | O_CREAT | O_TRUNC;
  const std::pair<const char*, unsigned> opens[] = {{"openat", 2}, {"open", 1}};
  for (const auto& [name, flags] : opens) {
    if (profile_.files == Files::write) {
      allow(name);
    } else if (reads) {
      allow(name, {without(flags, kWrites)});
    } else {
      rule(SCMP_ACT_ERRNO(EACCES), name);
    }
  }
}

void Filter::odds() {
  for (int option : {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP,
                     PR_CAPBSET_READ, PR_SET_VMA}) {
    allow("prctl", {is(0, option)});
  }
  allow("prctl", {is(0, PR_SET_DUMPABLE), is(1, 0)});
  for (unsigned long request : {FIONBIO, FIONREAD, FIOCLEX, TCGETS}) {
    allow("ioctl", {is(1, static_cast<std::int64_t>(request))});
  }
  allow("prlimit64", {is(0, 0), is_null(2)});  // asking, not setting
}

Result<void> Filter::build() {
  if (!context_) return fail(Fault::unavailable, "no-seccomp", "No memory for a filter.");
  for (const auto& calls : call_table()) row(calls);
  sockets();
  socket_options();
  sending();
  memory_and_threads();
  signals();
  paths();
  odds();
  if (error_ == 0) return {};
  return fail(Fault::unavailable, "no-seccomp",
              fmt::format("The filter cannot be made: {}.", std::strerror(error_)));
}

// For all threads at once; another machine's calls (i386, x32) kill, as is the library's default.
Result<void> Filter::load() {
  int done = seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  if (done == 0) done = seccomp_load(context_.get());
  if (done == 0) return {};
  return fail(
      Fault::unavailable, "no-seccomp",
      fmt::format("The kernel does not take the seccomp filter: {}.", std::strerror(-done)));
}

}  // namespace

Result<void> install_filter(const Profile& profile) {
  TRY(install_refusals(profile.role));
  Filter filter(profile);
  TRY(filter.build());
  return filter.load();
}

}  // namespace guildhall::sandbox
