// The forms that come with Guildhall, as JSON text, and which questions each one's semantics rest
// on. Internal to the template module.
//
// Concurrency: constants.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "work/template/form.h"

namespace guildhall::work {

// A question that a form of this base must keep, since scores and deliveries read it.
struct KeyQuestion {
  std::string_view id;
  std::vector<QuestionKind> kinds;
  std::string_view from;  // its `from`, where the base fixes it; else ""
};

struct Builtin {
  std::string_view name;
  std::string_view form;  // JSON text
  std::vector<KeyQuestion> keys;
  std::vector<std::string_view> verdict;  // questions whose answers are the verdict
};

std::span<const Builtin> builtins();
const Builtin* find_builtin(std::string_view name);

// Checks that a derived form keeps its base's key questions.
Result<void> check_keys(const Form& form, const Builtin& base);

}  // namespace guildhall::work
