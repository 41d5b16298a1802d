// The methods by name, for whoever lets a person choose.
#pragma once

#include <span>
#include <string_view>

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct Method {
  std::string_view name;
  std::string_view what;  // one line
  Result<Truth> (*run)(const Judgments& judgments, Gold gold);
};

// "auto" first, then from the simplest on.
std::span<const Method> methods();

// nullptr: there is none of that name.
const Method* method(std::string_view name);

}  // namespace guildhall::quality
