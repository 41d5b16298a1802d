#include "work/template/answer_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <bitset>

#include "base/limits.h"
#include "work/template/data_check.h"

namespace guildhall::work {
namespace {

// x + w of fractions that were rounded one by one may come out a hair over 1.
constexpr double kRounding = 1e-6;

// One question's answer against the task it is about. Where strings are built only on failure.
struct Place {
  const Question& question;
  const json::value& data;
  std::string_view parent;
  bool complete;

  std::string field() const { return pointer_to(parent, question.id); }
};

std::unexpected<Error> bad(std::string field, std::string detail) {
  return fail(Fault::invalid, "invalid-answers", std::move(detail), std::move(field));
}

std::unexpected<Error> no_data(const Place& at) {
  return bad(at.field(), "The task's data has nothing that this question could judge.");
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Result<void> check_option(const Place& at, const json::value& value, const json::array* own) {
  if (has_option(at.question, own, view(value.get_string()))) return {};
  return bad(at.field(), "This must be one of the listed options.");
}

Result<void> check_choice(const Place& at, const json::value& answer) {
  if (!at.question.options_from) return {};  // the schema lists the options
  const auto* own = options_of(at.question, at.data);
  if (const auto* many = answer.if_array()) {
    for (const auto& item : *many) TRY(check_option(at, item, own));
    return {};
  }
  return check_option(at, answer, own);
}

Result<void> check_compare(const Place& at, const json::value& answer) {
  auto choice = view(answer.get_string());
  if (choice.size() != 1) return {};  // tie, both_bad
  auto count = responses_of(at.question, at.data);
  if (static_cast<std::size_t>(choice[0] - 'a') < count) return {};
  if (count < 2) return no_data(at);
  return bad(at.field(), fmt::format("The task has the responses a to {}.", letter(count - 1)));
}

Result<void> check_rank(const Place& at, const json::array& groups) {
  const auto& q = at.question;
  std::size_t count = q.from ? responses_of(q, at.data) : q.options.size();
  if (count == 0 || count > kMaxQuestionOptions) return no_data(at);
  std::bitset<kMaxQuestionOptions> seen;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const auto& item : groups[i].get_array()) {
      auto name = view(item.get_string());
      std::size_t place = count;
      if (!q.from) {
        place = static_cast<std::size_t>(std::ranges::find(q.options, name) - q.options.begin());
      } else if (name.size() == 1 && name[0] >= 'a') {
        place = static_cast<std::size_t>(name[0] - 'a');
      }
      if (place >= count) return bad(pointer_to(at.field(), i), "There is no such item to rank.");
      if (seen[place]) return bad(pointer_to(at.field(), i), "This item is ranked already.");
      seen[place] = true;
    }
  }
  if (at.complete && seen.count() != count) return bad(at.field(), "Every item needs a rank.");
  return {};
}

Result<void> check_rubric(const Place& at, const json::object& answer) {
  const auto* rubric = rubric_of(at.question, at.data);
  if (!rubric) return no_data(at);
  std::size_t known = 0;
  for (const auto& criterion : *rubric) {
    const auto* id = find_string(criterion, "id");
    if (!id) return no_data(at);
    if (answer.contains(*id)) {
      ++known;
    } else if (at.complete) {
      return bad(pointer_to(at.field(), view(*id)), "This criterion needs a verdict.");
    }
  }
  if (known == answer.size()) return {};
  return bad(at.field(), "One of these is no criterion of this task.");
}

Result<void> check_steps(const Place& at, const json::array& ratings) {
  auto count = steps_of(at.question, at.data);
  if (!count) return no_data(at);
  if (ratings.size() > *count) {
    return bad(at.field(), fmt::format("The task has {} steps.", *count));
  }
  bool stop = at.question.stop_at_first_error;
  auto is_error = [](const json::value& rating) { return as_number(rating) == -1.0; };
  auto error = stop ? std::ranges::find_if(ratings, is_error) : ratings.end();
  if (error != ratings.end() && error + 1 != ratings.end()) {
    return bad(pointer_to(at.field(), static_cast<std::size_t>(error - ratings.begin()) + 1),
               "Rating ends at the first error.");
  }
  bool stopped = error != ratings.end();
  if (at.complete && !stopped && ratings.size() != *count) {
    return bad(at.field(), fmt::format("Each of the {} steps needs a rating.", *count));
  }
  return {};
}

Result<void> check_label(const Place& at, const json::value& mark, const json::array* own,
                         const std::string& where) {
  if (has_option(at.question, own, view(find(mark, "label")->get_string()))) return {};
  return bad(pointer_to(where, "label"), "This must be one of the listed labels.");
}

// None reaches into another.
bool apart(std::vector<std::pair<std::int64_t, std::int64_t>> taken) {
  std::ranges::sort(taken);
  for (std::size_t i = 1; i < taken.size(); ++i) {
    if (taken[i].first < taken[i - 1].second) return false;
  }
  return true;
}

Result<void> check_spans(const Place& at, const json::array& spans) {
  const auto* text = text_of(at.question, at.data);
  if (!text) return no_data(at);
  auto length = static_cast<std::int64_t>(code_points(view(*text)));
  const auto* own = options_of(at.question, at.data);
  std::vector<std::pair<std::int64_t, std::int64_t>> taken;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    auto where = [&](std::string_view member) {
      return pointer_to(pointer_to(at.field(), i), member);
    };
    auto start = as_int(*find(spans[i], "start"));
    auto end = as_int(*find(spans[i], "end"));
    if (!end || *end > length) {
      return bad(where("end"), fmt::format("The text has {} characters.", length));
    }
    if (!start || *start >= *end) return bad(where("start"), "A span starts before it ends.");
    TRY(check_label(at, spans[i], own, pointer_to(at.field(), i)));
    taken.emplace_back(*start, *end);
  }
  if (at.question.overlap || apart(std::move(taken))) return {};
  return bad(at.field(), "Spans must not overlap.");
}

