#include "gateway/dialects/reply.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "gateway/dialects/stream_test_util.h"

namespace guildhall::gateway {
namespace {

constexpr ReplyOptions kChatToMessages{Operation::chat, Dialect::messages, 7};
constexpr ReplyOptions kMessagesToChat{Operation::messages, Dialect::chat, 7};

const std::string kChatReply =
    R"({"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,)"
    R"("message":{"role":"assistant","content":"A\u00e9","tool_calls":[{"id":"t1","type":)"
    R"("function","function":{"name":"f","arguments":"{ \"x\": 1.0 }"}}]},)"
    R"("finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":4,)"
    R"("prompt_tokens_details":{"cached_tokens":3}}})";
const std::string kMessagesReply =
    R"({"id":"c","type":"message","role":"assistant","model":"m","content":[{"type":"text",)"
    R"("text":"A\u00e9"},{"type":"tool_use","id":"t1","name":"f","input":{ "x": 1.0 }}],)"
    R"("stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":6,)"
    R"("cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":4}})";

TEST_CASE("gateway reply: a whole chat as a message, and back") {
  const auto messages = read_reply(kChatToMessages, 200, kChatReply);
  CHECK(messages->body == kMessagesReply);
  CHECK(in_words(messages->finish) ==
        "complete reason=tool_calls id=c model=m fault= input=9 cached=3 written=0 output=4 "
        "reasoning=0");
  const auto chat = read_reply(kMessagesToChat, 200, kMessagesReply);
  CHECK(chat->body ==
        R"({"id":"c","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,)"
        R"("message":{"role":"assistant","content":"A\u00e9","refusal":null,"tool_calls":[{"id":)"
        R"("t1","type":"function","function":{"name":"f","arguments":"{ \"x\": 1.0 }"}}]},)"
        R"("logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,)"
        R"("completion_tokens":4,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":3},)"
        R"("completion_tokens_details":{"reasoning_tokens":0}}})");
  CHECK(chat->finish.finish_reason == "tool_use");
}

TEST_CASE("gateway reply: the same dialect keeps every byte, and is metered") {
  const std::pair<ReplyOptions, std::string> kCases[] = {
      {{Operation::chat, Dialect::chat, 0}, kChatReply},
      {{Operation::messages, Dialect::messages, 0}, kMessagesReply},
      {{Operation::responses, Dialect::responses, 0},
       R"({ "id":"r","model":"m","status":"completed","error":null,"output":[],"usage":)"
       R"({"input_tokens":9,"output_tokens":4,"input_tokens_details":{"cached_tokens":3}}})"},
      {{Operation::embeddings, Dialect::chat, 0},
       R"({"data":[{"embedding":[0.10]}],"model":"m","usage":{"prompt_tokens":9}})"},
  };
  for (const auto& [options, body] : kCases) {
    const auto reply = read_reply(options, 200, body);
    CHECK(reply->body == body);
    CHECK(reply->finish.outcome == Outcome::complete);
    CHECK(reply->finish.usage->input == 9);
    CHECK(reply->finish.model == "m");
  }
  CHECK(read_reply({Operation::models, Dialect::chat, 0}, 200, R"({"data":[]})"));
  CHECK(read_reply({Operation::count_tokens, Dialect::messages, 0}, 200, R"({"input_tokens":5})"));
}

TEST_CASE("gateway reply: what thinks, refuses or is cut off says so in the other dialect") {
  const auto body = [](std::string_view message, std::string_view reason) {
    return fmt::format(R"({{"id":"c","model":"m","choices":[{{"message":{{{}}},)"
                       R"("finish_reason":"{}"}}]}})",
                       message, reason);
  };
  const auto has = [](const Result<Reply>& reply, std::string_view text) {
    return reply && reply->body.find(text) != std::string::npos;
  };
  CHECK(has(read_reply(kChatToMessages, 200, body(R"("reasoning":"r","content":"x")", "stop")),
            R"([{"type":"thinking","thinking":"r","signature":""},{"type":"text","text":"x"}])"));
  CHECK(has(read_reply(kChatToMessages, 200, body(R"("refusal":"no","content":null)", "stop")),
            R"([{"type":"text","text":"no"}],"stop_reason":"refusal")"));
  CHECK(has(read_reply(kChatToMessages, 200, body(R"("content":"x")", "length")),
            R"("stop_reason":"max_tokens")"));
  CHECK(has(read_reply(kMessagesToChat, 200,
                       R"({"content":[{"type":"thinking","thinking":"r","signature":"s"},)"
                       R"({"type":"text","text":"x"}],"stop_reason":"max_tokens"})"),
            R"("content":"x","reasoning_content":"r","refusal":null},"logprobs":null,)"
            R"("finish_reason":"length")"));
}

TEST_CASE("gateway reply: no JSON, or another shape, is never passed on") {
  const std::string kBodies[] = {"",
                                 "<html>",
                                 "[]",
                                 "{}",
                                 R"({"choices":[]})",
                                 R"({"choices":[{"delta":{}}]})",
                                 kMessagesReply};
  for (const std::string& body : kBodies) {
    for (Dialect to : {Dialect::chat, Dialect::messages}) {
      const auto reply = read_reply({Operation::chat, to, 0}, 200, body);
      REQUIRE_FALSE(reply);
      CHECK(reply.error().type == "upstream-malformed");
    }
  }
  std::string arguments = kChatReply;
  arguments.replace(arguments.find("1.0 }"), 5, "1.0  ");
  CHECK(read_reply(kChatToMessages, 200, arguments).error().type == "upstream-malformed");
}

TEST_CASE("Portkey #1047, #1142: an error inside a 200 is an error") {
  for (const ReplyOptions& options : {kChatToMessages, ReplyOptions{}}) {
    const auto reply = read_reply(
        options, 200, R"({"error":{"message":"too fast","code":"rate_limit_exceeded"}})");
    CHECK(reply->status == 429);
    CHECK(reply->finish.outcome == Outcome::error);
    CHECK(reply->body.find("too fast") != std::string::npos);
  }
}

TEST_CASE("Portkey #1797: a whole reply without a reason is incomplete") {
  const auto reply =
      read_reply({}, 200, R"({"choices":[{"message":{"content":"x"},"finish_reason":null}]})");
  CHECK(reply->finish.outcome == Outcome::incomplete);
}

TEST_CASE("gateway reply: errors keep their status, and are told in the client's words") {
  const std::string anthropic =
      R"({"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"q"})";
  const auto told = read_reply(kMessagesToChat, 529, anthropic);
  CHECK(told->status == 503);
  CHECK(told->body ==
        R"({"error":{"message":"busy","type":"server_error","param":null,"code":null}})");
  const auto same = read_reply({Operation::messages, Dialect::messages, 0}, 529, anthropic);
  CHECK(same->status == 529);
  CHECK(same->body == anthropic);
  const auto html = read_reply({}, 502, "<html>Bad gateway of somebody</html>");
  CHECK(html->status == 502);
  CHECK(html->body.find("html") == std::string::npos);
  CHECK(html->finish.outcome == Outcome::error);
}

}  // namespace
}  // namespace guildhall::gateway
