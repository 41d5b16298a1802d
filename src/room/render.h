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

Result<void> write_project(store::Tx& tx, JsonWriter& out, const Call& call,
                           const work::Project& project);

// An assignment; with its task's data, draft and what its kind brings where `whole`.
Result<void> write_assignment(store::Tx& tx, JsonWriter& out, const Call& call,
                              const work::Assignment& assignment, bool whole);
// The member "draft": what is held, or null.
Result<void> write_draft(store::Tx& tx, JsonWriter& out, const Call& call,
                         const work::Assignment& assignment);
void write_lease(JsonWriter& out, const work::Assignment& assignment);

// The fields of a Submission, without the braces.
Result<void> write_submission_fields(store::Tx& tx, JsonWriter& out, const Call& call,
                                     const work::Assignment& a);
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
