#include "store/postgres/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "base/limits.h"

namespace guildhall::store::postgres {
namespace {

constexpr int kBinaryResults = 1;

// A statement is planned once a connection, from its shape and not from its values, and goes along
// indexes whatever the statistics of the moment say: those of a project that was just imported, or
// of a table that was empty when it was last looked at, have made plans that read all of it.
constexpr const char* kOnePlan =
    "SET plan_cache_mode=force_generic_plan;SET enable_seqscan=off;SET enable_bitmapscan=off;"
    "SET enable_sort=off;SET enable_hashjoin=off;SET enable_mergejoin=off;"
    "SET enable_material=off;SET enable_memoize=off;"
    "SET max_parallel_workers_per_gather=0;SET jit=off";

std::string_view sqlstate_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? std::string_view() : state;
}

Failure failure_of(const PGresult* result) {
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return postgres::failure_of(sqlstate_of(result), message == nullptr ? "" : message);
}

bool succeeded(const PGresult* result) {
  ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

Failure failure_of(std::string_view sqlstate, std::string_view message) {
  using Kind = Failure::Kind;
  std::string_view group = sqlstate.substr(0, 2);
  std::string code = fmt::format("SQLSTATE {}", sqlstate);
  if (sqlstate == "23505") {
    return {Kind::statement,
            {Fault::conflict, "already-exists", "a row with this key is already there", {}}};
  }
  if (sqlstate == "23503") {
    return {Kind::statement,
            {Fault::conflict, "missing-reference", "the row named by another is not there", {}}};
  }
  if (sqlstate == "40001" || sqlstate == "40P01") {
    return {Kind::retry, {Fault::unavailable, "store-busy", std::move(code), {}}};
  }
  if (sqlstate == "53100") {
    return {Kind::statement, {Fault::no_space, "disk-full", "the disk of the store is full", {}}};
  }
  // Shutdown, crash, a session ended from outside, a transaction left idle.
  if (sqlstate.empty() || group == "08" || group == "57" || sqlstate == "25P03") {
    if (sqlstate == "57014") {
      return {Kind::statement, {Fault::unavailable, "store-slow", std::move(code), {}}};
    }
    return {Kind::lost, {Fault::unavailable, "store-failed", std::move(code), {}}};
  }
  if (sqlstate == "55P03" || group == "53") {
    return {Kind::statement, {Fault::unavailable, "store-busy", std::move(code), {}}};
  }
  if (sqlstate == "54000") {
    return {Kind::statement, {Fault::too_large, "store-value", std::move(code), {}}};
  }
  if (sqlstate == "25006") {
    return {Kind::statement, {Fault::internal, "store-read-only", "a read may not write", {}}};
  }
  if (group == "23") {
    return {Kind::statement, {Fault::internal, "store-constraint", std::move(code), {}}};
  }
  // Class 42 speaks of names in our own texts, all others may quote values.
  if (group == "42") code = fmt::format("{}: {}", code, message);
  return {Kind::statement, {Fault::internal, "store-statement", std::move(code), {}}};
}

Outcome<std::unique_ptr<Connection>> Connection::open(const std::string& url,
                                                      const char* settings) {
  std::string connect_s = fmt::format("{}", kPostgresConnectS);
  std::string tcp_ms = fmt::format("{}", kPostgresTcpMs);
  const char* names[] = {"dbname",           "fallback_application_name", "connect_timeout",
                         "tcp_user_timeout", "client_encoding",           nullptr};
  const char* values[] = {url.c_str(),    "guildhall", connect_s.c_str(),
                          tcp_ms.c_str(), "UTF8",      nullptr};
  std::unique_ptr<Connection> made(new Connection(PQconnectdbParams(names, values, 1)));
  if (PQstatus(made->connection_) != CONNECTION_OK) return std::unexpected(made->lost());
  auto settled = made->settle(settings);
  if (!settled) return std::unexpected(std::move(settled).error());
  return made;
}

Connection::~Connection() { PQfinish(connection_); }

Outcome<> Connection::settle(const char* settings) {
  auto set = script(fmt::format(
      "SET statement_timeout={};SET lock_timeout={};SET idle_in_transaction_session_timeout={};"
      "SET log_parameter_max_length_on_error=0;SET client_min_messages=error;"
      "SET default_transaction_isolation='read committed';SET default_transaction_read_only=off",
      kStatementTimeoutMs, kLockTimeoutMs, kIdleInTransactionMs));
  if (set) set = script(kOnePlan);
  if (set && settings != nullptr) set = script(settings);
  if (!set) return std::unexpected(std::move(set).error());
  // Only some roles may: parameters in slow-query lines, values in the DETAIL of errors.
  for (const char* wish : {"SET log_parameter_max_length=0", "SET log_error_verbosity=terse"}) {
    auto granted = script(wish);
    if (!granted && granted.error().kind == Failure::Kind::lost) {
      return std::unexpected(std::move(granted).error());
    }
  }
  if (PQenterPipelineMode(connection_) != 1) return std::unexpected(lost());
  return {};
}

Failure Connection::lost() const {
  return {Failure::Kind::lost,
          {Fault::unavailable, "store-failed", "the database server does not answer", {}}};
}

bool Connection::alive() const {
  pollfd socket{PQsocket(connection_), POLLIN | POLLRDHUP, 0};
  return PQstatus(connection_) == CONNECTION_OK && poll(&socket, 1, 0) == 0;
}

Outcome<std::int64_t> Connection::script(const std::string& sql) {
  if (PQpipelineStatus(connection_) == PQ_PIPELINE_ON) PQexitPipelineMode(connection_);
  ResultPtr result(PQexec(connection_, sql.c_str()));
  if (PQstatus(connection_) != CONNECTION_OK) return std::unexpected(lost());
  if (!succeeded(result.get())) return std::unexpected(failure_of(result.get()));
  if (PQntuples(result.get()) == 0 || PQgetisnull(result.get(), 0, 0) != 0) return 0;
  return std::strtoll(PQgetvalue(result.get(), 0, 0), nullptr, 10);  // text format
}

// The place of this text's variant for the bound types; queues its preparation when it is new.
Outcome<std::size_t> Connection::variant_of(const char* text) {
  auto& variants = prepared_[text];
  auto types = bound_.signature();
  auto same = [&](const Prepared& p) { return std::ranges::equal(p.types, types); };
  auto found = std::ranges::find_if(variants, same);
  if (found == variants.end()) {
    variants.push_back(
        {.types = {types.begin(), types.end()}, .name = fmt::format("s{}", ++names_)});
    found = std::prev(variants.end());
  }
  auto place = static_cast<std::size_t>(found - variants.begin());
  bool queued = std::ranges::any_of(queued_, [&](const Queued& q) {
    return q.preparing && q.text == text && q.variant == place;
  });
  if (!found->ready && !queued) {
    if (PQsendPrepare(connection_, found->name.c_str(), text, bound_.count(), bound_.types()) !=
        1) {
      return std::unexpected(lost());
    }
    queued_.push_back({text, place, true});
  }
  return place;
}

Outcome<> Connection::send(const char* text, std::span<const Param> params) {
  bound_.set(params);
  return send_bound(text);
}

Outcome<> Connection::send_columns(const char* text, std::span<const std::vector<Param>> rows) {
  bound_.set_columns(rows);
  return send_bound(text);
}

Outcome<> Connection::send_bound(const char* text) {
  auto variant = variant_of(text);
  if (!variant) return std::unexpected(std::move(variant).error());
  const std::string& name = prepared_[text][*variant].name;
  if (PQsendQueryPrepared(connection_, name.c_str(), bound_.count(), bound_.values(),
                          bound_.lengths(), bound_.formats(), kBinaryResults) != 1) {
    return std::unexpected(lost());
  }
  queued_.push_back({text, *variant, false});
  queued_bytes_ += bound_.bytes();
  return {};
}

Outcome<std::vector<ResultPtr>> Connection::collect() {
  std::vector<Queued> queued;
  queued.swap(queued_);
  queued_bytes_ = 0;
  if (PQpipelineSync(connection_) != 1) return std::unexpected(lost());
  if (!sent_off_.empty()) {
    std::vector<Queued> before;
    before.swap(sent_off_);
    auto ignored = read_batch(before);
    if (!ignored && ignored.error().kind == Failure::Kind::lost) return ignored;
  }
  return read_batch(queued);
}

Outcome<> Connection::send_off() {
  if (!sent_off_.empty()) {  // one batch at most is on its way
    auto answered = collect();
    if (!answered) return std::unexpected(std::move(answered).error());
    return {};
  }
  sent_off_.swap(queued_);
  queued_bytes_ = 0;
  if (PQpipelineSync(connection_) != 1) return std::unexpected(lost());
  return {};
}

Outcome<std::vector<ResultPtr>> Connection::read_batch(std::span<const Queued> queued) {
  std::vector<ResultPtr> results;
  std::optional<Failure> failure;
  for (const Queued& item : queued) {
    ResultPtr result(PQgetResult(connection_));
    if (!result || PQstatus(connection_) != CONNECTION_OK) {
      return std::unexpected(failure.value_or(lost()));
    }
    if (ResultPtr end(PQgetResult(connection_)); end) return std::unexpected(lost());
    bool good = succeeded(result.get());
    if (item.preparing) prepared_[item.text][item.variant].ready = good;
    if (!good && !failure && PQresultStatus(result.get()) != PGRES_PIPELINE_ABORTED) {
      failure = failure_of(result.get());
    }
    if (good && !item.preparing) results.push_back(std::move(result));
  }
  ResultPtr sync(PQgetResult(connection_));
  if (!sync || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) {
    if (failure && failure->kind != Failure::Kind::lost) failure = lost();
    return std::unexpected(failure.value_or(lost()));
  }
  if (failure) return std::unexpected(*std::move(failure));
  return results;
}

}  // namespace guildhall::store::postgres
