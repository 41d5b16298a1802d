#include "room/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"

namespace guildhall::room {
namespace {

bool is_of(Kind kind, const json::value& value) {
  switch (kind) {
    case Kind::text: return value.is_string();
    case Kind::integer: return as_int(value).has_value();
    case Kind::boolean: return value.is_bool();
    case Kind::object: return value.is_object();
    case Kind::list: return value.is_array();
    case Kind::texts:
      return value.is_array() && std::ranges::all_of(value.get_array(), [](const auto& item) {
               return item.is_string();
             });
    case Kind::time: return value.is_string() && parse_rfc3339(view(value.get_string()));
    case Kind::anything: return true;
  }
  return false;
}

std::string_view described(Kind kind) {
  switch (kind) {
    case Kind::text: return "a text";
    case Kind::integer: return "a whole number";
    case Kind::boolean: return "true or false";
    case Kind::object: return "an object";
    case Kind::list: return "a list";
    case Kind::texts: return "a list of texts";
    case Kind::time: return "a time in RFC 3339, such as 2026-01-31T09:00:00Z";
    case Kind::anything: return "any value";
  }
  return "";
}

void write_kind(JsonWriter& out, Kind kind) {
  switch (kind) {
    case Kind::text: out.field("type", "string"); return;
    case Kind::integer: out.field("type", "integer"); return;
    case Kind::boolean: out.field("type", "boolean"); return;
    case Kind::object: out.field("type", "object"); return;
    case Kind::list: out.field("type", "array"); return;
    case Kind::texts: out.field("type", "array").key("items").raw(R"({"type":"string"})"); return;
    case Kind::time: out.field("type", "string").field("format", "date-time"); return;
    case Kind::anything: return;
  }
}

}  // namespace

Result<void> check_fields(Fields fields, const json::value& body) {
  const auto* members = body.if_object();
  if (!members) return fail(Fault::invalid, "wrong-type", "The body is an object.");
  for (const auto& member : *members) {
    std::string_view name{member.key().data(), member.key().size()};
    auto field = std::ranges::find(fields, name, &Field::name);
    if (field == fields.end()) {
      return fail(Fault::invalid, "unknown-field", "There is no such field here.",
                  fmt::format("/{}", name.substr(0, 64)));
    }
    bool absent = member.value().is_null() && !field->required && field->kind != Kind::anything;
    if (!absent && !is_of(field->kind, member.value())) {
      return fail(Fault::invalid, "wrong-type",
                  fmt::format("{} is {}.", name, described(field->kind)), fmt::format("/{}", name));
    }
  }
  for (const auto& field : fields) {
    if (field.required && !find(body, field.name)) {
      return fail(Fault::invalid, "missing-field", fmt::format("{} is required.", field.name),
                  fmt::format("/{}", field.name));
    }
  }
  return {};
}

void write_schema(JsonWriter& out, Fields fields) {
  out.begin_object().field("type", "object").field("additionalProperties", false);
  out.key("properties").begin_object();
  for (const auto& field : fields) {
    out.key(field.name).begin_object();
    write_kind(out, field.kind);
    if (!field.about.empty()) out.field("description", field.about);
    out.end_object();
  }
  out.end_object();
  out.key("required").begin_array();
  for (const auto& field : fields) {
    if (field.required) out.string(field.name);
  }
  out.end_array().end_object();
}

std::optional<std::string> text_if(const json::value& body, std::string_view name) {
  const auto* text = find_string(body, name);
  if (!text) return {};
  return std::string(view(*text));
}

std::string text_or(const json::value& body, std::string_view name, std::string_view otherwise) {
  return text_if(body, name).value_or(std::string(otherwise));
}

std::int64_t int_or(const json::value& body, std::string_view name, std::int64_t otherwise) {
  const auto* value = find(body, name);
  return value ? as_int(*value).value_or(otherwise) : otherwise;
}

bool flag_or(const json::value& body, std::string_view name, bool otherwise) {
  const auto* value = find(body, name);
  const bool* flag = value ? value->if_bool() : nullptr;
  return flag ? *flag : otherwise;
}

std::vector<std::string> texts_of(const json::value& body, std::string_view name) {
  std::vector<std::string> texts;
  if (const auto* list = find_array(body, name)) {
    for (const auto& item : *list) texts.emplace_back(view(item.get_string()));
  }
  return texts;
}

std::optional<std::int64_t> time_if(const json::value& body, std::string_view name) {
  const auto* text = find_string(body, name);
  if (!text) return {};
  return parse_rfc3339(view(*text));
}

}  // namespace guildhall::room
