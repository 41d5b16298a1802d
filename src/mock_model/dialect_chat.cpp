// /v1/chat/completions: events have data only; the last one is [DONE].
#include "base/json.h"
#include "mock_model/dialect.h"

namespace guildhall::mock_model {
namespace {

std::string_view finish_reason(const Answer& answer) {
  if (answer.cut_short) return "length";
  return answer.calls.empty() ? "stop" : "tool_calls";
}

void write_usage(JsonWriter& out, const Answer& answer) {
  out.key("usage").begin_object();
  out.field("prompt_tokens", answer.input_tokens).field("completion_tokens", answer.output_tokens);
  out.field("total_tokens", answer.input_tokens + answer.output_tokens);
  out.key("prompt_tokens_details").begin_object().field("cached_tokens", 0).end_object();
  out.key("completion_tokens_details").begin_object();
  out.field("reasoning_tokens", answer.thinking_tokens).end_object().end_object();
}

void write_call(JsonWriter& out, const ToolCall& call, std::string_view arguments) {
  out.field("id", "call_" + call.id).field("type", "function").key("function").begin_object();
  out.field("name", call.name).field("arguments", arguments).end_object();
}

void open_chat(JsonWriter& out, const Telling& telling, std::string_view object) {
  out.begin_object().field("id", "chatcmpl-" + telling.answer.id).field("object", object);
  out.field("created", kMockCreated).field("model", telling.ask.model);
}

class ChatStream {
 public:
  explicit ChatStream(const Telling& telling) : telling_(telling) {
    JsonWriter head;
    open_chat(head, telling, "chat.completion.chunk");
    head_ = "data: " + head.take();
    tail_ = with_usage() ? R"(],"usage":null})" : "]}";
  }
  bool with_usage() const { return telling_.usage && telling_.ask.include_usage; }

  // `delta` is the inside of the object of that name.
  void chunk(std::string_view delta, Frame::Kind kind = Frame::Kind::token,
             std::string_view finish = {}) {
    std::string text = head_ + R"(,"choices":[{"index":0,"delta":{)";
    text.append(delta).append(R"(},"logprobs":null,"finish_reason":)");
    text += finish.empty() ? "null" : "\"" + std::string(finish) + "\"";
    frames.push_back({text + "}" + tail_ + "\n\n", kind});
  }
  void text_chunk(std::string_view key, std::string_view piece) {
    std::string delta = "\"" + std::string(key) + "\":";
    write_json_string(delta, piece);
    chunk(delta);
  }
  void call_chunks(std::size_t index, const ToolCall& call) {
    JsonWriter first;
    first.begin_object().key("tool_calls").begin_array().begin_object().field("index", index);
    write_call(first, call, "");
    first.end_object().end_array().end_object();
    chunk(inside(first.take()), Frame::Kind::plain);
    for (auto fragment : fragments_of(call.arguments)) {
      JsonWriter next;
      next.begin_object().key("tool_calls").begin_array().begin_object().field("index", index);
      next.key("function").begin_object().field("arguments", fragment).end_object();
      next.end_object().end_array().end_object();
      chunk(inside(next.take()));
    }
  }
  void usage_chunk() {
    JsonWriter usage;
    usage.begin_object();
    write_usage(usage, telling_.answer);
    usage.end_object();
    frames.push_back({head_ + R"(,"choices":[],)" + inside(usage.take()) + "}\n\n"});
  }

  std::vector<Frame> frames;

 private:
  static std::string inside(const std::string& object) {
    return object.substr(1, object.size() - 2);
  }
  const Telling& telling_;
  std::string head_;
  std::string tail_;
};

}  // namespace

std::string chat_body(const Telling& telling) {
  const Answer& answer = telling.answer;
  JsonWriter out;
  open_chat(out, telling, "chat.completion");
  out.key("choices").begin_array().begin_object().field("index", 0).key("message").begin_object();
  out.field("role", "assistant");
  if (answer.calls.empty()) {
    out.field("content", answer.text());
  } else {
    out.key("content").null();
  }
  if (!answer.thinking.empty()) out.field("reasoning_content", answer.thought());
  if (!answer.calls.empty()) {
    out.key("tool_calls").begin_array();
    for (const auto& call : answer.calls) {
      out.begin_object();
      write_call(out, call, call.arguments);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object().key("logprobs").null().field("finish_reason", finish_reason(answer));
  out.end_object().end_array();
  if (telling.usage) write_usage(out, answer);
  out.end_object();
  return out.take();
}

std::vector<Frame> chat_frames(const Telling& telling) {
  const Answer& answer = telling.answer;
  ChatStream stream(telling);
  stream.chunk(R"("role":"assistant","content":"")", Frame::Kind::plain);
  for (const auto& piece : answer.thinking) stream.text_chunk("reasoning_content", piece);
  for (const auto& piece : answer.pieces) stream.text_chunk("content", piece);
  for (std::size_t i = 0; i < answer.calls.size(); ++i) stream.call_chunks(i, answer.calls[i]);
  stream.chunk({}, Frame::Kind::terminal, finish_reason(answer));
  if (stream.with_usage()) stream.usage_chunk();
  stream.frames.push_back({"data: [DONE]\n\n", Frame::Kind::terminal});
  return std::move(stream.frames);
}

}  // namespace guildhall::mock_model
