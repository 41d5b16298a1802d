// What models answered to a project's tasks: a judge's answer, an expert's draft; or that a task
// was left to people, and why. Of one work and task there is one, whoever asked: the first that is
// written down stands.
//
// Concurrency: functions with a Tx as the Tx; put_outcome is one transaction, from any thread.
// Limits: kMaxPage of a list.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "work/assist/model_work.h"

namespace guildhall::work::assist {

// Numbers are in the store: they keep their meaning.
enum class AnswerState : std::int64_t {
  trying = 1,  // no reply of it could be read yet
  answered,
  left,  // to people; `reason` says why
};
std::string_view word(AnswerState state);

// Which model, by which prompt, in which exchanges: what goes with everything that a model made.
struct Origin {
  std::string model;
  std::string prompt;
  int prompt_version = 0;
  std::vector<ExchangeId> exchanges;
};
void write_origin_members(JsonWriter& out, const store::ExternalIds& ids, ProjectId project,
                          const Origin& origin);

struct ModelAnswer {
  ModelWorkId work;
  WorkKind kind = WorkKind::judge;
  TaskId task;  // generate: which ask, from 1
  AnswerState state = AnswerState::trying;
  std::int64_t tries = 0;
  std::string reason;  // a word: an error's type
  std::int64_t template_version = 0;
  ContentRef ref;
  TimeMs at = 0;
  Origin origin;             // empty where it was not opened
  std::string answers_json;  // empty where there are none
};

// What came of one try. The whole row is written or, where another was quicker, nothing.
struct Outcome {
  const ModelWork* work = nullptr;
  TaskId task;
  AnswerState state = AnswerState::trying;
  std::string reason;
  std::int64_t template_version = 0;
  Origin origin;  // with the exchanges of this try
  std::int64_t cost = 0;
  std::string answers_json;       // judge, draft
  std::vector<std::string> made;  // generate: data of tasks, which become proposals
};
// False: it stood answered or left already, and nothing was counted.
Result<bool> put_outcome(const Context& ctx, const Outcome& outcome);

// A task that a judge or a draft is wanted for.
struct WantedTask {
  TaskId task;
  ContentRef data;
  std::int64_t tries = 0;
};
// In order of their keys, those after `after`; whatever the work's share.
Result<std::vector<WantedTask>> wanted_tasks(store::Tx& tx, const Context& ctx,
                                             const ModelWork& work, TaskId after,
                                             std::int64_t limit);
// The asks of a work that makes up tasks, up to `most`, that are not over.
Result<std::vector<WantedTask>> wanted_asks(store::Tx& tx, const Context& ctx,
                                            const ModelWork& work, std::int64_t most,
                                            std::int64_t limit);

// Of these tasks, in order of task and work; those that were answered, opened.
Result<std::vector<ModelAnswer>> answers_to(store::Tx& tx, const Context& ctx, ProjectId project,
                                            TaskId first, TaskId last, const store::Opening& why);
// Was it there when a lease began? Where the project shows suggestions its holder saw it.
bool was_shown(const ModelAnswer& draft, TimeMs leased_at);
// One work's, in order of their tasks; with what was left and what is still tried. Opened.
Result<std::vector<ModelAnswer>> answers_of(store::Tx& tx, const Context& ctx, ProjectId project,
                                            ModelWorkId work, TaskId after, std::int64_t limit,
                                            const store::Opening& why);

}  // namespace guildhall::work::assist
