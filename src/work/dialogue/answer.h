// The answer to a dialogue question, held against the dialogue itself: its nodes are there, they
// are one path from the beginning, what is chosen answers what was said, every reply of a model on
// the path is rated where ratings are asked for.
//
// Concurrency: pure. Limits: the form's. The answer has passed the form's schema.
#pragma once

#include <functional>

#include "base/json.h"
#include "work/dialogue/tree.h"

namespace guildhall::work::dialogue {

// The node behind an id as it is shown; 0 where it is none of this project.
using Opens = std::function<DialogueNodeId(std::string_view)>;

// One turn of a path: what was said, what was answered (none: nothing stands for it), and the other
// replies to it.
struct Turn {
  const Node* user = nullptr;
  const Node* reply = nullptr;
  bool chosen = false;  // and not just gone on from
};
// Errors: invalid/"invalid-answers", field = a pointer under /answers; conflict/
// "dialogue-streaming" while a reply is being written.
Result<std::vector<Turn>> check_answer(const Tree& tree, const DialogueRules& rules,
                                       const json::value& answer, const Opens& opens);

}  // namespace guildhall::work::dialogue
