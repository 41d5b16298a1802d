// Live dialogues as the API shows them.
//
// Concurrency: pure.
#pragma once

#include "room/route.h"
#include "work/dialogue/dialogue.h"

namespace guildhall::room {

// Whose eyes: to the holder and to reviewers a blind dialogue has letters only; staff see by which
// model, with which parameters and in which exchange a reply was made.
enum class DialogueFor : unsigned char { holder, reviewer, staff };

void write_dialogue_node(JsonWriter& out, const Call& call, const work::dialogue::Node& node,
                         const work::DialogueRules& rules, DialogueFor whom);
// {"question", "slots", "streaming", "nodes"}
void write_dialogue(JsonWriter& out, const Call& call, const work::dialogue::Dialogue& dialogue,
                    DialogueFor whom);
// The member "dialogue" of a submission, where its form asks for one.
Result<void> write_dialogue_of(store::Tx& tx, JsonWriter& out, const Call& call,
                               const work::Assignment& submission);

}  // namespace guildhall::room
