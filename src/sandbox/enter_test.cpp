#include "sandbox/enter.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "base/json.h"
#include "sandbox/calls.h"
#include "sandbox/layers.h"

namespace guildhall::sandbox {
namespace {

struct Confined {
  int status = -1;
  std::string said;  // on standard error
};

// Runs `role` in a child that has a network and, as far as it goes, nothing else of the test's.
Confined confined(const std::function<int()>& role, bool alone = true) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    if (alone && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) _exit(99);
    _exit(role());
  }
  close(ends[1]);
  Confined out;
  char some[4096];
  for (ssize_t got = 0; (got = read(ends[0], some, sizeof some)) > 0;) {
    out.said.append(some, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  REQUIRE(waitpid(child, &out.status, 0) == child);
  return out;
}

bool refused(long result) { return result < 0 && errno == EACCES; }

}  // namespace

TEST_CASE("enter: refuses to go on where a mandatory layer is missing") {
  auto among_others = confined(
      [] {
        auto report = enter(kShim);
        return !report && report.error().type == "not-alone" ? 0 : 1;
      },
      false);
  CHECK(WEXITSTATUS(among_others.status) == 0);
  auto no_filter = confined([] {
    // A filter that takes the means to install another: what a kernel without seccomp says.
    auto first = enter(kTranslator);
    auto second = install_filter(kTranslator);
    return first && !second && second.error().type == "no-seccomp" ? 0 : 1;
  });
  CHECK(WEXITSTATUS(no_filter.status) == 0);
}

TEST_CASE("enter: refuses descriptors that lead further than their other end") {
  auto with = [](const Profile& profile, const std::function<void()>& open_it) {
    return WEXITSTATUS(confined([&] {
                         open_it();
                         auto report = enter(profile);
                         if (report) return 0;
                         return report.error().type == "stray-descriptor" ? 1 : 2;
                       }).status);
  };
  auto listener = [] { listen(socket(AF_INET, SOCK_STREAM, 0), 1); };
  auto pair = [](int type) {
    int ends[2];
    if (socketpair(AF_UNIX, type, 0, ends) != 0) _exit(98);
  };
  CHECK(with(kShim, [&] { pair(SOCK_STREAM); }) == 0);
  CHECK(with(kShim, [&] { pair(SOCK_DGRAM); }) == 1);
  CHECK(with(kShim, [] { socket(AF_INET, SOCK_DGRAM, 0); }) == 1);
  CHECK(with(kShim, [] { socket(AF_NETLINK, SOCK_RAW, 0); }) == 1);
  CHECK(with(kShim, [] { socket(AF_INET, SOCK_STREAM, 262); }) == 1);  // MPTCP
  CHECK(with(kShim, [] { open("/", O_RDONLY | O_DIRECTORY); }) == 1);
  CHECK(with(kShim, [] { open("/dev/null", O_RDWR); }) == 1);
  CHECK(with(kShim, [] { open("/etc/passwd", O_RDONLY); }) == 0);
  CHECK(with(kShim, listener) == 1);
  CHECK(with(kRoom, listener) == 0);
}

TEST_CASE("enter: a refusal is a line, a count and EACCES; what is in no table is the end") {
  auto told = confined([] {
    if (!enter(kShim)) return 1;
    const bool denied = refused(socket(AF_INET, SOCK_STREAM, 0)) &&
                        refused(syscall(SYS_io_uring_setup, 1, nullptr)) &&
                        refused(syscall(SYS_ptrace, 0, 0, 0, 0));
    return denied && refused_calls() == 3 ? 0 : 2;
  });
  CHECK(WEXITSTATUS(told.status) == 0);
  CHECK(told.said.find(R"(refused a system call role="shim" call="socket" number=)") !=
        std::string::npos);
  CHECK(told.said.find("call=\"ptrace\"") != std::string::npos);
  auto unknown = confined([] {
    if (!enter(kShim)) return 1;
    syscall(500);
    return 0;
  });
  CHECK(WEXITSTATUS(unknown.status) == kRefusedStatus);
  CHECK(unknown.said.find("number=500") != std::string::npos);
}

TEST_CASE("enter: SIGSYS cannot be taken from its handler, nor by the number's upper half") {
  auto kept = confined([] {
    if (!enter(kShim)) return 1;
    struct sigaction mine{};
    mine.sa_handler = SIG_IGN;
    if (!refused(sigaction(SIGSYS, &mine, nullptr))) return 2;
    const long trick = (1L << 32) | SIGSYS;
    if (!refused(syscall(SYS_rt_sigaction, trick, nullptr, nullptr, 8))) return 3;
    if (sigaction(SIGUSR1, &mine, nullptr) != 0) return 4;
    return 0;
  });
  CHECK(WEXITSTATUS(kept.status) == 0);
  auto blocked = confined([] {
    if (!enter(kShim)) return 1;
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, nullptr);
    socket(AF_INET, SOCK_STREAM, 0);
    return 0;
  });
  CHECK(WIFSIGNALED(blocked.status));
  CHECK(WTERMSIG(blocked.status) == SIGSYS);
}

