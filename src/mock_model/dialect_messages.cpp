// /v1/messages: each event has its name and its type; blocks follow one another.
#include "base/json.h"
#include "crypto/hash.h"
#include "mock_model/dialect.h"

namespace guildhall::mock_model {
namespace {

std::string_view stop_reason(const Answer& answer) {
  if (answer.cut_short) return "max_tokens";
  return answer.calls.empty() ? "end_turn" : "tool_use";
}

std::string signature_of(const Answer& answer) { return crypto::to_base64("mock " + answer.id); }

void write_messages_usage(JsonWriter& out, std::int64_t input, std::int64_t output) {
  out.key("usage").begin_object().field("input_tokens", input);
  out.field("cache_creation_input_tokens", 0).field("cache_read_input_tokens", 0);
  out.field("output_tokens", output).end_object();
}

void open_message(JsonWriter& out, const Telling& telling) {
  out.begin_object().field("id", "msg_" + telling.answer.id).field("type", "message");
  out.field("role", "assistant").field("model", telling.ask.model).key("content").begin_array();
}

class MessagesStream {
 public:
  void event(std::string_view name, std::string_view rest, Frame::Kind kind = Frame::Kind::plain) {
    std::string text = "event: ";
    text.append(name).append("\ndata: {\"type\":\"").append(name).append("\"");
    text.append(rest).append("}\n\n");
    frames.push_back({std::move(text), kind});
  }
  void open_block(std::string_view block) {
    event("content_block_start", at() + R"(,"content_block":)" + std::string(block));
  }
  void delta(std::string_view type, std::string_view key, std::string_view text,
             Frame::Kind kind = Frame::Kind::token) {
    JsonWriter out;
    out.begin_object().field("type", type).field(key, text).end_object();
    event("content_block_delta", at() + R"(,"delta":)" + out.take(), kind);
  }
  void close_block() {
    event("content_block_stop", at());
    ++index_;
  }
  std::vector<Frame> frames;

 private:
  std::string at() const { return ",\"index\":" + std::to_string(index_); }
  int index_ = 0;
};

void stream_tool_use(MessagesStream& stream, const ToolCall& call) {
  JsonWriter block;
  block.begin_object().field("type", "tool_use").field("id", "toolu_" + call.id);
  block.field("name", call.name).key("input").begin_object().end_object().end_object();
  stream.open_block(block.text());
  stream.delta("input_json_delta", "partial_json", "", Frame::Kind::plain);
  for (auto fragment : fragments_of(call.arguments)) {
    stream.delta("input_json_delta", "partial_json", fragment);
  }
  stream.close_block();
}

}  // namespace

std::string messages_body(const Telling& telling) {
  const Answer& answer = telling.answer;
  JsonWriter out;
  open_message(out, telling);
  if (!answer.thinking.empty()) {
    out.begin_object().field("type", "thinking").field("thinking", answer.thought());
    out.field("signature", signature_of(answer)).end_object();
  }
  if (answer.calls.empty()) {
    out.begin_object().field("type", "text").field("text", answer.text()).end_object();
  }
  for (const auto& call : answer.calls) {
    out.begin_object().field("type", "tool_use").field("id", "toolu_" + call.id);
    out.field("name", call.name).key("input").raw(call.arguments).end_object();
  }
  out.end_array().field("stop_reason", stop_reason(answer)).key("stop_sequence").null();
  if (telling.usage) write_messages_usage(out, answer.input_tokens, answer.output_tokens);
  out.end_object();
  return out.take();
}

std::vector<Frame> messages_frames(const Telling& telling) {
  const Answer& answer = telling.answer;
  MessagesStream stream;
  JsonWriter message;
  open_message(message, telling);
  message.end_array().key("stop_reason").null().key("stop_sequence").null();
  if (telling.usage) write_messages_usage(message, answer.input_tokens, 1);
  message.end_object();
  stream.event("message_start", ",\"message\":" + message.text());
  stream.event("ping", {});
  if (!answer.thinking.empty()) {
    stream.open_block(R"({"type":"thinking","thinking":"","signature":""})");
    for (const auto& piece : answer.thinking) stream.delta("thinking_delta", "thinking", piece);
    stream.delta("signature_delta", "signature", signature_of(answer), Frame::Kind::plain);
    stream.close_block();
  }
  if (answer.calls.empty()) {
    stream.open_block(R"({"type":"text","text":""})");
    for (const auto& piece : answer.pieces) stream.delta("text_delta", "text", piece);
    stream.close_block();
  }
  for (const auto& call : answer.calls) stream_tool_use(stream, call);
  JsonWriter last;
  last.begin_object().key("delta").begin_object().field("stop_reason", stop_reason(answer));
  last.key("stop_sequence").null().end_object();
  if (telling.usage) write_messages_usage(last, answer.input_tokens, answer.output_tokens);
  last.end_object();
  const std::string& text = last.text();
  stream.event("message_delta", "," + text.substr(1, text.size() - 2), Frame::Kind::terminal);
  stream.event("message_stop", {}, Frame::Kind::terminal);
  return std::move(stream.frames);
}

}  // namespace guildhall::mock_model
