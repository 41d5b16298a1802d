// Random messages, said in a provider's dialect in random pieces, cut at random: the client reads
// the same message. What reads it here shares nothing with the translator.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <vector>

#include "base/json.h"
#include "gateway/dialects/stream_test_util.h"

namespace guildhall::gateway {
namespace {

struct Told {
  std::string thinking, text;
  std::vector<std::pair<std::string, std::string>> calls;  // id and name; arguments
  std::string reason;
  bool operator==(const Told&) const = default;
};

using Rng = std::mt19937_64;
std::size_t pick(Rng& rng, std::size_t below) { return rng() % below; }

std::string random_text(Rng& rng) {
  constexpr std::string_view kPieces[] = {"a",      "Z ",       "\"",     "\\",          "\n",
                                          "é",      "😀",       "{",      "}",           "\x01",
                                          "data: ", "\r\n\r\n", "[DONE]", "\"error\":1", "</s>"};
  std::string text;
  for (std::size_t n = pick(rng, 12); n > 0; --n) text += kPieces[pick(rng, std::size(kPieces))];
  return text;
}

Told random_message(Rng& rng) {
  Told told{random_text(rng), random_text(rng), {}, "stop"};
  for (std::size_t n = pick(rng, 4); n > 0; --n) {
    const std::size_t index = told.calls.size();
    told.calls.emplace_back(fmt::format("call_{0}:f{0}", index),
                            fmt::format("{{ \"x\":{}}}", to_json(json::value(random_text(rng)))));
    told.reason = "tool_calls";
  }
  return told;
}

// Splits between characters.
std::vector<std::string> pieces_of(Rng& rng, std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    std::size_t size = 1 + pick(rng, 6);
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80) ++size;
    pieces.emplace_back(text.substr(0, size));
    text.remove_prefix(std::min(size, text.size()));
  }
  return pieces;
}

std::string chat_chunk(std::string_view delta, std::string_view reason) {
  return fmt::format(
      "data: {{\"id\":\"c\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":"
      "{{{}}},\"finish_reason\":{}}}]}}\n\n",
      delta, reason);
}
std::string as_literal(std::string_view text) { return to_json(json::value(text)); }

// Tool calls interleave where `mixed`.
std::string say_in_chat(Rng& rng, const Told& told, bool mixed) {
  std::string out = chat_chunk(R"("role":"assistant","content":"")", "null");
  for (const auto& piece : pieces_of(rng, told.thinking)) {
    out += chat_chunk("\"reasoning_content\":" + as_literal(piece), "null");
  }
  for (const auto& piece : pieces_of(rng, told.text)) {
    out += chat_chunk("\"content\":" + as_literal(piece), "null");
  }
  std::vector<std::vector<std::string>> queues;
  for (std::size_t i = 0; i < told.calls.size(); ++i) {
    const auto& [name, arguments] = told.calls[i];
    const std::size_t colon = name.find(':');
    auto& queue = queues.emplace_back();
    queue.push_back(chat_chunk(
        fmt::format(R"("tool_calls":[{{"index":{},"id":"{}","type":"function","function":)"
                    R"({{"name":"{}","arguments":""}}}}])",
                    i, name.substr(0, colon), name.substr(colon + 1)),
        "null"));
    for (const auto& piece : pieces_of(rng, arguments)) {
      queue.push_back(
          chat_chunk(fmt::format(R"("tool_calls":[{{"index":{},"function":{{"arguments":{}}}}}])",
                                 i, as_literal(piece)),
                     "null"));
    }
    if (mixed) out += queue[0];  // they begin in order
  }
  if (!mixed) {
    for (const auto& queue : queues) {
      for (const auto& said : queue) out += said;
    }
  }
  std::vector<std::size_t> at(queues.size(), 1);
  std::size_t left = 0;
  for (const auto& queue : queues) left += mixed ? queue.size() - 1 : 0;
  while (left > 0) {
    const std::size_t i = pick(rng, queues.size());
    if (at[i] == queues[i].size()) continue;
    out += queues[i][at[i]++];
    --left;
  }
  return out + chat_chunk("", as_literal(told.reason)) + "data: [DONE]\n\n";
}

