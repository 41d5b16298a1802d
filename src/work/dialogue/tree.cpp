#include "work/dialogue/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/limits.h"

namespace guildhall::work::dialogue {
namespace {

constexpr std::array<std::string_view, 4> kKindWords = {"?", "user", "reply", "edit"};
constexpr std::array<std::string_view, 6> kStateWords = {"?",          "streaming", "complete",
                                                         "incomplete", "error",     "cancelled"};

std::unexpected<Error> bad_node(std::string detail) {
  return fail(Fault::invalid, "bad-node", std::move(detail));
}

// What holds for everything that adds so many nodes.
Result<void> may_grow(const Tree& tree, std::size_t by) {
  if (tree.streaming()) {
    return fail(Fault::conflict, "dialogue-streaming", "A reply is still being written.");
  }
  if (tree.nodes().size() + by <= kMaxDialogueNodes) return {};
  return fail(Fault::conflict, "dialogue-full",
              fmt::format("A dialogue has {} messages at most.", kMaxDialogueNodes));
}

bool is_newest_turn(const Tree& tree, DialogueNodeId parent) {
  auto newest = std::ranges::find_if(tree.nodes().rbegin(), tree.nodes().rend(),
                                     [](const Node& n) { return n.kind == NodeKind::user; });
  if (newest == tree.nodes().rend()) return true;
  const auto* answer = tree.find(parent);
  return answer && answer->parent == newest->id;
}

bool has_answered(const Tree& tree, DialogueNodeId user, std::int64_t slot) {
  return std::ranges::any_of(tree.children(user), [&](const Node* n) {
    return n->kind == NodeKind::reply && n->slot == slot && n->state == NodeState::complete;
  });
}

}  // namespace

std::string_view word(NodeKind kind) { return kKindWords.at(static_cast<std::size_t>(kind)); }
std::string_view word(NodeState state) { return kStateWords.at(static_cast<std::size_t>(state)); }

std::string to_text(const Said& said) {
  JsonWriter out;
  out.begin_object().field("text", said.text);
  if (!said.model.empty()) out.field("model", said.model);
  if (!said.parameters.empty()) out.key("parameters").raw(said.parameters);
  if (!said.finish.empty()) out.field("finish", said.finish);
  if (!said.why.empty()) out.field("why", said.why);
  out.end_object();
  return out.take();
}

Result<Said> read_said(std::string_view text) {
  auto value = TRY(parse_json(text));
  auto member = [&](std::string_view name) {
    const auto* found = find_string(value, name);
    return found ? std::string(view(*found)) : std::string();
  };
  Said said{member("text"), member("model"), {}, member("finish"), member("why")};
  if (const auto* parameters = find(value, "parameters")) said.parameters = to_json(*parameters);
  return said;
}

Tree::Tree(std::vector<Node> nodes) : nodes_(std::move(nodes)) {
  std::ranges::sort(nodes_, {}, [](const Node& n) { return std::pair(n.at, n.id); });
}

const Node* Tree::find(DialogueNodeId id) const {
  auto at = std::ranges::find(nodes_, id, &Node::id);
  return at == nodes_.end() ? nullptr : &*at;
}

std::vector<const Node*> Tree::path_to(DialogueNodeId id) const {
  std::vector<const Node*> path;
  for (const auto* node = find(id); node; node = find(node->parent)) path.push_back(node);
  std::ranges::reverse(path);
  return path;
}

std::vector<const Node*> Tree::children(DialogueNodeId id) const {
  std::vector<const Node*> out;
  for (const auto& node : nodes_) {
    if (node.parent == id) out.push_back(&node);
  }
  return out;
}

std::size_t Tree::turns_to(DialogueNodeId id) const {
  auto path = path_to(id);
  return static_cast<std::size_t>(
      std::ranges::count_if(path, [](const Node* n) { return n->kind == NodeKind::user; }));
}

bool Tree::streaming() const {
  return std::ranges::any_of(nodes_, [](const Node& n) { return n.state == NodeState::streaming; });
}

bool is_answer(const Node& node) {
  return node.kind != NodeKind::user && node.state != NodeState::streaming &&
         node.state != NodeState::error;
}

Result<void> may_say(const Tree& tree, const DialogueRules& rules, DialogueNodeId parent) {
  TRY(may_grow(tree, 1 + rules.models.size()));
  if (parent) {
    const auto* answer = tree.find(parent);
    if (!answer) return bad_node("There is no such message here.");
    if (!is_answer(*answer)) return bad_node("Go on from a reply, or from an edited one.");
  }
  if (!rules.may_branch && !is_newest_turn(tree, parent)) {
    return fail(Fault::forbidden, "no-branch", "Here a conversation goes on from its last turn.");
  }
  if (tree.turns_to(parent) < rules.max_turns) return {};
  return fail(Fault::conflict, "too-many-turns",
              fmt::format("A conversation has {} turns at most here.", rules.max_turns));
}

Result<std::vector<std::int64_t>> may_ask(const Tree& tree, const DialogueRules& rules,
                                          DialogueNodeId user,
                                          const std::vector<std::int64_t>& slots) {
  const auto* said = tree.find(user);
  if (!said || said->kind != NodeKind::user) {
    return bad_node("Replies are asked for to what somebody said.");
  }
  auto voices = static_cast<std::int64_t>(rules.models.size());
  std::vector<std::int64_t> wanted;
  for (std::int64_t slot = 1; slot <= voices; ++slot) {
    bool named = std::ranges::find(slots, slot) != slots.end();
    bool waits = slots.empty() && (rules.may_regenerate || !has_answered(tree, user, slot));
    if (named || waits) wanted.push_back(slot);
  }
  for (auto slot : slots) {
    if (slot < 1 || slot > voices) {
      return fail(Fault::invalid, "bad-slot", "There is no such voice here.", "/slots");
    }
  }
  bool again = std::ranges::any_of(
      wanted, [&](std::int64_t slot) { return has_answered(tree, user, slot); });
  if (wanted.empty() || (again && !rules.may_regenerate)) {
    return fail(Fault::forbidden, "no-regenerate", "Here a reply stands as it came.");
  }
  TRY(may_grow(tree, wanted.size()));
  return wanted;
}

Result<void> may_edit(const Tree& tree, const DialogueRules& rules, DialogueNodeId node) {
  const auto* reply = tree.find(node);
  if (!reply || !is_answer(*reply)) return bad_node("Only a reply is edited.");
  if (!rules.may_edit) return fail(Fault::forbidden, "no-edit", "Here a reply stands as it came.");
  return may_grow(tree, 1);
}

}  // namespace guildhall::work::dialogue
