#include "base/json.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

namespace guildhall {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void write_double(std::string& out, double number) {
  if (!std::isfinite(number)) {  // JSON has no word for it; the parser lets 1e400 through
    out += "null";
    return;
  }
  if (number == 0 && std::signbit(number)) {  // -0 would read back as the integer
    out += "-0.0";
    return;
  }
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, end);
}

using Sixteen = unsigned char __attribute__((vector_size(16)));

bool stands_plain(unsigned char c) { return c >= 0x20 && c != '"' && c != '\\'; }

// Index of the first character from `at` on that a JSON string must escape; the size if none.
std::size_t first_escaped(std::string_view text, std::size_t at) {
  for (; at + sizeof(Sixteen) <= text.size(); at += sizeof(Sixteen)) {  // most text is plain
    Sixteen block;
    std::memcpy(&block, text.data() + at, sizeof block);
    auto hits = (block < 0x20) | (block == '"') | (block == '\\');
    std::uint64_t halves[2];
    std::memcpy(halves, &hits, sizeof hits);
    if ((halves[0] | halves[1]) != 0) break;
  }
  while (at < text.size() && stands_plain(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

}  // namespace

void write_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;
  while (true) {
    std::size_t i = first_escaped(text, plain);
    out.append(text, plain, i - plain);
    if (i == text.size()) break;
    plain = i + 1;
    auto c = static_cast<unsigned char>(text[i]);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out += '"';
}

void write_json(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: out += "null"; return;
    case json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case json::kind::int64: out += std::to_string(value.get_int64()); return;
    case json::kind::uint64: out += std::to_string(value.get_uint64()); return;
    case json::kind::double_: write_double(out, value.get_double()); return;
    case json::kind::string: write_json_string(out, view(value.get_string())); return;
    case json::kind::array: {
      out += '[';
      bool comma = false;
      for (const auto& item : value.get_array()) {
        if (comma) out += ',';
        comma = true;
        write_json(out, item);
      }
      out += ']';
      return;
    }
    case json::kind::object: {
      out += '{';
      bool comma = false;
      for (const auto& member : value.get_object()) {
        if (comma) out += ',';
        comma = true;
        write_json_string(out, {member.key().data(), member.key().size()});
        out += ':';
        write_json(out, member.value());
      }
      out += '}';
      return;
    }
  }
}

std::string to_json(const json::value& value) {
  std::string out;
  write_json(out, value);
  return out;
}

const json::value* find(const json::value& object, std::string_view key) {
  const auto* members = object.if_object();
  return members ? members->if_contains({key.data(), key.size()}) : nullptr;
}

const json::string* find_string(const json::value& object, std::string_view key) {
  const auto* value = find(object, key);
  return value ? value->if_string() : nullptr;
}

const json::object* find_object(const json::value& object, std::string_view key) {
  const auto* value = find(object, key);
  return value ? value->if_object() : nullptr;
}

const json::array* find_array(const json::value& object, std::string_view key) {
  const auto* value = find(object, key);
  return value ? value->if_array() : nullptr;
}

std::optional<std::int64_t> as_int(const json::value& value) {
  if (const auto* i = value.if_int64()) return *i;
  if (const auto* d = value.if_double()) {
    if (std::trunc(*d) == *d && std::abs(*d) < 9.0e15) return static_cast<std::int64_t>(*d);
  }
  return std::nullopt;  // a uint64 that the parser kept as such does not fit
}

std::optional<double> as_number(const json::value& value) {
  if (const auto* i = value.if_int64()) return static_cast<double>(*i);
  if (const auto* u = value.if_uint64()) return static_cast<double>(*u);
  if (const auto* d = value.if_double()) return *d;
  return std::nullopt;
}

void JsonWriter::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  write_json_string(out_, name);
  out_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  write_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json_text) {
  separate();
  out_ += json_text;
  return *this;
}

JsonWriter& JsonWriter::raw_members(std::string_view members) {
  return members.empty() ? *this : raw(members);
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }
JsonWriter& JsonWriter::integer_text(std::string_view digits) { return raw(digits); }

JsonWriter& JsonWriter::number(double value) {
  separate();
  write_double(out_, value);
  return *this;
}

JsonWriter& JsonWriter::value(const json::value& value) {
  separate();
  write_json(out_, value);
  return *this;
}

}  // namespace guildhall