// Events' data, one JSON text each.
std::vector<json::value> data_of(const std::string& stream) {
  std::vector<json::value> all;
  SseReader reader;
  reader.push(stream);
  while (auto block = *reader.next()) {
    if (block->has_data && block->data != "[DONE]") all.push_back(*parse_json(block->data));
  }
  return all;
}

std::string text_at(const json::value& object, std::string_view name) {
  const auto* text = find_string(object, name);
  return text ? std::string(view(*text)) : std::string();
}

Told hear_messages(const std::string& stream) {
  Told told;
  std::int64_t next = 0;  // blocks come one after another, in order
  bool open = false;
  for (const auto& event : data_of(stream)) {
    const std::string type = text_at(event, "type");
    if (type == "content_block_start") {
      CHECK_FALSE(open);
      CHECK(as_int(*find(event, "index")) == next);
      open = true;
      const auto& block = *find(event, "content_block");
      if (text_at(block, "type") == "tool_use") {
        told.calls.emplace_back(text_at(block, "id") + ":" + text_at(block, "name"), "");
      }
    } else if (type == "content_block_delta") {
      CHECK((open && as_int(*find(event, "index")) == next));
      const auto& delta = *find(event, "delta");
      told.text += text_at(delta, "text");
      told.thinking += text_at(delta, "thinking");
      if (!told.calls.empty()) told.calls.back().second += text_at(delta, "partial_json");
    } else if (type == "content_block_stop") {
      open = false;
      ++next;
    } else if (type == "message_delta") {
      const std::string reason = text_at(*find(event, "delta"), "stop_reason");
      told.reason = reason == "tool_use" ? "tool_calls" : reason == "end_turn" ? "stop" : reason;
    }
  }
  return told;
}

Told hear_chat(const std::string& stream) {
  Told told;
  for (const auto& event : data_of(stream)) {
    const auto& choice = find_array(event, "choices")->front();
    const auto& delta = *find(choice, "delta");
    told.text += text_at(delta, "content");
    told.thinking += text_at(delta, "reasoning_content");
    if (const auto* calls = find_array(delta, "tool_calls")) {
      for (const auto& call : *calls) {
        const auto index = static_cast<std::size_t>(*as_int(*find(call, "index")));
        if (index == told.calls.size()) told.calls.emplace_back();
        const auto& function = *find(call, "function");
        if (find(call, "id")) {
          told.calls[index].first = text_at(call, "id") + ":" + text_at(function, "name");
        }
        told.calls[index].second += text_at(function, "arguments");
      }
    }
    if (find_string(choice, "finish_reason")) told.reason = text_at(choice, "finish_reason");
  }
  return told;
}

// Translates `stream` in pieces of random sizes.
std::string in_random_pieces(Rng& rng, const StreamOptions& options, std::string_view stream) {
  std::vector<std::string_view> pieces;
  while (!stream.empty()) {
    const std::size_t size = std::min<std::size_t>(1 + pick(rng, 90), stream.size());
    pieces.push_back(stream.substr(0, size));
    stream.remove_prefix(size);
  }
  const Ran ran = run_stream(options, pieces);
  CHECK(ran.finish.outcome == Outcome::complete);
  return ran.out;
}

TEST_CASE("gateway streams: any message in any pieces is the same message, there and back") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Rng rng(seed);
    const Told told = random_message(rng);
    const std::string chat = say_in_chat(rng, told, seed % 2 == 0);
    const std::string messages =
        in_random_pieces(rng, {Dialect::chat, Dialect::messages, false, 0}, chat);
    CHECK(hear_messages(messages) == told);
    const std::string back =
        in_random_pieces(rng, {Dialect::messages, Dialect::chat, false, 0}, messages);
    CHECK(hear_chat(back) == told);
    CHECK(in_random_pieces(rng, {Dialect::chat, Dialect::chat, false, 0}, chat) == chat);
    CHECK(in_random_pieces(rng, {Dialect::messages, Dialect::messages, false, 0}, messages) ==
          messages);
  }
}

}  // namespace
}  // namespace guildhall::gateway
