// A chat stream told as a messages stream. Blocks of a message stand one after another and a chat's
// tool calls may interleave, so one block is open at a time: a tool call stays open to the end, and
// what else comes meanwhile is held in its order. Nothing of the open block is held back.
#include <algorithm>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "gateway/dialects/stream_machine.h"
#include "gateway/dialects/vocabulary.h"

namespace guildhall::gateway {
namespace {

enum class BlockKind : unsigned char { text, thinking, tool };

struct ToMessagesBlock {
  BlockKind kind = BlockKind::text;
  std::int64_t tool = -1;  // the provider's index of a tool call
  std::string id;          // as JSON strings stand: escaped, without quotes
  std::string name;
  std::string held;  // not yet told
};

class ChatToMessages : public StreamMachine {
 public:
  using StreamMachine::StreamMachine;

  Result<> block(const SseBlock& block, bool cut, std::string& out) override {
    if (!block.has_data) {
      if (block.comments && !cut) write_sse_comment(out, "keep-alive");
      return {};
    }
    if (block.data.starts_with("[DONE]")) return done(out);
    auto data = RawJson::parse(block.data);
    if (!data && cut) return {};  // half an event
    if (!data) return malformed_reply("An event of the provider's stream is no JSON.");
    if (holds_error(*data) || block.name == "error") {
      fail_with(read_error(*data, 0), kUpstreamError, Outcome::error, out);
      return {};
    }
    name_reply(*data);
    take_usage(finish_.usage, data->member("usage"), Dialect::chat);
    for (const RawJson& choice : data->member("choices").items()) {
      if (choice.member("index").integer().value_or(0) != 0) {
        return malformed_reply("The provider gives several choices: a message is one.");
      }
      start(out);
      TRY(delta(choice.member("delta"), out));
      const RawJson reason = choice.member("finish_reason");
      if (reason.is_string() && !reason.inner().empty()) {
        finish_.finish_reason = clipped(reason.decoded(), kMaxUpstreamWord);
        TRY(close_all(out));
      }
    }
    return {};
  }

 private:
  void start(std::string& out) {
    if (started_) return;
    started_ = true;
    JsonWriter event;
    event.begin_object().field("type", "message_start").key("message").begin_object();
    event.field("id", finish_.id).field("type", "message").field("role", "assistant");
    event.field("model", finish_.model).key("content").begin_array().end_array();
    event.key("stop_reason").null().key("stop_sequence").null().key("usage");
    write_usage(event, finish_.usage.value_or(Usage()), Dialect::messages);
    event.end_object().end_object();
    write_sse(out, "message_start", event.text());
  }

  Result<> delta(const RawJson& delta, std::string& out) {
    if (delta.member("function_call") || delta.member("audio")) {
      return malformed_reply("The provider answers with what was not asked for.");
    }
    TRY(text(BlockKind::thinking, reasoning_of(delta), out));
    TRY(text(BlockKind::text, delta.member("content"), out));
    refused_ |= delta.member("refusal").is_string() && !delta.member("refusal").inner().empty();
    TRY(text(BlockKind::text, delta.member("refusal"), out));
    for (const RawJson& call : delta.member("tool_calls").items()) TRY(tool(call, out));
    return {};
  }

  // Words of a text or of thinking: an empty string opens nothing.
  Result<> text(BlockKind kind, const RawJson& words, std::string& out) {
    if (!words.is_string() || words.inner().empty()) return {};
    if (blocks_.empty() || blocks_.back().kind != kind) {
      if (blocks_.size() == 1 && open_ && blocks_[0].kind != BlockKind::tool) close(out);
      TRY(add({kind, -1, {}, {}, {}}));
    }
    return extend(blocks_.back(), words.inner(), out);
  }

  Result<> tool(const RawJson& call, std::string& out) {
    const std::int64_t index = call.member("index").integer().value_or(0);
    auto known = std::ranges::find(blocks_, index, &ToMessagesBlock::tool);
    if (known == blocks_.end()) {
      if (blocks_.size() == 1 && open_ && blocks_[0].kind != BlockKind::tool) close(out);
      TRY(add({BlockKind::tool, index, {}, {}, {}}));
      known = blocks_.end() - 1;
    }
    const RawJson function = call.member("function");
    if (known->id.empty()) known->id = call.member("id").inner();
    if (known->name.empty()) known->name = function.member("name").inner();
    return extend(*known, function.member("arguments").inner(), out);
  }

