// JSON Schemas of replies, put together. Internal to judging.
//
// Concurrency: pure functions.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace guildhall::work::judging {

struct Member {
  std::string_view name;
  json::value schema;
};

// An object of just these members, all of them, in this order.
json::object object_of(std::initializer_list<Member> members);
json::object list_of(json::value item, std::size_t least, std::size_t most);
// Words that say something: 1 to kMaxReasonChars code points.
json::object reason();
json::object whole(std::int64_t least, std::int64_t most);

}  // namespace guildhall::work::judging
