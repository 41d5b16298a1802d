// Applies migrations at start: numbered, forward only, each in a transaction of its own, all under
// one lock, so that two processes that start together apply each step once.
//
// An adapter opens a SchemaPort on a connection of its own, takes its lock, and calls `migrate`.
// Besides the numbered steps, `migrate` makes the tables that the store itself needs
// (schema_migration, store_tick).
//
// Concurrency: one thread; other processes are held off by the adapter's lock.
// Limits: a schema newer than this binary is refused (unavailable/"schema-newer").
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/database.h"
#include "store/migrations.h"

namespace guildhall::store {

class SchemaPort {
 public:
  virtual ~SchemaPort() = default;
  virtual Dialect dialect() const = 0;
  // Runs statements without parameters. `migrate` brings its own BEGIN and COMMIT.
  virtual Result<void> script(const std::string& sql) = 0;
  // The first column of the first row; 0 when it is NULL.
  virtual Result<std::int64_t> number(const std::string& sql) = 0;
};

Result<void> migrate(SchemaPort& port, std::span<const Migration> steps, TimeMs now);

// The script with its tokens replaced and the other dialect's lines left out (migrations.h);
// fails on a token it does not know.
Result<std::string> render(std::string_view sql, Dialect dialect);

}  // namespace guildhall::store
