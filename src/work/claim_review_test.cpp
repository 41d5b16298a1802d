// Exact claims of reviews, leases given back, and many verdicts at once, on both stores.
#include <doctest/doctest.h>

#include "store/postgres/fixture.h"
#include "work/recount_test_util.h"
#include "work/submission.h"

namespace guildhall::work {
namespace {

// A project whose every submission is reviewed, with a number of them.
struct Reviewed {
  explicit Reviewed(const std::string& url, int submissions = 3) : room(url) {
    manager = room.add_member();
    expert = room.add_member();
    one = room.add_member();
    two = room.add_member();
    project = room.add_project(manager, R"({"max_open":2})");
    std::string lines;
    for (int i = 0; i < submissions; ++i)
      lines += R"({"data":{"prompt":"p"}})"
               "\n";
    room.import(manager, project, lines);
    for (int i = 0; i < submissions; ++i) submitted.push_back(submit_next(expert));
  }

  AssignmentId submit_next(const Actor& who) {
    auto held = GH_OK(claim(*room.ctx, who, project, TaskKind::work));
    REQUIRE(held.assignment);
    LeaseProof proof{project, held.assignment->id, held.assignment->token};
    GH_OK(submit(*room.ctx, who,
                 {.proof = proof, .answers_json = R"({"choice":"yes"})", .review_drawn = true}));
    return proof.assignment;
  }
  Claim claim_only(const Actor& who, AssignmentId submission) {
    return GH_OK(claim(*room.ctx, {[&](store::Tx&) { return Result<Actor>(who); }}, project,
                       TaskKind::review, submission));
  }
  AssignmentState state_of(AssignmentId id) {
    return GH_OK(room.db->read_as(
                     [&](store::Tx& tx) { return find_assignment(tx, *room.ctx, project, id); }))
        .state;
  }
  AssignmentId reviewed_by(const Assignment& lease) {
    return room.task(project, lease.task).origin;
  }

