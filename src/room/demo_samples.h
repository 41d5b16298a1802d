// What the demo's two projects are filled with: sample tasks, the answers that simulated people
// give to them, and the guidelines. All of it is written for this purpose; nobody is quoted.
//
// Texts are Markdown, wrapped for reading here; `flowed` joins the lines of a paragraph again.
//
// Concurrency: constant data and a pure function.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace guildhall::room {

// A prompt with two responses. `choice` is the canonical letter that a careful person picks.
struct PreferenceSample {
  std::string_view key;
  std::string_view prompt;
  std::string_view a;
  std::string_view b;
  std::string_view choice;
  int strength = 2;
  std::string_view why;      // the first person's reason
  std::string_view why_too;  // another's; empty where nobody else has answered yet
  bool check = false;        // a check task: its right answer is known
};

struct CriterionSample {
  std::string_view id;
  std::string_view criterion;
  int points = 1;
  bool gate = false;
  bool met = true;  // as a careful person judges the response below
};

struct RubricSample {
  std::string_view key;
  std::string_view prompt;
  std::string_view response;
  std::span<const CriterionSample> criteria;
  std::string_view why;
};

std::span<const PreferenceSample> preference_samples();
std::span<const RubricSample> rubric_samples();
extern const std::string_view kPreferenceGuidelines;
extern const std::string_view kRubricGuidelines;

// Paragraphs as one line each; lists, tables, headings, formulas and code stay as they are.
std::string flowed(std::string_view markdown);

}  // namespace guildhall::room
