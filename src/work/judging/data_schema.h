// The JSON Schema of a form's task data: what its views show and its questions judge. Narrower than
// what check_data takes (texts stand as texts, and nothing else is there), since it tells a model
// what to write. Internal to judging.
//
// Concurrency: pure. Errors: invalid/"not-for-this-form": the data needs a file, or lies where no
// schema of ours reaches (a list's place, or the whole data as one).
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "work/template/form.h"

namespace guildhall::work::judging {

// `dialogues`: what one chat shows is a list of messages, not a text.
Result<json::object> data_schema(const Form& form, bool dialogues);

}  // namespace guildhall::work::judging
