// A judge by rule, for tests of whoever asks judges: it answers in the form that the reply's schema
// asks for, and its verdicts are a function of the material. With `obey` a verdict that is named
// outside of fences in the user's text takes the rule's place.
//
// The rules: of responses (sections "response a", …) the longest is best, equals tie; a criterion
// (section "criterion N") is met where its longest word stands in another section; a step (section
// "step N") is right where it holds a digit, else wrong; of other
// options the first, of numbers the least.
//
// Concurrency: pure. Limits: those of sample.h.
#pragma once

#include "base/json.h"
#include "base/random.h"
#include "mock_model/ask.h"

namespace guildhall::mock_model {

// `ask.schema` is there.
json::value judge_by_rule(const Ask& ask, bool obey, Random& random);

}  // namespace guildhall::mock_model
