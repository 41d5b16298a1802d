// Rubrics: every criterion has an ask of its own, or a few share one. Criteria are told by number:
// their ids come from outside. What else the form needs is asked last, by itself.
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

struct Parts {
  const Question* key;
  Form others;      // all but the rubric
  bool ask_others;  // the form needs one of them
  Form form_alone;  // views only
};

Result<Parts> parts_of(const Template& form) {
  const auto* key = TRY(first_of(form.form(), QuestionKind::rubric));
  auto others = TRY(part_of(form.form(), [&](const Question& q) { return q.id != key->id; }));
  const bool needed =
      std::ranges::any_of(others.questions, [](const Question& q) { return q.required; });
  auto alone = TRY(part_of(form.form(), [](const Question&) { return false; }));
  return Parts{key, std::move(others), needed, std::move(alone)};
}

json::object met_schema(const Question& key) {
  json::object met;
  met["type"] = key.cannot_assess ? json::value({"boolean", "null"}) : json::value("boolean");
  return met;
}

// One criterion: {evidence, met}. Several: a list of them by their numbers.
json::object criteria_schema(const Question& key, std::size_t count, bool together) {
  if (!together) return object_of({{"evidence", reason()}, {"met", met_schema(key)}});
  auto most = static_cast<std::int64_t>(count);
  auto one =
      object_of({{"criterion", whole(1, most)}, {"evidence", reason()}, {"met", met_schema(key)}});
  return object_of({{"criteria", list_of(std::move(one), count, count)}});
}

Material criterion_material(const json::array& criteria, std::size_t i) {
  const auto* text = find_string(criteria[i], "criterion");
  return {fmt::format("criterion {}", i + 1), text ? std::string(view(*text)) : std::string()};
}

bool together(const json::array& criteria) { return criteria.size() <= kMaxCriteriaTogether; }

Result<void> read_together(const json::array& rows, std::vector<json::value>& met) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i].get_object();
    if (as_int(row.at("criterion")) != static_cast<std::int64_t>(i + 1)) {
      return not_of_schema(0, "The criteria do not come in their order.");
    }
    met.push_back(row.at("met"));
  }
  return {};
}

}  // namespace

Result<std::vector<Plan>> rubric_plans(const Texts& texts, const Template& form,
                                       const Subject& subject) {
  auto parts = TRY(parts_of(form));
  std::vector<Plan> out;
  if (!subject.data) return out;
  auto data = TRY(blind(form, *subject.data));
  const auto& from = parts.key->from->text;
  const auto& criteria = *work::rubric_of(*parts.key, data);
  const auto materials = TRY(shown(parts.form_alone, data, Order::forward, from));
  const Plan common{"criteria", described(form, parts.form_alone), std::string(texts.task),
                    materials, criteria_schema(*parts.key, criteria.size(), together(criteria))};
  if (together(criteria)) out.push_back(common);
  for (std::size_t i = 0; i < criteria.size(); ++i) {
    if (!together(criteria)) {
      out.push_back(common);
      out.back().variant = fmt::format("criterion-{}", i + 1);
    }
    out.back().materials.push_back(criterion_material(criteria, i));
  }
  if (!parts.ask_others) return out;
  auto answers = TRY(schema_of(parts.others, data, true));
  out.push_back({
    "rest", described(form, parts.others), std::string(texts.rest),
        TRY(shown(parts.others, data, Order::forward, from))
    , object_of({{"reasons", reason()}, {"answers", std::move(answers)}})
  });
  return out;
}

Result<json::object> rubric_of(const Texts& /*texts*/, const Template& form, const Subject& subject,
                               std::span<const json::object> replies) {
  auto parts = TRY(parts_of(form));
  const auto& criteria = *work::rubric_of(*parts.key, *subject.data);
  std::vector<json::value> met;
  if (together(criteria)) {
    TRY(read_together(replies[0].at("criteria").get_array(), met));
  } else {
    for (const auto& reply : replies.first(criteria.size())) met.push_back(reply.at("met"));
  }
  json::object verdicts;
  for (std::size_t i = 0; i < criteria.size(); ++i) {
    verdicts[*find_string(criteria[i], "id")] = std::move(met[i]);
  }
  json::object answers;
  if (parts.ask_others) answers = replies.back().at("answers").get_object();
  keep_shown(parts.others, answers);
  answers[parts.key->id] = std::move(verdicts);
  return answers;
}

}  // namespace guildhall::work::judging
