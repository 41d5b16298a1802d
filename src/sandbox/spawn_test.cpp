#include "sandbox/spawn.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/harden.h"
#include "base/limits.h"

namespace guildhall::sandbox {
namespace {

struct Ended {
  int status = -1;
  std::string output;
};

// Runs a shell's line in a sandbox, with what it writes to descriptor 3.
Ended run_line(const std::string& line, Spawn what = {}) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  what.executable = std::filesystem::canonical("/bin/sh");
  what.args = {"sh", "-c", line};
  what.files.push_back({"/dev/null", true});
  what.descriptors.insert(what.descriptors.begin(), ends[1]);
  auto child = spawn(what);
  REQUIRE_MESSAGE(child.has_value(), (child ? "" : child.error().detail));
  close(ends[1]);
  Ended out;
  char some[4096];
  for (ssize_t got = 0; (got = read(ends[0], some, sizeof some)) > 0;) {
    out.output.append(some, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  REQUIRE(waitpid(*child, &out.status, 0) == *child);
  return out;
}

}  // namespace

TEST_CASE("spawn: the host gives namespaces") {
  auto available = namespaces_available();
  CHECK_MESSAGE(available.has_value(), (available ? "" : available.error().detail));
}

TEST_CASE("spawn: a world of its own") {
  // Process 1, the given variables only, nothing of the disk but libraries, no descriptor else.
  const int stray = open("/etc/passwd", O_RDONLY);  // not close-on-exec
  Spawn what;
  what.environment = {"GIVEN=yes"};
  setenv("HIDDEN", "secret", 1);
  auto ended = run_line(
      "echo $$ $GIVEN:$HIDDEN >&3; echo /* >&3; echo /etc/* /home/* /proc/* >&3;"
      "for fd in 4 5 6 7 8 9; do (: <&$fd) 2>/dev/null && echo open $fd >&3; done; exit 7",
      what);
  close(stray);
  unsetenv("HIDDEN");
  CHECK(WEXITSTATUS(ended.status) == 7);
  CHECK(ended.output.starts_with("1 yes:\n"));
  CHECK(ended.output.find("/etc/* /home/* /proc/*\n") != std::string::npos);
  CHECK(ended.output.find("open") == std::string::npos);
}

TEST_CASE("spawn: where it is told to, all that it says goes into one pipe") {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  Spawn what;
  what.output = ends[1];
  auto ended = run_line("echo out; echo err >&2; read line 2>/dev/null || echo no input >&3", what);
  close(ends[1]);
  char said[64];
  ssize_t got = read(ends[0], said, sizeof said);
  close(ends[0]);
  CHECK(std::string_view(said, static_cast<std::size_t>(got)) == "out\nerr\n");
  CHECK(ended.output == "no input\n");
}

TEST_CASE("spawn: files are as they were given") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("spawn-test-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "read");
  std::filesystem::create_directories(folder / "write");
  std::filesystem::create_directories(folder / "hidden");
  Spawn what;
  what.files = {{folder / "read"}, {folder / "write", true}};
  const auto at = folder.string();
  auto ended = run_line("echo x > " + at + "/write/made; (echo x > " + at +
                            "/read/made) 2>/dev/null || echo refused >&3; echo " + at +
                            "/* >&3; (echo x > /made) 2>/dev/null || echo root refused >&3",
                        what);
  CHECK(ended.output == "refused\n" + at + "/read " + at + "/write\nroot refused\n");
  CHECK(std::filesystem::exists(folder / "write/made"));
  CHECK_FALSE(std::filesystem::exists(folder / "read/made"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("spawn: descriptors come in order, wherever they were") {
  // A memory file each: 300 lies beyond where they pass through, 4 in the way of the second.
  int made[3] = {memfd_create("a", 0), memfd_create("b", 0), memfd_create("c", 0)};
  for (int i = 0; i < 3; ++i) REQUIRE(dprintf(made[i], "text %d\n", i) > 0);
  const int high = fcntl(made[2], F_DUPFD_CLOEXEC, 300);
  Spawn what;
  what.descriptors = {high, made[1], made[0]};
  auto ended = run_line("read a <&6; echo $a >&3", what);
  for (int fd : {made[0], made[1], made[2], high}) lseek(fd, 0, SEEK_SET);
  ended.output += run_line("read a <&4; read b <&5; read c <&6; echo $a, $b, $c >&3", what).output;
  CHECK(ended.output.ends_with("text 2, text 1, text 0\n"));
  for (int fd : {made[0], made[1], made[2], high}) close(fd);
}

TEST_CASE("spawn: dies with its parent") {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const pid_t parent = fork();
  REQUIRE(parent >= 0);
  if (parent == 0) {
    Spawn what{.executable = std::filesystem::canonical("/bin/sh"),
               .args = {"sh", "-c", "echo up >&3; while :; do read x <&4; done"},
               .descriptors = {ends[1], ends[0]}};
    _exit(spawn(what) ? 0 : 1);  // at once: it is an orphan then
  }
  close(ends[1]);
  int status = 0;
  REQUIRE(waitpid(parent, &status, 0) == parent);
  CHECK(WEXITSTATUS(status) == 0);
  // The end of the pipe comes only when nobody holds its other end any more.
  char some[16];
  while (read(ends[0], some, sizeof some) > 0) {
  }
  close(ends[0]);
}

TEST_CASE("spawn: from outside it can be killed, and nothing less reaches it without a handler") {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  Spawn what{.executable = std::filesystem::canonical("/bin/sh"),
             .args = {"sh", "-c", "trap 'echo asked >&3' HUP; echo up >&3; while :; do :; done"},
             .descriptors = {ends[1]}};
  auto child = spawn(what);
  REQUIRE(child.has_value());
  close(ends[1]);
  std::string said(3, '\0');
  REQUIRE(read(ends[0], said.data(), 3) == 3);
  kill(*child, SIGTERM);
  kill(*child, SIGHUP);  // answered, so the one before it was taken and did nothing
  said.assign(6, '\0');
  REQUIRE(read(ends[0], said.data(), 6) == 6);
  CHECK(said == "asked\n");
  int status = 0;
  kill(*child, SIGKILL);
  REQUIRE(waitpid(*child, &status, 0) == *child);
  CHECK(WTERMSIG(status) == SIGKILL);
  close(ends[0]);
}

TEST_CASE("spawn: by a parent that is not dumpable, too") {
  const pid_t parent = fork();
  REQUIRE(parent >= 0);
  if (parent == 0) _exit(harden_process() && namespaces_available() ? 0 : 1);
  int status = 0;
  REQUIRE(waitpid(parent, &status, 0) == parent);
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("spawn: what cannot be started is said, with the step") {
  Spawn what{.executable = "/no/such", .args = {"x"}};
  auto absent = spawn(what);
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().type == "bad-spawn");
  what.executable = "/etc";  // may be "executed" by access(2), not by execve(2)
  auto folder = spawn(what);
  REQUIRE_FALSE(folder.has_value());
  CHECK(folder.error().type == "spawn-failed");
  CHECK(folder.error().detail.find("executing") != std::string::npos);
  what.executable = "/bin/sh";
  for (const char* path : {"/", "etc", "/etc/../etc", "/no/such"}) {
    what.files = {{path}};
    auto bad = spawn(what);
    REQUIRE_FALSE(bad.has_value());
    CHECK(bad.error().type == "bad-spawn");
  }
  what.files = {};
  what.descriptors.assign(kMaxHandedOver + 1, 0);
  CHECK_FALSE(spawn(what).has_value());
}

TEST_CASE("spawn: a host without user namespaces is told which setting is in the way") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // In a user namespace of its own, whose limit it may set.
    const auto user = std::to_string(geteuid());
    if (unshare(CLONE_NEWUSER) != 0) _exit(2);
    auto put = [](const char* path, const std::string& text) {
      const int fd = open(path, O_WRONLY);
      const bool done = fd >= 0 && write(fd, text.data(), text.size()) > 0;
      close(fd);
      return done;
    };
    if (!put("/proc/self/uid_map", "0 " + user + " 1")) _exit(3);
    if (!put("/proc/sys/user/max_user_namespaces", "0")) _exit(4);
    auto none = namespaces_available();
    if (none || none.error().type != "no-user-namespaces") _exit(5);
    _exit(none.error().detail.find("user.max_user_namespaces is 0") != std::string::npos ? 0 : 6);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace guildhall::sandbox
