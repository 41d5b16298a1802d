#include "store/postgres/postgres_database.h"

#include <fmt/format.h>

#include <exception>

#include "store/migrate.h"
#include "store/postgres/turn.h"
#include "store/postgres/writers.h"

namespace guildhall::store::postgres {
namespace {

// "guildhal" in ASCII: the advisory lock of schema changes.
constexpr std::int64_t kSchemaLock = 0x6775696c6468616c;
constexpr std::int64_t kClusterStride = 1LL << 44;

template <class T>
Result<T> plain(Outcome<T> outcome) {
  if (!outcome) return std::unexpected(std::move(outcome).error().error);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(outcome);
  }
}

class PostgresSchema final : public SchemaPort {
 public:
  explicit PostgresSchema(Connection& connection) : connection_(connection) {}
  Dialect dialect() const override { return Dialect::postgres; }
  Result<void> script(const std::string& sql) override {
    TRY(plain(connection_.script(sql)));
    return {};
  }
  Result<std::int64_t> number(const std::string& sql) override {
    return plain(connection_.script(sql));
  }

 private:
  Connection& connection_;
};

// The base of this cluster's ticks, made when the data is new here.
Result<std::int64_t> tick_base(SchemaPort& schema) {
  auto cluster = TRY(schema.number("SELECT system_identifier FROM pg_control_system()"));
  auto known = TRY(schema.number("SELECT cluster FROM store_tick WHERE id = 1"));
  if (cluster != known) {
    std::int64_t stride = known == 0 ? 0 : kClusterStride;
    TRY(schema.script(fmt::format(
        "UPDATE store_tick SET tick = tick + {}, cluster = {} WHERE id = 1", stride, cluster)));
  }
  return schema.number("SELECT tick FROM store_tick WHERE id = 1");
}

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const std::string& url, std::int64_t base, const OpenOptions& options)
      : url_(url),
        base_(base),
        sealer_(options.sealer),
        readers_(options.read_connections),
        writers_(url, base, clock_, options) {}

  Dialect dialect() const override { return Dialect::postgres; }
  Result<void> write(const TxBody& body) override { return writers_.write(body); }
  StoreStats stats() const override { return writers_.stats(); }
  std::unique_ptr<Turn> turn(RoomId room) override { return make_turn(url_, room); }

  Result<void> read(const TxBody& body) override {
    // What is shown must be durable too, so that an answer told from it is.
    Flusher& flusher = writers_.flusher();
    std::int64_t number = flusher.number();
    if (number == 0) number = TRY(plain(flusher.ready()));
    Slot slot = TRY(readers_.take());
    bool again = true;
    Result<void> result;
    // A connection that was lost while it lay idle shows at its first statement.
    for (int i = 0; again && i < 2; ++i) {
      again = false;
      result = attempt(slot, body, again);
    }
    readers_.give_back(std::move(slot));
    if (result && flusher.pending > 0 && !flusher.flush(number)) {
      return fail(Fault::unavailable, "store-failed", "the database server does not answer");
    }
    return result;
  }

 private:
  Result<void> attempt(Slot& slot, const TxBody& body, bool& again) {
    TRY(plain(slot.ready(url_)));
    Transaction transaction{.connection = slot.connection.get(),
                            .clock = &clock_,
                            .base = base_,
                            .sealer = sealer_,
                            .reading = true};
    PostgresTx tx(transaction);
    Result<void> result;
    try {
      result = body(tx);
    } catch (const std::exception&) {
      result = fail(Fault::internal, "store-closure", "a read closure threw");
    }
    if (tx.failure() && result) result = std::unexpected(tx.failure()->error);
    if (tx.failure() && tx.failure()->kind == Failure::Kind::lost) {
      slot.connection.reset();
      again = !tx.answered();
    } else if (transaction.begun) {
      // Nobody waits for its answer; a snapshot must not be held open for it either.
      auto sent = slot.connection->send("ROLLBACK", {});
      if (!sent || !slot.connection->send_off()) slot.connection.reset();
    }
    return result;
  }

  std::string url_;
  std::int64_t base_;
  Sealer* sealer_;
  ServerClock clock_;
  Pool readers_;
  Writers writers_;
};

}  // namespace

Result<std::unique_ptr<Database>> open(const std::string& url, const OpenOptions& options) {
  auto connection = TRY(plain(Connection::open(url)));
  PostgresSchema schema(*connection);
  // Session-level: it ends with this connection, whatever happens.
  TRY(schema.script("SET lock_timeout = 0; SET statement_timeout = 0"));
  TRY(schema.script(fmt::format("SELECT pg_advisory_lock({})", kSchemaLock)));
  TRY(migrate(schema, options.schema.value_or(migrations()), options.clock->now_ms()));
  auto base = TRY(tick_base(schema));
  return std::make_unique<PostgresDatabase>(url, base, options);
}

}  // namespace guildhall::store::postgres
