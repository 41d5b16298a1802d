#include "work/template/scoring.h"

#include <algorithm>

#include "work/template/data_check.h"
#include "work/template/marks.h"

namespace guildhall::work {
namespace {

bool comparable(const Question& q, std::span<const std::string_view> ids) {
  if (!ids.empty()) return std::ranges::find(ids, q.id) != ids.end();
  return q.kind != QuestionKind::text && q.kind != QuestionKind::file &&
         q.kind != QuestionKind::group && q.kind != QuestionKind::dialogue;
}

// One spelling per meaning: members sorted, 2.0 as 2, items of a set sorted.
void canonical(std::string& out, const json::value& value, bool sort_items) {
  if (const auto* object = value.if_object()) {
    std::vector<std::string_view> keys;
    for (const auto& member : *object) keys.push_back(view_of(member.key()));
    std::ranges::sort(keys);
    out += '{';
    for (auto key : keys) {
      if (out.back() != '{') out += ',';
      write_json_string(out, key);
      out += ':';
      canonical(out, object->at(key), false);
    }
    out += '}';
    return;
  }
  const auto* array = value.if_array();
  if (!array) {
    auto number = as_number(value);
    return number ? write_json(out, json::value(*number)) : write_json(out, value);
  }
  std::vector<std::string> items(array->size());
  for (std::size_t i = 0; i < items.size(); ++i) canonical(items[i], (*array)[i], false);
  if (sort_items) std::ranges::sort(items);
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) (i > 0 ? out += ',' : out) += items[i];
  out += ']';
}

// A rank's groups stand in order, but within a group there is none; a mark's note is free text.
json::value comparable_form(const Question& q, const json::value& answer) {
  json::value copy = answer;
  auto* items = copy.if_array();
  if (!items) return copy;
  for (auto& item : *items) {
    bool noted = q.kind == QuestionKind::spans || is_marks(q.kind);
    if (noted && item.is_object()) item.get_object().erase("note");
    auto* group = item.if_array();
    if (q.kind != QuestionKind::rank || !group) continue;
    std::vector<std::string> names;
    for (const auto& one : *group) names.push_back(to_json(one));
    std::ranges::sort(names);
    group->clear();
    for (const auto& name : names) group->emplace_back(name);
  }
  return copy;
}

std::string canonical_answer(const Question& q, const json::value& answer) {
  bool set = q.kind == QuestionKind::many || q.kind == QuestionKind::spans || is_marks(q.kind);
  std::string out;
  canonical(out, comparable_form(q, answer), set);
  return out;
}

// Share of gold's criteria with the same verdict.
double rubric_agreement(const json::value& answer, const json::value& gold) {
  const auto* right = gold.if_object();
  const auto* given = answer.if_object();
  if (!right || right->empty() || !given) return 0;
  std::size_t same = 0;
  for (const auto& member : *right) {
    const auto* mine = given->if_contains(member.key());
    same += mine && *mine == member.value();
  }
  return static_cast<double>(same) / static_cast<double>(right->size());
}

// Share of places with the same rating; a rating too few or too many is a place that differs.
double steps_agreement(const json::value& answer, const json::value& gold) {
  const auto* right = gold.if_array();
  const auto* given = answer.if_array();
  if (!right || right->empty() || !given) return 0;
  std::size_t same = 0;
  for (std::size_t i = 0; i < std::min(right->size(), given->size()); ++i) {
    auto a = as_number((*given)[i]);
    same += a && a == as_number((*right)[i]);
  }
  return static_cast<double>(same) / static_cast<double>(std::max(right->size(), given->size()));
}

// F1 over spans that agree in start, end and label.
double spans_agreement(const Question& q, const json::value& answer, const json::value& gold) {
  const auto* right = gold.if_array();
  const auto* given = answer.if_array();
  if (!right || !given) return 0;
  if (right->empty() && given->empty()) return 1;
  auto keys = [&](const json::array& spans) {
    std::vector<std::string> out;
    for (const auto& span : spans) out.push_back(canonical_answer(q, json::array{span}));
    std::ranges::sort(out);
    return out;
  };
  std::vector<std::string> common;
  std::ranges::set_intersection(keys(*right), keys(*given), std::back_inserter(common));
  return 2.0 * static_cast<double>(common.size()) /
         static_cast<double>(right->size() + given->size());
}

double question_agreement(const Question& q, const json::value& answer, const json::value& gold) {
  switch (q.kind) {
    case QuestionKind::rubric: return rubric_agreement(answer, gold);
    case QuestionKind::steps: return steps_agreement(answer, gold);
    case QuestionKind::spans: return spans_agreement(q, answer, gold);
    case QuestionKind::boxes:
    case QuestionKind::segments: return marks_agreement(q.kind, answer, gold);
    default: return canonical_answer(q, answer) == canonical_answer(q, gold) ? 1 : 0;
  }
}

struct Points {
  double met = 0;
  double positive = 0;
  bool gate_failed = false;
  bool assessed = false;
};

void add_criterion(Points& sum, const json::value& criterion, const json::value* verdict) {
  const auto* met = verdict ? verdict->if_bool() : nullptr;
  if (!met) return;  // cannot be assessed: in neither sum
  const auto* given = find(criterion, "points");
  double points = given ? as_number(*given).value_or(1) : 1;
  sum.assessed = true;
  if (*met) sum.met += points;
  if (points > 0) sum.positive += points;
  const auto* gate = find(criterion, "gate");
  // A gate of negative points names a fault: it fails when the fault is there.
  if (gate && gate->is_bool() && gate->get_bool() && *met == (points < 0)) sum.gate_failed = true;
}

}  // namespace

