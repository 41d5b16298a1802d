#include "work/judging/reply.h"

#include <optional>

#include "base/limits.h"
#include "work/template/schema.h"

namespace guildhall::work::judging {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kTicks = "```";

std::unexpected<Error> not_json() {
  return fail(Fault::invalid, "reply-not-json",
              "The reply is not one JSON object, or one fenced block of it.");
}

std::unexpected<Error> not_of_schema(std::string detail) {
  return fail(Fault::invalid, "reply-not-of-schema", std::move(detail));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// What is in the block, where the text is one; the text, where it is none.
std::optional<std::string_view> unfenced(std::string_view text) {
  if (!text.starts_with(kTicks)) return text;
  const auto line = text.substr(0, text.find('\n'));
  const auto language = trimmed(line.substr(kTicks.size()));
  if (line.size() == text.size() || (!language.empty() && language != "json")) return std::nullopt;
  text.remove_prefix(line.size());
  if (!text.ends_with("\n```")) return std::nullopt;
  text.remove_suffix(kTicks.size());
  return text;
}

// Members that we name come in the schema's order; what the form names ("answers", "tasks") may
// come in any.
bool in_order(const json::value& schema, const json::value& reply) {
  const auto* properties = find_object(schema, "properties");
  const auto* object = reply.if_object();
  if (properties && object) {
    auto given = object->begin();
    for (const auto& member : *properties) {
      if (given == object->end() || given->key() != member.key()) return false;
      const bool ours = member.key() != "answers" && member.key() != "tasks";
      if (ours && !in_order(member.value(), given->value())) return false;
      ++given;
    }
    return given == object->end();
  }
  const auto* item = find(schema, "items");
  const auto* list = reply.if_array();
  for (std::size_t i = 0; item && list && i < list->size(); ++i) {
    if (!in_order(*item, (*list)[i])) return false;
  }
  return true;
}

}  // namespace

Result<json::object> json_of_reply(std::string_view reply) {
  if (reply.size() > kMaxReplyBytes) return not_json();
  const auto text = unfenced(trimmed(reply));
  if (!text) return not_json();
  auto value = parse_json(trimmed(*text));
  if (!value || !value->is_object()) return not_json();
  return std::move(value->get_object());
}

Result<void> check_reply(const json::object& schema, const json::object& reply) {
  if (!TRY(AnswerSchema::compile(schema)).accepts(reply)) {
    return not_of_schema("The reply does not have the form that was asked for.");
  }
  if (!in_order(schema, reply)) {
    return not_of_schema("The reply decides before it says why.");
  }
  return {};
}

}  // namespace guildhall::work::judging
