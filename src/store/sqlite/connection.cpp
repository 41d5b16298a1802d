#include "store/sqlite/connection.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <string_view>

#include "base/limits.h"

namespace guildhall::store::sqlite {
namespace {

constexpr std::size_t kMaxParameters = 999;

bool is_disk_full(int code, int system_errno) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  return (code & 0xff) == SQLITE_IOERR &&
         (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG);
}

Result<void> number_parameters(Statement& statement) {
  int count = sqlite3_bind_parameter_count(statement.handle);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(statement.handle, i);
    std::string_view text = name == nullptr ? std::string_view() : name;
    std::size_t number = 0;
    if (text.size() > 1) std::from_chars(text.data() + 1, text.data() + text.size(), number);
    if (text.empty() || text[0] != '$' || number == 0 || number > kMaxParameters) {
      return fail(Fault::internal, "store-statement", "a parameter is not written $1, $2, …");
    }
    if (statement.index.size() < number) statement.index.resize(number, 0);
    statement.index[number - 1] = i;
  }
  return {};
}

}  // namespace

bool is_sync_failure(int extended_code) {
  return extended_code == SQLITE_IOERR_FSYNC || extended_code == SQLITE_IOERR_DIR_FSYNC;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path,
                                                     const ConnectionOptions& options) {
  sqlite3* db = nullptr;
  int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE |
      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) return std::unexpected(connection->error(code));
  sqlite3_busy_timeout(db, kSqliteBusyMs);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (!options.read_only) {
    // The page size holds only for a file that is still empty; WAL is kept in the file.
    TRY(connection->run(
        fmt::format("PRAGMA page_size={};PRAGMA journal_mode=WAL", kPageBytes).c_str()));
    TRY(connection->run(fmt::format("PRAGMA synchronous=FULL;PRAGMA wal_autocheckpoint=0;"
                                    "PRAGMA journal_size_limit={}",
                                    kMaxWalBytes)
                            .c_str()));
  } else {
    TRY(connection->run("PRAGMA query_only=ON"));
  }
  // Foreign keys as on PostgreSQL. No mmap: mapped pages would count as the server's memory.
  TRY(connection->run(fmt::format("PRAGMA cache_size=-{};PRAGMA temp_store=MEMORY;"
                                  "PRAGMA mmap_size=0;PRAGMA foreign_keys=ON;"
                                  "PRAGMA cell_size_check=ON",
                                  options.cache_kb)
                          .c_str()));
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return connection;
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close_v2(db_);
}

Result<std::unique_ptr<Statement>> Connection::prepare(const char* text) {
  auto statement = std::make_unique<Statement>();
  const char* tail = nullptr;
  int code =
      sqlite3_prepare_v3(db_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, &tail);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  if (statement->handle == nullptr || (tail != nullptr && *tail != '\0')) {
    return fail(Fault::internal, "store-statement", "a text must hold exactly one statement");
  }
  TRY(number_parameters(*statement));
  statement->reads_only = sqlite3_stmt_readonly(statement->handle) != 0;
  statement->returns_rows = sqlite3_column_count(statement->handle) > 0;
  return statement;
}

Result<Statement*> Connection::cached(const char* text) {
  auto found = statements_.find(text);
  if (found == statements_.end()) {
    found = statements_.emplace(text, TRY(prepare(text))).first;
  }
  return found->second.get();
}

Result<void> Connection::bind(Statement& statement, std::span<const Param> params) {
  if (params.size() != statement.index.size()) {
    return fail(Fault::internal, "store-statement",
                fmt::format("the statement takes {} parameters, {} were given",
                            statement.index.size(), params.size()));
  }
  for (std::size_t i = 0; i < params.size(); ++i) {
    int at = statement.index[i];
    if (at == 0) continue;
    const auto& value = params[i].value();
    int code = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      code = sqlite3_bind_int64(statement.handle, at, *number);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      // A null pointer would bind NULL: an empty view may have one.
      code = sqlite3_bind_text64(statement.handle, at, text->empty() ? "" : text->data(),
                                 text->size(), SQLITE_STATIC, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      code =
          sqlite3_bind_blob64(statement.handle, at, blob->bytes.empty() ? "" : blob->bytes.data(),
                              blob->bytes.size(), SQLITE_STATIC);
    } else {
      code = sqlite3_bind_null(statement.handle, at);
    }
    if (code == SQLITE_TOOBIG) {
      return fail(Fault::too_large, "store-value", "a value is larger than the store takes");
    }
    if (code != SQLITE_OK) return fail(Fault::internal, "store-statement", "a value did not bind");
  }
  return {};
}

Result<void> Connection::run(const char* script) {
  int code = sqlite3_exec(db_, script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  return {};
}

Result<std::int64_t> Connection::number(const char* sql) {
  auto statement = TRY(prepare(sql));
  int code = sqlite3_step(statement->handle);
  if (code == SQLITE_DONE) return 0;
  if (code != SQLITE_ROW) return std::unexpected(error(code));
  return sqlite3_column_int64(statement->handle, 0);
}

Error Connection::error(int code) const {
  int primary = code & 0xff;
  if (is_disk_full(code, db_ == nullptr ? 0 : sqlite3_system_errno(db_))) {
    return {Fault::no_space, "disk-full", "the disk of the store is full", {}};
  }
  if (primary == SQLITE_CONSTRAINT) {
    switch (code) {
      case SQLITE_CONSTRAINT_UNIQUE:
      case SQLITE_CONSTRAINT_PRIMARYKEY:
      case SQLITE_CONSTRAINT_ROWID:
        return {Fault::conflict, "already-exists", "a row with this key is already there", {}};
      case SQLITE_CONSTRAINT_FOREIGNKEY:
        return {Fault::conflict, "missing-reference", "the row named by another is not there", {}};
      default: return {Fault::internal, "store-constraint", fmt::format("constraint {}", code), {}};
    }
  }
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Fault::unavailable, "store-busy", "another process holds the store", {}};
    case SQLITE_TOOBIG:
      return {Fault::too_large, "store-value", "a value is larger than the store takes", {}};
    case SQLITE_ERROR:
      // Only texts of ours are prepared, without values: the message names our own words.
      return {Fault::internal, "store-statement", sqlite3_errmsg(db_), {}};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Fault::unavailable, "store-corrupt", fmt::format("sqlite code {}", code), {}};
    default: return {Fault::unavailable, "store-failed", fmt::format("sqlite code {}", code), {}};
  }
}

}  // namespace guildhall::store::sqlite
