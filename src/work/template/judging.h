// What judgments.h says of a form, over the form itself. Internal to the template module; everybody
// else asks the Template.
//
// Concurrency: pure functions.
#pragma once

#include <vector>

#include "work/template/form.h"
#include "work/template/judgments.h"

namespace guildhall::work {

std::vector<ClosedQuestion> closed_questions_of(const Form& form);
std::vector<Judgment> judgments_in(const Form& form, const json::value& answers);

}  // namespace guildhall::work
