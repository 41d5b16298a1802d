#include "store/migrate.h"

#include <fmt/format.h>

#include <algorithm>

namespace guildhall::store {
namespace {

struct Token {
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgres;
};

constexpr Token kTokens[] = {
    {"blob", "BLOB", "BYTEA"},
    {"clustered", "WITHOUT ROWID", ""},
};

// Not a numbered step: the store needs these before it can count any.
constexpr std::string_view kOwnTables =
    "CREATE TABLE IF NOT EXISTS schema_migration("
    " number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL);"
    // SQLite: `tick` is the newest write transaction's, `cluster` stays 0. PostgreSQL: `tick` is
    // the base added to transaction ids of the cluster named by `cluster`.
    "CREATE TABLE IF NOT EXISTS store_tick("
    " id BIGINT NOT NULL PRIMARY KEY, tick BIGINT NOT NULL, cluster BIGINT NOT NULL);"
    "INSERT INTO store_tick(id, tick, cluster) VALUES (1, 0, 0) ON CONFLICT(id) DO NOTHING;";

Result<void> in_transaction(SchemaPort& port, const std::string& sql) {
  // SQLite: a write lock from the start, since a snapshot cannot always be upgraded to one.
  const char* begin = port.dialect() == Dialect::sqlite ? "BEGIN IMMEDIATE;" : "BEGIN;";
  auto ran = port.script(begin + sql + "COMMIT;");
  // A script that failed half way leaves its transaction open; one that failed to begin does not.
  if (!ran) (void)port.script("ROLLBACK;");
  return ran;
}

// The lines for this dialect, without their marks.
std::string lines_of(std::string_view sql, Dialect dialect) {
  constexpr std::string_view kMarks[] = {"@sqlite ", "@postgres "};
  std::string out;
  while (!sql.empty()) {
    auto end = std::min(sql.find('\n'), sql.size() - 1) + 1;
    std::string_view line = sql.substr(0, end);
    sql.remove_prefix(end);
    std::string_view mine = kMarks[dialect == Dialect::sqlite ? 0 : 1];
    std::string_view other = kMarks[dialect == Dialect::sqlite ? 1 : 0];
    if (line.starts_with(other)) continue;
    if (line.starts_with(mine)) line.remove_prefix(mine.size());
    out += line;
  }
  return out;
}

Result<void> check_numbers(std::span<const Migration> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].number != static_cast<int>(i) + 1) {
      return fail(Fault::internal, "schema-numbers",
                  fmt::format("migration {} stands at place {}", steps[i].number, i + 1));
    }
    bool plain = std::ranges::all_of(steps[i].name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) {
      return fail(Fault::internal, "schema-numbers",
                  fmt::format("migration {} has a name that is not snake_case", i + 1));
    }
  }
  return {};
}

}  // namespace

Result<std::string> render(std::string_view sql, Dialect dialect) {
  std::string text = lines_of(sql, dialect);
  std::string out;
  out.reserve(text.size());
  std::string_view rest = text;
  while (true) {
    auto open = rest.find("{{");
    out += rest.substr(0, open);
    if (open == std::string_view::npos) return out;
    auto close = rest.find("}}", open);
    std::string_view name = rest.substr(open);
    if (close != std::string_view::npos) name = rest.substr(open + 2, close - open - 2);
    const auto* token = std::ranges::find(kTokens, name, &Token::name);
    if (close == std::string_view::npos || token == std::end(kTokens)) {
      return fail(Fault::internal, "schema-token", "a migration has an unknown token");
    }
    out += dialect == Dialect::sqlite ? token->sqlite : token->postgres;
    rest.remove_prefix(close + 2);
  }
}

Result<void> migrate(SchemaPort& port, std::span<const Migration> steps, TimeMs now) {
  TRY(check_numbers(steps));
  TRY(in_transaction(port, std::string(kOwnTables)));
  auto newest = TRY(port.number("SELECT COALESCE(MAX(number), 0) FROM schema_migration"));
  if (newest > static_cast<std::int64_t>(steps.size())) {
    return fail(
        Fault::unavailable, "schema-newer",
        fmt::format("the store is at migration {}, this program knows {}", newest, steps.size()));
  }
  for (const Migration& step : steps.subspan(static_cast<std::size_t>(newest))) {
    std::string sql = TRY(render(step.sql, port.dialect()));
    sql += fmt::format(
        ";INSERT INTO schema_migration(number, name, applied_ms) VALUES ({}, '{}', {});",
        step.number, step.name, now);
    auto ran = in_transaction(port, sql);
    if (!ran) {
      Error error = std::move(ran).error();
      error.detail = fmt::format("migration {} ({}): {}", step.number, step.name, error.detail);
      return std::unexpected(std::move(error));
    }
  }
  return {};
}

}  // namespace guildhall::store
