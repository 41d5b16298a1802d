#include "work/template/models.h"

namespace guildhall::work {
namespace {

std::string model_of(const json::value& response) {
  if (const auto* name = find_string(response, "model")) return std::string(view(*name));
  const auto* messages = find(response, "messages");
  std::string last;
  if (!messages || !messages->is_array()) return last;
  for (const auto& message : messages->get_array()) {
    if (const auto* name = find_string(message, "model")) last = view(*name);
  }
  return last;
}

}  // namespace

std::vector<std::string> comparisons_of(const Form& form) {
  std::vector<std::string> out;
  for (const auto& q : form.questions) {
    if (q.kind == QuestionKind::compare) out.push_back(q.id);
  }
  return out;
}

std::vector<std::vector<std::string>> models_in(const Form& form, const json::value& data) {
  std::vector<std::vector<std::string>> out;
  for (const auto& q : form.questions) {
    if (q.kind != QuestionKind::compare) continue;
    auto& names = out.emplace_back();
    const auto* responses = q.from ? resolve(data, *q.from) : nullptr;
    if (!responses || !responses->is_array()) continue;
    for (const auto& response : responses->get_array()) names.push_back(model_of(response));
  }
  return out;
}

}  // namespace guildhall::work
