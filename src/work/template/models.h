// Which models wrote the responses that a form compares, where the task's data names them:
// `model` of a response, or of its last message that has one. Internal to the template module;
// everybody else asks the Template.
//
// Concurrency: pure functions.
#pragma once

#include <string>
#include <vector>

#include "work/template/form.h"

namespace guildhall::work {

// The ids of the questions that compare responses, in the form's order.
std::vector<std::string> comparisons_of(const Form& form);
// Of each of them the names by response (a, b, …), "" where none is given.
std::vector<std::vector<std::string>> models_in(const Form& form, const json::value& data);

}  // namespace guildhall::work
