// What a template asks, before it is put into words: one Plan for each ask. The same form and
// subject give the same plans, so that replies can be read without the prompts they answer.
// Internal to judging.
//
// Concurrency: pure functions.
// Errors: those of judging.h.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "work/judging/fence.h"
#include "work/judging/judging.h"
#include "work/judging/texts.h"

namespace guildhall::work::judging {

struct Plan {
  std::string variant;
  std::string form;  // what the form asks, in words
  std::string task;  // what is to be done
  std::vector<Material> materials;
  json::object schema;
};

Result<std::vector<Plan>> plans_for(const Texts& texts, const Template& form,
                                    const Subject& subject);

// A whole form at a time, with what each template wants to be said before the answers: pairwise,
// review, draft. Comparisons are asked in both orders, but for a draft. verdict.cpp
Result<std::vector<Plan>> verdict_plans(const Texts& texts, const Template& form,
                                        const Subject& subject);
Result<json::object> verdict_of(const Texts& texts, const Template& form, const Subject& subject,
                                std::span<const json::object> replies);

// rubric.cpp
Result<std::vector<Plan>> rubric_plans(const Texts& texts, const Template& form,
                                       const Subject& subject);
Result<json::object> rubric_of(const Texts& texts, const Template& form, const Subject& subject,
                               std::span<const json::object> replies);

// steps.cpp
Result<std::vector<Plan>> steps_plans(const Texts& texts, const Template& form,
                                      const Subject& subject);
Result<json::object> steps_of(const Texts& texts, const Template& form, const Subject& subject,
                              std::span<const json::object> replies);

// generate.cpp
Result<void> check_generated(const Texts& texts, const Template& form);
Result<std::vector<Plan>> generate_plans(const Texts& texts, const Template& form,
                                         const Subject& subject);

// The first question of a kind, or an error that says the form has none.
Result<const Question*> first_of(const Form& form, QuestionKind kind);

// The reply at this place is not what was asked for; or it contradicts the others.
std::unexpected<Error> not_of_schema(std::size_t reply, std::string detail);
std::unexpected<Error> no_verdict(std::size_t reply, std::string detail);

}  // namespace guildhall::work::judging
