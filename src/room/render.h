// The shapes of docs/api.md, written in one place each.
//
// Concurrency: inside the caller's transaction where they take one; otherwise pure.
#pragma once

#include "identity/accounts.h"
#include "room/room.h"
#include "room/route.h"
#include "work/assignment.h"
#include "work/project.h"

namespace guildhall::room {

void write_member(JsonWriter& out, const Call& call, const identity::Member& member);
std::string me_json(Call& call, const identity::Member& member);

// `seen` is the newest version of the guidelines that the caller has seen.
void write_project(JsonWriter& out, const Call& call, const work::Project& project,
                   std::int64_t seen);

// What an assignment is shown with, read in one transaction and written after it. Where `whole`
// was asked: its task's data and form, and as members of JSON its draft and what its kind brings.
struct ShownAssignment {
  work::Assignment assignment;
  work::Project project;
  TaskId task;  // the one that is shown: a review shows its parent
  std::shared_ptr<const work::Template> form;
  std::string data;
  std::string more;
};
Result<ShownAssignment> read_assignment(store::Tx& tx, const Call& call,
                                        const work::Assignment& assignment, bool whole);
Result<void> write_assignment(JsonWriter& out, const Call& call, const ShownAssignment& shown);
// The member "draft": what is held, or null.
Result<void> write_draft(store::Tx& tx, JsonWriter& out, const Call& call,
                         const work::Assignment& assignment);
void write_lease(JsonWriter& out, const work::Assignment& assignment);

// The fields of a Submission, without the braces; `vendor` is vendor_of it.
void write_submission_fields(JsonWriter& out, const Call& call, const work::Assignment& a,
                             std::string_view vendor);
Result<std::string> vendor_of(store::Tx& tx, const Call& call, const work::Assignment& a);
// With answers and, where the template has one, the score.
Result<void> write_submission(store::Tx& tx, JsonWriter& out, const Call& call,
                              const work::Assignment& a, bool with_answers);

// "answers" and, where the template scores, "score".
Result<void> write_answers_and_score(store::Tx& tx, JsonWriter& out, const Call& call,
                                     const work::Assignment& a);
// Every revision with its answers, as items of a list that is open.
Result<void> write_revisions(store::Tx& tx, JsonWriter& out, const Call& call,
                             const work::Assignment& submission);
// The reviews of a submission, as items of a list that is open.
Result<void> write_reviews(store::Tx& tx, JsonWriter& out, const Call& call,
                           const work::Assignment& submission);

// The content of a task and of answers, as JSON text.
Result<std::string> open_task_data(store::Tx& tx, const Call& call, ProjectId project,
                                   std::int64_t task, ContentRef ref, std::string* key = nullptr);
Result<std::string> open_answers(store::Tx& tx, const Call& call, const work::Assignment& a);

}  // namespace guildhall::room
