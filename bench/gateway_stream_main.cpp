// What a gateway's stream costs: nanoseconds per chunk, forwarded and translated, and of a request
// read and spliced.
//
//   bench-gateway-stream [ROUNDS=200]
//
// One line a case: name, chunks, ns per chunk (median of the rounds), MB/s. The first is the
// control: the same bytes appended to a string, uncut.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "gateway/dialects/request.h"
#include "gateway/dialects/stream.h"
#include "stats.h"

namespace guildhall::bench {
namespace {

using gateway::Dialect;

constexpr int kChunks = 2'000;

// As OpenAI sends it: every chunk says the ids, and pads itself.
std::string chat_stream() {
  std::string out;
  for (int n = 0; n < kChunks; ++n) {
    out += fmt::format(
        R"(data: {{"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk",)"
        R"("created":1741569952,"model":"gpt-x-2025-04-14","service_tier":"default",)"
        R"("system_fingerprint":"fp_f97eff32c5","choices":[{{"index":0,"delta":{{)"
        R"("content":" word{}"}},"logprobs":null,"finish_reason":null}}],"usage":null,)"
        R"("obfuscation":"aX3bQ"}})"
        "\n\n",
        n);
  }
  return out;
}

std::string messages_stream() {
  std::string out =
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","
      "\"model\":\"m\",\"usage\":{\"input_tokens\":9}}}\n\n"
      "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
      "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
  for (int n = 0; n < kChunks; ++n) {
    out += fmt::format(
        "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,"
        "\"delta\":{{\"type\":\"text_delta\",\"text\":\" word{}\"}}}}\n\n",
        n);
  }
  return out;
}

template <class Run>
void report(const char* name, int rounds, std::size_t bytes, Run run) {
  std::vector<double> ns;
  for (int round = 0; round < rounds; ++round) {
    const std::int64_t begin = cpu_us();  // what else runs here is not measured
    run();
    ns.push_back(static_cast<double>(cpu_us() - begin) * 1'000);
  }
  std::ranges::sort(ns);
  const double median = ns[ns.size() / 2];
  fmt::print("{:24} {} chunks {:8.0f} ns/chunk {:8.0f} MB/s\n", name, kChunks, median / kChunks,
             static_cast<double>(bytes) / median * 1'000);
}

// Fed as it comes off a socket: one chunk at a time.
void feed_all(Dialect from, Dialect to, const std::vector<std::string_view>& pieces) {
  auto stream = gateway::StreamTranslator::create({from, to, false, 0});
  std::string out;
  for (std::string_view piece : pieces) {
    out.clear();
    if (!stream->feed(piece, out)) std::abort();
  }
}

std::vector<std::string_view> events_of(std::string_view stream) {
  std::vector<std::string_view> pieces;
  while (!stream.empty()) {
    const std::size_t end = std::min(stream.find("\n\n"), stream.size() - 2) + 2;
    pieces.push_back(stream.substr(0, end));
    stream.remove_prefix(end);
  }
  return pieces;
}

int run(int rounds) {
  const std::string chat = chat_stream();
  const std::string messages = messages_stream();
  const auto chat_events = events_of(chat);
  const auto messages_events = events_of(messages);
  report("control: append", rounds, chat.size(), [&] {
    std::string out;
    for (std::string_view piece : chat_events) out += piece;
    if (out.size() != chat.size()) std::abort();
  });
  report("chat to chat", rounds, chat.size(),
         [&] { feed_all(Dialect::chat, Dialect::chat, chat_events); });
  report("messages to messages", rounds, messages.size(),
         [&] { feed_all(Dialect::messages, Dialect::messages, messages_events); });
  report("chat to messages", rounds, chat.size(),
         [&] { feed_all(Dialect::chat, Dialect::messages, chat_events); });
  report("messages to chat", rounds, messages.size(),
         [&] { feed_all(Dialect::messages, Dialect::chat, messages_events); });
  std::string body = R"({"model":"m","max_tokens":99,"stream":true,"messages":[)";
  for (int n = 0; n < kChunks; ++n) body += R"({"role":"user","content":"a turn of some words"},)";
  body.back() = ']';
  body += '}';
  report("request: read, splice", rounds, body.size(), [&] {
    const auto request = gateway::Request::read(gateway::Operation::chat, body);
    if (!request || request->for_upstream({"upstream", {}}).empty()) std::abort();
  });
  return 0;
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  return guildhall::bench::run(argc > 1 ? std::atoi(argv[1]) : 200);
}
