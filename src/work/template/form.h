// A form as plain structs: what template.h keeps after a form's JSON has been read and checked.
// Internal to the template module and to folders of work/ that read a form question by question;
// everybody else sees template.h.
//
// Concurrency: values without hidden state; pure functions.
// Limits: those of base/limits.h under "templates"; a Form never exceeds them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "work/template/dialogue.h"

namespace guildhall::work {

// A JSON pointer (RFC 6901), taken apart once.
struct Pointer {
  std::string text;
  std::vector<std::string> tokens;
};

// nullopt if `text` is no pointer. `*` is an ordinary token here.
std::optional<Pointer> parse_pointer(std::string_view text);
// nullptr where nothing is there.
const json::value* resolve(const json::value& root, const Pointer& pointer);
// One more step of a pointer, escaped.
std::string pointer_to(std::string_view parent, std::string_view token);
std::string pointer_to(std::string_view parent, std::size_t index);

enum class ViewKind : unsigned char {
  markdown,
  chat,
  code,
  diff,
  json,
  table,
  trajectory,
  image,
  audio,
  video,
  pdf,
  media,  // audio or video
};

enum class QuestionKind : unsigned char {
  one,
  many,
  rating,
  compare,
  rank,
  text,
  number,
  rubric,
  steps,
  spans,
  boxes,
  segments,
  file,
  group,
  dialogue,
};

std::optional<ViewKind> view_kind(std::string_view name);
std::optional<QuestionKind> question_kind(std::string_view name);
std::string_view name_of(QuestionKind kind);

struct View {
  std::string id;
  ViewKind kind = ViewKind::markdown;
  Pointer from;
  std::optional<Pointer> to;     // diff: the second text
  std::optional<Pointer> tools;  // trajectory: the tools' definitions
  bool each = false;             // `from` is a list; its items stand side by side
  bool optional = false;         // a task may lack it
};

// When a question is shown. `question` is the place of an earlier one in the same list.
struct Condition {
  enum class Test : unsigned char { is, in, not_in, at_least, at_most, answered };
  std::size_t question = 0;
  Test test = Test::answered;
  std::vector<json::value> values;  // is, in, not_in
  double bound = 0;                 // at_least, at_most
  bool answered = true;
};

struct Question {
  std::string id;
  QuestionKind kind = QuestionKind::text;
  bool required = false;
  bool na = false;  // null is an answer: not applicable
  std::optional<Condition> show_if;

  std::vector<std::string> options;     // one, many, rank: values; spans, marks: labels
  std::optional<Pointer> options_from;  // the task's own options instead, where it has them
  std::optional<Pointer> from;          // what is judged: responses, rubric, steps, text, file
  std::vector<std::string> roles;       // steps over messages: whose messages are steps

  std::optional<double> min, max;  // rating, number
  std::size_t min_items = 0;       // many, text list, spans, boxes, segments, file, group
  std::size_t max_items = 0;
  std::size_t min_length = 0;  // text, code points
  std::size_t max_length = 0;
  std::int64_t max_bytes = 0;        // file, each
  std::vector<std::string> accept;   // file: media types, "image/*" allowed; empty = any
  std::string strength_id;           // compare: the answer member that says how much better
  int strength_max = 0;              // 0 = not asked
  bool tie = false;                  // compare
  bool all_bad = false;              // compare
  bool ties = false;                 // rank
  bool integer = false;              // number
  bool list = false;                 // text
  bool overlap = true;               // spans, segments
  bool cannot_assess = true;         // rubric
  bool stop_at_first_error = false;  // steps

  std::vector<Question> questions;        // group: one row's questions
  std::optional<DialogueRules> dialogue;  // dialogue
};

struct Form {
  std::string base = "custom";
  std::vector<View> views;
  std::vector<Question> questions;
  std::vector<Pointer> hide;  // members never shown to an expert; `*` stands for any item
};

// Reads and checks `form`; what it leaves out is filled in, so that the text of `form` afterwards
// says everything and reads back the same. `form.base` is checked to be a known name only.
// Error: invalid/"invalid-template", field = JSON pointer under /template.
Result<Form> read_form(json::object& form);

// Answers that a question got: nullptr if none, or if null is no answer of it.
const json::value* answer_of(const json::object& answers, const Question& question);
// Is `questions[i]` shown, given the answers to those before it?
bool is_shown(const std::vector<Question>& questions, std::size_t i, const json::object& answers);

// The letter that stands for the i-th response.
inline char letter(std::size_t i) { return static_cast<char>('a' + i); }
inline std::string_view view_of(json::string_view s) { return {s.data(), s.size()}; }

}  // namespace guildhall::work
