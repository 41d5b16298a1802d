// What answers must meet besides the schema, and where they fail the schema. Internal to the
// template module. Errors: invalid/"invalid-answers", field = pointer under /answers.
//
// Concurrency: pure functions. Limits: the form's.
#pragma once

#include <optional>
#include <string>

#include "work/template/form.h"

namespace guildhall::work {

// Answers that the schema refused: which field is at fault and what was expected there. It states
// the schema's rules a second time, in words; planted faults in question_test.cpp hold
// the two against each other.
Error explain_misfit(const Form& form, const json::value& answers, bool complete);

// Answers that the schema accepts: what a schema cannot say about this task's data.
Result<void> check_against_data(const Form& form, const json::object& answers,
                                const json::value& data, bool complete);

}  // namespace guildhall::work
