// Which of a form's questions a model is asked, how they are put to it, and what schema its answers
// have. Internal to judging.
//
// Concurrency: pure functions.
// Errors: invalid/"not-for-this-form".
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "work/template/form.h"
#include "work/template/template.h"

namespace guildhall::work::judging {

std::unexpected<Error> not_for_this_form(std::string detail);

// A model reads and writes text: it uploads nothing, draws nothing and talks with nobody.
bool askable(const Question& question);

// The questions that `wanted` takes, of those that can be asked, with the conditions among them. A
// question whose condition rests on one that is left out is no longer required.
// Error: one that can be answered only by a person is required.
Result<Form> part_of(const Form& form, const std::function<bool(const Question&)>& wanted);

// The JSON Schema of the answers to `part`; comparisons have as many letters as `data` responses.
Result<json::object> schema_of(const Form& part, const json::value& data, bool complete);

// The questions of `part` in words, from the form's own labels and helps.
std::string described(const Template& form, const Form& part);

// Takes away what answers questions that are not shown, given the other answers.
void keep_shown(const Form& part, json::object& answers);

}  // namespace guildhall::work::judging
