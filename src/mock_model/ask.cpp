#include "mock_model/ask.h"

namespace guildhall::mock_model {
namespace {

std::unexpected<Error> bad(std::string detail, std::string field) {
  return fail(Fault::malformed, "bad-request", std::move(detail), std::move(field));
}

std::string_view text_of(const json::value& object, std::string_view key) {
  const json::string* text = find_string(object, key);
  return text ? view(*text) : std::string_view();
}

bool is_true(const json::value& object, std::string_view key) {
  const json::value* value = find(object, key);
  return value && value->is_bool() && value->get_bool();
}

// A string, or blocks of which those with text count (also those within a tool's result).
void append_content(std::string& out, const json::value& content) {
  if (content.is_string()) {
    out += view(content.get_string());
  } else if (content.is_array()) {
    for (const json::value& block : content.get_array()) {
      out += text_of(block, "text");
      if (const json::value* inner = find(block, "content")) append_content(out, *inner);
    }
  }
}

bool is_tool_result(const json::value& message) {
  if (text_of(message, "role") == "tool") return true;
  if (text_of(message, "type") == "function_call_output") return true;
  const json::array* blocks = find_array(message, "content");
  return blocks && !blocks->empty() && text_of(blocks->front(), "type") == "tool_result";
}

void add_message(Ask& ask, const json::value& message) {
  std::string text;
  for (const char* key : {"content", "output"}) {
    if (const json::value* content = find(message, key)) append_content(text, *content);
  }
  const std::string_view role = text_of(message, "role");
  ask.user_is_last = role == "user" && !is_tool_result(message);
  if (role == "system" || role == "developer") ask.system += text;
  if (ask.user_is_last) {
    ask.last_user = text;
    ++ask.turns;
  }
  ask.texts.push_back(std::move(text));
}

Result<> read_messages(Ask& ask, const json::value& body) {
  const bool responses = ask.dialect == Dialect::responses;
  const char* key = responses ? "input" : "messages";
  if (const json::value* system = find(body, responses ? "instructions" : "system")) {
    append_content(ask.system, *system);
    ask.texts.push_back(ask.system);
  }
  const json::value* messages = find(body, key);
  if (responses && messages && messages->is_string()) {
    ask.last_user = view(messages->get_string());
    ask.texts.push_back(ask.last_user);
    ask.turns = 1;
    return {};
  }
  if (!messages || !messages->is_array() || messages->get_array().empty()) {
    return bad("There must be at least one message.", key);
  }
  for (const json::value& message : messages->get_array()) {
    if (!message.is_object()) return bad("A message is not an object.", key);
    add_message(ask, message);
  }
  return {};
}

Result<> read_tools(Ask& ask, const json::value& body) {
  if (const json::array* tools = find_array(body, "tools")) {
    for (const json::value& tool : *tools) {
      const json::value* function = find(tool, "function");
      const json::value& from = function ? *function : tool;
      const json::value* parameters = find(from, "parameters");
      if (!parameters) parameters = find(from, "input_schema");
      if (text_of(from, "name").empty()) return bad("A tool has no name.", "tools");
      ask.tools.push_back(
          {std::string(text_of(from, "name")), parameters ? *parameters : json::value(nullptr)});
    }
  }
  const json::value* choice = find(body, "tool_choice");
  if (!choice) return {};
  const std::string_view word =
      choice->is_string() ? view(choice->get_string()) : text_of(*choice, "type");
  ask.tool_required = word == "required" || word == "any";
  const json::value* function = find(*choice, "function");
  ask.tool_named = text_of(function ? *function : *choice, "name");
  if (word == "none") ask.tools.clear();
  return {};
}

// response_format (chat), text.format (responses), output_format (messages).
void read_schema(Ask& ask, const json::value& body) {
  const json::value* format = find(body, "response_format");
  if (const json::value* text = find(body, "text")) format = find(*text, "format");
  if (!format) format = find(body, "output_format");
  if (!format || text_of(*format, "type") != "json_schema") return;
  const json::value* named = find(*format, "json_schema");
  const json::value* schema = find(named ? *named : *format, "schema");
  if (schema && schema->is_object()) ask.schema = *schema;
}

void read_thinking(Ask& ask, const json::value& body) {
  const json::value* thinking = find(body, "thinking");
  if (thinking && text_of(*thinking, "type") == "enabled") ask.thinking = true;
  const json::value* reasoning = find(body, "reasoning");
  std::string_view effort = text_of(reasoning ? *reasoning : body, "effort");
  if (effort.empty()) effort = text_of(body, "reasoning_effort");
  if (!effort.empty() && effort != "none") ask.thinking = true;
}

}  // namespace

Result<Ask> parse_ask(Dialect dialect, std::string_view text) {
  auto body = parse_json(text);
  if (!body) return bad("The body is not JSON.", {});
  if (!body->is_object()) return bad("The body is not an object.", {});
  Ask ask;
  ask.dialect = dialect;
  ask.model = text_of(*body, "model");
  if (ask.model.empty()) return bad("There is no model.", "model");
  ask.stream = is_true(*body, "stream");
  const json::value* options = find(*body, "stream_options");
  ask.include_usage = options && is_true(*options, "include_usage");
  for (const char* key : {"max_tokens", "max_completion_tokens", "max_output_tokens"}) {
    const json::value* most = find(*body, key);
    if (!most || most->is_null()) continue;
    ask.max_tokens = as_int(*most);
    if (!ask.max_tokens || *ask.max_tokens < 1) return bad("It must be a positive number.", key);
  }
  TRY(read_messages(ask, *body));
  TRY(read_tools(ask, *body));
  read_schema(ask, *body);
  read_thinking(ask, *body);
  return ask;
}

std::int64_t input_tokens(const Ask& ask) {
  std::int64_t tokens = 0;
  for (const std::string& text : ask.texts) tokens += count_tokens(text.size());
  return tokens;
}

}  // namespace guildhall::mock_model