Result<void> check_boxes(const Place& at, const json::array& boxes) {
  const auto* own = options_of(at.question, at.data);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    auto where = pointer_to(at.field(), i);
    for (auto [corner, size] : {std::pair{"x", "w"}, std::pair{"y", "h"}}) {
      double from = as_number(*find(boxes[i], corner)).value_or(0);
      double length = as_number(*find(boxes[i], size)).value_or(0);
      if (length > 0 && from + length <= 1 + kRounding) continue;
      return bad(pointer_to(where, size), "A box has a size, and lies inside the image.");
    }
    TRY(check_label(at, boxes[i], own, where));
  }
  return {};
}

Result<void> check_segments(const Place& at, const json::array& segments) {
  const auto* own = options_of(at.question, at.data);
  std::vector<std::pair<std::int64_t, std::int64_t>> taken;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto where = pointer_to(at.field(), i);
    auto start = as_int(*find(segments[i], "start_ms"));
    auto end = as_int(*find(segments[i], "end_ms"));
    if (!start || !end || *start >= *end) {
      return bad(pointer_to(where, "end_ms"), "A segment ends after it starts.");
    }
    TRY(check_label(at, segments[i], own, where));
    taken.emplace_back(*start, *end);
  }
  if (at.question.overlap || apart(std::move(taken))) return {};
  return bad(at.field(), "Segments must not overlap.");
}

Result<void> check_text(const Place& at, const json::value& answer) {
  if (!at.complete || !at.question.required) return {};
  if (const auto* text = answer.if_string()) {
    if (blank(view(*text))) return bad(at.field(), "This question needs an answer.");
    return {};
  }
  const auto& items = answer.get_array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (blank(view(items[i].get_string()))) {
      return bad(pointer_to(at.field(), i), "This must not be empty.");
    }
  }
  return {};
}

bool accepts_type(const std::vector<std::string>& accept, std::string_view type) {
  return std::ranges::any_of(accept, [&](std::string_view pattern) {
    if (pattern.ends_with("/*")) return type.starts_with(pattern.substr(0, pattern.size() - 1));
    return type == pattern;
  });
}

Result<void> check_files(const Place& at, const json::array& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto where = pointer_to(at.field(), i);
    if (!is_data_id(view(*find_string(files[i], "id")))) {
      return bad(where + "/id", "This must be the id of an uploaded file.");
    }
    if (at.question.accept.empty()) continue;
    const auto* type = find_string(files[i], "type");
    if (!type || !accepts_type(at.question.accept, view(*type))) {
      return bad(where + "/type", "This question takes no files of this type.");
    }
  }
  return {};
}

Result<void> check_list(const std::vector<Question>& questions, const json::object& answers,
                        const json::value& data, std::string_view parent, bool complete);

Result<void> check_group(const Place& at, const json::array& rows) {
  auto field = at.field();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    TRY(check_list(at.question.questions, rows[i].get_object(), at.data, pointer_to(field, i),
                   at.complete));
  }
  return {};
}

Result<void> check_answer(const Place& at, const json::value& answer) {
  switch (at.question.kind) {
    case QuestionKind::one:
    case QuestionKind::many: return check_choice(at, answer);
    case QuestionKind::rating:
    case QuestionKind::number:
    case QuestionKind::dialogue: return {};  // held against the dialogue, by whoever has it
    case QuestionKind::compare: return check_compare(at, answer);
    case QuestionKind::rank: return check_rank(at, answer.get_array());
    case QuestionKind::text: return check_text(at, answer);
    case QuestionKind::rubric: return check_rubric(at, answer.get_object());
    case QuestionKind::steps: return check_steps(at, answer.get_array());
    case QuestionKind::spans: return check_spans(at, answer.get_array());
    case QuestionKind::boxes: return check_boxes(at, answer.get_array());
    case QuestionKind::segments: return check_segments(at, answer.get_array());
    case QuestionKind::file: return check_files(at, answer.get_array());
    case QuestionKind::group: return check_group(at, answer.get_array());
  }
  return {};
}

Result<void> check_list(const std::vector<Question>& questions, const json::object& answers,
                        const json::value& data, std::string_view parent, bool complete) {
  for (const auto& question : questions) {
    if (const auto* answer = answer_of(answers, question)) {
      TRY(check_answer(Place{question, data, parent, complete}, *answer));
    }
  }
  return {};
}

}  // namespace

Result<void> check_against_data(const Form& form, const json::object& answers,
                                const json::value& data, bool complete) {
  return check_list(form.questions, answers, data, "/answers", complete);
}

}  // namespace guildhall::work
