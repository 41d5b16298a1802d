#include "mock_model/dialect.h"

#include "base/json.h"

namespace guildhall::mock_model {
namespace {

std::string_view openai_type(int status) {
  switch (status) {
    case 400: return "invalid_request_error";
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 429: return "rate_limit_error";
    default: return "server_error";
  }
}

std::string_view anthropic_type(int status) {
  switch (status) {
    case 400: return "invalid_request_error";
    case 401: return "authentication_error";
    case 402: return "billing_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    case 504: return "timeout_error";
    case 529: return "overloaded_error";
    default: return "api_error";
  }
}

}  // namespace

std::string whole_body(const Telling& telling) {
  switch (telling.ask.dialect) {
    case Dialect::chat: return chat_body(telling);
    case Dialect::responses: return responses_body(telling);
    case Dialect::messages: break;
  }
  return messages_body(telling);
}

std::vector<Frame> frames_of(const Telling& telling) {
  switch (telling.ask.dialect) {
    case Dialect::chat: return chat_frames(telling);
    case Dialect::responses: return responses_frames(telling);
    case Dialect::messages: break;
  }
  return messages_frames(telling);
}

std::string error_body(Dialect dialect, int status, std::string_view message) {
  JsonWriter out;
  out.begin_object();
  if (dialect == Dialect::messages) out.field("type", "error");
  out.key("error").begin_object();
  if (dialect == Dialect::messages) {
    out.field("type", anthropic_type(status)).field("message", message);
  } else {
    out.field("message", message).field("type", openai_type(status)).key("param").null();
    if (status == 401) {
      out.field("code", "invalid_api_key");
    } else if (status == 429) {
      out.field("code", "rate_limit_exceeded");
    } else {
      out.key("code").null();
    }
  }
  out.end_object().end_object();
  return out.take();
}

Frame error_frame(Dialect dialect, int status, std::string_view message) {
  const std::string body = error_body(dialect, status, message);
  if (dialect == Dialect::chat) return {"data: " + body + "\n\n"};
  if (dialect == Dialect::messages) return {"event: error\ndata: " + body + "\n\n"};
  JsonWriter out;
  out.begin_object().field("type", "error").field("code", openai_type(status));
  out.field("message", message).key("param").null().field("sequence_number", 0).end_object();
  return {"event: error\ndata: " + out.take() + "\n\n"};
}

std::vector<std::string_view> fragments_of(std::string_view arguments) {
  constexpr std::size_t kFragment = 8;
  std::vector<std::string_view> out;
  while (!arguments.empty()) {
    auto end = std::min(kFragment, arguments.size());
    // A character is not cut in two: each event is text by itself.
    while (end < arguments.size() && (static_cast<unsigned char>(arguments[end]) & 0xc0) == 0x80) {
      ++end;
    }
    out.push_back(arguments.substr(0, end));
    arguments.remove_prefix(end);
  }
  return out;
}

}  // namespace guildhall::mock_model
