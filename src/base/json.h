// JSON in and out. Reading is Boost.JSON with our limits; writing is our own, so that numbers
// come out as people write them (0.5, not 5E-1) and raw JSON text can be spliced in unparsed.
//
// Concurrency: free functions are pure; a JsonWriter belongs to one thread.
// Limits: kMaxJsonDepth; size is the caller's to bound before calling.
#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall {

namespace json = boost::json;

// Parses one complete JSON text (RFC 8259; UTF-8 checked, depth limited, no member twice). A number
// is read as the int64, else the uint64, else the double that is nearest to its text. With a `pool`
// the value lies in it and lives no longer than it. Error: malformed/"bad-json".
Result<json::value> parse_json(std::string_view text, json::storage_ptr pool = {});

// Appends `value` to `out` as compact JSON; doubles in shortest round-trip form.
void write_json(std::string& out, const json::value& value);
std::string to_json(const json::value& value);

// Appends a JSON string literal, quotes included.
void write_json_string(std::string& out, std::string_view text);

// Looks up members without throwing; nullptr where absent or of another type.
const json::value* find(const json::value& object, std::string_view key);
const json::string* find_string(const json::value& object, std::string_view key);
const json::object* find_object(const json::value& object, std::string_view key);
const json::array* find_array(const json::value& object, std::string_view key);
// Integers come as int64 or uint64 from the parser; a double with an integral value counts too.
std::optional<std::int64_t> as_int(const json::value& value);
std::optional<double> as_number(const json::value& value);

inline std::string_view view(const json::string& s) { return {s.data(), s.size()}; }

// Builds compact JSON text front to back. Commas are its own business.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& number(double value);
  template <std::integral T>
  JsonWriter& integer(T value) {
    return integer_text(std::to_string(value));
  }
  JsonWriter& value(const json::value& value);
  JsonWriter& raw(std::string_view json_text);  // must be one complete JSON value
  // Into an open object: what stands between the braces of another, or nothing.
  JsonWriter& raw_members(std::string_view members);

  // key + value in one call
  JsonWriter& field(std::string_view name, std::string_view text) { return key(name).string(text); }
  JsonWriter& field(std::string_view name, const char* text) { return key(name).string(text); }
  JsonWriter& field(std::string_view name, const std::string& t) { return key(name).string(t); }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& field(std::string_view name, double value) { return key(name).number(value); }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  JsonWriter& field(std::string_view name, T value) {
    return key(name).integer(value);
  }
  JsonWriter& field(std::string_view name, const json::value& v) { return key(name).value(v); }

  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& integer_text(std::string_view digits);
  void separate();

  std::string out_;
  bool comma_ = false;
};

}  // namespace guildhall
