#include "mock_model/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "mock_model/injected.h"
#include "mock_model/judge.h"
#include "mock_model/sample.h"
#include "mock_model/voice.h"

namespace guildhall::mock_model {
namespace {

constexpr std::string_view kAnswerWithJson = "Answer with JSON:";

std::string joined(const std::vector<std::string>& pieces) {
  std::size_t size = 0;
  for (const auto& piece : pieces) size += piece.size();
  std::string out;
  out.reserve(size);
  for (const auto& piece : pieces) out += piece;
  return out;
}

// The first complete JSON value after the words, be it in one line or several.
std::optional<json::value> example_in(std::string_view system) {
  const auto at = system.find(kAnswerWithJson);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = system.substr(at + kAnswerWithJson.size());
  const auto open = rest.find('{');
  if (open == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(open);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      auto example = parse_json(rest.substr(0, i + 1));
      if (example) return std::move(*example);
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::string> order_in(const Ask& ask) {
  const auto announced = announced_fence(ask.system);
  for (const auto& text : ask.texts) {
    if (auto order = injected_order(text, announced)) return order;
  }
  return std::nullopt;
}

// A prompt asks for a tool by its name, or by saying so.
std::vector<const Tool*> wanted_tools(const Ask& ask) {
  std::vector<const Tool*> out;
  const bool said = ask.last_user.find("use a tool") != std::string::npos;
  for (const Tool& tool : ask.tools) {
    const bool named = ask.last_user.find(tool.name) != std::string::npos;
    if (ask.tool_named.empty() ? named || said || ask.tool_required : tool.name == ask.tool_named) {
      out.push_back(&tool);
    }
  }
  return ask.user_is_last ? out : std::vector<const Tool*>();
}

void call_tools(Answer& answer, const Ask& ask, const Behaviour& behaviour, Random& random) {
  const auto tools = wanted_tools(ask);
  if (tools.empty()) return;
  for (std::int64_t i = 0; i < behaviour.parallel_tools; ++i) {
    const Tool& tool = *tools[static_cast<std::size_t>(i) % tools.size()];
    json::value arguments = json::object();
    if (tool.parameters.is_object()) arguments = sample_of_schema(tool.parameters, random);
    answer.calls.push_back(
        {fmt::format("{:016x}", random.next_u64()), tool.name, to_json(arguments)});
  }
}

std::vector<std::string> numbered(std::int64_t tokens) {
  std::vector<std::string> out;
  for (std::int64_t i = 0; i < tokens; ++i) out.push_back(fmt::format("#{} ", i));
  return out;
}

std::vector<std::string> words_of(const Ask& ask, const Behaviour& behaviour, Random& random) {
  if (behaviour.judge && ask.schema) {
    return pieces_of(to_json(judge_by_rule(ask, behaviour.obey, random)));
  }
  if (behaviour.obey) {
    if (auto order = order_in(ask)) return pieces_of(*order);
  }
  if (behaviour.json) return pieces_of(*behaviour.json);
  if (behaviour.numbered) return numbered(behaviour.tokens);
  if (behaviour.echo) return pieces_of(ask.last_user);
  if (ask.schema) return pieces_of(to_json(sample_of_schema(*ask.schema, random)));
  if (auto example = example_in(ask.system)) {
    return pieces_of(to_json(sample_of_example(*example, random)));
  }
  return speak(behaviour.voice, ask.last_user, behaviour.tokens, random);
}

void fill_up(std::vector<std::string>& pieces, std::int64_t bytes) {
  constexpr std::size_t kPiece = 1'000;
  auto size = static_cast<std::int64_t>(joined(pieces).size());
  for (; size < bytes; size += static_cast<std::int64_t>(pieces.back().size())) {
    const auto left = static_cast<std::size_t>(bytes - size);
    pieces.push_back(" " + std::string(std::min(left, kPiece) - 1, 'x'));
  }
}

// The front of a text, of so many bytes at most; whole characters. True where something went.
bool cut(std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return false;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  text.resize(bytes);
  return true;
}

bool cut(std::vector<std::string>& pieces, std::size_t bytes) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (cut(pieces[i], bytes)) {
      pieces.resize(pieces[i].empty() ? i : i + 1);
      return true;
    }
    bytes -= pieces[i].size();
  }
  return false;
}

// As providers do it: what it thinks and the arguments of its calls count as well, and are cut.
void keep_within(Answer& answer, std::int64_t tokens) {
  const auto bytes = [&] { return static_cast<std::size_t>(std::min(tokens, kMaxMockBytes)) * 4; };
  answer.cut_short = cut(answer.thinking, bytes());
  tokens -= count_tokens(answer.thought().size());
  if (cut(answer.pieces, bytes())) answer.cut_short = true;
  for (ToolCall& call : answer.calls) {
    if (cut(call.arguments, bytes())) answer.cut_short = true;
    tokens -= count_tokens(call.arguments.size());
  }
}

}  // namespace

std::string Answer::text() const { return joined(pieces); }
std::string Answer::thought() const { return joined(thinking); }

Answer make_answer(const Ask& ask, const Behaviour& behaviour, std::uint64_t seed) {
  std::uint64_t hash = hash_of(ask.last_user, hash_of(behaviour.voice, hash_of({}) ^ seed));
  SeededRandom random(hash + static_cast<std::uint64_t>(ask.turns));
  Answer answer;
  answer.id = fmt::format("{:016x}", random.next_u64());
  if (behaviour.thinking || ask.thinking) {
    answer.thinking = ponder(behaviour.voice, ask.last_user, random);
  }
  call_tools(answer, ask, behaviour, random);
  if (answer.calls.empty()) {
    answer.pieces = words_of(ask, behaviour, random);
    fill_up(answer.pieces, behaviour.huge);
  }
  if (ask.max_tokens) keep_within(answer, *ask.max_tokens);
  answer.input_tokens = input_tokens(ask);
  answer.thinking_tokens = count_tokens(answer.thought().size());
  answer.output_tokens = answer.thinking_tokens + count_tokens(answer.text().size());
  for (const auto& call : answer.calls) answer.output_tokens += count_tokens(call.arguments.size());
  return answer;
}

}  // namespace guildhall::mock_model