  TestRoom room;
  Actor manager, expert, one, two;
  ProjectId project;
  std::vector<AssignmentId> submitted;
};

void on_both(const std::function<void(const std::string&)>& body) {
  body({});
  if (store::postgres::test_server()) body(store::postgres::test_database());
}

}  // namespace

TEST_CASE("work: the review of one submission is claimed exactly") {
  on_both([](const std::string& url) {
    Reviewed r(url);
    auto last = r.claim_only(r.one, r.submitted[2]);
    REQUIRE(last.assignment);
    CHECK(r.reviewed_by(*last.assignment) == r.submitted[2]);
    // Held already: given again as it is.
    auto again = r.claim_only(r.one, r.submitted[2]);
    REQUIRE(again.assignment);
    CHECK(again.assignment->id == last.assignment->id);
    CHECK(again.assignment->token == last.assignment->token);
    CHECK(r.claim_only(r.two, r.submitted[2]).reason == NoClaim::all_leased);
    CHECK(r.claim_only(r.expert, r.submitted[1]).reason == NoClaim::none_left);
    // The person's bound of leases holds, and the walk goes on past what was taken out of order.
    auto next = GH_OK(claim(*r.room.ctx, r.one, r.project, TaskKind::review));
    REQUIRE(next.assignment);
    CHECK(r.reviewed_by(*next.assignment) == r.submitted[0]);
    CHECK(r.claim_only(r.one, r.submitted[1]).reason == NoClaim::quota);
    GH_OK(judge(
        *r.room.ctx, r.one,
        {.project = r.project, .submission = r.submitted[2], .token = last.assignment->token}));
    CHECK(r.claim_only(r.two, r.submitted[2]).reason == NoClaim::none_left);
    check_whole(r.room, r.project);
    GH_OK(patch_project(*r.room.ctx, r.manager, r.project, {.state = ProjectState::closed}));
    CHECK(r.claim_only(r.two, r.submitted[1]).reason == NoClaim::paused);
  });
}

TEST_CASE("work: what was given back is there again at once, for the same person too") {
  on_both([](const std::string& url) {
    Reviewed r(url, 1);
    r.room.import(r.manager, r.project, R"({"data":{"prompt":"p"}})");
    auto held = GH_OK(claim(*r.room.ctx, r.expert, r.project, TaskKind::work));
    REQUIRE(held.assignment);
    LeaseProof proof{r.project, held.assignment->id, held.assignment->token};
    GH_OK(save_draft(*r.room.ctx, r.expert, proof, 1, "{}"));
    CHECK(release(*r.room.ctx, r.one, proof).error().type == "no-assignment");
    CHECK(release(*r.room.ctx, r.expert, {r.project, proof.assignment, proof.token + 1})
              .error()
              .type == "stale-token");
    GH_OK(release(*r.room.ctx, r.expert, proof));
    GH_OK(release(*r.room.ctx, r.expert, proof));  // it is back already
    check_whole(r.room, r.project);
    CHECK(r.room.number("SELECT count(*) FROM deed WHERE room = 1 AND verb = 'assignment.release'",
                        {}) == 1);
    auto again = GH_OK(claim(*r.room.ctx, r.expert, r.project, TaskKind::work));
    REQUIRE(again.assignment);
    CHECK(again.assignment->id == held.assignment->id);
    CHECK(again.assignment->draft_revision == 1);
    CHECK(again.assignment->token > proof.token);
    proof.token = again.assignment->token;
    GH_OK(submit(*r.room.ctx, r.expert, {.proof = proof, .answers_json = R"({"choice":"no"})"}));
    CHECK(release(*r.room.ctx, r.expert, proof).error().type == "lease-over");
    // A review goes the same way.
    auto review = r.claim_only(r.one, r.submitted[0]);
    REQUIRE(review.assignment);
    GH_OK(
        release(*r.room.ctx, r.one, {r.project, review.assignment->id, review.assignment->token}));
    CHECK(r.claim_only(r.two, r.submitted[0]).assignment.has_value());
    check_whole(r.room, r.project);
  });
}

TEST_CASE("work: many are accepted, each in its own right") {
  on_both([](const std::string& url) {
    Reviewed r(url, 4);
    auto mine = r.claim_only(r.one, r.submitted[0]);
    auto theirs = r.claim_only(r.two, r.submitted[1]);
    REQUIRE(mine.assignment);
    REQUIRE(theirs.assignment);
    auto done = accept_all(*r.room.ctx, r.one, {r.project, r.submitted, "well done", false});
    REQUIRE(done.size() == 4);
    CHECK(done[0].has_value());
    REQUIRE_FALSE(done[1].has_value());
    CHECK(done[1].error().type == "review-taken");
    CHECK(done[2].has_value());
    CHECK(done[3].has_value());
    CHECK(r.state_of(r.submitted[1]) == AssignmentState::in_review);
    CHECK(r.state_of(r.submitted[3]) == AssignmentState::accepted);
    CHECK(r.room.tallies(r.project).review.submitted == 3);
    check_whole(r.room, r.project);
    // Once more: there is nothing left to review; a reviewer may not accept what is accepted.
    auto twice = accept_all(*r.room.ctx, r.one, {r.project, {r.submitted[2]}, "", false});
    CHECK(twice[0].error().type == "bad-transition");
    auto own = accept_all(*r.room.ctx, r.expert, {r.project, {r.submitted[1]}, "", true});
    CHECK(own[0].error().type == "own-work");
    auto taken = accept_all(*r.room.ctx, r.manager, {r.project, {r.submitted[1]}, "", true});
    CHECK(taken[0].error().type == "review-taken");
    GH_OK(
        release(*r.room.ctx, r.two, {r.project, theirs.assignment->id, theirs.assignment->token}));
    auto none = accept_all(*r.room.ctx, r.manager,
                           {r.project, {AssignmentId{1}, mine.assignment->id}, "", true});
    CHECK_FALSE(none[0].has_value());
    CHECK(none[1].error().type == "no-submission");
    CHECK(
        accept_all(*r.room.ctx, r.manager, {r.project, {r.submitted[1]}, "", true})[0].has_value());
    check_whole(r.room, r.project);
  });
}

}  // namespace guildhall::work
