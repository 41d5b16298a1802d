#include "work/delivery/dialogue_lines.h"

#include "work/dialogue/record.h"

namespace guildhall::work {
namespace {

using dialogue::Node;
using dialogue::NodeKind;
using dialogue::NodeState;
using dialogue::Told;

json::value one_message(std::string_view role, std::string_view text) {
  return json::object{{"role", role}, {"content", text}};
}

// Nothing where this submission says nothing of a dialogue.
Result<std::optional<Told>> told_by(const DeliverySubmission& submission) {
  if (submission.dialogue.empty()) return std::nullopt;
  return dialogue::read_record(*TRY(submission.dialogue.value()), *TRY(submission.answers.value()));
}

json::array beginning(const Told& told) {
  json::array out;
  if (!told.system.empty()) out.push_back(one_message("system", told.system));
  return out;
}

bool is_rejected(const Node& other, const Node& chosen) {
  return other.kind == NodeKind::reply && other.state == NodeState::complete &&
         other.id != chosen.id && !other.said.text.empty() && other.said.text != chosen.said.text;
}

}  // namespace

Result<std::optional<json::array>> dialogue_path(const DeliverySubmission& submission) {
  auto told = TRY(told_by(submission));
  if (!told) return std::nullopt;
  auto messages = beginning(*told);
  bool answered = false;
  for (const auto& turn : told->turns) {
    if (turn.reply == nullptr) break;  // the last one
    messages.push_back(one_message("user", turn.user->said.text));
    messages.push_back(one_message("assistant", turn.reply->said.text));
    answered = true;
  }
  if (!answered) return std::nullopt;
  return messages;
}

Result<std::vector<DialogueExample>> dialogue_pairs(const DeliverySubmission& submission) {
  std::vector<DialogueExample> out;
  auto told = TRY(told_by(submission));
  if (!told) return out;
  auto before = beginning(*told);
  for (const auto& turn : told->turns) {
    before.push_back(one_message("user", turn.user->said.text));
    if (turn.reply == nullptr) break;
    json::array chosen = {one_message("assistant", turn.reply->said.text)};
    for (const auto* other : told->tree.children(turn.user->id)) {
      if (!turn.chosen || !is_rejected(*other, *turn.reply)) continue;
      out.push_back({before, chosen, {one_message("assistant", other->said.text)}});
    }
    before.push_back(chosen[0]);
  }
  return out;
}

}  // namespace guildhall::work
