// The OpenAPI 3.1 document, made from the route table: every route with its policy, body, answer
// and errors. Shapes of answers are in schemas.h.
//
// Concurrency: made once, then constant.
#pragma once

#include <string>

namespace guildhall::room {

const std::string& openapi_json();

}  // namespace guildhall::room
