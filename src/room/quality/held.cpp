#include "room/quality/held.h"

#include <algorithm>

#include "base/limits.h"

namespace guildhall::room {

bool counts_for_quality(const AnswerRow& row) {
  using State = work::AssignmentState;
  return row.state == State::submitted || row.state == State::in_review ||
         row.state == State::accepted || row.state == State::fixed;
}

std::optional<std::uint16_t> Words::number(std::string_view word) {
  auto at = known_.find(word);
  if (at != known_.end()) return at->second;
  if (words_.size() >= kMaxQualityLabels) return std::nullopt;
  auto number = static_cast<std::uint16_t>(words_.size());
  words_.push_back(&known_.emplace(std::string(word), number).first->first);
  return number;
}

HeldProject::HeldProject() { parts_.number(""); }

std::uint16_t HeldProject::question(const work::ClosedQuestion& asked) {
  auto at = std::ranges::find(questions_, asked.id, [](auto& held) { return held.form.id; });
  if (at == questions_.end()) {
    questions_.push_back({asked, {}});
    at = questions_.end() - 1;
  }
  at->form = asked;
  for (const auto& label : asked.labels) at->labels.number(label);
  return static_cast<std::uint16_t>(at - questions_.begin());
}

std::vector<HeldLabel> HeldProject::numbers(const std::vector<work::ClosedQuestion>& questions,
                                            const std::vector<work::Judgment>& judgments) {
  std::vector<std::uint16_t> number_of;
  for (const auto& asked : questions) number_of.push_back(question(asked));
  std::vector<HeldLabel> out;
  for (const auto& one : judgments) {
    auto at = number_of[one.question];
    auto part = parts_.number(one.part);
    auto label = questions_[at].labels.number(one.label);
    if (part && label) out.push_back({at, *part, *label});
  }
  return out;
}

bool HeldProject::keep(const AnswerRow& row) {
  auto at = answers_.find(row.id.value);
  if (!counts_for_quality(row)) {
    if (at == answers_.end()) return true;
    judgments_ -= at->second.labels.size();
    unread_.erase(row.id.value);
    answers_.erase(at);
    ++version_;
    return true;
  }
  if (at == answers_.end()) {
    if (answers_.size() >= kMaxQualityAnswers) {
      ++left_out_;
      return false;
    }
    answers_.emplace(row.id.value, HeldAnswer{row, false, {}});
    unread_.emplace(row.id.value, true);
    ++version_;
    return true;
  }
  HeldAnswer& held = at->second;
  bool same = held.row.ref == row.ref;
  bool changed = !same || held.row.active_ms != row.active_ms || held.row.state != row.state;
  held.row = row;
  if (!same) {
    judgments_ -= held.labels.size();
    held.labels.clear();
    held.read = held.damaged = false;
    unread_.emplace(row.id.value, true);
  }
  if (changed) ++version_;
  return true;
}

bool HeldProject::read(AssignmentId id, ContentRef ref,
                       const std::vector<work::ClosedQuestion>& questions,
                       const std::vector<work::Judgment>& judgments) {
  auto at = answers_.find(id.value);
  if (at == answers_.end() || at->second.row.ref != ref) return false;
  if (at->second.read) return true;
  at->second.labels = numbers(questions, judgments);
  at->second.read = true;
  judgments_ += at->second.labels.size();
  unread_.erase(id.value);
  ++version_;
  return true;
}

void HeldProject::give_up(AssignmentId id, ContentRef ref) {
  if (read(id, ref, {}, {})) answers_.at(id.value).damaged = true;
}

std::size_t HeldProject::damaged() const {
  auto is = [](const auto& one) { return one.second.damaged; };
  auto count = std::ranges::count_if(answers_, is) + std::ranges::count_if(gold_, is);
  return static_cast<std::size_t>(count);
}

void HeldProject::keep_gold(TaskId task, ContentRef ref,
                            const std::vector<work::ClosedQuestion>& questions,
                            const std::vector<work::Judgment>& judgments, bool damaged) {
  gold_[task.value] = {ref, numbers(questions, judgments), damaged};
  ++version_;
}

std::optional<ContentRef> HeldProject::gold_ref(TaskId task) const {
  auto at = gold_.find(task.value);
  return at == gold_.end() ? std::nullopt : std::optional(at->second.ref);
}

std::vector<AnswerRow> HeldProject::unread(std::size_t most) const {
  std::vector<AnswerRow> out;
  for (const auto& [id, unused] : unread_) {
    if (out.size() >= most) break;
    out.push_back(answers_.at(id).row);
  }
  return out;
}

}  // namespace guildhall::room
