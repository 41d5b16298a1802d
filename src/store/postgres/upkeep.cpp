#include "store/postgres/upkeep.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/sync_file.h"
#include "store/postgres/connection.h"

namespace guildhall::store::postgres {
namespace {

Result<std::unique_ptr<Connection>> connect(const std::string& url) {
  auto connection = Connection::open(url);
  if (!connection) return std::unexpected(std::move(connection).error().error);
  return *std::move(connection);
}

Result<std::int64_t> run(Connection& connection, const char* sql) {
  auto done = connection.script(sql);
  if (!done) return std::unexpected(std::move(done).error().error);
  return *done;
}

// Runs a program to its end; it says itself what it lacks, on standard error.
Result<void> run_tool(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  int status = posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ);
  bool started = status == 0;
  while (started && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (started && WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Fault::unavailable, "pg-tool",
              fmt::format("{} {}: the package postgresql-client-15 has it.", words[0],
                          started ? "failed" : "is not there"));
}

}  // namespace

Result<void> compact(const std::string& url) {
  auto connection = TRY(connect(url));
  // Each by itself: VACUUM takes part in no transaction.
  for (const char* sql :
       {"SET statement_timeout = 0", "SET lock_timeout = 0", "VACUUM FULL content"}) {
    TRY(run(*connection, sql));
  }
  return {};
}

Result<void> dump(const std::string& url, const std::filesystem::path& file) {
  TRY(run_tool({"pg_dump", "--format=custom", "--compress=0", "--no-owner", "--no-privileges",
                "--file=" + file.string(), "--dbname=" + url}));
  return sync_file(file);
}

Result<void> undump(const std::filesystem::path& file, const std::string& url) {
  auto connection = TRY(connect(url));
  auto tables = TRY(run(*connection,
                        "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                        " ON n.oid = c.relnamespace WHERE n.nspname = 'public'"));
  if (tables > 0) {
    return fail(Fault::conflict, "store-not-empty", "There is something in this database already.");
  }
  return run_tool({"pg_restore", "--no-owner", "--no-privileges", "--exit-on-error",
                   "--single-transaction", "--dbname=" + url, file.string()});
}

}  // namespace guildhall::store::postgres
