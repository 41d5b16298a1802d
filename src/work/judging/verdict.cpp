// Templates that answer a form as a whole: something is said first (reasons, a certificate), then
// come the answers. Where responses are compared they are shown in both orders, and an answer
// counts where both give the same: a judge that prefers a place, and not a response, says nothing.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "work/judging/materials.h"
#include "work/judging/plan.h"
#include "work/judging/questions.h"
#include "work/judging/schemas.h"
#include "work/template/data_check.h"

namespace guildhall::work::judging {
namespace {

constexpr auto kAll = [](const Question&) { return true; };

bool compares(const Form& form) {
  return std::ranges::any_of(form.questions,
                             [](const Question& q) { return q.kind == QuestionKind::compare; });
}

std::vector<Order> orders(const Texts& texts, const Form& part) {
  if (texts.method != Method::draft && compares(part)) return {Order::forward, Order::reversed};
  return {Order::forward};
}

json::object certificate() { return object_of({{"claim", reason()}, {"source", reason()}}); }

json::object trace() {
  return object_of({{"input", reason()}, {"path", reason()}, {"outcome", reason()}});
}

json::object reply_schema(const Texts& texts, json::object answers) {
  switch (texts.method) {
    case Method::draft: return object_of({{"answers", std::move(answers)}});
    case Method::review:
      return object_of({{"premises", list_of(certificate(), 1, kMaxCertificateParts)},
                        {"traces", list_of(trace(), 1, kMaxCertificateParts)},
                        {"conclusion", reason()},
                        {"answers", std::move(answers)}});
    default: return object_of({{"reasons", reason()}, {"answers", std::move(answers)}});
  }
}

// "c" of three, as it was shown in reverse, is "a".
void turn(json::value& answer, std::size_t count) {
  auto* text = answer.if_string();
  if (!text || text->size() != 1) return;
  const auto place = static_cast<std::size_t>((*text)[0] - 'a');
  if (place < count) (*text)[0] = letter(count - 1 - place);
}

void turn_back(const Form& part, json::object& answers, const json::value& data) {
  for (const auto& q : part.questions) {
    auto* answer = answers.if_contains(q.id);
    if (!answer || !q.from) continue;
    if (q.kind == QuestionKind::compare) turn(*answer, responses_of(q, data));
    if (q.kind != QuestionKind::rank || !answer->is_array()) continue;
    for (auto& group : answer->get_array()) {
      for (auto& item : group.get_array()) turn(item, responses_of(q, data));
    }
  }
}

// One question's answers in the two orders.
Result<void> combine(const Question& q, json::object& first, const json::object& second) {
  const auto* one = first.if_contains(q.id);
  const auto* two = second.if_contains(q.id);
  if (q.kind == QuestionKind::text) return {};  // it speaks of the order that the form has
  if (one && two && *one == *two) {
    if (q.strength_max == 0 || !first.contains(q.strength_id)) return {};
    const auto* strength = second.if_contains(q.strength_id);
    auto& mine = first.at(q.strength_id);
    if (strength && as_int(*strength) < as_int(mine)) mine = *strength;
    return {};
  }
  const bool wanted = one || two;
  first.stable_erase(q.id);
  if (q.strength_max > 0) first.stable_erase(q.strength_id);
  if (wanted && q.kind == QuestionKind::compare && q.tie) {
    first[q.id] = "tie";
  } else if (q.required) {
    return no_verdict(1, fmt::format("The two orders differ in {}.", q.id));
  }
  return {};
}

Result<void> check_method(const Texts& texts, const Template& form) {
  if (texts.method == Method::pairwise) TRY(first_of(form.form(), QuestionKind::compare));
  if (texts.method == Method::review && form.closed_questions().empty()) {
    return not_for_this_form("The form asks nothing that a verdict could be.");
  }
  return {};
}

}  // namespace

Result<std::vector<Plan>> verdict_plans(const Texts& texts, const Template& form,
                                        const Subject& subject) {
  TRY(check_method(texts, form));
  auto part = TRY(part_of(form.form(), kAll));
  if (part.questions.empty()) return not_for_this_form("The form asks nothing of a model.");
  std::vector<Plan> out;
  if (!subject.data) return out;
  auto data = TRY(blind(form, *subject.data));
  auto answers = TRY(schema_of(part, data, texts.method != Method::draft));
  for (auto order : orders(texts, part)) {
    out.push_back({
      order == Order::forward ? "forward" : "reversed", described(form, part),
          std::string(texts.task), TRY(shown(part, data, order))
      , reply_schema(texts, answers)
    });
  }
  return out;
}

Result<json::object> verdict_of(const Texts& texts, const Template& form, const Subject& subject,
                                std::span<const json::object> replies) {
  auto part = TRY(part_of(form.form(), kAll));
  auto answers = replies[0].at("answers").get_object();
  if (orders(texts, part).size() == 2) {
    auto second = replies[1].at("answers").get_object();
    turn_back(part, second, *subject.data);
    for (const auto& q : part.questions) TRY(combine(q, answers, second));
  }
  keep_shown(part, answers);
  return answers;
}

}  // namespace guildhall::work::judging
