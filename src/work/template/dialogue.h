// What a form says of a live dialogue: with which models, within which bounds, what its holder may
// do besides going on. Models, system prompt and parameters are the project's secret.
//
// Concurrency: values.
// Limits: kMaxDialogueModels, kMaxDialogueTurns, kMaxSystemPrompt, kMaxDialogueTokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace guildhall::work {

struct DialogueRules {
  std::string question;             // its id: the answer's member
  std::vector<std::string> models;  // by their names in the room; each is one voice
  bool blind = true;                // which voice is which model is not told
  std::string system;               // may be empty
  std::string parameters;           // JSON object: temperature?, top_p?, max_tokens
  std::size_t min_turns = 1;
  std::size_t max_turns = 1;
  struct Rate {
    std::int64_t min = 1;
    std::int64_t max = 7;
  };
  std::optional<Rate> rate;  // every reply of a model is rated
  bool may_edit = false;
  bool may_regenerate = false;
  bool may_branch = false;
};

}  // namespace guildhall::work
