#include "room/quality/figures.h"

#include "base/limits.h"

namespace guildhall::room {
namespace {

constexpr std::size_t kMostCells = 16U << 20;  // tasks x labels: 128 MB of probabilities

QuestionFigures question_data(const HeldProject& held, std::size_t at) {
  const auto& form = held.questions()[at].form;
  QuestionFigures out;
  out.id = form.id;
  out.parts = form.parts;
  out.ordered = form.ordered;
  out.data = columns_of(held, at);
  return out;
}

Result<void> compute(QuestionFigures& out, const std::map<MemberId, std::int64_t>& median_ms) {
  // So many labels are no choice any more: tasks bring their own, and nothing can be compared.
  auto classes = out.data.labels.size();
  if (out.data.columns.item.empty() || classes > kMaxQualityClasses) return {};
  if (classes * out.data.items.size() > kMostCells) return {};
  out.judgments = TRY(
      quality::Judgments::make(out.data.columns, static_cast<quality::Index>(out.data.items.size()),
                               static_cast<quality::Index>(out.data.people.size()),
                               static_cast<quality::Label>(out.data.labels.size())));
  out.agreement = agreement_of(out);
  out.over_time = agreement_over_time(out);
  TRY(infer_truth(out));
  return score(out, median_ms);
}

}  // namespace

void write_computed_at(JsonWriter& out, const Figures& figures) {
  out.key("computed_at");
  figures.computed_at > 0 ? out.string(rfc3339(figures.computed_at)) : out.null();
}

Figures data_of(const HeldProject& held) {
  Figures out;
  out.version = held.version();
  out.median_ms = median_times(held);
  for (std::size_t at = 0; at < held.parts().size(); ++at) {
    out.parts.push_back(held.parts().word(static_cast<std::uint16_t>(at)));
  }
  for (std::size_t at = 0; at < held.questions().size(); ++at) {
    out.questions.push_back(question_data(held, at));
  }
  return out;
}

Result<Figures> computed(Figures data) {
  for (auto& question : data.questions) TRY(compute(question, data.median_ms));
  TRY(add_alerts(data));
  return data;
}

}  // namespace guildhall::room
