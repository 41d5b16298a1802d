// One PostgreSQL connection in pipeline mode: settings, prepared statements, errors.
//
// Operation. `send` queues a statement (and its preparation, the first time); `collect` sends what
// is queued with one sync and reads the answers: one round trip however many were queued.
//
// What never happens: a parameter inside a statement's text, or in the server's log as far as the
// role may forbid it; a server message handed on, unless it speaks of our own texts (class 42).
//
// Concurrency: one thread at a time. Limits: kPostgresConnectS, kPostgresTcpMs,
// kStatementTimeoutMs, kLockTimeoutMs, kIdleInTransactionMs.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/postgres/values.h"

namespace guildhall::store::postgres {

struct Failure {
  enum class Kind : unsigned char {
    statement,  // the server refused; the transaction is aborted
    retry,      // deadlock or serialization: the transaction may run again
    lost,       // the connection is gone
  };
  Kind kind = Kind::statement;
  Error error;
};
template <class T = void>
using Outcome = std::expected<T, Failure>;

// What a SQLSTATE means to a caller. `message` is used for class 42 only.
Failure failure_of(std::string_view sqlstate, std::string_view message);

class Connection {
 public:
  // `settings`: a script of SETs on top of the usual ones.
  static Outcome<std::unique_ptr<Connection>> open(const std::string& url,
                                                   const char* settings = nullptr);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Outcome<> send(const char* text, std::span<const Param> params);
  // One statement for all rows: each parameter is the array of a column.
  Outcome<> send_columns(const char* text, std::span<const std::vector<Param>> rows);
  std::size_t queued_bytes() const { return queued_bytes_; }
  // One result per `send` since the last collect, or the first failure.
  Outcome<std::vector<ResultPtr>> collect();
  // Sends what is queued; its answers are read, and ignored, before the next ones.
  Outcome<> send_off();

  // Between calls: the server has neither closed the connection nor said anything.
  bool alive() const;

  // A script of several statements, without parameters; outside of the pipeline.
  Outcome<std::int64_t> script(const std::string& sql);

 private:
  struct Prepared {
    std::vector<Oid> types;
    std::string name;
    bool ready = false;
  };
  struct Queued {
    const char* text;
    std::size_t variant;
    bool preparing;
  };

  explicit Connection(PGconn* connection) : connection_(connection) {}
  Outcome<> settle(const char* settings);
  Outcome<> send_bound(const char* text);
  Outcome<std::vector<ResultPtr>> read_batch(std::span<const Queued> queued);
  Outcome<std::size_t> variant_of(const char* text);
  Failure lost() const;

  PGconn* connection_;
  BoundParams bound_;
  std::unordered_map<const char*, std::vector<Prepared>> prepared_;
  std::vector<Queued> queued_;
  std::vector<Queued> sent_off_;
  std::size_t queued_bytes_ = 0;
  int names_ = 0;
};

}  // namespace guildhall::store::postgres
