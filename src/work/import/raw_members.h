// Finds a member's bytes in JSON text that is already known to be well formed, so that what a
// client sent can be kept and handed on byte for byte.
//
// Concurrency: pure. Limits: none of its own; the text was bounded by who parsed it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"

namespace guildhall::work {

// The text of the top-level member `name`; empty where there is none.
std::string_view raw_member(std::string_view object_text, std::string_view name);

// How many items the array has; 0 for what is no array.
std::size_t count_raw_items(std::string_view array_text);

// A member name as a part of a JSON pointer.
std::string escape_pointer(std::string_view name);

}  // namespace guildhall::work
