#include "sandbox/refusal.h"

#include <seccomp.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/clock.h"
#include "base/limits.h"
#include "sandbox/enter.h"

namespace guildhall::sandbox {
namespace {

constexpr int kBySeccomp = 1;  // SYS_SECCOMP, which glibc does not name
constexpr int kNumbers = 512;
constexpr std::size_t kNameBytes = 32;

// All that the handler reads is filled before the filter is on: it may not allocate.
std::array<std::array<char, kNameBytes>, kNumbers> names;
std::bitset<kNumbers> refused;
std::array<char, kNameBytes> role_name;
std::atomic<std::uint64_t> count{0};

// One line of the log, built in place.
class Line {
 public:
  Line& text(std::string_view text) {
    const std::size_t fits = std::min(text.size(), bytes_.size() - size_);
    std::memcpy(bytes_.data() + size_, text.data(), fits);
    size_ += fits;
    return *this;
  }
  Line& number(std::int64_t number) {
    auto end = std::to_chars(bytes_.data() + size_, bytes_.data() + bytes_.size(), number).ptr;
    size_ = static_cast<std::size_t>(end - bytes_.data());
    return *this;
  }
  Line& time() {
    char now[kRfc3339Bytes];
    write_rfc3339(now, system_clock().now_ms());
    return text({now, sizeof now});
  }
  void write_out() const {
    // A log line that cannot be written has nowhere to be reported.
    [[maybe_unused]] auto written = write(STDERR_FILENO, bytes_.data(), size_);
  }

 private:
  std::array<char, 256> bytes_;
  std::size_t size_ = 0;
};

std::string_view name_of(int number) {
  return number >= 0 && number < kNumbers ? names[number].data() : "";
}

void report(int number, bool goes_on) {
  Line line;
  line.time().text(" error ");
  line.text(goes_on ? "refused a system call" : "ended by a system call that is in no table");
  line.text(" role=\"").text(role_name.data()).text("\" call=\"").text(name_of(number));
  line.text("\" number=").number(number).text("\n");
  line.write_out();
}

void answer(ucontext_t* context) {
#if defined(__x86_64__)
  context->uc_mcontext.gregs[REG_RAX] = -EACCES;
#elif defined(__aarch64__)
  context->uc_mcontext.regs[0] = static_cast<unsigned long>(-EACCES);
#else
#error "where this machine keeps a system call's result"
#endif
}

void on_trap(int, siginfo_t* info, void* context) {
  const int error = errno;
  const int number = info->si_syscall;
  const bool goes_on =
      info->si_code == kBySeccomp && number >= 0 && number < kNumbers && refused[number];
  if (count.fetch_add(1) < kMaxRefusalLines || !goes_on) report(number, goes_on);
  if (!goes_on) syscall(SYS_exit_group, kRefusedStatus);
  answer(static_cast<ucontext_t*>(context));
  errno = error;
}

}  // namespace

std::string call_name(int number) {
  char* name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
  std::string out(name == nullptr ? "" : name);
  std::free(name);
  return out;
}

Result<void> install_refusals(std::string_view role) {
  role.copy(role_name.data(), kNameBytes - 1);
  for (int number = 0; number < kNumbers; ++number) {
    call_name(number).copy(names[number].data(), kNameBytes - 1);
  }
  system_clock();  // made now, not in the handler
  struct sigaction action{};
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigset_t traps;
  sigemptyset(&traps);
  sigaddset(&traps, SIGSYS);
  if (sigaction(SIGSYS, &action, nullptr) == 0 && sigprocmask(SIG_UNBLOCK, &traps, nullptr) == 0) {
    return {};
  }
  return fail(Fault::unavailable, "no-seccomp", "Refusals could not be given a handler.");
}

void refuse_number(int number) {
  if (number >= 0 && number < kNumbers) refused.set(static_cast<std::size_t>(number));
}

std::uint64_t refused_calls() { return count.load(); }

}  // namespace guildhall::sandbox