  Result<> add(ToMessagesBlock block) {
    if (blocks_.size() >= kMaxHeldBlocks) return malformed_reply("Too many tool calls at once.");
    blocks_.push_back(std::move(block));
    return {};
  }

  // Adds to a block, and tells it where its turn has come and it can be told.
  Result<> extend(ToMessagesBlock& block, std::string_view words, std::string& out) {
    block.held += words;
    const bool named = block.kind != BlockKind::tool || (!block.id.empty() && !block.name.empty());
    if (&block == &blocks_.front() && named) {
      if (!open_) open(block, out);
      tell(block, out);
      return {};
    }
    held_bytes_ += words.size();
    if (held_bytes_ > kMaxHeldBytes) return malformed_reply("Tool calls interleave too far.");
    return {};
  }

  void open(const ToMessagesBlock& block, std::string& out) {
    open_ = true;
    JsonWriter event;
    event.begin_object().field("type", "content_block_start").field("index", index_);
    event.key("content_block").begin_object();
    switch (block.kind) {
      case BlockKind::text: event.field("type", "text").field("text", ""); break;
      case BlockKind::thinking:
        event.field("type", "thinking").field("thinking", "").field("signature", "");
        break;
      case BlockKind::tool:
        event.field("type", "tool_use").key("id").raw('"' + block.id + '"');
        event.key("name").raw('"' + block.name + '"').key("input").begin_object().end_object();
        tools_ = true;
        break;
    }
    event.end_object().end_object();
    write_sse(out, "content_block_start", event.text());
  }

  void tell(ToMessagesBlock& block, std::string& out) {
    if (block.held.empty()) return;
    constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {"text_delta", "text"},
        {"thinking_delta", "thinking"},
        {"input_json_delta", "partial_json"}};
    const auto& [type, member] = kWords[static_cast<std::size_t>(block.kind)];
    JsonWriter event;
    event.begin_object().field("type", "content_block_delta").field("index", index_);
    event.key("delta").begin_object().field("type", type);
    event.key(member).raw('"' + block.held + '"').end_object().end_object();
    block.held.clear();
    write_sse(out, "content_block_delta", event.text());
  }

  // Ends the first block.
  void close(std::string& out) {
    JsonWriter event;
    event.begin_object().field("type", "content_block_stop").field("index", index_++).end_object();
    write_sse(out, "content_block_stop", event.text());
    blocks_.erase(blocks_.begin());
    open_ = false;
  }

  Result<> close_all(std::string& out) {
    while (!blocks_.empty()) {
      ToMessagesBlock& first = blocks_.front();
      if (first.kind == BlockKind::tool && first.name.empty()) {
        return malformed_reply("The provider calls a tool without a name.");
      }
      if (first.id.empty()) first.id = "call_" + std::to_string(index_);
      if (!open_) open(first, out);
      tell(first, out);
      close(out);
    }
    held_bytes_ = 0;
    return {};
  }

  Result<> done(std::string& out) {
    if (finish_.finish_reason.empty()) return {};  // finish() tells that it broke off
    const auto reason = refused_ ? "refusal" : stop_reason_of(finish_.finish_reason, tools_);
    if (!reason) return malformed_reply("The provider ended for a reason that is not known here.");
    TRY(close_all(out));
    JsonWriter event;
    event.begin_object().field("type", "message_delta").key("delta").begin_object();
    event.field("stop_reason", *reason).key("stop_sequence").null().end_object().key("usage");
    write_usage(event, finish_.usage.value_or(Usage()), Dialect::messages);
    event.end_object();
    write_sse(out, "message_delta", event.text());
    write_sse(out, "message_stop", R"({"type":"message_stop"})");
    end(Outcome::complete);
    return {};
  }

  std::vector<ToMessagesBlock> blocks_;  // the first is open or next; the others wait
  bool started_ = false;
  bool open_ = false;
  bool tools_ = false;
  bool refused_ = false;
  std::int64_t index_ = 0;  // of the first block
  std::size_t held_bytes_ = 0;
};

}  // namespace

std::unique_ptr<StreamMachine> make_chat_to_messages(const StreamOptions& options) {
  return std::make_unique<ChatToMessages>(options);
}

}  // namespace guildhall::gateway
