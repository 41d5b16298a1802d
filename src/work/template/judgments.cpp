#include "work/template/judgments.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "work/template/form.h"
#include "work/template/judging.h"

namespace guildhall::work {
namespace {

std::vector<std::string> range_labels(const Question& q) {
  std::vector<std::string> labels;
  auto last = static_cast<std::int64_t>(q.max.value_or(0));
  for (auto at = static_cast<std::int64_t>(q.min.value_or(0)); at <= last; ++at) {
    labels.push_back(std::to_string(at));
  }
  return labels;
}

std::optional<ClosedQuestion> closed(const Question& q) {
  ClosedQuestion out{.id = q.id};
  switch (q.kind) {
    case QuestionKind::one:
      out.labels = q.options;
      out.open = q.options_from.has_value();
      break;
    case QuestionKind::many:
      if (q.options_from || q.options.empty()) return std::nullopt;
      out.parts = true;
      out.labels = {kNo, kYes};
      break;
    case QuestionKind::rating:
      out.ordered = true;
      out.labels = range_labels(q);
      break;
    case QuestionKind::compare:
      out.labels = {"a", "b"};
      if (q.tie) out.labels.emplace_back("tie");
      if (q.all_bad) out.labels.emplace_back("both_bad");
      out.open = true;
      break;
    case QuestionKind::rubric:
      out.parts = true;
      out.labels = {kNo, kYes};
      if (q.cannot_assess) out.labels.emplace_back(kCannotTell);
      break;
    case QuestionKind::steps:
      out.parts = out.ordered = true;
      out.labels = {"-1", "0", "1"};
      break;
    case QuestionKind::rank:
    case QuestionKind::text:
    case QuestionKind::number:
    case QuestionKind::spans:
    case QuestionKind::boxes:
    case QuestionKind::segments:
    case QuestionKind::file:
    case QuestionKind::group:
    case QuestionKind::dialogue: return std::nullopt;
  }
  if (q.na) out.labels.emplace_back(kNotApplicable);
  return out;
}

// Adds what one question was answered, as judgments of number `at`.
struct Adder {
  std::vector<Judgment>& out;
  std::size_t at;

  void add(std::string part, std::string label) const {
    out.push_back({at, std::move(part), std::move(label)});
  }

  void many(const Question& q, const json::value& answer) const {
    const auto* chosen = answer.if_array();
    if (!chosen) return;
    for (const auto& option : q.options) {
      bool has = std::ranges::any_of(*chosen, [&](const json::value& one) {
        return one.is_string() && view_of(one.get_string()) == option;
      });
      add(option, has ? kYes : kNo);
    }
  }
  void rubric(const json::value& answer) const {
    const auto* verdicts = answer.if_object();
    if (!verdicts) return;
    for (const auto& member : *verdicts) {
      const bool* met = member.value().if_bool();
      if (!met && !member.value().is_null()) continue;
      add(std::string(view_of(member.key())), !met ? kCannotTell : *met ? kYes : kNo);
    }
  }
  void steps(const json::value& answer) const {
    const auto* ratings = answer.if_array();
    for (std::size_t i = 0; ratings && i < ratings->size(); ++i) {
      if (auto rating = as_int((*ratings)[i])) add(std::to_string(i + 1), std::to_string(*rating));
    }
  }
  void any(const Question& q, const json::value& answer) const {
    if (answer.is_null()) {
      if (q.na) add({}, kNotApplicable);
      return;
    }
    switch (q.kind) {
      case QuestionKind::many: return many(q, answer);
      case QuestionKind::rubric: return rubric(answer);
      case QuestionKind::steps: return steps(answer);
      default: break;
    }
    if (const auto* text = answer.if_string()) return add({}, std::string(view_of(*text)));
    if (auto number = as_int(answer)) add({}, std::to_string(*number));
  }
};

}  // namespace

std::vector<ClosedQuestion> closed_questions_of(const Form& form) {
  std::vector<ClosedQuestion> out;
  for (const auto& q : form.questions) {
    if (auto one = closed(q)) out.push_back(std::move(*one));
  }
  return out;
}

std::vector<Judgment> judgments_in(const Form& form, const json::value& answers) {
  std::vector<Judgment> out;
  const auto* given = answers.if_object();
  if (!given) return out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < form.questions.size(); ++i) {
    const auto& q = form.questions[i];
    if (!closed(q)) continue;
    const auto* answer = given->if_contains(q.id);
    if (answer && is_shown(form.questions, i, *given)) Adder{out, at}.any(q, *answer);
    ++at;
  }
  return out;
}

}  // namespace guildhall::work
