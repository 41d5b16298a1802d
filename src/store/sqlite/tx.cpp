#include "store/sqlite/tx.h"

namespace guildhall::store::sqlite {
namespace {

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  std::string_view bytes(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);
    auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return {static_cast<const char*>(data), size};
  }
  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  sqlite3_stmt* statement_;
};

// A statement goes back reset, whatever happened, and is free for the next call.
class Running {
 public:
  explicit Running(Statement& statement) : statement_(statement) { statement_.in_use = true; }
  ~Running() {
    sqlite3_reset(statement_.handle);
    statement_.in_use = false;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Statement& statement_;
};

}  // namespace

TimeMs SqliteTx::now() const {
  if (now_ == 0) now_ = clock_.now_ms();
  return now_;
}

std::int64_t SqliteTx::tick() {
  if (group_.reading) return settled() - 1;
  group_.tick_used = true;
  return group_.tick;
}

std::int64_t SqliteTx::settled() {
  if (!group_.reading) return group_.tick;
  // There is one writer, so a snapshot holds every commit up to the newest tick it can see.
  if (!group_.tick_used) {
    auto newest = first("SELECT tick FROM store_tick WHERE id = 1", {},
                        [](const Row& row) { return row.integer(0); });
    if (!newest || !*newest) return 0;
    group_.tick = **newest;
    group_.tick_used = true;
  }
  return group_.tick + 1;
}

std::unexpected<Error> SqliteTx::refuse(Error error, int code) {
  failed_ = true;
  failed_code_ = code;
  failure_ = error;
  return std::unexpected(std::move(error));
}

// The cached statement, or a spare one when a sink runs the text that it is being fed by.
Result<Statement*> SqliteTx::acquire(Sql sql, std::unique_ptr<Statement>& spare) {
  if (failed_) return std::unexpected(failure_);
  auto found = connection_.cached(sql.sqlite);
  if (!found) return refuse(std::move(found).error(), 0);
  Statement* statement = *found;
  if (statement->in_use) {
    auto made = connection_.prepare(sql.sqlite);
    if (!made) return refuse(std::move(made).error(), 0);
    spare = *std::move(made);
    statement = spare.get();
  }
  if (!statement->reads_only) {
    if (group_.reading) {
      return refuse({Fault::internal, "store-read-only", "a read may not write", {}}, 0);
    }
    if (group_.guard && !guarded_) {
      auto opened = connection_.cached("SAVEPOINT closure");
      int code = opened ? sqlite3_step((*opened)->handle) : SQLITE_ERROR;
      if (opened) sqlite3_reset((*opened)->handle);
      if (code != SQLITE_DONE) return refuse(connection_.error(code), code);
      guarded_ = true;
    }
    wrote_ = true;
  }
  return statement;
}

Result<std::int64_t> SqliteTx::run(Statement& statement, std::span<const Param> params,
                                   const RowSink* sink) {
  Running running(statement);
  auto bound = Connection::bind(statement, params);
  if (!bound) return refuse(std::move(bound).error(), 0);
  std::int64_t rows = 0;
  while (true) {
    int code = sqlite3_step(statement.handle);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return refuse(connection_.error(code), code);
    ++rows;
    if (sink != nullptr) {
      bool more = (*sink)(SqliteRow(statement.handle));
      if (failed_) return std::unexpected(failure_);
      if (!more && statement.reads_only) return rows;
      if (!more) sink = nullptr;  // what writes runs to its end
    }
  }
  if (statement.returns_rows) return rows;
  return statement.reads_only ? 0 : sqlite3_changes64(connection_.handle());
}

Result<std::int64_t> SqliteTx::exec(Sql sql, Params params) {
  std::unique_ptr<Statement> spare;
  Statement* statement = TRY(acquire(sql, spare));
  return run(*statement, {params.begin(), params.size()}, nullptr);
}

Result<std::int64_t> SqliteTx::query(Sql sql, Params params, const RowSink& sink) {
  std::unique_ptr<Statement> spare;
  Statement* statement = TRY(acquire(sql, spare));
  return run(*statement, {params.begin(), params.size()}, &sink);
}

Result<void> SqliteTx::query_all(std::span<const Query> queries) {
  for (const Query& query : queries) {
    std::unique_ptr<Statement> spare;
    Statement* statement = TRY(acquire(query.sql, spare));
    TRY(run(*statement, query.params, &query.sink));
  }
  return {};
}

Result<std::int64_t> SqliteTx::exec_many(Sql sql, std::span<const std::vector<Param>> rows,
                                         const RowSink& sink) {
  std::unique_ptr<Statement> spare;
  Statement* statement = TRY(acquire(sql, spare));
  std::int64_t total = 0;
  for (const auto& row : rows) total += TRY(run(*statement, row, sink ? &sink : nullptr));
  return total;
}

}  // namespace guildhall::store::sqlite
