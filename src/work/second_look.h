// Second looks: a reviewer judges again, blind, what another reviewer has judged, and then sees
// what the first one said. Nothing follows for the submission: the figures show whether reviewers
// measure alike.
//
// A look is taken (a row: this person, this submission, this verdict of another) and then given.
// Nobody looks at a task that they had, at what they judged themselves, or at anything twice;
// somebody who asks again before giving gets the same one.
//
// Which one comes is drawn: a walk from a random place along the verdicts of the project.
//
// Concurrency: any thread; a call that takes a Context without a Tx is one transaction.
// Limits: kSecondLookWalk, kMaxRecentLooks.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "work/assignment.h"

namespace guildhall::work {

// What is shown: the submission as the first reviewer had it.
struct SecondLook {
  Assignment submission;  // with revision, answers and versions of then
};
// Nothing where there is nothing for this person.
Result<std::optional<SecondLook>> take_second_look(const Context& ctx, const Actor& actor,
                                                   ProjectId project);

struct GivenLook {
  Verdict first = Verdict::accept;
  MemberId reviewer;
  std::string first_reason;
  std::string first_note;
};
// not_found/"no-second-look" where none was taken; conflict/"bad-transition" where it was given.
Result<GivenLook> give_second_look(const Context& ctx, const Actor& actor, ProjectId project,
                                   AssignmentId submission, Verdict verdict,
                                   std::string_view reason);

// One count a verdict, in the order of the enum.
using VerdictCounts = std::array<std::int64_t, 4>;
constexpr std::size_t place_of_verdict(Verdict verdict) {
  return static_cast<std::size_t>(verdict) - 1;
}

// One more verdict of this reviewer.
Result<void> count_verdict(store::Tx& tx, const Context& ctx, ProjectId project, MemberId reviewer,
                           Verdict verdict);

struct Calibration {
  VerdictCounts mine{};
  VerdictCounts others{};
  std::array<VerdictCounts, 4> looks{};  // first verdict, then mine
  struct Recent {
    AssignmentId submission;
    Verdict mine = Verdict::accept;
    Verdict first = Verdict::accept;
    TimeMs at = 0;
  };
  std::vector<Recent> recent;  // newest first
};
Result<Calibration> calibration_of(store::Tx& tx, const Context& ctx, ProjectId project,
                                   MemberId member);

}  // namespace guildhall::work
