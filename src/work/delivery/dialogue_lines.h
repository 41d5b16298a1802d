// Conversations of a `dialogue` project as trainers' examples: the messages of a submission's path,
// and its turns in which one reply was chosen over others. Each submission is a conversation of its
// own; none stands for the others.
//
// Concurrency: pure. Limits: one dialogue's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work/delivery/messages.h"

namespace guildhall::work {

// Messages that own what they say: [{"role", "content"}].
struct DialogueExample {
  json::array prompt;
  json::array chosen;    // the assistant's one message
  json::array rejected;  // likewise; empty for a path
};
inline Talk talk_in(const json::array& messages) {
  return {nullptr, {messages.data(), messages.size()}};
}

// The whole path up to its last reply; nothing where nothing was answered.
Result<std::optional<json::array>> dialogue_path(const DeliverySubmission& submission);
// Each turn's chosen reply against each other whole reply of a model in that turn that differs.
Result<std::vector<DialogueExample>> dialogue_pairs(const DeliverySubmission& submission);

}  // namespace guildhall::work