std::optional<double> rubric_score(const Form& form, const json::value& answers,
                                   const json::value& data) {
  auto q = std::ranges::find(form.questions, QuestionKind::rubric, &Question::kind);
  if (q == form.questions.end()) return std::nullopt;
  const auto* rubric = rubric_of(*q, data);
  const auto* verdicts = find_object(answers, q->id);
  if (!rubric || !verdicts) return std::nullopt;
  Points sum;
  for (const auto& criterion : *rubric) {
    const auto* id = find_string(criterion, "id");
    if (id) add_criterion(sum, criterion, verdicts->if_contains(*id));
  }
  if (sum.gate_failed) return 0;
  if (!sum.assessed || sum.positive <= 0) return std::nullopt;
  return std::clamp(sum.met / sum.positive, 0.0, 1.0);
}

bool compares(const Form& form, std::span<const std::string_view> ids, const json::value& gold) {
  return std::ranges::any_of(form.questions, [&](const Question& q) {
    return comparable(q, ids) && find(gold, q.id) != nullptr;
  });
}

double agreement(const Form& form, std::span<const std::string_view> ids,
                 const json::value& answers, const json::value& gold) {
  double sum = 0;
  int count = 0;
  for (const auto& q : form.questions) {
    const auto* right = comparable(q, ids) ? find(gold, q.id) : nullptr;
    if (!right) continue;
    ++count;
    const auto* given = find(answers, q.id);
    if (given) sum += question_agreement(q, *given, *right);
  }
  return count == 0 ? 0 : sum / count;
}

std::string verdict(const Form& form, std::span<const std::string_view> ids,
                    const json::value& answers) {
  std::vector<std::pair<const Question*, const json::value*>> parts;
  for (const auto& q : form.questions) {
    const auto* answer = comparable(q, ids) ? find(answers, q.id) : nullptr;
    if (answer) parts.emplace_back(&q, answer);
  }
  if (parts.empty()) return {};
  const auto* text = parts[0].second->if_string();
  if (parts.size() == 1 && text) return std::string(view(*text));
  if (parts.size() == 1) return canonical_answer(*parts[0].first, *parts[0].second);
  std::string out = "{";
  for (const auto& [question, answer] : parts) {
    if (out.size() > 1) out += ',';
    write_json_string(out, question->id);
    out += ':' + canonical_answer(*question, *answer);
  }
  return out + '}';
}

// Marks are drawn by hand: they say the same where they agree, to the last of them. Everything
// else says the same where it is the same.
bool agree(const Form& form, std::span<const std::string_view> ids, const json::value& a,
           const json::value& b) {
  if (verdict(form, ids, a) == verdict(form, ids, b)) return true;
  return std::ranges::all_of(form.questions, [&](const Question& q) {
    if (!comparable(q, ids)) return true;
    const auto* mine = find(a, q.id);
    const auto* theirs = find(b, q.id);
    if (!mine || !theirs) return mine == theirs;
    if (is_marks(q.kind)) return marks_agreement(q.kind, *mine, *theirs) == 1;
    return canonical_answer(q, *mine) == canonical_answer(q, *theirs);
  });
}

}  // namespace guildhall::work
