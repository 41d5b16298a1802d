// The Database port: what a domain may ask of a store. Two adapters stand behind it, sqlite/ and
// postgres/; one conformance suite (conformance_test.cpp) runs on both.
//
// Operation. `write` runs a closure as one transaction and returns after it is durable. Closures
// of concurrent callers share one commit (SQLite: one writer thread; PostgreSQL: one transaction a
// connection at a time, several closures each behind a savepoint). A closure that returns an error
// leaves nothing behind and does not disturb its neighbours. A closure may be run again (deadlock,
// lost connection before the commit was sent): it must have no effect but through `Tx`, and must
// set its outputs afresh each time. `read` runs a closure on a consistent snapshot.
// A lost connection while the commit is in doubt gives unavailable/"commit-unknown": the caller
// retries under its Idempotency-Key.
//
// Time. `tx.now()` is one time for the whole transaction, from the Clock port on SQLite and from
// the database on PostgreSQL. No SQL uses now().
//
// Order. `tx.tick()` grows with commit order as far as anyone can see: every transaction whose
// tick is below `tx.settled()` is finished and visible. SQLite: a counter of write transactions;
// PostgreSQL: the transaction id, and the snapshot's xmin. Feeds and cursors never advance past
// `settled()`.
//
// SQL. One text for both, parameters $1, $2, …; where the two must differ a Sql has two texts.
// Texts are literals: a statement is prepared once a connection and found by address. Columns are
// BIGINT, TEXT (ASCII words only) or bytes. No SQL predicate, order or index touches content.
//
// Errors. A failed statement fails its whole closure: later statements give the same error, and a
// closure that returns success all the same is undone with it. Errors that domains tell apart:
// conflict/"already-exists" (unique), conflict/"missing-reference" (foreign key),
// no_space/"disk-full", unavailable/"store-busy", "store-failed", "commit-unknown".
// None carries a parameter.
//
// Concurrency: Database from any thread. A Tx lives inside its closure, on one thread. `write`
// inside a closure is refused (internal/"store-nested"). Destroying a Database finishes the
// closures that wait and refuses new ones; no caller may enter after.
// Limits: kMaxWriteQueue closures wait, then unavailable/"store-busy". PostgreSQL holds a query's
// rows in memory until the sink has seen them: page long lists.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/result.h"
#include "store/migrations.h"
#include "store/sealer.h"
#include "store/turn.h"

namespace guildhall::store {

enum class Dialect : unsigned char { sqlite, postgres };

struct Sql {
  const char* sqlite;
  const char* postgres;
  consteval Sql(const char* both) : sqlite(both), postgres(both) {}
  consteval Sql(const char* for_sqlite, const char* for_postgres)
      : sqlite(for_sqlite), postgres(for_postgres) {}
};

struct Blob {
  std::string_view bytes;
};
struct Null {};

// One bound parameter. Views must outlive the call.
class Param {
 public:
  template <std::integral T>
  Param(T value) : value_(static_cast<std::int64_t>(value)) {}
  template <class Tag>
  Param(Id<Tag> id) : value_(id.value) {}
  Param(std::string_view text) : value_(text) {}
  Param(const std::string& text) : value_(std::string_view(text)) {}
  Param(const char* text) : value_(std::string_view(text)) {}
  Param(Blob blob) : value_(blob) {}
  Param(Null null) : value_(null) {}

  const std::variant<Null, std::int64_t, std::string_view, Blob>& value() const { return value_; }

 private:
  std::variant<Null, std::int64_t, std::string_view, Blob> value_;
};

using Params = std::initializer_list<Param>;

// The row under the cursor; views die with the next row.
class Row {
 public:
  virtual ~Row() = default;
  virtual std::int64_t integer(int column) const = 0;    // NULL reads as 0
  virtual std::string_view bytes(int column) const = 0;  // text or blob; NULL reads as empty
  virtual bool is_null(int column) const = 0;
  template <class IdType>
  IdType id(int column) const {
    return IdType{integer(column)};
  }
};

// Called per row; false stops early.
using RowSink = std::function<bool(const Row&)>;

class Tx {
 public:
  explicit Tx(Sealer* sealer) : sealer_(sealer != nullptr ? *sealer : no_sealer()) {}
  virtual ~Tx() = default;
  virtual Dialect dialect() const = 0;
  virtual bool reading() const = 0;  // a snapshot: what it shows is committed
  virtual TimeMs now() const = 0;
  virtual std::int64_t tick() = 0;
  virtual std::int64_t settled() = 0;

  // Runs a statement; the number of rows it changed (or returned, for RETURNING).
  virtual Result<std::int64_t> exec(Sql sql, Params params) = 0;
  virtual Result<std::int64_t> query(Sql sql, Params params, const RowSink& sink) = 0;

