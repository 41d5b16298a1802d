// What a request body may hold: a closed list of named fields. The same table checks bodies and
// writes their schemas into the OpenAPI document, so that the two cannot differ.
//
// Concurrency: constant data and pure functions.
#pragma once

#include <span>
#include <string_view>

#include "base/json.h"

namespace guildhall::room {

enum class Kind : unsigned char { text, integer, boolean, object, list, texts, time, anything };

struct Field {
  std::string_view name;
  Kind kind;
  bool required = false;
  std::string_view about = "";
};

using Fields = std::span<const Field>;

// invalid: "unknown-field", "missing-field" or "wrong-type", naming the field.
Result<void> check_fields(Fields fields, const json::value& body);

// JSON Schema of the table.
void write_schema(JsonWriter& out, Fields fields);

// Reading a checked body: the value, or what stands for its absence.
std::string text_or(const json::value& body, std::string_view name, std::string_view otherwise);
std::optional<std::string> text_if(const json::value& body, std::string_view name);
std::int64_t int_or(const json::value& body, std::string_view name, std::int64_t otherwise);
bool flag_or(const json::value& body, std::string_view name, bool otherwise);
std::vector<std::string> texts_of(const json::value& body, std::string_view name);
// RFC 3339; nullopt where absent; the check has passed.
std::optional<std::int64_t> time_if(const json::value& body, std::string_view name);

}  // namespace guildhall::room
