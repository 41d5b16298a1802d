// The shapes of answers, as JSON Schemas of the OpenAPI document. tests/api checks real answers
// against them.
#pragma once

#include <span>
#include <string_view>

namespace guildhall::room {

struct NamedSchema {
  std::string_view name;
  std::string_view json;
};
// Those of the figures on quality.
std::span<const NamedSchema> quality_schemas();
// Of what may be asked beyond them.
std::span<const NamedSchema> study_schemas();

// Of the model gateway.
std::span<const NamedSchema> model_schemas();

// Of what models do in projects.
std::span<const NamedSchema> model_work_schemas();

// Of live dialogues.
std::span<const NamedSchema> dialogue_schemas();

// One JSON object: name → schema.
std::string_view schemas_json();

}  // namespace guildhall::room
