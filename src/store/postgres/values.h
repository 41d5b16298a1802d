// Values on their way to and from PostgreSQL, in its binary format.
//
// Concurrency: none; plain values. Integers are sent as int8, texts as text, blobs as bytea. Read:
// int2, int4, int8, bool and whole numerics (what SUM of BIGINT gives); everything else as bytes.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "store/database.h"

namespace guildhall::store::postgres {

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

// The arrays that libpq wants. Reused from call to call.
class BoundParams {
 public:
  void set(std::span<const Param> params);
  // Each column of the rows as one array of PostgreSQL's; a column of NULLs alone as NULL. All
  // values of a column have one type.
  void set_columns(std::span<const std::vector<Param>> rows);
  int count() const { return static_cast<int>(values_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }
  std::size_t bytes() const { return bytes_; }
  // The types as a word: a text is prepared once for each.
  std::span<const Oid> signature() const { return types_; }

 private:
  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 8>> integers_;
  void clear(std::size_t params);
  void add(Oid type, const char* value, std::size_t size);

  std::vector<std::string> columns_;
  std::size_t bytes_ = 0;
};

// What a value adds to a statement's bytes.
std::size_t wire_size(const Param& param);

class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}
  std::int64_t integer(int column) const override;
  std::string_view bytes(int column) const override;
  bool is_null(int column) const override;

 private:
  const PGresult* result_;
  int row_;
};

// A whole number in the wire format of NUMERIC; digits behind the point are cut off.
std::int64_t numeric_value(std::string_view wire);

}  // namespace guildhall::store::postgres
