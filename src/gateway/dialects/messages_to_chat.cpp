// A messages stream told as a chat stream. Events are known by the `type` of their data, with or
// without a name. What thinking is signed with, and citations, have no place in a chat.
#include <fmt/format.h>

#include <optional>

#include "base/limits.h"
#include "gateway/dialects/stream_machine.h"
#include "gateway/dialects/vocabulary.h"

namespace guildhall::gateway {
namespace {

class MessagesToChat : public StreamMachine {
 public:
  using StreamMachine::StreamMachine;

  Result<> block(const SseBlock& block, bool cut, std::string& out) override {
    if (!block.has_data) {
      if (block.comments && !cut) write_sse_comment(out, "keep-alive");
      return {};
    }
    auto data = RawJson::parse(block.data);
    if (!data && cut) return {};  // half an event
    if (!data) return malformed_reply("An event of the provider's stream is no JSON.");
    if (holds_error(*data) || block.name == "error") {
      fail_with(read_error(*data, 0), kUpstreamError, Outcome::error, out);
      return {};
    }
    const RawJson type = data->member("type");
    if (type.is("ping")) {
      write_sse_comment(out, "keep-alive");
      return {};
    }
    if (type.is("message_start")) return start(data->member("message"), out);
    if (!started_) return malformed_reply("The provider's stream does not start.");
    if (type.is("content_block_start")) return open(*data, out);
    if (type.is("content_block_delta")) return delta(*data, out);
    if (type.is("content_block_stop")) close(out);
    if (type.is("message_delta")) reason(*data);
    if (type.is("message_stop")) return stop(out);
    return {};  // a new kind of event
  }

 private:
  // A chunk with one choice whose delta has these members.
  void chunk(std::string& out, std::string_view delta, std::string_view finish_reason = {}) {
    JsonWriter event = head();
    event.key("choices").begin_array().begin_object().field("index", 0).key("delta");
    event.begin_object().raw_members(delta).end_object().key("logprobs").null();
    event.key("finish_reason");
    if (finish_reason.empty()) {
      event.null();
    } else {
      event.string(finish_reason);
    }
    event.end_object().end_array();
    if (options_.wants_usage) event.key("usage").null();
    write_sse(out, "", event.end_object().text());
  }

  JsonWriter head() const {
    JsonWriter event;
    event.begin_object().field("id", finish_.id).field("object", "chat.completion.chunk");
    event.field("created", options_.created_s).field("model", finish_.model);
    return event;
  }

  // A delta of one string, spliced as it stands.
  void words(std::string& out, std::string_view member, const RawJson& text) {
    if (!text.is_string() || text.inner().empty()) return;
    chunk(out, fmt::format("\"{}\":{}", member, text.text()));
  }

  Result<> start(const RawJson& message, std::string& out) {
    if (started_) return malformed_reply("The provider's stream starts twice.");
    started_ = true;
    name_reply(message);
    take_usage(finish_.usage, message.member("usage"), Dialect::messages);
    chunk(out, R"("role":"assistant","content":"")");
    return {};
  }

  Result<> open(const RawJson& data, std::string& out) {
    if (open_) return malformed_reply("The provider's blocks overlap.");
    open_ = data.member("index").integer().value_or(-1);
    const RawJson block = data.member("content_block");
    const RawJson type = block.member("type");
    if (type.is("text")) {
      words(out, "content", block.member("text"));
    } else if (type.is("thinking")) {
      words(out, kReasoning, block.member("thinking"));
    } else if (type.is("tool_use")) {
      tool_open_ = true;
      ++tool_;
      input_ = block.member("input").text();
      chunk(out,
            fmt::format(R"("tool_calls":[{{"index":{},"id":{},"type":"function",)"
                        R"("function":{{"name":{},"arguments":""}}}}])",
                        tool_, string_of(block.member("id")), string_of(block.member("name"))));
    } else if (!type.is("redacted_thinking")) {
      return malformed_reply("The provider answers with what was not asked for.");
    }
    return {};
  }

  static std::string_view string_of(const RawJson& text) {
    return text.is_string() ? text.text() : std::string_view("\"\"");
  }

  Result<> delta(const RawJson& data, std::string& out) {
    if (!open_ || data.member("index").integer().value_or(-1) != *open_) {
      return malformed_reply("The provider goes on with a block that is not open.");
    }
    const RawJson delta = data.member("delta");
    words(out, "content", delta.member("text"));
    words(out, kReasoning, delta.member("thinking"));
    const RawJson part = delta.member("partial_json");
    if (tool_open_ && part.is_string() && !part.inner().empty()) arguments(out, part.text());
    return {};
  }

  void arguments(std::string& out, std::string_view text) {
    input_.clear();
    chunk(out, fmt::format(R"("tool_calls":[{{"index":{},"function":{{"arguments":{}}}}}])", tool_,
                           text));
  }

  void close(std::string& out) {
    // Without a delta its input is what the block began with: {} for a tool without parameters.
    if (tool_open_ && !input_.empty()) {
      std::string text;
      write_json_string(text, input_);
      arguments(out, text);
    }
    tool_open_ = false;
    open_.reset();
  }

  void reason(const RawJson& data) {
    const RawJson reason = data.at("delta", "stop_reason");
    if (reason) finish_.finish_reason = clipped(reason.decoded(), kMaxUpstreamWord);
    take_usage(finish_.usage, data.member("usage"), Dialect::messages);
  }

  Result<> stop(std::string& out) {
    if (finish_.finish_reason.empty()) return {};  // finish() tells that it broke off
    auto reason = finish_reason_of(finish_.finish_reason);
    if (reason == "stop" && tool_ >= 0) reason = "tool_calls";
    if (!reason) return malformed_reply("The provider ended for a reason that is not known here.");
    chunk(out, "", *reason);
    if (options_.wants_usage) {
      JsonWriter event = head();
      event.key("choices").begin_array().end_array().key("usage");
      write_usage(event, finish_.usage.value_or(Usage()), Dialect::chat);
      write_sse(out, "", event.end_object().text());
    }
    write_sse(out, "", "[DONE]");
    end(Outcome::complete);
    return {};
  }

  bool started_ = false;
  bool tool_open_ = false;
  std::optional<std::int64_t> open_;  // the open block's index
  std::int64_t tool_ = -1;            // a chat counts tool calls alone
  std::string input_;                 // of the open tool, until a delta comes
};

}  // namespace

std::unique_ptr<StreamMachine> make_messages_to_chat(const StreamOptions& options) {
  return std::make_unique<MessagesToChat>(options);
}

}  // namespace guildhall::gateway
