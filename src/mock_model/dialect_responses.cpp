// /v1/responses: each event has its name, its type and its number; the last one is completed or
// incomplete.
#include "base/json.h"
#include "mock_model/dialect.h"

namespace guildhall::mock_model {
namespace {

std::string reasoning_item(const Telling& telling, bool full) {
  JsonWriter out;
  out.begin_object().field("id", "rs_" + telling.answer.id).field("type", "reasoning");
  out.key("summary").begin_array().end_array();
  if (full) {
    out.key("content").begin_array().begin_object().field("type", "reasoning_text");
    out.field("text", telling.answer.thought()).end_object().end_array();
  }
  out.end_object();
  return out.take();
}

std::string text_part(std::string_view text) {
  JsonWriter out;
  out.begin_object().field("type", "output_text").field("text", text);
  out.key("annotations").begin_array().end_array().end_object();
  return out.take();
}

std::string message_item(const Telling& telling, bool full) {
  JsonWriter out;
  out.begin_object().field("id", "msg_" + telling.answer.id).field("type", "message");
  out.field("status", full ? "completed" : "in_progress").field("role", "assistant");
  out.key("content").begin_array();
  if (full) out.raw(text_part(telling.answer.text()));
  out.end_array().end_object();
  return out.take();
}

std::string call_item(const ToolCall& call, bool full) {
  JsonWriter out;
  out.begin_object().field("id", "fc_" + call.id).field("type", "function_call");
  out.field("status", full ? "completed" : "in_progress").field("call_id", "call_" + call.id);
  out.field("name", call.name).field("arguments", full ? call.arguments : std::string());
  out.end_object();
  return out.take();
}

std::string response_object(const Telling& telling, std::string_view status, bool full) {
  const Answer& answer = telling.answer;
  JsonWriter out;
  out.begin_object().field("id", "resp_" + answer.id).field("object", "response");
  out.field("created_at", kMockCreated).field("status", status).key("error").null();
  out.key("incomplete_details");
  if (status == "incomplete") {
    out.begin_object().field("reason", "max_output_tokens").end_object();
  } else {
    out.null();
  }
  out.field("model", telling.ask.model).key("output").begin_array();
  if (full && !answer.thinking.empty()) out.raw(reasoning_item(telling, true));
  if (full && answer.calls.empty()) out.raw(message_item(telling, true));
  for (const auto& call : answer.calls) {
    if (full) out.raw(call_item(call, true));
  }
  out.end_array().key("usage");
  if (full && telling.usage) {
    out.begin_object().field("input_tokens", answer.input_tokens);
    out.key("input_tokens_details").begin_object().field("cached_tokens", 0).end_object();
    out.field("output_tokens", answer.output_tokens).key("output_tokens_details").begin_object();
    out.field("reasoning_tokens", answer.thinking_tokens).end_object();
    out.field("total_tokens", answer.input_tokens + answer.output_tokens).end_object();
  } else {
    out.null();
  }
  out.end_object();
  return out.take();
}

class ResponsesStream {
 public:
  explicit ResponsesStream(const Telling& telling) : telling_(telling) {}

  // `rest`: members after type and number, from their comma on.
  void event(std::string_view type, const std::string& rest, Frame::Kind kind = {}) {
    std::string text = "event: ";
    text.append(type).append("\ndata: {\"type\":\"").append(type).append("\",\"sequence_number\":");
    text += std::to_string(number_++) + rest + "}\n\n";
    frames.push_back({std::move(text), kind});
  }
  void response(std::string_view type, std::string_view status, bool full, Frame::Kind kind = {}) {
    event(type, ",\"response\":" + response_object(telling_, status, full), kind);
  }
  void open_item(std::string_view id, const std::string& item) {
    event("response.output_item.added", at() + ",\"item\":" + item);
    id_ = id;
  }
  void close_item(const std::string& item) {
    event("response.output_item.done", at() + ",\"item\":" + item);
    ++index_;
  }
  void delta(std::string_view type, bool in_content, std::string_view key, std::string_view text,
             Frame::Kind kind = {}) {
    JsonWriter out;
    out.begin_object().field("item_id", id_).field("output_index", index_);
    if (in_content) out.field("content_index", 0);
    out.field(key, text).end_object();
    const std::string& all = out.text();
    event(type, "," + all.substr(1, all.size() - 2), kind);
  }
  void part(std::string_view type, const std::string& part) {
    JsonWriter out;
    out.begin_object().field("item_id", id_).field("output_index", index_);
    out.field("content_index", 0).key("part").raw(part).end_object();
    const std::string& all = out.text();
    event(type, "," + all.substr(1, all.size() - 2));
  }
  std::vector<Frame> frames;

 private:
  std::string at() const { return ",\"output_index\":" + std::to_string(index_); }
  const Telling& telling_;
  int number_ = 0;
  int index_ = 0;
  std::string id_;
};

void stream_thinking(ResponsesStream& stream, const Telling& telling) {
  const Answer& answer = telling.answer;
  stream.open_item("rs_" + answer.id, reasoning_item(telling, false));
  for (const auto& piece : answer.thinking) {
    stream.delta("response.reasoning_text.delta", true, "delta", piece, Frame::Kind::token);
  }
  stream.delta("response.reasoning_text.done", true, "text", answer.thought());
  stream.close_item(reasoning_item(telling, true));
}

void stream_text(ResponsesStream& stream, const Telling& telling) {
  const Answer& answer = telling.answer;
  stream.open_item("msg_" + answer.id, message_item(telling, false));
  stream.part("response.content_part.added", text_part({}));
  for (const auto& piece : answer.pieces) {
    stream.delta("response.output_text.delta", true, "delta", piece, Frame::Kind::token);
  }
  stream.delta("response.output_text.done", true, "text", answer.text());
  stream.part("response.content_part.done", text_part(answer.text()));
  stream.close_item(message_item(telling, true));
}

void stream_function_call(ResponsesStream& stream, const ToolCall& call) {
  stream.open_item("fc_" + call.id, call_item(call, false));
  for (auto fragment : fragments_of(call.arguments)) {
    stream.delta("response.function_call_arguments.delta", false, "delta", fragment,
                 Frame::Kind::token);
  }
  stream.delta("response.function_call_arguments.done", false, "arguments", call.arguments);
  stream.close_item(call_item(call, true));
}

}  // namespace

std::string responses_body(const Telling& telling) {
  return response_object(telling, telling.answer.cut_short ? "incomplete" : "completed", true);
}

std::vector<Frame> responses_frames(const Telling& telling) {
  const Answer& answer = telling.answer;
  ResponsesStream stream(telling);
  stream.response("response.created", "in_progress", false);
  stream.response("response.in_progress", "in_progress", false);
  if (!answer.thinking.empty()) stream_thinking(stream, telling);
  if (answer.calls.empty()) stream_text(stream, telling);
  for (const auto& call : answer.calls) stream_function_call(stream, call);
  if (answer.cut_short) {
    stream.response("response.incomplete", "incomplete", true, Frame::Kind::terminal);
  } else {
    stream.response("response.completed", "completed", true, Frame::Kind::terminal);
  }
  return std::move(stream.frames);
}

}  // namespace guildhall::mock_model
