// Prompts and responses in the two ways that trainers write them. A prompt is a string or a list
// of messages; a response is a string, `{"text"}`, `{"messages"}` or a list of messages. Only
// members that a trainer knows are written, so a model's name in a message never gets out.
//
// What the dialects differ in: tool-call arguments are an object for TRL and a JSON string for
// OpenAI; OpenAI's calls and results are joined by ids (made where absent), TRL's by the tool's
// name; reasoning (`thinking`) is TRL's only; parts that are no text are OpenAI's only.
//
// Concurrency: pure, but for a MessageWriter, which belongs to one thread.
// Limits: none of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "work/delivery/formats.h"

namespace guildhall::work {

// A view of a prompt or response. Neither text nor messages: it is malformed.
struct Talk {
  const json::string* text = nullptr;
  std::span<const json::value> messages;
  explicit operator bool() const { return text != nullptr || !messages.empty(); }
};
Talk talk_of(const json::value* value);

// Writes the messages of one conversation, several lists one after another.
class MessageWriter {
 public:
  explicit MessageWriter(Dialect dialect) : dialect_(dialect) {}

  // Appends the messages, comma-separated, without brackets; a text becomes one message of
  // `role`. False where the dialect cannot say it; `out` is then left with a piece of it.
  bool append(std::string& out, const Talk& talk, std::string_view role);

 private:
  struct Call {
    std::string id, name;
  };
  bool append_message(std::string& out, const json::value& message);
  bool append_content(std::string& out, const json::value& content);
  bool append_calls(std::string& out, const json::array& calls);
  bool append_call(std::string& out, const json::value& call);
  bool append_tool_link(std::string& out, const json::value& message);

  Dialect dialect_;
  std::vector<Call> open_calls_;  // without a result so far
  std::size_t made_ids_ = 0;
};

// True where the talk is one or more messages, the last of them the assistant's.
bool ends_with_assistant(const Talk& talk);
std::size_t message_count(const Talk& talk);
// Without what follows the assistant's last message.
Talk up_to_assistant(Talk talk);

// `,"tools":[…]` where the task has tools.
void append_tools(std::string& out, const json::value& data);

}  // namespace guildhall::work
