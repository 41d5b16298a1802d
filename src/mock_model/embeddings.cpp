#include "mock_model/embeddings.h"

#include <bit>
#include <cmath>

#include "base/json.h"
#include "base/limits.h"
#include "base/random.h"
#include "crypto/hash.h"
#include "mock_model/ask.h"
#include "mock_model/voice.h"

namespace guildhall::mock_model {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors are sent as they lie");

std::unexpected<Error> bad_input(std::string detail, std::string field) {
  return fail(Fault::malformed, "bad-request", std::move(detail), std::move(field));
}

void add_text(EmbeddingsAsk& ask, const json::value& input) {
  if (input.is_string()) {
    ask.texts.emplace_back(view(input.get_string()));
  } else {
    ask.texts.push_back(to_json(input));  // tokens of somebody's
  }
}

}  // namespace

Result<EmbeddingsAsk> parse_embeddings(std::string_view text) {
  auto body = parse_json(text);
  if (!body || !body->is_object()) return bad_input("The body is not a JSON object.", {});
  EmbeddingsAsk ask;
  const json::string* model = find_string(*body, "model");
  if (!model || model->empty()) return bad_input("There is no model.", "model");
  ask.model = view(*model);
  const json::value* input = find(*body, "input");
  if (!input || !(input->is_string() || input->is_array())) {
    return bad_input("There is no input.", "input");
  }
  const bool tokens =
      input->is_array() && !input->get_array().empty() && input->get_array().front().is_number();
  if (input->is_string() || tokens) {
    add_text(ask, *input);
  } else {
    for (const json::value& one : input->get_array()) add_text(ask, one);
  }
  if (ask.texts.empty() || ask.texts.size() > kMaxMockTexts) {
    return bad_input("So many texts are not taken.", "input");
  }
  if (const json::value* dimensions = find(*body, "dimensions")) {
    const auto wanted = as_int(*dimensions).value_or(0);
    if (wanted < 1 || wanted > static_cast<std::int64_t>(kMaxMockDimensions)) {
      return bad_input("So many dimensions are not made.", "dimensions");
    }
    ask.dimensions = static_cast<std::size_t>(wanted);
  }
  const json::string* format = find_string(*body, "encoding_format");
  ask.base64 = format && view(*format) == "base64";
  return ask;
}

std::vector<float> embedding_of(std::string_view text, std::size_t dimensions, std::uint64_t seed) {
  std::vector<float> out(dimensions, 0.0F);
  for (const auto& word : pieces_of(text)) {
    const auto letters = word.find_first_not_of(" \n");
    if (letters == std::string::npos) continue;
    SeededRandom random(hash_of(std::string_view(word).substr(letters)) ^ seed);
    for (float& value : out) value += static_cast<float>(random.below(2'001)) / 1'000.0F - 1.0F;
  }
  double square = 0;
  for (float value : out) square += static_cast<double>(value) * value;
  if (square == 0) {
    out[0] = 1;
    return out;
  }
  for (float& value : out) value = static_cast<float>(value / std::sqrt(square));
  return out;
}

std::string embeddings_body(const EmbeddingsAsk& ask, std::uint64_t seed) {
  JsonWriter out;
  out.begin_object().field("object", "list").key("data").begin_array();
  std::int64_t tokens = 0;
  for (std::size_t i = 0; i < ask.texts.size(); ++i) {
    tokens += count_tokens(ask.texts[i].size());
    const auto vector = embedding_of(ask.texts[i], ask.dimensions, seed);
    out.begin_object().field("object", "embedding").field("index", i).key("embedding");
    if (ask.base64) {
      out.string(crypto::to_base64(
          {reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float)}));
    } else {
      out.begin_array();
      for (float value : vector) out.number(static_cast<double>(value));
      out.end_array();
    }
    out.end_object();
  }
  out.end_array().field("model", ask.model).key("usage").begin_object();
  out.field("prompt_tokens", tokens).field("total_tokens", tokens).end_object().end_object();
  return out.take();
}

}  // namespace guildhall::mock_model
