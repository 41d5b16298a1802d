// What is sent to a model about one task, and what its replies come to: judging.h with the project
// around it.
//
// Concurrency: one thread. Limits: those of judging.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work/assist/answers.h"
#include "work/judging/judging.h"

namespace guildhall::work::assist {

// One task (or one ask for tasks to be made up), with all that its prompts are made of.
struct Question {
  judging::PromptTemplate prompt;
  std::shared_ptr<const Template> form;
  std::int64_t form_version = 0;
  json::value data;
  std::string guidelines;
  std::size_t want = 1;             // generate: how many tasks
  std::vector<std::string> bodies;  // chat requests, one for each ask
};
// Opens the task's data (reason: work) and makes the requests. Errors: those of asks_for.
Result<Question> make_question(const Context& ctx, const ModelWork& work, const WantedTask& task);

// Fills `outcome` with what the replies say. Errors: those of answers_from and tasks_from.
Result<void> read_replies(const ModelWork& work, const Question& question,
                          const std::vector<std::string>& replies, Outcome& outcome);

// May another try help?
bool is_worth_another_try(const Error& error);

}  // namespace guildhall::work::assist
