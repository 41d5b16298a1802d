#include "work/dialogue/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace guildhall::work::dialogue {
namespace {

std::unexpected<Error> bad(std::string field, std::string detail) {
  return fail(Fault::invalid, "invalid-answers", std::move(detail), std::move(field));
}

struct Reading {
  const Tree& tree;
  const DialogueRules& rules;
  const Opens& opens;
  std::string field;  // of the answer

  std::string at(std::size_t turn, std::string_view member) const {
    return fmt::format("{}/turns/{}/{}", field, turn, member);
  }
  // Null where the answer says null; an error where there is no such node.
  Result<const Node*> node(const json::value& value, std::string where) const {
    if (value.is_null()) return nullptr;
    const auto* found = tree.find(opens(view(value.get_string())));
    if (found) return found;
    return bad(std::move(where), "There is no such message in this conversation.");
  }
};

// An answer to this turn, and to no other.
Result<void> check_reply(const Node* reply, const Node& user, std::string where) {
  if (!reply || (reply->parent == user.id && is_answer(*reply))) return {};
  return bad(std::move(where), "This is no reply to what was said in this turn.");
}

Result<void> check_ratings(const Reading& in, const Node& user, const json::value& turn,
                           std::size_t i) {
  std::set<DialogueNodeId> rated;
  if (const auto* ratings = find_object(turn, "ratings")) {
    for (const auto& member : *ratings) {
      const auto* node = in.tree.find(in.opens({member.key().data(), member.key().size()}));
      bool is_reply = node && node->kind == NodeKind::reply && is_answer(*node);
      if (!is_reply || node->parent != user.id) {
        return bad(in.at(i, "ratings"), "Only a model's replies in this turn are rated.");
      }
      rated.insert(node->id);
    }
  }
  if (!in.rules.rate) return {};
  for (const auto* node : in.tree.children(user.id)) {
    bool shown = node->kind == NodeKind::reply && node->state == NodeState::complete;
    if (shown && !rated.contains(node->id)) {
      return bad(in.at(i, "ratings"), "Every reply of this turn needs a rating.");
    }
  }
  return {};
}

Result<Turn> read_turn(const Reading& in, const json::value& turn, std::size_t i,
                       const std::vector<Turn>& before) {
  Turn out;
  out.user = TRY(in.node(turn.at("user"), in.at(i, "user")));
  if (out.user->kind != NodeKind::user) return bad(in.at(i, "user"), "This was not said by you.");
  out.reply = TRY(in.node(turn.at("chosen"), in.at(i, "chosen")));
  out.chosen = out.reply != nullptr;
  TRY(check_reply(out.reply, *out.user, in.at(i, "chosen")));
  TRY(check_ratings(in, *out.user, turn, i));
  if (before.empty() && out.user->parent) {
    return bad(in.at(i, "user"), "A conversation is told from its beginning.");
  }
  return out;
}

// What the path goes on from is what stands for the turn before.
Result<void> join(const Reading& in, Turn& before, const Turn& turn, std::size_t i) {
  const auto* from = in.tree.find(turn.user->parent);
  if (!from || from->parent != before.user->id) {
    return bad(in.at(i, "user"), "This turn does not follow the one before.");
  }
  if (before.chosen && before.reply != from) {
    return bad(in.at(i - 1, "chosen"), "The conversation goes on from another reply than this.");
  }
  before.reply = from;
  return {};
}

}  // namespace

Result<std::vector<Turn>> check_answer(const Tree& tree, const DialogueRules& rules,
                                       const json::value& answer, const Opens& opens) {
  if (tree.streaming()) {
    return fail(Fault::conflict, "dialogue-streaming", "A reply is still being written.");
  }
  Reading in{tree, rules, opens, "/answers/" + rules.question};
  std::vector<Turn> path;
  for (const auto& turn : answer.at("turns").get_array()) {
    auto read = TRY(read_turn(in, turn, path.size(), path));
    if (!path.empty()) TRY(join(in, path.back(), read, path.size()));
    path.push_back(read);
  }
  const auto* end = TRY(in.node(answer.at("end"), in.field + "/end"));
  if (!end) return path;
  if (path.empty()) return bad(in.field + "/end", "There is no turn that it ends.");
  TRY(check_reply(end, *path.back().user, in.field + "/end"));
  if (path.back().chosen && path.back().reply != end) {
    return bad(in.field + "/end", "The last turn ends with its chosen reply.");
  }
  path.back().reply = end;
  return path;
}

}  // namespace guildhall::work::dialogue
