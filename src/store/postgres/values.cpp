#include "store/postgres/values.h"

namespace guildhall::store::postgres {
namespace {

// Object ids of built-in types: fixed in pg_type.dat.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kNumeric = 1700;
constexpr Oid kByteaArray = 1001;
constexpr Oid kTextArray = 1009;
constexpr Oid kInt8Array = 1016;
constexpr int kBinary = 1;

std::uint64_t big_endian(std::string_view wire) {
  std::uint64_t value = 0;
  for (char c : wire) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::int16_t short_at(std::string_view wire, std::size_t at) {
  if (at + 2 > wire.size()) return 0;
  return static_cast<std::int16_t>(big_endian(wire.substr(at, 2)));
}

template <std::size_t kBytes>
std::array<char, kBytes> wire_of(std::int64_t value) {
  std::array<char, kBytes> wire;
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t b = 0; b < kBytes; ++b) {
    wire[b] = static_cast<char>(bits >> (8 * (kBytes - 1 - b)));
  }
  return wire;
}

void append_int32(std::string& out, std::int64_t value) {
  auto wire = wire_of<4>(value);
  out.append(wire.data(), wire.size());
}

// Text or blob.
std::string_view bytes_of(const Param& param) {
  if (const auto* text = std::get_if<std::string_view>(&param.value())) return *text;
  const auto* blob = std::get_if<Blob>(&param.value());
  return blob != nullptr ? blob->bytes : std::string_view();
}

Oid type_of(const Param& param) {
  const auto& value = param.value();
  if (std::holds_alternative<std::int64_t>(value)) return kInt8;
  if (std::holds_alternative<std::string_view>(value)) return kText;
  return std::holds_alternative<Blob>(value) ? kBytea : 0;
}

void append_element(std::string& out, const Param& param) {
  constexpr std::int64_t kNull = -1;
  if (const auto* number = std::get_if<std::int64_t>(&param.value())) {
    append_int32(out, 8);
    auto wire = wire_of<8>(*number);
    out.append(wire.data(), wire.size());
  } else if (type_of(param) == 0) {
    append_int32(out, kNull);
  } else {
    auto bytes = bytes_of(param);
    append_int32(out, std::ssize(bytes));
    out += bytes;
  }
}

// One dimension, numbered from 1.
void append_array(std::string& out, Oid element, std::span<const std::vector<Param>> rows,
                  std::size_t column) {
  append_int32(out, 1);
  append_int32(out, 1);  // there may be NULLs
  append_int32(out, element);
  append_int32(out, std::ssize(rows));
  append_int32(out, 1);
  for (const auto& row : rows) append_element(out, row[column]);
}

}  // namespace

std::size_t wire_size(const Param& param) {
  constexpr std::size_t kFrame = 16;
  return kFrame + (type_of(param) == kInt8 ? 8 : bytes_of(param).size());
}

void BoundParams::clear(std::size_t params) {
  types_.clear();
  values_.clear();
  lengths_.clear();
  formats_.assign(params, kBinary);
  bytes_ = 0;
}

void BoundParams::add(Oid type, const char* value, std::size_t size) {
  types_.push_back(type);
  values_.push_back(value);
  lengths_.push_back(static_cast<int>(size));
  bytes_ += size + 16;
}

void BoundParams::set(std::span<const Param> params) {
  clear(params.size());
  integers_.resize(params.size());
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (const auto* number = std::get_if<std::int64_t>(&params[i].value())) {
      integers_[i] = wire_of<8>(*number);
      add(kInt8, integers_[i].data(), 8);
    } else if (Oid type = type_of(params[i]); type != 0) {
      // A null pointer would be NULL: an empty view may have one.
      auto bytes = bytes_of(params[i]);
      add(type, bytes.empty() ? "" : bytes.data(), bytes.size());
    } else {
      add(0, nullptr, 0);
    }
  }
}

void BoundParams::set_columns(std::span<const std::vector<Param>> rows) {
  std::size_t count = rows.empty() ? 0 : rows.front().size();
  clear(count);
  columns_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    Oid element = 0;
    for (const auto& row : rows) {
      if (element == 0) element = type_of(row[i]);
    }
    columns_[i].clear();
    if (element == 0) {
      add(0, nullptr, 0);
      continue;
    }
    append_array(columns_[i], element, rows, i);
    Oid type = element == kInt8 ? kInt8Array : element == kText ? kTextArray : kByteaArray;
    add(type, columns_[i].data(), columns_[i].size());
  }
}

std::int64_t numeric_value(std::string_view wire) {
  constexpr int kBase = 10'000;
  constexpr auto kNegative = static_cast<std::int16_t>(0x4000);
  int digits = short_at(wire, 0);
  int weight = short_at(wire, 2);
  std::int16_t sign = short_at(wire, 4);
  std::uint64_t value = 0;  // wraps where the number does not fit: BIGINT sums that do are exact
  for (int i = 0; i <= weight; ++i) {
    auto at = 8 + 2 * static_cast<std::size_t>(i);
    int digit = i < digits ? short_at(wire, at) : 0;
    value = value * kBase + static_cast<std::uint64_t>(digit);
  }
  return static_cast<std::int64_t>(sign == kNegative ? 0 - value : value);
}

std::int64_t PostgresRow::integer(int column) const {
  if (is_null(column)) return 0;
  std::string_view wire = bytes(column);
  switch (PQftype(result_, column)) {
    case kInt8: return static_cast<std::int64_t>(big_endian(wire));
    case kInt4: return static_cast<std::int32_t>(big_endian(wire));
    case kInt2: return static_cast<std::int16_t>(big_endian(wire));
    case kBool: return wire.empty() ? 0 : wire[0];
    case kNumeric: return numeric_value(wire);
    default: return 0;
  }
}

std::string_view PostgresRow::bytes(int column) const {
  if (column >= PQnfields(result_)) return {};
  return {PQgetvalue(result_, row_, column),
          static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

bool PostgresRow::is_null(int column) const {
  return column >= PQnfields(result_) || PQgetisnull(result_, row_, column) != 0;
}

}  // namespace guildhall::store::postgres
