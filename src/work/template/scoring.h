// Scores and comparisons of answers: what gold, majority and adjudication rest on. Internal to the
// template module. All take answers that check_answers accepted, and cope with any other.
//
// Concurrency: pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "work/template/form.h"

namespace guildhall::work {

// Score of the first rubric question, 0..1; nullopt without one or when nothing was assessed.
std::optional<double> rubric_score(const Form& form, const json::value& answers,
                                   const json::value& data);

// `ids` empty: all questions. Texts, files and groups are not compared.
double agreement(const Form& form, std::span<const std::string_view> ids,
                 const json::value& answers, const json::value& gold);
bool compares(const Form& form, std::span<const std::string_view> ids, const json::value& gold);

// A single choice gives its value; whatever else, canonical JSON of the answers to `ids`.
std::string verdict(const Form& form, std::span<const std::string_view> ids,
                    const json::value& answers);

// Do two answers come to the same?
bool agree(const Form& form, std::span<const std::string_view> ids, const json::value& a,
           const json::value& b);

}  // namespace guildhall::work
