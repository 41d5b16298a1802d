// Which questions of a form have a closed set of answers, and what an answer to a task comes to as
// judgments: one label a question, or one for each of its parts (a rubric's criteria, the steps of
// a solution, the options of a list). What statistics on agreement and skill are computed from.
//
// Left out: text, numbers, files, ranks, marks and groups; a list of options that tasks bring
// themselves, since what was not chosen is not known from the answers alone.
//
// Concurrency: values. Template::closed_questions and judgments_of are pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace guildhall::work {

struct ClosedQuestion {
  std::string id;
  bool parts = false;    // several judgments a task, one a part
  bool ordered = false;  // the labels are steps of a scale, in order
  // What may be answered, in the form's order; more come from tasks that bring options of their
  // own (`open`), and the letters of a comparison go as far as its responses.
  std::vector<std::string> labels;
  bool open = false;
};

// An answer to one question, or to one part of it. Content.
struct Judgment {
  std::size_t question;  // in the order of closed_questions()
  std::string part;      // a criterion's id, a step's number from 1, an option; empty: none
  std::string label;
  bool operator==(const Judgment&) const = default;
};

// What is no word of the form: a criterion met or not, an option chosen or not, no judgment.
inline constexpr const char* kYes = "yes";
inline constexpr const char* kNo = "no";
inline constexpr const char* kCannotTell = "cannot-tell";        // a criterion
inline constexpr const char* kNotApplicable = "not-applicable";  // a question that allows it

}  // namespace guildhall::work
