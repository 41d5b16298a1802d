// What models do in a project, beside its people: judge its tasks as one more rater, draft answers
// that an expert corrects, make up tasks that a person takes or refuses. A work says which model is
// asked, by which prompt (work/judging), and for how much; worker.h does it.
//
// What a judge says takes nobody's place: the task wants as many people as ever.
//
// Concurrency: functions with a Tx as the Tx; the others are one transaction, from any thread.
// Limits: kMaxModelWork, kMaxModelTries, kMaxMadeUp, kMaxBriefBytes, kMaxSeeds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "work/project.h"

namespace guildhall::work::assist {

// Numbers are in the store: they keep their meaning.
enum class WorkKind : std::int64_t { judge = 1, draft, generate };
enum class WorkState : std::int64_t { running = 1, paused };
std::string_view word(WorkKind kind);
std::optional<WorkKind> kind_of(std::string_view word);
std::string_view word(WorkState state);
std::optional<WorkState> work_state_of(std::string_view word);

// What the runner last said of a work that runs: one of these two, or why it waits, which is an
// error's type.
inline constexpr std::string_view kGoesOn = "running";
inline constexpr std::string_view kDone = "done";

// Content.
struct WorkTerms {
  std::string prompt;  // a prompt of work/judging, pinned by its version
  int prompt_version = 0;
  std::string model;         // by its name in the room
  std::int64_t tries = 3;    // of one task, before it is left to people
  std::int64_t share = 100;  // judge, draft: of the tasks, percent; which ones is drawn by task
  std::string brief;         // generate: what is wanted
  std::vector<json::value> seeds;
  std::int64_t count = 0;  // generate: how many tasks
};
std::string to_text(const WorkTerms& terms);
Result<WorkTerms> read_terms(std::string_view text);

struct WorkCounts {
  std::int64_t asked = 0;     // tries that came back
  std::int64_t answered = 0;  // tasks; generate: asks
  std::int64_t left = 0;      // and those that were left to people
  std::int64_t made = 0;      // tasks that were made up
  std::int64_t cost = 0;      // millionths of the budget's currency, of what came back
};

struct ModelWork {
  ModelWorkId id;
  ProjectId project;
  WorkKind kind = WorkKind::judge;
  WorkState state = WorkState::running;
  std::string phase;
  ContentRef about;
  std::int64_t version = 1;
  WorkCounts counts;
  TimeMs created_at = 0;
  MemberId created_by;
  WorkTerms terms;  // empty where it was not opened
};

struct NewWork {
  WorkKind kind = WorkKind::judge;
  WorkTerms terms;  // prompt_version 0: the newest
};
// Errors: invalid/"bad-model-work", naming the field; those of judging::check_form;
// conflict/"too-many-model-works".
Result<ModelWork> create_work(const Context& ctx, const Actor& actor, ProjectId project,
                              NewWork wanted);

struct WorkChange {
  std::optional<WorkState> state;
  std::optional<std::string> model;
  std::optional<std::int64_t> tries;
  std::optional<std::int64_t> share;
  std::optional<std::int64_t> count;
};
// Errors: as above; not_found/"no-model-work".
Result<ModelWork> change_work(const Context& ctx, const Actor& actor, ProjectId project,
                              ModelWorkId id, const WorkChange& change);

Result<ModelWork> work_of(store::Tx& tx, const Context& ctx, ProjectId project, ModelWorkId id,
                          const store::Opening& why);
Result<std::vector<ModelWork>> list_work(store::Tx& tx, const Context& ctx, ProjectId project,
                                         const store::Opening& why);
// Those of the whole room that run, without their terms.
Result<std::vector<ModelWork>> running_work(store::Tx& tx, const Context& ctx);
// The terms of one that was read without them.
Result<WorkTerms> open_terms(store::Tx& tx, const Context& ctx, const ModelWork& work,
                             const store::Opening& why);
Result<void> set_phase(const Context& ctx, const ModelWork& work, std::string_view phase);

// Is this task among the share that the work is for? The same whenever it is asked.
bool is_drawn(ModelWorkId work, TaskId task, std::int64_t share);

}  // namespace guildhall::work::assist
