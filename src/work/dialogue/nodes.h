// The rows and contents of dialogues in the store.
//
// A reply that streams is touched at least every kReplyTouchMs by the process that receives it. One
// that was not touched for kReplyLostMs has lost its writer (the process died): it is read as
// incomplete, and becomes so in the store with the next change of its dialogue.
//
// Concurrency: as the Tx. Limits: kMaxDialogueNodes of one dialogue; those of replies.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/content.h"
#include "work/context.h"
#include "work/dialogue/tree.h"

namespace guildhall::work::dialogue {

store::ContentContext node_content(RoomId room, ProjectId project, DialogueNodeId id);

// Without what the nodes say.
Result<Tree> read_rows(store::Tx& tx, const Context& ctx, ProjectId project, AssignmentId id);
// With it.
Result<Tree> read_tree(store::Tx& tx, const Context& ctx, ProjectId project, AssignmentId id,
                       const store::Opening& why);

// Replies of this dialogue whose writer was lost are incomplete from now on.
Result<void> give_up_lost(store::Tx& tx, const Context& ctx, ProjectId project, AssignmentId id);

// A node with its content, sealed before the closure.
Result<void> put_node(store::Tx& tx, const Context& ctx, ProjectId project, AssignmentId id,
                      const Node& node, const store::Sealed& said);

// What became of a reply so far. Where `said` is nothing its content stays as it is.
struct Progress {
  ProjectId project;
  AssignmentId assignment;
  MemberId member;
  DialogueNodeId node;
  ContentRef content;
  NodeState state = NodeState::streaming;
  ExchangeId exchange;
  std::optional<Said> said;
  std::int64_t deed = 0;  // of its end; 0 while it streams
};
// One transaction for all of them. What was given up meanwhile stays so. Where the key is away only
// the states are written, and what was to be complete is incomplete: `items` say how it went.
Result<void> write_progress(const Context& ctx, std::span<Progress> items);

}  // namespace guildhall::work::dialogue
