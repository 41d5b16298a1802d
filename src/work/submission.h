// Submissions and what is judged of them. A submission is the outcome of an assignment and
// carries its key; each answer or correction is an immutable revision.
//
//   submit   an answer under a lease (late ones where the place is still free)
//   revise   the author's correction of returned work
//   judge    a reviewer's verdict: accept and fix keep the place, return leases it again to its
//            author, reject frees it
//   settle   an adjudicator's final answer for a task whose answers differ
//
// Every one of them is one transaction: rows, content, counters, deed.
//
// Concurrency: any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "work/assignment.h"

namespace guildhall::work {

// 16 bytes over the Idempotency-Key, 16 over the body; empty where no key was given.
using RequestHash = std::string;

struct SubmitIn {
  LeaseProof proof;
  std::string answers_json;
  std::int64_t active_ms = 0;
  RequestHash request_hash;        // key and body; makes a repeat give the same answer
  bool review_drawn = false;       // sampling sends this one to review
  std::optional<bool> gold_right;  // scored by the caller against the opened gold
};

struct Submitted {
  Assignment assignment;  // after the move
  bool repeated = false;  // the same request was answered before
};

// conflict: stale-token, place-taken, lease-over (the draft is kept);
// invalid/"idempotency-mismatch".
Result<Submitted> submit(const Context& ctx, const Actor& actor, const SubmitIn& in);

Result<Submitted> revise(const Context& ctx, const Actor& actor, const SubmitIn& in);

struct Judgement {
  ProjectId project;
  AssignmentId submission;
  std::int64_t token = 0;  // of the review's own assignment; 0: a manager acting without one
  Verdict verdict = Verdict::accept;
  std::string reason;
  std::string note;
  std::string fixed_answers_json;  // fix only
  std::int64_t active_ms = 0;      // time spent on the review
};

struct Judged {
  ReviewId review;
  Assignment submission;
};

Result<Judged> judge(const Context& ctx, const Actor& actor, const Judgement& judgement);

// Accepts many, each in a transaction of its own and by the rules of a single verdict. Whoever has
// no lease on the review takes it in the same transaction. Refused are: what somebody else is
// reviewing (conflict/"review-taken"), what one answered oneself, and whatever a single verdict
// refuses. `staff` need no review to be asked for.
struct BulkAccept {
  ProjectId project;
  std::vector<AssignmentId> submissions;
  std::string note;
  bool staff = false;
};
// One result a submission, in their order.
std::vector<Result<Judged>> accept_all(const Context& ctx, const Actor& actor,
                                       const BulkAccept& in);

struct Settlement {
  ProjectId project;
  TaskId task;             // the task whose answers differ
  std::int64_t token = 0;  // of the adjudication's assignment
  std::string answers_json;
  std::string note;  // kept as the settlement's own review, for whoever asks why
  std::int64_t active_ms = 0;
};

Result<Assignment> settle(const Context& ctx, const Actor& actor, const Settlement& settlement);

}  // namespace guildhall::work
