// A live dialogue as a tree, and what may follow what in it:
//
//   user    what a person said, under nothing or under a reply
//   reply   what a model answered, under what was said
//   edit    a reply as a person would have it, beside the reply it was made of
//
// A path goes from a root through replies and edits. Nothing is ever taken away: to ask again or to
// say something else is another branch.
//
// Concurrency: values; pure functions. Limits: kMaxDialogueNodes, the form's turns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "work/template/dialogue.h"

namespace guildhall::work::dialogue {

// Numbers are in the store: they keep their meaning.
enum class NodeKind : std::int64_t { user = 1, reply, edit };
enum class NodeState : std::int64_t {
  streaming = 1,
  complete,
  incomplete,  // it broke off
  error,       // there is no reply: the model was not reached, or said no
  cancelled,   // nobody waited for it any more
};
std::string_view word(NodeKind kind);
std::string_view word(NodeState state);

// What a node says, and of a reply how it came about. Content.
struct Said {
  std::string text;
  std::string model;       // by its name in the room
  std::string parameters;  // JSON object
  std::string finish;      // why the model stopped, in its provider's word
  std::string why;         // a sentence for a person, where it is not complete
};
std::string to_text(const Said& said);
Result<Said> read_said(std::string_view text);

struct Node {
  DialogueNodeId id;
  DialogueNodeId parent;  // 0: none
  NodeKind kind = NodeKind::user;
  std::int64_t slot = 0;  // of a reply or edit: which voice, from 1
  NodeState state = NodeState::complete;
  ExchangeId exchange;         // 0: none
  DialogueNodeId edited_from;  // of an edit
  TimeMs at = 0;
  TimeMs touched_at = 0;  // of a reply that streams: when it last was written to
  ContentRef content;
  Said said;  // empty where it was not opened
};

class Tree {
 public:
  Tree() = default;
  explicit Tree(std::vector<Node> nodes);

  // In the order in which they were made; ids alone do not tell it, where several processes serve
  // a room.
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node* find(DialogueNodeId id) const;
  // From the root down to this one.
  std::vector<const Node*> path_to(DialogueNodeId id) const;
  std::vector<const Node*> children(DialogueNodeId id) const;
  std::size_t turns_to(DialogueNodeId id) const;
  bool streaming() const;

 private:
  std::vector<Node> nodes_;
};

// A reply or an edit that a person may go on from. Whether it has text is another question.
bool is_answer(const Node& node);

// May something be said under this node (0: at the beginning)? Errors: invalid/"bad-node",
// forbidden/"no-branch", conflict: "dialogue-streaming", "too-many-turns", "dialogue-full".
Result<void> may_say(const Tree& tree, const DialogueRules& rules, DialogueNodeId parent);
// May these voices (all, where none is named) answer once more under what was said? Which they are.
// Where asking again is not allowed, those that have answered are refused: forbidden/
// "no-regenerate". Errors otherwise as above; invalid/"bad-slot".
Result<std::vector<std::int64_t>> may_ask(const Tree& tree, const DialogueRules& rules,
                                          DialogueNodeId user,
                                          const std::vector<std::int64_t>& slots);
// May this reply be edited? forbidden/"no-edit".
Result<void> may_edit(const Tree& tree, const DialogueRules& rules, DialogueNodeId node);

}  // namespace guildhall::work::dialogue
