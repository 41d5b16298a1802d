// /v1/embeddings: a vector for each text, so that texts with words in common are near.
//
// Concurrency: pure. Limits: kMaxMockTexts, kMaxMockDimensions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::mock_model {

struct EmbeddingsAsk {
  std::string model;
  std::vector<std::string> texts;
  std::size_t dimensions = 64;
  bool base64 = false;  // of little-endian floats
};

// Error: malformed/"bad-request".
Result<EmbeddingsAsk> parse_embeddings(std::string_view body);
std::string embeddings_body(const EmbeddingsAsk& ask, std::uint64_t seed);

// Of length 1.
std::vector<float> embedding_of(std::string_view text, std::size_t dimensions, std::uint64_t seed);

}  // namespace guildhall::mock_model
