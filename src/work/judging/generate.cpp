// New tasks from seeds and a brief: one ask, `count` tasks. Seeds are shown without what experts do
// not see.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "work/judging/data_schema.h"
#include "work/judging/materials.h"
#include "work/judging/plan.h"
#include "work/judging/questions.h"
#include "work/judging/schemas.h"

namespace guildhall::work::judging {
namespace {

bool shows_dialogue(const Form& form) {
  return std::ranges::any_of(form.views, [](const View& v) {
    return v.kind == ViewKind::chat || v.kind == ViewKind::trajectory;
  });
}

Result<void> check_subject(const Subject& subject) {
  if (subject.count < 1 || subject.count > kMaxGenerated) {
    return not_for_this_form(fmt::format("An ask wants 1 to {} tasks.", kMaxGenerated));
  }
  if (subject.seeds.size() > kMaxSeeds) {
    return not_for_this_form(fmt::format("There may be {} seeds at most.", kMaxSeeds));
  }
  if (subject.brief.size() > kMaxBriefBytes) {
    return not_for_this_form(fmt::format("A brief has {} bytes at most.", kMaxBriefBytes));
  }
  if (subject.seeds.empty() && subject.brief.empty()) {
    return not_for_this_form("There is neither a seed nor a brief to make tasks from.");
  }
  return {};
}

std::string with_count(std::string_view text, std::size_t count) {
  constexpr std::string_view kCount = "{count}";
  std::string out(text);
  out.replace(out.find(kCount), kCount.size(), std::to_string(count));
  return out;
}

}  // namespace

Result<void> check_generated(const Texts& texts, const Template& form) {
  if (texts.method == Method::dialogue && !shows_dialogue(form.form())) {
    return not_for_this_form("The form shows no dialogue.");
  }
  TRY(data_schema(form.form(), texts.method == Method::dialogue));
  return {};
}

Result<std::vector<Plan>> generate_plans(const Texts& texts, const Template& form,
                                         const Subject& subject) {
  TRY(check_generated(texts, form));
  TRY(check_subject(subject));
  std::vector<Material> materials;
  for (const auto& seed : subject.seeds) {
    auto heading = fmt::format("task {}", materials.size() + 1);
    materials.push_back({ std::move(heading), to_json(TRY(blind(form, seed))) });
  }
  auto data = TRY(data_schema(form.form(), texts.method == Method::dialogue));
  auto schema = object_of({{"tasks", list_of(std::move(data), 1, subject.count)}});
  std::vector<Plan> out;
  out.push_back({"tasks", described(form, form.form()), with_count(texts.task, subject.count),
                 std::move(materials), std::move(schema)});
  return out;
}

}  // namespace guildhall::work::judging
