// Steps of a solution or of a run: all in one ask, since a step is judged from those before it.
// Steps are numbered; what lies between them (a tool's result, say) stands where it happened.
#include <fmt/format.h>

#include <algorithm>

#include "work/judging/materials.h"
#include "work/judging/plan.h"
#include "work/judging/questions.h"
#include "work/judging/schemas.h"
#include "work/template/data_check.h"

namespace guildhall::work::judging {
namespace {

Result<Form> others_of(const Template& form, const Question& key) {
  return part_of(form.form(), [&](const Question& q) { return q.id != key.id; });
}

bool is_step(const Question& key, const json::value& item) {
  if (key.roles.empty()) return true;
  const auto* role = find_string(item, "role");
  return role && std::ranges::find(key.roles, view(*role)) != key.roles.end();
}

void add_steps(std::vector<Material>& out, const Question& key, const json::array& items) {
  std::size_t number = 0;
  for (const auto& item : items) {
    auto heading = is_step(key, item) ? fmt::format("step {}", ++number) : std::string("between");
    out.push_back({std::move(heading), item_text(item)});
  }
}

json::object reply_schema(const Question& key, std::size_t count, const Form& others,
                          json::object answers) {
  json::object rating;
  rating["enum"] = {1, 0, -1};
  auto step = object_of({{"step", whole(1, static_cast<std::int64_t>(count))},
                         {"check", reason()},
                         {"rating", std::move(rating)}});
  auto steps = list_of(std::move(step), key.stop_at_first_error ? 1 : count, count);
  if (others.questions.empty()) return object_of({{"steps", std::move(steps)}});
  return object_of({{"steps", std::move(steps)}, {"answers", std::move(answers)}});
}

}  // namespace

Result<std::vector<Plan>> steps_plans(const Texts& texts, const Template& form,
                                      const Subject& subject) {
  const auto* key = TRY(first_of(form.form(), QuestionKind::steps));
  auto others = TRY(others_of(form, *key));
  std::vector<Plan> out;
  if (!subject.data) return out;
  auto data = TRY(blind(form, *subject.data));
  auto materials = TRY(shown(others, data, Order::forward, key->from->text));
  add_steps(materials, *key, resolve(data, *key->from)->get_array());
  auto schema = reply_schema(*key, work::steps_of(*key, data).value_or(0), others,
                             TRY(schema_of(others, data, true)));
  auto task = std::string(texts.task);
  if (key->stop_at_first_error) task += texts.stop;
  if (!others.questions.empty()) task += texts.rest;
  out.push_back(
      {"steps", described(form, others), std::move(task), std::move(materials), std::move(schema)});
  return out;
}

Result<json::object> steps_of(const Texts& /*texts*/, const Template& form,
                              const Subject& /*subject*/, std::span<const json::object> replies) {
  const auto* key = TRY(first_of(form.form(), QuestionKind::steps));
  auto others = TRY(others_of(form, *key));
  json::array ratings;
  for (const auto& step : replies[0].at("steps").get_array()) {
    if (as_int(step.at("step")) != static_cast<std::int64_t>(ratings.size() + 1)) {
      return not_of_schema(0, "The steps do not come in their order.");
    }
    ratings.push_back(step.at("rating"));
  }
  json::object answers;
  if (const auto* given = replies[0].if_contains("answers")) answers = given->get_object();
  keep_shown(others, answers);
  answers[key->id] = std::move(ratings);
  return answers;
}

}  // namespace guildhall::work::judging
