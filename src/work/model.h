// The words behind the small integers of the schema, and the state machines of the room as
// tables. A move that is not in a table cannot be made; the tests walk every pair.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace guildhall::work {

enum class ProjectState : std::int64_t { draft = 1, open, paused, closed };
enum class BatchState : std::int64_t { open = 1, paused };
enum class TaskKind : std::int64_t { work = 1, gold, review, adjudication };
enum class TaskState : std::int64_t { open = 1, done, cancelled };

// A lease, and then the fate of what was submitted under it. Below 10 nothing was submitted.
enum class AssignmentState : std::int64_t {
  leased = 1,
  expired = 2,  // the place went back to the task
  skipped = 3,
  withdrawn = 4,   // the task was cancelled, or the person removed
  submitted = 10,  // taken, and never to be judged: check tasks, reviews, adjudications
  in_review = 11,
  accepted = 12,
  fixed = 13,     // accepted with the reviewer's revision
  returned = 14,  // leased to its author again, place kept
  rejected = 15,  // place freed
};

// What moves a submission or a lease.
enum class AssignmentMove : std::int64_t {
  submit,
  submit_for_review,
  submit_unjudged,
  expire,
  skip,
  withdraw,
  release_again,
  accept,
  fix,
  give_back,
  reject,
};

enum class RevisionSource : std::int64_t { author = 1, reviewer, adjudicator };
enum class Verdict : std::int64_t { accept = 1, fix, give_back, reject };
enum class ActivityClass : std::int64_t {
  work = 1,
  guidelines,
  training,
  rework,
  review,
  research,
  waiting,
};
enum class ActivitySource : std::int64_t { timer = 1, manual, submission };
enum class NoteKind : std::int64_t { flag = 1, question };
enum class NoteState : std::int64_t { open = 1, resolved };
enum class DeliveryState : std::int64_t { building = 1, ready, failed };

std::string_view word(ProjectState state);
std::string_view word(BatchState state);
std::string_view word(TaskKind kind);
std::string_view word(TaskState state);
std::string_view word(AssignmentState state);
std::string_view word(Verdict verdict);
std::string_view word(ActivityClass activity);
std::string_view word(ActivitySource source);
std::string_view word(DeliveryState state);
std::string_view word(NoteKind kind);
std::string_view word(NoteState state);

template <class E>
std::optional<E> from_word(std::string_view text);
template <>
std::optional<ProjectState> from_word(std::string_view text);
template <>
std::optional<BatchState> from_word(std::string_view text);
template <>
std::optional<TaskKind> from_word(std::string_view text);
template <>
std::optional<TaskState> from_word(std::string_view text);
template <>
std::optional<AssignmentState> from_word(std::string_view text);
template <>
std::optional<Verdict> from_word(std::string_view text);
template <>
std::optional<ActivityClass> from_word(std::string_view text);
template <>
std::optional<ActivitySource> from_word(std::string_view text);
template <>
std::optional<NoteKind> from_word(std::string_view text);
template <>
std::optional<NoteState> from_word(std::string_view text);

// The state after `move`, or nothing where the move is not allowed.
std::optional<AssignmentState> after(AssignmentState state, AssignmentMove move);
bool may_become(ProjectState from, ProjectState to);
bool may_become(TaskState from, TaskState to);

constexpr bool holds_place(AssignmentState state) {
  switch (state) {
    case AssignmentState::leased:
    case AssignmentState::submitted:
    case AssignmentState::in_review:
    case AssignmentState::accepted:
    case AssignmentState::fixed:
    case AssignmentState::returned: return true;
    case AssignmentState::expired:
    case AssignmentState::skipped:
    case AssignmentState::withdrawn:
    case AssignmentState::rejected: return false;
  }
  return false;
}
constexpr bool counts_as_done(AssignmentState state) {
  return state == AssignmentState::accepted || state == AssignmentState::fixed;
}

}  // namespace guildhall::work