TEST_CASE("enter: the refusals written are bounded") {
  auto many = confined([] {
    if (!enter(kShim)) return 1;
    for (int i = 0; i < 1'000; ++i) socket(AF_INET, SOCK_STREAM, 0);
    return refused_calls() == 1'000 ? 0 : 2;
  });
  CHECK(WEXITSTATUS(many.status) == 0);
  CHECK(std::ranges::count(many.said, '\n') == std::ptrdiff_t{kMaxRefusalLines});
}

TEST_CASE("enter: threads, clocks, files and pipes go on working") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("enter-test-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  auto room = confined([&folder] {
    if (!enter(kRoom, {{folder, true}})) return 1;
    int sum = 0;
    std::thread other([&sum] { sum = 42; });
    other.join();
    std::ofstream(folder / "file") << "text";
    std::filesystem::rename(folder / "file", folder / "renamed");
    if (std::filesystem::file_size(folder / "renamed") != 4) return 2;
    if (open("/etc/passwd", O_RDONLY) >= 0) return 3;  // Landlock, here without mount namespace
    if (socket(AF_UNIX, SOCK_STREAM, 0) < 0) return 4;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || send(pair[0], "x", 1, 0) != 1) return 5;
    return sum == 42 && refused_calls() == 0 ? 0 : 6;
  });
  CHECK_MESSAGE(WEXITSTATUS(room.status) == 0, room.said);
  std::filesystem::remove_all(folder);
  auto converter = confined([] {
    if (!enter(kConverter)) return 1;
    if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES) return 2;
    struct stat info{};
    if (fstat(0, &info) != 0) return 3;
    rlimit cpu{};
    if (getrlimit(RLIMIT_CPU, &cpu) != 0 || cpu.rlim_cur != kConverterCpuS) return 4;
    void* code = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED || !refused(mprotect(code, 4096, PROT_READ | PROT_EXEC))) return 5;
    return refused_calls() == 1 ? 0 : 6;
  });
  CHECK_MESSAGE(WEXITSTATUS(converter.status) == 0, converter.said);
}

TEST_CASE("enter: the filter holds threads that were there before, too") {
  auto held = confined([] {
    std::atomic<int> stage = 0;
    std::thread before([&stage] {
      stage.wait(0);
      stage = refused(socket(AF_INET, SOCK_STREAM, 0)) ? 2 : 3;
    });
    if (!enter(kShim)) _exit(1);
    stage = 1;
    stage.notify_one();
    before.join();
    return stage == 2 ? 0 : 2;
  });
  CHECK(WEXITSTATUS(held.status) == 0);
}

TEST_CASE("enter: the report says what holds") {
  auto told = confined([] {
    auto report = enter(kVault);
    if (!report) return 1;
    auto text = to_json(*report) + "\n";
    return write(STDERR_FILENO, text.data(), text.size()) > 0 ? 0 : 2;
  });
  REQUIRE(WEXITSTATUS(told.status) == 0);
  auto json = parse_json(told.said.substr(0, told.said.find('\n')));
  REQUIRE(json.has_value());
  CHECK(*find_string(*json, "role") == "vault");
  CHECK(find(*json, "seccomp")->as_bool());
  CHECK(find(*json, "alone_in_net")->as_bool());
  CHECK(as_int(*find(*json, "landlock_abi")).has_value());
}

TEST_CASE("calls: no call has two rows") {
  std::vector<std::string> all;
  for (const auto& calls : call_table()) {
    std::string names(calls.names);
    for (std::size_t at = 0; at < names.size();) {
      const auto end = std::min(names.find(' ', at), names.size());
      CHECK(end > at);
      all.push_back(names.substr(at, end - at));
      at = end + 1;
    }
    CHECK_FALSE(calls.why.empty());
  }
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

}  // namespace guildhall::sandbox
