// Faults of other gateways, each by the number of its report.
#include <doctest/doctest.h>

#include "base/limits.h"
#include "gateway/dialects/stream_test_util.h"

namespace guildhall::gateway {
namespace {

constexpr StreamOptions kToMessages{Dialect::chat, Dialect::messages, false, 0};
constexpr StreamOptions kToChat{Dialect::messages, Dialect::chat, false, 0};
constexpr StreamOptions kChat{Dialect::chat, Dialect::chat, false, 0};

std::string chunk(std::string_view delta, std::string_view reason = "null") {
  return fmt::format(
      "data: {{\"id\":\"c\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{{}}},"
      "\"finish_reason\":{}}}]}}\n\n",
      delta, reason);
}

std::string call(int index, std::string_view arguments, bool first = false) {
  const std::string head =
      first ? fmt::format(R"("id":"call_{0}","type":"function",)", index) : std::string();
  const std::string name = first ? fmt::format(R"("name":"f{}",)", index) : std::string();
  return chunk(fmt::format(R"("tool_calls":[{{"index":{},{}"function":{{{}"arguments":"{}"}}}}])",
                           index, head, name, arguments));
}

std::size_t times(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

const std::string kDone = "data: [DONE]\n\n";

TEST_CASE("litellm #25216: the first chunk survives a block transition") {
  const Ran ran = run_stream(kToMessages, chunk(R"("content":"A")") + call(0, "{\\\"x\\\"", true) +
                                              call(0, ":1}") + chunk("", "\"tool_calls\"") + kDone);
  CHECK(ran.out.find(R"("text_delta","text":"A")") != std::string::npos);
  CHECK(ran.out.find(R"("partial_json":"{\"x\"")") != std::string::npos);
  CHECK(ran.out.find(R"("partial_json":":1}")") != std::string::npos);
  CHECK(times(ran.out, "event: content_block_stop") == 2);
}

TEST_CASE("litellm #25561, #29491: a first chunk with role, content and tool call loses none") {
  const Ran ran = run_stream(
      kToMessages, chunk(R"("role":"assistant","content":"A","tool_calls":[{"index":0,"id":"i",)"
                         R"("function":{"name":"f","arguments":"{}"}}])",
                         "\"tool_calls\"") +
                       kDone);
  CHECK(ran.out.find(R"("text":"A")") != std::string::npos);
  CHECK(ran.out.find(R"("partial_json":"{}")") != std::string::npos);
  CHECK(ran.finish.outcome == Outcome::complete);
}

TEST_CASE("bifrost #6123: a tool call ends with tool_use, whatever the provider calls it") {
  const Ran ran = run_stream(kToMessages, call(0, "{}", true) + chunk("", "\"stop\"") + kDone);
  CHECK(ran.out.find(R"("stop_reason":"tool_use")") != std::string::npos);
  CHECK(ran.out.find("end_turn") == std::string::npos);
  CHECK(ran.finish.finish_reason == "stop");
}

TEST_CASE("bifrost #6123, mirrored: a tool call ends with tool_calls") {
  const Ran ran =
      run_stream(kToChat,
                 "data: {\"type\":\"message_start\",\"message\":{\"id\":\"a\",\"model\":\"m\"}}\n\n"
                 "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
                 "\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}\n\n"
                 "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
                 "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"
                 "data: {\"type\":\"message_stop\"}\n\n");
  CHECK(ran.out.find(R"("finish_reason":"tool_calls")") != std::string::npos);
}

TEST_CASE("bifrost #2048, #2786: arguments of the open call are told at once") {
  auto stream = StreamTranslator::create(kToMessages);
  std::string out;
  CHECK(stream->feed(call(0, "", true), out));
  for (int i = 0; i < 5; ++i) {
    out.clear();
    CHECK(stream->feed(call(0, "frag"), out));
    CHECK(times(out, R"("partial_json":"frag")") == 1);
  }
  out.clear();
  CHECK(stream->feed(call(1, "other", true), out));  // waits for its turn
  CHECK(out.empty());
  CHECK(stream->feed(call(0, "more"), out));
  CHECK(times(out, R"("partial_json":"more")") == 1);
  out.clear();
  CHECK(stream->feed(chunk("", "\"tool_calls\""), out));
  CHECK(times(out, R"("partial_json":"other")") == 1);
}

TEST_CASE("bifrost #4556: one message_start") {
  const Ran ran = run_stream(kToMessages, chunk(R"("role":"assistant","content":"")") +
                                              chunk(R"("role":"assistant","content":"A")") +
                                              chunk(R"("role":"assistant")", "\"stop\"") + kDone);
  CHECK(times(ran.out, "event: message_start") == 1);
  const std::string start = "data: {\"type\":\"message_start\",\"message\":{\"id\":\"a\"}}\n\n";
  const Ran twice = run_stream(kToChat, start + start);
  CHECK(twice.finish.outcome == Outcome::error);
  CHECK(twice.finish.fault == "upstream-malformed");
}

TEST_CASE("no empty text block stands before a tool call") {
  const Ran ran =
      run_stream(kToMessages, chunk(R"("role":"assistant","content":"")") + call(0, "{}", true) +
                                  chunk("", "\"tool_calls\"") + kDone);
  CHECK(times(ran.out, R"("content_block":{"type":"text")") == 0);
  CHECK(times(ran.out, "event: content_block_start") == 1);
}

TEST_CASE("Portkey #1399: the first chat chunk has the role") {
  std::string out;
  auto stream = StreamTranslator::create(kToChat);
  CHECK(stream->feed(
      "data: {\"type\":\"message_start\",\"message\":{\"id\":\"a\",\"model\":\"m\"}}\n\n", out));
  CHECK(out.find(R"("delta":{"role":"assistant","content":""})") != std::string::npos);
}

TEST_CASE("Portkey #1797, #267: a clean end of bytes without a terminal event is no end") {
  for (const StreamOptions& options : {kToMessages, kChat}) {
    const Ran ran = run_stream(options, chunk(R"("content":"A")") + chunk("", "\"stop\""));
    CHECK(ran.finish.outcome == Outcome::incomplete);
    CHECK(ran.finish.fault == "upstream-cut");
    CHECK(ran.out.find("[DONE]") == std::string::npos);
    CHECK(ran.out.find("message_stop") == std::string::npos);
    CHECK(ran.out.find("\"error\":{") != std::string::npos);
  }
}

TEST_CASE("Portkey #722, #741, #949: an overload in mid-stream reaches the client") {
  const std::string error =
      "data: {\"id\":\"c\",\"choices\":[],\"error\":{\"code\":503,\"message\":\"busy\"}}\n\n";
  const Ran told = run_stream(kToMessages, chunk(R"("content":"A")") + error + kDone);
  CHECK(told.out.ends_with(
      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
      "\"message\":\"busy\"}}\n\n"));
  CHECK(told.finish.outcome == Outcome::error);
  const Ran forwarded = run_stream(kChat, chunk(R"("content":"A")") + error + kDone);
  CHECK(forwarded.out.ends_with(error));
}

TEST_CASE("mlflow #25897: an error without an event name is seen by messages clients") {
  const Ran ran = run_stream({Dialect::messages, Dialect::messages, false, 0},
                             "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                             "\"message\":\"busy\"}}\n\n");
  CHECK(ran.out.starts_with("event: error\ndata: {\"type\":\"error\""));
  CHECK(ran.finish.outcome == Outcome::error);
}

TEST_CASE("openai-go #227: comments are no data, and keep the connection alive") {
  auto stream = StreamTranslator::create(kToMessages);
  std::string out;
  CHECK(stream->feed(": OPENROUTER PROCESSING\n", out));
  CHECK(out == ": keep-alive\n\n");
  CHECK_FALSE(stream->ended());
}

TEST_CASE("litellm #12685: what is held for its turn has a limit") {
  const std::string words(60'000, 'x');
  auto stream = StreamTranslator::create(kToMessages);
  std::string out;
  CHECK(stream->feed(call(0, "{", true) + call(1, "{", true), out));
  std::size_t sent = 0;
  while (stream->feed(call(1, words), out) && sent < 2 * kMaxHeldBytes) sent += words.size();
  CHECK(sent <= kMaxHeldBytes);
  CHECK(stream->finish(out).fault == "upstream-malformed");
  auto many = StreamTranslator::create(kToMessages);
  int calls = 0;
  while (many->feed(call(calls, "{}", true), out) && calls < 1'000) ++calls;
  CHECK(calls == kMaxHeldBlocks);
}

TEST_CASE("a stream that the gateway ends says why") {
  auto stream = StreamTranslator::create(kToMessages);
  std::string out;
  CHECK(stream->feed(chunk(R"("content":"A")"), out));
  const Finish finish = stream->abort({Fault::locked, "locked", "The room is locked.", {}}, out);
  CHECK(finish.outcome == Outcome::incomplete);
  CHECK(finish.fault == "locked");
  CHECK(out.ends_with("\"permission_error\",\"message\":\"The room is locked.\"}}\n\n"));
}

TEST_CASE("bytes that are no JSON end a translated stream with an error, once") {
  auto stream = StreamTranslator::create(kToMessages);
  std::string out;
  CHECK_FALSE(stream->feed("data: <html>\n\n", out));
  CHECK(stream->ended());
  CHECK(stream->feed(chunk(R"("content":"A")"), out));  // not read any more
  CHECK(stream->finish(out).fault == "upstream-malformed");
  CHECK(times(out, "event: error") == 1);
  CHECK(out.find("\"A\"") == std::string::npos);
}

TEST_CASE("responses are never translated") {
  for (Dialect other : {Dialect::chat, Dialect::messages}) {
    CHECK(StreamTranslator::create({Dialect::responses, other, false, 0}).error().type ==
          "not-translatable");
    CHECK(StreamTranslator::create({other, Dialect::responses, false, 0}).error().type ==
          "not-translatable");
  }
}

}  // namespace
}  // namespace guildhall::gateway
