// The JSON Schema (draft-07) that a form's answers must meet, written from the form, and its
// compiled validator. Only schema_check.cpp includes the validator library.
//
// Dialect: draft-07 without `format`, `pattern`, `patternProperties` and `$ref`: the part that
// the packaged validator (valijson 1.0) supports whole and without std::regex. Whole numbers must
// be written without a fraction (2, not 2.0).
//
// Concurrency: AnswerSchema is immutable; accepts() may be called from any number of threads.
// Limits: a form's own.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "work/template/form.h"

namespace guildhall::work {

// complete = false leaves out what a draft need not meet yet: required, least lengths and counts.
std::string answers_schema(const Form& form, bool complete);

class AnswerSchema {
 public:
  static Result<AnswerSchema> compile(const json::value& schema);
  bool accepts(const json::value& answers) const;

  AnswerSchema(AnswerSchema&&) noexcept;
  AnswerSchema& operator=(AnswerSchema&&) noexcept;
  ~AnswerSchema();

 private:
  struct Compiled;
  explicit AnswerSchema(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace guildhall::work