  // A write whose row count nobody needs. PostgreSQL sends it with the next statement, or with the
  // commit, instead of waiting for its answer: its failure shows there, and fails the closure.
  virtual Result<void> put(Sql sql, Params params) {
    auto changed = exec(sql, params);
    if (!changed) return std::unexpected(std::move(changed).error());
    return {};
  }

  // Several queries in their order, in one round trip. `sink` is called for each row of each.
  struct Query {
    Sql sql;
    std::vector<Param> params;
    RowSink sink;
  };
  virtual Result<void> query_all(std::span<const Query> queries) = 0;

  // Writes many rows. SQLite steps its text row by row, each inner vector bound to $1…$n; in
  // PostgreSQL's text $1…$n are arrays, one a column (INSERT … SELECT … FROM unnest($1::bigint[],
  // …)). Rows changed in total; `sink` sees what RETURNING gives, in any order.
  virtual Result<std::int64_t> exec_many(Sql sql, std::span<const std::vector<Param>> rows,
                                         const RowSink& sink) = 0;
  Result<std::int64_t> exec_many(Sql sql, std::span<const std::vector<Param>> rows) {
    return exec_many(sql, rows, {});
  }

  Sealer& sealer() const { return sealer_; }  // OpenOptions::sealer

  // The first row mapped by `map`, or nothing.
  template <class Map>
  auto first(Sql sql, Params params, Map map)
      -> Result<std::optional<std::invoke_result_t<Map, const Row&>>> {
    std::optional<std::invoke_result_t<Map, const Row&>> out;
    auto ran = query(sql, params, [&](const Row& row) {
      out.emplace(map(row));
      return false;
    });
    if (!ran) return std::unexpected(std::move(ran).error());
    return out;
  }

 private:
  Sealer& sealer_;
};

using TxBody = std::function<Result<void>(Tx&)>;

struct StoreStats {
  std::int64_t commits = 0;       // durable commits (shared ones count once)
  std::int64_t transactions = 0;  // closures that took part in them
  std::int64_t queue = 0;         // closures waiting now
};

class Database {
 public:
  virtual ~Database() = default;
  virtual Dialect dialect() const = 0;
  virtual Result<void> write(const TxBody& body) = 0;
  // Like `write`, for what nobody waits for at a screen (a slice of an import): gives way to
  // `write` where a store has one writer. Keep such a transaction to a few milliseconds.
  virtual Result<void> write_bulk(const TxBody& body) { return write(body); }
  virtual Result<void> read(const TxBody& body) = 0;
  virtual StoreStats stats() const = 0;
  // Of the processes that serve this room from this store, one has the turn: take() says whether.
  virtual std::unique_ptr<Turn> turn(RoomId room) = 0;

  // `write`, `write_bulk` and `read` for closures that return Result<T>.
  template <class F>
  auto write_as(F body) -> std::invoke_result_t<F, Tx&> {
    return run_as(body, [this](const TxBody& b) { return write(b); });
  }
  template <class F>
  auto write_bulk_as(F body) -> std::invoke_result_t<F, Tx&> {
    return run_as(body, [this](const TxBody& b) { return write_bulk(b); });
  }
  template <class F>
  auto read_as(F body) -> std::invoke_result_t<F, Tx&> {
    return run_as(body, [this](const TxBody& b) { return read(b); });
  }

 private:
  template <class F, class Run>
  static auto run_as(F& body, Run run) -> std::invoke_result_t<F, Tx&> {
    using R = std::invoke_result_t<F, Tx&>;
    if constexpr (std::is_void_v<typename R::value_type>) {
      return run(body);
    } else {
      std::optional<typename R::value_type> out;
      auto ran = run([&](Tx& tx) -> Result<void> {
        auto result = body(tx);
        if (!result) return std::unexpected(std::move(result).error());
        out.emplace(*std::move(result));
        return {};
      });
      if (!ran) return std::unexpected(std::move(ran).error());
      return *std::move(out);
    }
  }
};

struct OpenOptions {
  const Clock* clock = &system_clock();
  Sealer* sealer = nullptr;  // outlives the store; without one no content goes in or out
  int read_connections = 8;
  int write_connections = 8;                       // PostgreSQL only
  std::size_t postgres_group = kMaxPostgresGroup;  // closures in one transaction; 1 groups none
  int write_cache_kb = 64 << 10;  // SQLite only: the writer's page cache, grown on demand
  // The schema; tests bring their own.
  std::optional<std::span<const Migration>> schema = std::nullopt;
  // Called once when the disk may have lost what was written (a failed fsync): nothing may be
  // acknowledged after it. The default logs and ends the process; if a handler returns, every
  // later call fails with unavailable/"store-failed" until the store is opened again.
  std::function<void()> on_broken = nullptr;
};

// `url` is sqlite:DIR (the file DIR/room.db) or postgres://… ; applies migrations under a lock.
Result<std::unique_ptr<Database>> open_database(std::string_view url, const OpenOptions& options);

}  // namespace guildhall::store
