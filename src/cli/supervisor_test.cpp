#include "cli/supervisor.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/clock.h"
#include "base/listen.h"

namespace guildhall::cli {
namespace {

namespace fs = std::filesystem;

// A supervisor in a process of its own over a shell script that plays the server.
struct Supervised {
  explicit Supervised(const std::string& script, std::int64_t stop_ms = 3'000) {
    char name[] = "/tmp/guildhall-supervisor-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    folder = name;
    listen_fd = *listen_on("127.0.0.1:0");
    SupervisorOptions options;
    options.executable = "/bin/sh";
    options.args = {"sh", "-c", "cd " + folder + "\necho $$ >> started\n" + script};
    options.listen_fd = listen_fd;
    options.stop_ms = stop_ms;
    options.backoff_ms = 20;
    pid = fork();
    if (pid == 0) _exit(supervise(options));
  }
  ~Supervised() {
    if (pid > 0) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    close(listen_fd);
    fs::remove_all(folder);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(folder + "/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  int starts() const {
    std::string text = read("started");
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  }
  pid_t last_child() const {
    std::string text = read("started");
    if (text.empty()) return -1;
    std::size_t at = text.rfind('\n', text.size() - 2);
    return std::stoi(text.substr(at == std::string::npos ? 0 : at + 1));
  }
  int wait() {
    int status = 0;
    waitpid(pid, &status, 0);
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string folder;
  int listen_fd = -1;
  pid_t pid = -1;
};

bool wait_for(const std::function<bool()>& condition) {
  std::int64_t until_ms = monotonic_ms() + 5'000;
  while (!condition()) {
    if (monotonic_ms() > until_ms) return false;
    usleep(5'000);
  }
  return true;
}

// Says it is ready, then waits; ends with `status` when asked to.
std::string patient(int status) {
  return "trap 'exit " + std::to_string(status) +
         "' TERM\necho x >> ready\nwhile :; do sleep 0.01; done\n";
}

TEST_CASE("supervisor: the server gets the socket as 3, a scrubbed environment and nothing else") {
  setenv("GUILDHALL_TEST_SECRET", "hush", 1);
  Supervised at("ls -l /proc/$$/fd > fds; env > env; exit 0\n");
  CHECK(at.wait() == 0);
  unsetenv("GUILDHALL_TEST_SECRET");
  std::string fds = at.read("fds");
  CHECK(fds.find(" 3 -> socket:") != std::string::npos);
  CHECK(fds.find(" 4 -> ") == std::string::npos);
  std::string environment = at.read("env");
  CHECK(environment.find("GUILDHALL_LISTEN_FD=3") != std::string::npos);
  CHECK(environment.find("hush") == std::string::npos);
}

TEST_CASE("supervisor: a server that dies is started again; its status is the supervisor's") {
  Supervised at("[ $(wc -l < started) -lt 4 ] && kill -9 $$\n" + patient(7));
  REQUIRE(wait_for([&] { return !at.read("ready").empty(); }));
  CHECK(at.starts() == 4);
  kill(at.pid, SIGTERM);
  CHECK(at.wait() == 7);
  CHECK(at.starts() == 4);
}

TEST_CASE("supervisor: SIGHUP starts a fresh one, once") {
  Supervised at(patient(0));
  REQUIRE(wait_for([&] { return !at.read("ready").empty(); }));
  pid_t first = at.last_child();
  kill(at.pid, SIGHUP);
  REQUIRE(wait_for([&] { return at.read("ready").size() == 4; }));
  CHECK(at.starts() == 2);
  CHECK(at.last_child() != first);
  kill(at.pid, SIGINT);
  CHECK(at.wait() == 0);
}

TEST_CASE("supervisor: a server that says why it cannot run is not started again") {
  Supervised at("exit 2\n");
  CHECK(at.wait() == 2);
  CHECK(at.starts() == 1);
}

TEST_CASE("supervisor: who does not finish in time is killed") {
  Supervised at("trap '' TERM\necho x > ready\nwhile :; do sleep 0.01; done\n", 100);
  REQUIRE(wait_for([&] { return !at.read("ready").empty(); }));
  kill(at.pid, SIGTERM);
  CHECK(at.wait() == 128 + SIGKILL);
}

TEST_CASE("supervisor: who is asked to finish before it can take the signal has finished") {
  Supervised at("echo x > ready\nexec sleep 10\n");
  REQUIRE(wait_for([&] { return !at.read("ready").empty(); }));
  kill(at.pid, SIGTERM);
  CHECK(at.wait() == 0);
}

TEST_CASE("supervisor: the server dies with it") {
  Supervised at(patient(0));
  REQUIRE(wait_for([&] { return !at.read("ready").empty(); }));
  pid_t child = at.last_child();
  kill(at.pid, SIGKILL);
  at.wait();
  CHECK(wait_for([&] { return kill(child, 0) != 0; }));
}

}  // namespace
}  // namespace guildhall::cli
