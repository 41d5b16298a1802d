#include "store/postgres/tx.h"

#include <algorithm>
#include <cstdlib>

#include "base/clock.h"
#include "base/limits.h"

namespace guildhall::store::postgres {
namespace {

constexpr const char* kBeginWrite = "BEGIN";  // read committed: Connection::settle
constexpr const char* kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr const char* kOpening =
    "SELECT pg_current_xact_id()::text::bigint,"
    " (extract(epoch from clock_timestamp()) * 1000)::bigint";
constexpr const char* kTime = "SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint";
constexpr const char* kXmin = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

}  // namespace

std::unexpected<Error> PostgresTx::refuse(Failure failure) {
  failure_ = std::move(failure);
  return std::unexpected(failure_->error);
}

// Queues the BEGIN, when there was none; the caller's statement follows it.
Outcome<> PostgresTx::begin() {
  if (transaction_.touched()) return {};
  bool reading = transaction_.reading;
  auto sent = transaction_.connection->send(reading ? kBeginRead : kBeginWrite, {});
  if (sent) sent = transaction_.connection->send(reading ? kTime : kOpening, {});
  if (sent) transaction_.opening = true;
  return sent;
}

// The results of the statements after BEGIN, its companion and those that were put off.
Outcome<std::vector<ResultPtr>> PostgresTx::answers() {
  auto results = transaction_.connection->collect();
  bool began = transaction_.opening;
  auto others = static_cast<std::ptrdiff_t>(transaction_.put_off);
  // Even a failed batch may have begun: whoever ends the transaction must send ROLLBACK.
  transaction_.begun = true;
  transaction_.opening = false;
  transaction_.put_off = 0;
  if (!results) return results;
  if (began) {
    PostgresRow opening((*results)[1].get(), 0);
    if (!transaction_.reading) transaction_.xid = opening.integer(0);
    transaction_.clock->learn(opening.integer(transaction_.reading ? 0 : 1), monotonic_ms());
    others += 2;
  }
  results->erase(results->begin(), results->begin() + others);
  return results;
}

Outcome<ResultPtr> PostgresTx::run(const char* text, std::span<const Param> params) {
  auto sent = begin();
  if (sent) sent = transaction_.connection->send(text, params);
  if (!sent) return std::unexpected(std::move(sent).error());
  auto results = answers();
  if (!results) return std::unexpected(std::move(results).error());
  answered_ = true;
  return std::move(results->back());
}

Outcome<std::int64_t> PostgresTx::number(const char* text) {
  auto result = run(text, {});
  if (!result) return std::unexpected(std::move(result).error());
  return PostgresRow(result->get(), 0).integer(0);
}

TimeMs PostgresTx::now() const {
  if (now_ != 0) return now_;
  ServerClock& clock = *transaction_.clock;
  if (!failure_ && clock.is_old(monotonic_ms())) {
    // Its answer, or its failure, is also the closure's: the statement runs in its transaction.
    auto* self = const_cast<PostgresTx*>(this);
    auto server_ms = self->number(kTime);
    if (server_ms) {
      clock.learn(*server_ms, monotonic_ms());
    } else {
      self->failure_ = std::move(server_ms).error();
    }
  }
  now_ = clock.at(monotonic_ms());
  return now_;
}

std::int64_t PostgresTx::tick() {
  if (transaction_.reading) return settled() - 1;
  if (failure_) return 0;
  if (!transaction_.begun) {
    auto opened = number(kXmin);
    if (!opened) {
      failure_ = std::move(opened).error();
      return 0;
    }
  }
  return transaction_.base + transaction_.xid;
}

std::int64_t PostgresTx::settled() {
  if (failure_) return 0;
  auto xmin = number(kXmin);
  if (!xmin) {
    failure_ = std::move(xmin).error();
    return 0;
  }
  return transaction_.base + *xmin;
}

std::int64_t PostgresTx::changed(const PGresult* result) {
  // libpq's accessors do not take const, though they change nothing.
  auto* open = const_cast<PGresult*>(result);
  std::string_view command = PQcmdStatus(open);
  if (!command.starts_with("SELECT")) wrote_ = true;
  if (PQnfields(result) > 0) return PQntuples(result);
  return std::strtoll(PQcmdTuples(open), nullptr, 10);
}

Result<std::int64_t> PostgresTx::exec(Sql sql, Params params) {
  if (failure_) return std::unexpected(failure_->error);
  auto result = run(sql.postgres, {params.begin(), params.size()});
  if (!result) return refuse(std::move(result).error());
  return changed(result->get());
}

Result<std::int64_t> PostgresTx::query(Sql sql, Params params, const RowSink& sink) {
  if (failure_) return std::unexpected(failure_->error);
  auto result = run(sql.postgres, {params.begin(), params.size()});
  if (!result) return refuse(std::move(result).error());
  std::int64_t changed_rows = changed(result->get());
  for (int row = 0; row < PQntuples(result->get()); ++row) {
    bool more = sink(PostgresRow(result->get(), row));
    if (failure_) return std::unexpected(failure_->error);
    if (!more) break;
  }
  return changed_rows;
}

Result<void> PostgresTx::put(Sql sql, Params params) {
  if (failure_) return std::unexpected(failure_->error);
  auto sent = begin();
  if (sent) sent = transaction_.connection->send(sql.postgres, {params.begin(), params.size()});
  if (!sent) return refuse(std::move(sent).error());
  ++transaction_.put_off;
  wrote_ = true;
  if (transaction_.connection->queued_bytes() < kMaxPipelineBytes) return {};
  auto results = answers();
  if (!results) return refuse(std::move(results).error());
  return {};
}

Result<void> PostgresTx::query_all(std::span<const Query> queries) {
  if (failure_) return std::unexpected(failure_->error);
  auto sent = begin();
  for (const Query& query : queries) {
    if (sent) sent = transaction_.connection->send(query.sql.postgres, query.params);
  }
  if (!sent) return refuse(std::move(sent).error());
  auto results = answers();
  if (!results) return refuse(std::move(results).error());
  answered_ = true;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto& result = (*results)[i];
    changed(result.get());
    bool more = true;
    for (int row = 0; more && row < PQntuples(result.get()); ++row) {
      more = queries[i].sink(PostgresRow(result.get(), row));
      if (failure_) return std::unexpected(failure_->error);
    }
  }
  return {};
}

Result<std::int64_t> PostgresTx::exec_many(Sql sql, std::span<const std::vector<Param>> rows,
                                           const RowSink& sink) {
  if (failure_) return std::unexpected(failure_->error);
  std::int64_t total = 0;
  bool more = static_cast<bool>(sink);
  while (!rows.empty()) {
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < std::min(rows.size(), kMaxArrayRows); ++count) {
      for (const Param& value : rows[count]) bytes += wire_size(value);
      if (count > 0 && bytes > kMaxPipelineBytes) break;
    }
    auto sent = begin();
    if (sent) sent = transaction_.connection->send_columns(sql.postgres, rows.first(count));
    if (!sent) return refuse(std::move(sent).error());
    auto results = answers();
    if (!results) return refuse(std::move(results).error());
    answered_ = true;
    const PGresult* result = results->back().get();
    total += changed(result);
    for (int row = 0; more && row < PQntuples(result); ++row) {
      more = sink(PostgresRow(result, row));
      if (failure_) return std::unexpected(failure_->error);
    }
    rows = rows.subspan(count);
  }
  return total;
}

}  // namespace guildhall::store::postgres
