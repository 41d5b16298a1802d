// Live dialogues: what the holder of an assignment may do in one. The server keeps every word, of
// the person and of the models; an answer refers to it (answer.h). Which letter is which model is
// drawn once for an assignment, by a keyed hash, and stays.
//
// Replies are begun here, in one transaction with what they answer, and asked for by live.h.
//
// Concurrency: any thread; each call is one or two transactions.
// Limits: kMaxTurnBytes, kMaxDialogueBytes, those of tree.h.
// Errors: those of tree.h; not_found/"no-dialogue" where the form asks for none; conflict:
// "stale-token", "lease-over"; invalid/"bad-text"; too_large/"dialogue-too-long".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "work/assignment.h"
#include "work/dialogue/answer.h"
#include "work/dialogue/nodes.h"

namespace guildhall::work::dialogue {

struct Dialogue {
  Assignment assignment;
  std::shared_ptr<const Template> form;  // keeps the rules
  const DialogueRules* rules = nullptr;
  std::vector<std::string> voices;  // the models, by slot from 1
  Tree tree;
};
// With all that was said. Who may see it is the caller's to know.
Result<Dialogue> look(store::Tx& tx, const Context& ctx, const Assignment& a,
                      const store::Opening& why);
// Does the form that this assignment answers ask for a dialogue?
Result<bool> has_dialogue(store::Tx& tx, const Context& ctx, const Assignment& a);

// The models in the order of this assignment's letters.
std::vector<std::string> voices_of(const Context& ctx, ProjectId project, AssignmentId id,
                                   const DialogueRules& rules);

// Replies that are to be asked for: one node each, which streams from now on.
struct Begun {
  std::shared_ptr<const Template> form;  // keeps the rules
  const DialogueRules* rules = nullptr;
  ProjectId project;
  AssignmentId assignment;
  MemberId member;
  std::vector<Node> nodes;  // what is new, in order
  struct Ask {
    DialogueNodeId node;
    ContentRef content;
    std::string model;
    std::string parameters;
    std::string body;
  };
  std::vector<Ask> asks;
};
// Says something under a reply (0: at the beginning), to all voices.
Result<Begun> start_turn(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                         DialogueNodeId parent, std::string_view text);
// Asks these voices (none: those that may) to answer once more what was said.
Result<Begun> regenerate(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                         DialogueNodeId user, const std::vector<std::int64_t>& slots);
// A reply as a person would have it, beside the reply.
Result<Node> edit(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                  DialogueNodeId reply, std::string_view text);

// The chat request for an answer to this node: the system prompt, the path, stream: true.
std::string chat_request(const DialogueRules& rules, std::string_view model,
                         const std::vector<const Node*>& path);

// What `answers` say of the dialogue, held against it; nothing where they say nothing of one.
Result<void> check_answers(store::Tx& tx, const Context& ctx, const Assignment& a,
                           const json::value& answers);

// The same of a final answer, which may speak of any conversation that was submitted for its task.
Result<void> check_final(store::Tx& tx, const Context& ctx, ProjectId project, TaskId task,
                         const json::value& answers);

}  // namespace guildhall::work::dialogue
