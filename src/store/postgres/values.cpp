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

}  // namespace

void BoundParams::set(std::span<const Param> params) {
  types_.clear();
  values_.clear();
  lengths_.clear();
  formats_.assign(params.size(), kBinary);
  integers_.resize(params.size());
  bytes_ = 0;
  auto add = [this](Oid type, const char* value, std::size_t size) {
    types_.push_back(type);
    values_.push_back(value);
    lengths_.push_back(static_cast<int>(size));
    bytes_ += size + 16;
  };
  for (std::size_t i = 0; i < params.size(); ++i) {
    const auto& value = params[i].value();
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      auto bits = static_cast<std::uint64_t>(*number);
      for (std::size_t b = 0; b < 8; ++b) {
        integers_[i][b] = static_cast<char>(bits >> (56 - 8 * b));
      }
      add(kInt8, integers_[i].data(), 8);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      // A null pointer would be NULL: an empty view may have one.
      add(kText, text->empty() ? "" : text->data(), text->size());
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      add(kBytea, blob->bytes.empty() ? "" : blob->bytes.data(), blob->bytes.size());
    } else {
      add(0, nullptr, 0);
    }
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
