#include "work/model.h"

#include <array>
#include <utility>

namespace guildhall::work {
namespace {

template <class E>
using Words = std::span<const std::pair<E, std::string_view>>;

constexpr std::pair<ProjectState, std::string_view> kProject[] = {{ProjectState::draft, "draft"},
                                                                  {ProjectState::open, "open"},
                                                                  {ProjectState::paused, "paused"},
                                                                  {ProjectState::closed, "closed"}};
constexpr std::pair<BatchState, std::string_view> kBatch[] = {{BatchState::open, "open"},
                                                              {BatchState::paused, "paused"}};
constexpr std::pair<TaskKind, std::string_view> kTaskKind[] = {
    {TaskKind::work, "work"},
    {TaskKind::gold, "gold"},
    {TaskKind::review, "review"},
    {TaskKind::adjudication, "adjudication"}};
constexpr std::pair<TaskState, std::string_view> kTask[] = {
    {TaskState::open, "open"}, {TaskState::done, "done"}, {TaskState::cancelled, "cancelled"}};
constexpr std::pair<AssignmentState, std::string_view> kAssignment[] = {
    {AssignmentState::leased, "leased"},       {AssignmentState::expired, "expired"},
    {AssignmentState::skipped, "skipped"},     {AssignmentState::withdrawn, "withdrawn"},
    {AssignmentState::submitted, "submitted"}, {AssignmentState::in_review, "in_review"},
    {AssignmentState::accepted, "accepted"},   {AssignmentState::fixed, "fixed"},
    {AssignmentState::returned, "returned"},   {AssignmentState::rejected, "rejected"}};
constexpr std::pair<Verdict, std::string_view> kVerdict[] = {{Verdict::accept, "accept"},
                                                             {Verdict::fix, "fix"},
                                                             {Verdict::give_back, "return"},
                                                             {Verdict::reject, "reject"}};
constexpr std::pair<ActivityClass, std::string_view> kActivity[] = {
    {ActivityClass::work, "work"},         {ActivityClass::guidelines, "guidelines"},
    {ActivityClass::training, "training"}, {ActivityClass::rework, "rework"},
    {ActivityClass::review, "review"},     {ActivityClass::research, "research"},
    {ActivityClass::waiting, "waiting"}};
constexpr std::pair<ActivitySource, std::string_view> kSource[] = {
    {ActivitySource::timer, "timer"},
    {ActivitySource::manual, "manual"},
    {ActivitySource::submission, "submission"}};
constexpr std::pair<DeliveryState, std::string_view> kDelivery[] = {
    {DeliveryState::building, "building"},
    {DeliveryState::ready, "ready"},
    {DeliveryState::failed, "failed"}};
constexpr std::pair<NoteKind, std::string_view> kNoteKind[] = {{NoteKind::flag, "flag"},
                                                               {NoteKind::question, "question"}};
constexpr std::pair<NoteState, std::string_view> kNoteState[] = {{NoteState::open, "open"},
                                                                 {NoteState::resolved, "resolved"}};

template <class E>
std::string_view look_up(Words<E> words, E value) {
  for (const auto& [candidate, text] : words)
    if (candidate == value) return text;
  return "unknown";
}

template <class E>
std::optional<E> look_up(Words<E> words, std::string_view text) {
  for (const auto& [candidate, word] : words)
    if (word == text) return candidate;
  return std::nullopt;
}

struct Step {
  AssignmentState from;
  AssignmentMove move;
  AssignmentState to;
};

using S = AssignmentState;
using M = AssignmentMove;
constexpr Step kSteps[] = {
    {S::leased, M::submit, S::accepted},
    {S::leased, M::submit_for_review, S::in_review},
    {S::leased, M::submit_unjudged, S::submitted},
    {S::leased, M::expire, S::expired},
    {S::leased, M::skip, S::skipped},
    {S::leased, M::withdraw, S::withdrawn},
    {S::expired, M::release_again, S::leased},  // an expired lease may go back to its person
    {S::expired, M::submit, S::accepted},       // late, but the place was still free
    {S::expired, M::submit_for_review, S::in_review},
    {S::expired, M::submit_unjudged, S::submitted},
    {S::returned, M::submit_for_review, S::in_review},
    {S::returned, M::expire, S::rejected},  // never revised in time: place freed
    {S::returned, M::withdraw, S::rejected},
    {S::in_review, M::accept, S::accepted},
    {S::in_review, M::fix, S::fixed},
    {S::in_review, M::give_back, S::returned},
    {S::in_review, M::reject, S::rejected},
    {S::accepted, M::accept, S::accepted},  // what sampling let through may be looked at
    {S::accepted, M::fix, S::fixed},
    {S::accepted, M::give_back, S::returned},
    {S::accepted, M::reject, S::rejected},
    {S::fixed, M::reject, S::rejected},  // its task is asked again from the start
};

constexpr std::pair<ProjectState, ProjectState> kProjectMoves[] = {
    {ProjectState::draft, ProjectState::open},    {ProjectState::open, ProjectState::paused},
    {ProjectState::paused, ProjectState::open},   {ProjectState::open, ProjectState::closed},
    {ProjectState::paused, ProjectState::closed}, {ProjectState::closed, ProjectState::paused},
};

constexpr std::pair<TaskState, TaskState> kTaskMoves[] = {
    {TaskState::open, TaskState::done},      {TaskState::open, TaskState::cancelled},
    {TaskState::done, TaskState::open},      {TaskState::done, TaskState::cancelled},
    {TaskState::cancelled, TaskState::open},
};

}  // namespace

std::string_view word(ProjectState state) { return look_up<ProjectState>(kProject, state); }
std::string_view word(BatchState state) { return look_up<BatchState>(kBatch, state); }
std::string_view word(TaskKind kind) { return look_up<TaskKind>(kTaskKind, kind); }
std::string_view word(TaskState state) { return look_up<TaskState>(kTask, state); }
std::string_view word(AssignmentState s) { return look_up<AssignmentState>(kAssignment, s); }
std::string_view word(Verdict verdict) { return look_up<Verdict>(kVerdict, verdict); }
std::string_view word(ActivityClass a) { return look_up<ActivityClass>(kActivity, a); }
std::string_view word(ActivitySource s) { return look_up<ActivitySource>(kSource, s); }
std::string_view word(DeliveryState state) { return look_up<DeliveryState>(kDelivery, state); }
std::string_view word(NoteKind kind) { return look_up<NoteKind>(kNoteKind, kind); }
std::string_view word(NoteState state) { return look_up<NoteState>(kNoteState, state); }

template <>
std::optional<ProjectState> from_word(std::string_view text) {
  return look_up<ProjectState>(kProject, text);
}
template <>
std::optional<BatchState> from_word(std::string_view text) {
  return look_up<BatchState>(kBatch, text);
}
template <>
std::optional<TaskKind> from_word(std::string_view text) {
  return look_up<TaskKind>(kTaskKind, text);
}
template <>
std::optional<TaskState> from_word(std::string_view text) {
  return look_up<TaskState>(kTask, text);
}
template <>
std::optional<AssignmentState> from_word(std::string_view text) {
  return look_up<AssignmentState>(kAssignment, text);
}
template <>
std::optional<Verdict> from_word(std::string_view text) {
  return look_up<Verdict>(kVerdict, text);
}
template <>
std::optional<ActivityClass> from_word(std::string_view text) {
  return look_up<ActivityClass>(kActivity, text);
}
template <>
std::optional<ActivitySource> from_word(std::string_view text) {
  return look_up<ActivitySource>(kSource, text);
}
template <>
std::optional<NoteKind> from_word(std::string_view text) {
  return look_up<NoteKind>(kNoteKind, text);
}
template <>
std::optional<NoteState> from_word(std::string_view text) {
  return look_up<NoteState>(kNoteState, text);
}

std::optional<AssignmentState> after(AssignmentState state, AssignmentMove move) {
  for (const auto& step : kSteps)
    if (step.from == state && step.move == move) return step.to;
  return std::nullopt;
}

bool may_become(ProjectState from, ProjectState to) {
  for (const auto& [a, b] : kProjectMoves)
    if (a == from && b == to) return true;
  return false;
}

bool may_become(TaskState from, TaskState to) {
  for (const auto& [a, b] : kTaskMoves)
    if (a == from && b == to) return true;
  return false;
}

}  // namespace guildhall::work
