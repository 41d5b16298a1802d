#include "work/delivery/messages.h"

#include <algorithm>
#include <array>

namespace guildhall::work {
namespace {

constexpr std::array<std::string_view, 5> kRoles = {"system", "developer", "user", "assistant",
                                                    "tool"};
constexpr std::array<std::string_view, 4> kOpenAiParts = {"text", "image_url", "input_audio",
                                                          "file"};

std::string_view text_member(const json::value& object, std::string_view key) {
  const json::string* text = find_string(object, key);
  return text != nullptr ? view(*text) : std::string_view{};
}

// The text of a list of parts that are all text, joined by line breaks.
bool join_text_parts(const json::array& parts, std::string& joined) {
  for (const json::value& part : parts) {
    const json::string* text = find_string(part, "text");
    if (text_member(part, "type") != "text" || text == nullptr) return false;
    if (!joined.empty()) joined += '\n';
    joined += view(*text);
  }
  return true;
}

}  // namespace

Talk talk_of(const json::value* value) {
  if (value == nullptr) return {};
  if (const json::string* text = value->if_string()) return {text, {}};
  if (const json::string* text = find_string(*value, "text")) return {text, {}};
  const json::array* list = value->if_array();
  if (list == nullptr) list = find_array(*value, "messages");
  if (list == nullptr) return {};
  return {nullptr, {list->data(), list->size()}};
}

bool MessageWriter::append(std::string& out, const Talk& talk, std::string_view role) {
  if (talk.text != nullptr) {
    out += "{\"role\":\"";
    out += role;
    out += "\",\"content\":";
    write_json_string(out, view(*talk.text));
    out += '}';
    return true;
  }
  for (std::size_t i = 0; i < talk.messages.size(); ++i) {
    if (i > 0) out += ',';
    if (!append_message(out, talk.messages[i])) return false;
  }
  return !talk.messages.empty();
}

bool MessageWriter::append_message(std::string& out, const json::value& message) {
  const std::string_view role = text_member(message, "role");
  if (std::ranges::find(kRoles, role) == kRoles.end()) return false;
  out += "{\"role\":\"";
  out += role;
  out += '"';
  if (role == "tool" && !append_tool_link(out, message)) return false;
  const json::array* calls = find_array(message, "tool_calls");
  const bool has_calls = role == "assistant" && calls != nullptr && !calls->empty();
  const json::value* content = find(message, "content");
  const bool has_content = content != nullptr && !content->is_null();
  if (has_content) {
    out += ",\"content\":";
    if (!append_content(out, *content)) return false;
  } else if (!has_calls) {
    return false;
  } else if (dialect_ == Dialect::openai) {
    out += ",\"content\":null";
  }
  const json::string* thinking = find_string(message, "thinking");
  if (thinking != nullptr && role == "assistant" && dialect_ == Dialect::trl) {
    out += ",\"thinking\":";
    write_json_string(out, view(*thinking));
  }
  if (has_calls && !append_calls(out, *calls)) return false;
  out += '}';
  return true;
}

bool MessageWriter::append_content(std::string& out, const json::value& content) {
  if (const json::string* text = content.if_string()) {
    write_json_string(out, view(*text));
    return true;
  }
  const json::array* parts = content.if_array();
  if (parts == nullptr) return false;
  std::string joined;
  if (join_text_parts(*parts, joined)) {
    write_json_string(out, joined);
    return true;
  }
  if (dialect_ == Dialect::trl) return false;
  for (const json::value& part : *parts) {
    if (std::ranges::find(kOpenAiParts, text_member(part, "type")) == kOpenAiParts.end()) {
      return false;
    }
  }
  write_json(out, content);
  return true;
}

bool MessageWriter::append_calls(std::string& out, const json::array& calls) {
  out += ",\"tool_calls\":[";
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i > 0) out += ',';
    if (!append_call(out, calls[i])) return false;
  }
  out += ']';
  return true;
}

bool MessageWriter::append_call(std::string& out, const json::value& call) {
  const json::value* function = find(call, "function");
  if (function == nullptr) return false;
  const std::string_view name = text_member(*function, "name");
  const json::value* arguments = find(*function, "arguments");
  if (name.empty() || arguments == nullptr) return false;
  std::string id(text_member(call, "id"));
  if (id.empty()) id = "call_" + std::to_string(++made_ids_);
  out += '{';
  if (dialect_ == Dialect::openai) {
    out += "\"id\":";
    write_json_string(out, id);
    out += ',';
  }
  out += "\"type\":\"function\",\"function\":{\"name\":";
  write_json_string(out, name);
  out += ",\"arguments\":";
  open_calls_.push_back({std::move(id), std::string(name)});
  const json::string* text = arguments->if_string();
  if (text == nullptr && !arguments->is_object()) return false;
  if (dialect_ == Dialect::openai) {
    write_json_string(out, text != nullptr ? std::string(view(*text)) : to_json(*arguments));
  } else if (text == nullptr) {
    write_json(out, *arguments);
  } else {
    const auto parsed = parse_json(view(*text));
    if (!parsed || !parsed->is_object()) return false;
    write_json(out, *parsed);
  }
  out += "}}";
  return true;
}

// Which call a result belongs to: by id, else by name, else the first that has none.
bool MessageWriter::append_tool_link(std::string& out, const json::value& message) {
  const std::string_view id = text_member(message, "tool_call_id");
  const std::string_view name = text_member(message, "name");
  auto call = std::ranges::find_if(open_calls_, [&](const Call& open) {
    return id.empty() ? name.empty() || open.name == name : open.id == id;
  });
  if (call == open_calls_.end()) return false;
  out += dialect_ == Dialect::openai ? ",\"tool_call_id\":" : ",\"name\":";
  write_json_string(out, dialect_ == Dialect::openai ? call->id : call->name);
  open_calls_.erase(call);
  return true;
}

bool ends_with_assistant(const Talk& talk) {
  if (talk.text != nullptr) return true;
  return !talk.messages.empty() && text_member(talk.messages.back(), "role") == "assistant";
}

std::size_t message_count(const Talk& talk) {
  return talk.text != nullptr ? 1 : talk.messages.size();
}

Talk up_to_assistant(Talk talk) {
  while (!talk.messages.empty() && !ends_with_assistant(talk)) {
    talk.messages = talk.messages.first(talk.messages.size() - 1);
  }
  return talk;
}

void append_tools(std::string& out, const json::value& data) {
  const json::array* tools = find_array(data, "tools");
  if (tools == nullptr || tools->empty()) return;
  out += ",\"tools\":";
  write_json(out, *find(data, "tools"));
}

}  // namespace guildhall::work
