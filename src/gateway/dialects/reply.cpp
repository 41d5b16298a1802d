#include "gateway/dialects/reply.h"

#include <fmt/format.h>

#include <optional>

#include "base/json.h"
#include "base/limits.h"
#include "gateway/dialects/errors.h"
#include "gateway/dialects/vocabulary.h"

namespace guildhall::gateway {
namespace {

// One block of a message, or one choice's message, as far as the other dialect can say it.
Result<> message_blocks(JsonWriter& out, const RawJson& message) {
  auto text_block = [&](std::string_view type, std::string_view member, const RawJson& text) {
    if (!text.is_string() || text.inner().empty()) return;
    out.begin_object().field("type", type).key(member).raw(text.text());
    if (type == "thinking") out.field("signature", "");
    out.end_object();
  };
  text_block("thinking", "thinking", reasoning_of(message));
  text_block("text", "text", message.member("content"));
  text_block("text", "text", message.member("refusal"));
  for (const RawJson& call : message.member("tool_calls").items()) {
    const RawJson function = call.member("function");
    std::string arguments = function.member("arguments").decoded();
    if (arguments.empty()) arguments = "{}";
    const auto input = RawJson::parse(arguments);
    if (!input || !input->is_object() || !function.member("name").is_string() ||
        !call.member("id").is_string()) {
      return malformed_reply("The provider's tool call cannot be told: its arguments are no JSON.");
    }
    out.begin_object().field("type", "tool_use").key("id").raw(call.member("id").text());
    out.key("name").raw(function.member("name").text()).key("input").raw(input->text());
    out.end_object();
  }
  return {};
}

Result<std::string> reply_to_messages(const RawJson& body, const Finish& finish) {
  const auto choices = body.member("choices").items();
  if (choices.size() != 1) return malformed_reply("The provider gives several choices.");
  const RawJson message = choices[0].member("message");
  const bool tools = !message.member("tool_calls").items().empty();
  auto reason = stop_reason_of(finish.finish_reason, tools);
  if (message.member("refusal").is_string()) reason = "refusal";
  if (!reason) return malformed_reply("The provider ended for a reason that is not known here.");
  if (message.member("audio") || message.member("function_call")) {
    return malformed_reply("The provider answers with what was not asked for.");
  }
  JsonWriter out;
  out.begin_object().field("id", body.member("id").decoded()).field("type", "message");
  out.field("role", "assistant").field("model", body.member("model").decoded());
  out.key("content").begin_array();
  TRY(message_blocks(out, message));
  out.end_array().field("stop_reason", *reason).key("stop_sequence").null().key("usage");
  write_usage(out, finish.usage.value_or(Usage()), Dialect::messages);
  return out.end_object().take();
}

// Texts of a message, joined: what a reader of chats sees as one.
struct ChatMessage {
  std::string text, thinking;  // as JSON strings stand, without quotes
  std::vector<RawJson> calls;
};

Result<ChatMessage> chat_message(const RawJson& content) {
  ChatMessage message;
  for (const RawJson& block : content.items()) {
    const RawJson type = block.member("type");
    if (type.is("text")) {
      message.text += block.member("text").inner();
    } else if (type.is("thinking")) {
      message.thinking += block.member("thinking").inner();
    } else if (type.is("tool_use") && block.member("input").is_object() &&
               block.member("id").is_string() && block.member("name").is_string()) {
      message.calls.push_back(block);
    } else if (!type.is("redacted_thinking")) {
      return malformed_reply("The provider answers with what was not asked for.");
    }
  }
  return message;
}

Result<std::string> reply_to_chat(const RawJson& body, const Finish& finish,
                                  std::int64_t created_s) {
  const ChatMessage message = TRY(chat_message(body.member("content")));
  auto reason = finish_reason_of(finish.finish_reason);
  if (!reason) return malformed_reply("The provider ended for a reason that is not known here.");
  if (*reason == "stop" && !message.calls.empty()) reason = "tool_calls";
  JsonWriter out;
  out.begin_object().field("id", body.member("id").decoded()).field("object", "chat.completion");
  out.field("created", created_s).field("model", body.member("model").decoded());
  out.key("choices").begin_array().begin_object().field("index", 0).key("message").begin_object();
  out.field("role", "assistant").key("content");
  if (message.text.empty() && !message.calls.empty()) {
    out.null();
  } else {
    out.raw('"' + message.text + '"');
  }
  if (!message.thinking.empty()) out.key(kReasoning).raw('"' + message.thinking + '"');
  out.key("refusal").null();
  if (!message.calls.empty()) {
    out.key("tool_calls").begin_array();
    for (const RawJson& call : message.calls) {
      out.begin_object().key("id").raw(call.member("id").text()).field("type", "function");
      out.key("function").begin_object().key("name").raw(call.member("name").text());
      out.field("arguments", call.member("input").text()).end_object().end_object();
    }
    out.end_array();
  }
  out.end_object().key("logprobs").null().field("finish_reason", *reason).end_object().end_array();
  out.key("usage");
  write_usage(out, finish.usage.value_or(Usage()), Dialect::chat);
  return out.end_object().take();
}

// What the operation's replies must have, and what is metered of them.
Result<Finish> read_finish(Operation operation, const RawJson& body) {
  Finish finish;
  finish.outcome = Outcome::complete;
  finish.id = clipped(body.member("id").decoded(), kMaxUpstreamWord);
  finish.model = clipped(body.member("model").decoded(), kMaxUpstreamWord);
  take_usage(finish.usage, body.member("usage"), dialect_of(operation));
  RawJson reason;
  bool shaped = false;
  switch (operation) {
    case Operation::chat: {
      const auto choices = body.member("choices").items();
      shaped = !choices.empty() && choices[0].member("message").is_object();
      if (shaped) reason = choices[0].member("finish_reason");
      break;
    }
    case Operation::messages:
      shaped = body.member("content").is_array();
      reason = body.member("stop_reason");
      break;
    case Operation::responses:
      shaped = body.member("output").is_array();
      reason = body.at("incomplete_details", "reason");
      if (!reason) reason = body.member("status");
      break;
    case Operation::embeddings:
    case Operation::models: shaped = body.member("data").is_array(); break;
    case Operation::count_tokens: shaped = body.member("input_tokens").integer().has_value(); break;
  }
  if (!shaped)
    return malformed_reply("The provider's reply has not the shape that it should have.");
  finish.finish_reason = clipped(reason.decoded(), kMaxUpstreamWord);
  const bool generated = operation == Operation::chat || operation == Operation::messages;
  if (generated && finish.finish_reason.empty()) {
    finish.outcome = Outcome::incomplete;
    finish.fault = kUpstreamCut;
  }
  return finish;
}

Reply error_reply(const ModelError& error, int status, Dialect to, std::string body) {
  Reply reply{status, std::move(body), {}};
  if (reply.body.empty()) reply.body = error_body(error, to);
  reply.finish.outcome = Outcome::error;
  reply.finish.fault = kUpstreamError;
  return reply;
}

}  // namespace

Result<Reply> read_reply(const ReplyOptions& options, int status, std::string body) {
  if (body.size() > kMaxModelReply) return malformed_reply("The provider's reply is too large.");
  const Dialect from = dialect_of(options.operation);
  auto read = RawJson::parse(body);
  if (status >= 400) {
    const bool same = read && from == options.to && read->member("error").is_object();
    if (same) return error_reply({}, status, options.to, std::move(body));
    ModelError error = read_error(read ? *read : RawJson(), status);
    return error_reply(error, from == options.to ? status : status_of(error.kind, options.to),
                       options.to, {});
  }
  if (!read || !read->is_object())
    return malformed_reply("The provider's reply is no JSON object.");
  if (holds_error(*read)) {
    const ModelError error = read_error(*read, 0);
    return error_reply(error, status_of(error.kind, options.to), options.to, {});
  }
  Reply reply;
  reply.status = status;
  reply.finish = TRY(read_finish(options.operation, *read));
  if (from == options.to) {
    reply.body = std::move(body);
  } else if (options.operation == Operation::chat && options.to == Dialect::messages) {
    reply.body = TRY(reply_to_messages(*read, reply.finish));
  } else if (options.operation == Operation::messages && options.to == Dialect::chat) {
    reply.body = TRY(reply_to_chat(*read, reply.finish, options.created_s));
  } else {
    return fail(Fault::invalid, kNotTranslatable, "No other dialect has such replies.");
  }
  return reply;
}

}  // namespace guildhall::gateway
