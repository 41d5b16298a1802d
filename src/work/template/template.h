// A project's form as data: what a task shows (views) and what it asks (questions). A Template
// checks task data and answers, and knows how answers are scored and compared. The form language
// is described in docs/templates.md; the web app renders the same JSON.
//
// answers_schema_json() is JSON Schema draft-07 without `format`, `pattern`, `patternProperties`
// and `$ref`: the part that the packaged validator (valijson) supports whole. Whole numbers are
// written without a fraction there (2, not 2.0).
//
// Concurrency: a Template is an immutable shared value; copies are cheap; every const member may
// be called from any number of threads at once. No I/O, no store.
// Limits: base/limits.h, "templates".
// Errors: invalid with type "invalid-template" (field under /template), "invalid-data" (/data)
// or "invalid-answers" (/answers). No detail repeats content; a field may name a criterion's id.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "work/template/dialogue.h"
#include "work/template/judgments.h"

namespace guildhall::work {

struct Form;

class Template {
 public:
  // A form, or a text that names a built-in one. A form with `base` takes its base's semantics,
  // and the base's views and questions where it brings none of its own.
  static Result<Template> parse(const json::value& form);
  static Result<Template> builtin(std::string_view name);
  static std::vector<std::string_view> builtin_names();

  // The whole form, every default written out; parses back to the same.
  const std::string& form_json() const;
  // The same for whoever may not know which models a dialogue is held with, nor how.
  const std::string& form_json_without_secrets() const;
  const std::string& answers_schema_json() const;
  // Which built-in's semantics apply; "custom" if none.
  std::string_view kind() const;

  Result<void> check_data(const json::value& data) const;
  // `data` has passed check_data. complete = false: a draft; types hold, nothing is required.
  Result<void> check_answers(const json::value& answers, const json::value& data,
                             bool complete) const;
  // May these answers be a task's gold? Types hold, and at least one is of a question that
  // gold_agreement compares.
  Result<void> check_gold(const json::value& gold, const json::value& data) const;

  // Rubrics: points met over positive points, 0..1; criteria that cannot be assessed are left out
  // of both; 0 if a gate fails. nullopt: no rubric, or nothing of positive weight was assessed.
  std::optional<double> score(const json::value& answers, const json::value& data) const;
  // How far `answers` are right, 0..1. preference, choice: 1 or 0; rubric: share of gold's
  // criteria; steps: share of ratings; spans: F1 of exact spans; boxes, segments: F1 of those that
  // cover the same (marks.h); otherwise the mean over gold's questions. Free text, files and groups
  // are not compared; 0 if nothing is (see check_gold).
  double gold_agreement(const json::value& answers, const json::value& gold,
                        const json::value& data) const;
  // The value a majority is taken over; "" if there is none (demonstration, authoring). Content.
  std::string verdict_key(const json::value& answers) const;
  // Do two answers to one task agree? True where there is no verdict to differ in.
  bool same_verdict(const json::value& a, const json::value& b) const;

  // The questions with a closed set of answers, in the form's order; and what answers say to them.
  // Takes what check_answers accepted, and copes with any other.
  std::vector<ClosedQuestion> closed_questions() const;
  std::vector<Judgment> judgments_of(const json::value& answers) const;

  // The questions that compare responses; and of each, which model wrote which response (by
  // letter; "" where the data does not say). Content.
  std::vector<std::string> comparisons() const;
  std::vector<std::vector<std::string>> models_of(const json::value& data) const;

  // The live dialogue that the form asks for, or none.
  const DialogueRules* dialogue() const;

  // The form question by question, for other folders of work/ (template/form.h). Lives as long as
  // the Template does.
  const Form& form() const;

  // The data as an expert sees it: without model names and whatever else the form hides.
  std::string blind_data(const json::value& data) const;

 private:
  struct Impl;
  explicit Template(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  static Result<Template> make(json::object form, const Impl* base);
  static const std::vector<Template>& all_builtins();

  std::shared_ptr<const Impl> impl_;
};

}  // namespace guildhall::work
