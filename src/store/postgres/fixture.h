// For tests only: a throw-away PostgreSQL server from Debian's package, in a temporary folder, on a
// Unix socket alone, one for the whole test process, stopped when it ends.
//
// Concurrency: call from the test's thread. initdb refuses root: as root it runs as `postgres`.
#pragma once

#include <cstdint>
#include <string>

namespace guildhall::store::postgres {

// False, with a message printed once, when the package is absent or the server did not start.
bool test_server();

// A new, empty database on it: its URL.
std::string test_database();

// Runs SQL on a session of its own there; the first number of the answer, -1 when it was refused.
std::int64_t test_sql(const std::string& url, const std::string& sql);

}  // namespace guildhall::store::postgres
