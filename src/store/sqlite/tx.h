// A transaction on one SQLite connection, as a closure sees it.
//
// On the writer several closures take their turn inside one SQLite transaction; each gets a fresh
// SqliteTx. With `guard` set, a savepoint is opened before the first statement that writes.
//
// Concurrency: one thread, inside the closure.
#pragma once

#include "base/clock.h"
#include "store/sqlite/connection.h"

namespace guildhall::store::sqlite {

class SqliteTx final : public Tx {
 public:
  struct Group {
    std::int64_t tick = 0;   // of this commit; for a snapshot, the newest commit in it
    bool tick_used = false;  // somebody has asked: it must be stored
    bool reading = false;
    bool guard = false;  // closures must be undone one by one
  };

  SqliteTx(Connection& connection, const Clock& clock, Sealer* sealer, Group& group)
      : Tx(sealer), connection_(connection), clock_(clock), group_(group) {}

  Dialect dialect() const override { return Dialect::sqlite; }
  bool reading() const override { return group_.reading; }
  TimeMs now() const override;
  std::int64_t tick() override;
  std::int64_t settled() override;
  Result<std::int64_t> exec(Sql sql, Params params) override;
  Result<std::int64_t> query(Sql sql, Params params, const RowSink& sink) override;
  Result<void> query_all(std::span<const Query> queries) override;
  using Tx::exec_many;
  Result<std::int64_t> exec_many(Sql sql, std::span<const std::vector<Param>> rows,
                                 const RowSink& sink) override;

  bool failed() const { return failed_; }
  const Error& failure() const { return failure_; }
  int failed_code() const { return failed_code_; }  // SQLite's, 0 when it was not SQLite
  bool wrote() const { return wrote_; }
  bool guarded() const { return guarded_; }

 private:
  Result<Statement*> acquire(Sql sql, std::unique_ptr<Statement>& spare);
  Result<std::int64_t> run(Statement& statement, std::span<const Param> params,
                           const RowSink* sink);
  std::unexpected<Error> refuse(Error error, int code);

  Connection& connection_;
  const Clock& clock_;
  Group& group_;
  mutable TimeMs now_ = 0;
  bool wrote_ = false;
  bool guarded_ = false;
  bool failed_ = false;
  int failed_code_ = 0;
  Error failure_;
};

}  // namespace guildhall::store::sqlite
