// Streams through every translator. The first byte chooses the dialects, the second how the input
// is made: bytes as they are, or one event per line out of a table of good ones, so that the
// machines get beyond their first. Whatever comes, cutting changes nothing, what the client gets
// can be read, and a stream that is not complete does not look so.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/dialects/raw_json.h"
#include "gateway/dialects/stream_test_util.h"

namespace guildhall::gateway {
namespace {

constexpr std::string_view kChatEvents[] = {
    R"({"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})",
    R"({"choices":[{"index":0,"delta":{"content":"te\"xt"},"finish_reason":null}]})",
    R"({"choices":[{"delta":{"reasoning":"why"}}]})",
    R"({"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a",)"
    R"("function":{"name":"f","arguments":"{"}}]}}]})",
    R"({"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"g"}}]}}]})",
    R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]})",
    R"({"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}}]})",
    R"({"choices":[{"delta":{},"finish_reason":"stop"}]})",
    R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})",
    R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}})",
    R"({"choices":[],"error":{"code":500,"message":"no"}})",
    R"([DONE])",
};
constexpr std::string_view kMessagesEvents[] = {
    R"({"type":"message_start","message":{"id":"a","model":"m","usage":{"input_tokens":3}}})",
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
    R"({"type":"content_block_start","index":1,"content_block":)"
    R"({"type":"tool_use","id":"t","name":"f","input":{}}})",
    R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"te\"xt"}})",
    R"({"type":"content_block_delta","index":1,"delta":)"
    R"({"type":"input_json_delta","partial_json":"{"}})",
    R"({"type":"content_block_stop","index":0})",
    R"({"type":"content_block_stop","index":1})",
    R"({"type":"ping"})",
    R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}})",
    R"({"type":"message_delta","delta":{"stop_reason":"tool_use"}})",
    R"({"type":"error","error":{"type":"api_error","message":"no"}})",
    R"({"type":"message_stop"})",
};

std::string fuzz_events(std::span<const std::string_view> table, std::string_view bytes) {
  std::string stream;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (code >= 0xF0) {
      stream += ": comment\n";
    } else if (code >= 0xE0) {
      stream += byte;  // some disorder
    } else {
      write_sse(stream, "", table[code % table.size()]);
    }
  }
  return stream;
}

void fuzz_check(const StreamOptions& options, std::string_view text) {
  const Ran whole = run_stream(options, text);
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < text.size(); at += 3) pieces.push_back(text.substr(at, 3));
  const Ran cut = run_stream(options, pieces);
  if (cut.out != whole.out || in_words(cut.finish) != in_words(whole.finish)) std::abort();
  const bool complete = whole.finish.outcome == Outcome::complete;
  if (options.from == options.to) return;  // what is forwarded may say anything
  SseReader reader;
  reader.push(whole.out);
  std::string last;
  while (auto block = *reader.next()) {
    if (!block->has_data) continue;
    last = block->data;
    if (last != "[DONE]" && !RawJson::parse(last)) std::abort();
  }
  const bool looks = last == "[DONE]" || last.find("message_stop\"") != std::string::npos;
  if (looks != complete || last.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  constexpr std::pair<Dialect, Dialect> kPairs[] = {{Dialect::chat, Dialect::messages},
                                                    {Dialect::messages, Dialect::chat},
                                                    {Dialect::chat, Dialect::chat},
                                                    {Dialect::messages, Dialect::messages},
                                                    {Dialect::responses, Dialect::responses}};
  const auto& [from, to] = kPairs[data[0] % 5];
  std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (data[1] % 2 == 1) {
    text = from == Dialect::messages ? fuzz_events(kMessagesEvents, text)
                                     : fuzz_events(kChatEvents, text);
  }
  fuzz_check({from, to, data[1] % 4 > 1, 0}, text);
  return 0;
}

}  // namespace guildhall::gateway
