// Does a task's data fit a form: every view finds what it shows, every question what it judges.
// Internal to the template module. Errors: invalid/"invalid-data", field = pointer under /data.
//
// Concurrency: pure functions. Limits: kMaxResponses, kMaxCriteria, kMaxSteps, kMaxQuestionOptions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work/template/form.h"

namespace guildhall::work {

Result<void> check_views(const Form& form, const json::value& data);
Result<void> check_question_data(const Form& form, const json::value& data);

// What a question judges in (checked) data. Empty or null where the data lacks it.
std::size_t responses_of(const Question& question, const json::value& data);
const json::array* rubric_of(const Question& question, const json::value& data);
std::optional<std::size_t> steps_of(const Question& question, const json::value& data);
const json::string* text_of(const Question& question, const json::value& data);
// The task's own options, as a list of texts or {value, label}; nullptr: the form's count.
const json::array* options_of(const Question& question, const json::value& data);
bool has_option(const Question& question, const json::array* own, std::string_view value);

// May stand where a criterion's id stands: 1 to 64 of A-Z a-z 0-9 _ . -
bool is_data_id(std::string_view text);

}  // namespace guildhall::work
