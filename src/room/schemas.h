// The shapes of answers, as JSON Schemas of the OpenAPI document. tests/api checks real answers
// against them.
#pragma once

#include <string_view>

namespace guildhall::room {

// One JSON object: name → schema.
std::string_view schemas_json();

}  // namespace guildhall::room
