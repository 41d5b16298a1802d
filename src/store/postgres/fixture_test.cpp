#include "store/postgres/fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

namespace guildhall::store::postgres {
namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

class Server {
 public:
  Server() { started_ = start(); }
  ~Server() { stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool started() const { return started_; }
  std::string url(const std::string& name) const {
    return "postgres://postgres@/" + name + "?host=" + folder_;
  }

 private:
  bool start();
  void stop();
  pid_t spawn(const std::vector<std::string>& words) const;

  std::string folder_;
  pid_t server_ = -1;
  bool started_ = false;
};

// Only async-signal-safe calls between fork and exec.
pid_t Server::spawn(const std::vector<std::string>& words) const {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd* user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
  if (geteuid() == 0 && user == nullptr) return -1;
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  if (user != nullptr &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  // The server must not outlive a test that was killed.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent || chdir(folder_.c_str()) != 0) _exit(126);
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nowhere, 0);
  dup2(nowhere, 1);
  dup2(nowhere, 2);
  execv(arguments[0], arguments.data());
  _exit(127);
}

bool Server::start() {
  const std::string programs = kPrograms;
  if (!std::filesystem::exists(programs + "initdb")) {
    std::fprintf(stderr, "SKIPPED: no postgresql-15 package, its store is not tested\n");
    return false;
  }
  char place[] = "/tmp/guildhall-postgres-XXXXXX";
  if (mkdtemp(place) == nullptr) return false;
  folder_ = place;
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (user == nullptr || chown(place, user->pw_uid, user->pw_gid) != 0) return false;
  }
  const pid_t made = spawn({programs + "initdb", "-D", folder_ + "/data", "-A", "trust", "-U",
                            "postgres", "--no-locale", "-E", "UTF8", "--no-sync"});
  int status = -1;
  if (made < 0 || waitpid(made, &status, 0) != made || status != 0) {
    std::fprintf(stderr, "SKIPPED: initdb failed, the PostgreSQL store is not tested\n");
    return false;
  }
  server_ =
      spawn({programs + "postgres", "-D", folder_ + "/data", "-c", "listen_addresses=", "-c",
             "unix_socket_directories=" + folder_, "-c", "fsync=off", "-c", "shared_buffers=32MB",
             "-c", "max_connections=100", "-c", "logging_collector=off"});
  for (int i = 0; server_ > 0 && i < 300; ++i) {
    if (PQping(url("postgres").c_str()) == PQPING_OK) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::fprintf(stderr, "SKIPPED: PostgreSQL did not start, its store is not tested\n");
  return false;
}

void Server::stop() {
  if (server_ > 0) {
    kill(server_, SIGQUIT);
    waitpid(server_, nullptr, 0);
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Server& server() {
  static Server one;
  return one;
}

}  // namespace

bool test_server() { return server().started(); }

std::string test_database() {
  static int count = 0;
  const std::string name = "test" + std::to_string(++count);
  test_sql(server().url("postgres"), "CREATE DATABASE " + name);
  return server().url(name);
}

std::int64_t test_sql(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  std::int64_t number = -1;
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK) number = 0;
  if (status == PGRES_TUPLES_OK) {
    number = PQntuples(result) == 0 ? 0 : std::strtoll(PQgetvalue(result, 0, 0), nullptr, 10);
  }
  PQclear(result);
  PQfinish(connection);
  return number;
}

}  // namespace guildhall::store::postgres
