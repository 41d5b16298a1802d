// One SQLite connection: its settings, its prepared statements, its errors as Results.
//
// Statements are found by the address of their text and kept for the connection's life.
// Parameters are written $1, $2, … in any order and any number of times.
//
// Concurrency: one thread at a time (opened without SQLite's own mutex).
// Limits: kSqliteBusyMs is how long another process's lock is waited for.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace guildhall::store::sqlite {

inline constexpr int kPageBytes = 8'192;

struct Statement {
  sqlite3_stmt* handle = nullptr;
  std::vector<int> index;  // of $1, $2, …; 0 where the text does not use that number
  bool reads_only = false;
  bool returns_rows = false;
  bool in_use = false;

  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle); }
};

struct ConnectionOptions {
  bool read_only = false;
  int cache_kb = 2048;
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& path,
                                                  const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const { return db_; }

  // The statement of this text, prepared the first time.
  Result<Statement*> cached(const char* text);
  Result<std::unique_ptr<Statement>> prepare(const char* text);
  static Result<void> bind(Statement& statement, std::span<const Param> params);

  // Statements without parameters or rows.
  Result<void> run(const char* script);
  // The first column of the first row.
  Result<std::int64_t> number(const char* sql);

  // What the newest failed call means. Never quotes values.
  Error error(int code) const;

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  sqlite3* db_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
};

// True for the codes after which written data may be lost although a later call succeeds.
bool is_sync_failure(int extended_code);

}  // namespace guildhall::store::sqlite
