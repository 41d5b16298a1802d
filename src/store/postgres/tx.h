// A transaction on one PostgreSQL connection, as a closure sees it.
//
// Operation. BEGIN travels with the first statement; in a write so does one row with the
// transaction's id and the server's time. A closure that runs no statement costs no round trip.
// Several closures may take their turn in one Transaction, each with a PostgresTx of its own.
//
// `put` queues only: what it sent is answered together with the next statement, or with COMMIT.
//
// Time. now() is the server's clock (server_clock.h), read at each BEGIN, at most kClockAgeMs ago:
// no round trip, and every node follows the same clock.
//
// Concurrency: one thread, inside the closure.
#pragma once

#include "store/postgres/connection.h"
#include "store/postgres/server_clock.h"

namespace guildhall::store::postgres {

struct Transaction {
  Connection* connection;
  ServerClock* clock;
  std::int64_t base;  // of ticks: see postgres_database.h
  Sealer* sealer = nullptr;
  bool reading = false;
  bool begun = false;
  bool opening = false;     // BEGIN is queued
  std::size_t put_off = 0;  // statements of `put` that are queued behind it
  std::int64_t xid = 0;
  bool touched() const { return begun || opening; }
};

class PostgresTx final : public Tx {
 public:
  explicit PostgresTx(Transaction& transaction)
      : Tx(transaction.sealer), transaction_(transaction) {}

  Dialect dialect() const override { return Dialect::postgres; }
  bool reading() const override { return transaction_.reading; }
  TimeMs now() const override;
  std::int64_t tick() override;
  std::int64_t settled() override;
  Result<std::int64_t> exec(Sql sql, Params params) override;
  Result<std::int64_t> query(Sql sql, Params params, const RowSink& sink) override;
  Result<void> put(Sql sql, Params params) override;
  Result<void> query_all(std::span<const Query> queries) override;
  using Tx::exec_many;
  Result<std::int64_t> exec_many(Sql sql, std::span<const std::vector<Param>> rows,
                                 const RowSink& sink) override;

  const std::optional<Failure>& failure() const { return failure_; }
  bool wrote() const { return wrote_; }
  bool answered() const { return answered_; }  // some statement has given a result

 private:
  Outcome<> begin();
  Outcome<std::vector<ResultPtr>> answers();
  Outcome<ResultPtr> run(const char* text, std::span<const Param> params);
  Outcome<std::int64_t> number(const char* text);
  std::int64_t changed(const PGresult* result);
  std::unexpected<Error> refuse(Failure failure);

  Transaction& transaction_;
  mutable TimeMs now_ = 0;
  std::optional<Failure> failure_;
  bool wrote_ = false;
  bool answered_ = false;
};

}  // namespace guildhall::store::postgres
