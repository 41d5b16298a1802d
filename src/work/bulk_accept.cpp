#include "work/claim_steps.h"
#include "work/outcome.h"

namespace guildhall::work {
namespace {

using store::Row;
using store::Tx;

Error review_taken() {
  return {Fault::conflict, "review-taken", "Somebody else is reviewing this.", {}};
}

// Who holds the review, which is locked, now.
struct Held {
  MemberId member;
  std::int64_t token = 0;
};
Result<std::optional<Held>> holder_of(Tx& tx, const Attempt& at, TaskId review) {
  return tx.first(
      "SELECT member, token FROM assignment WHERE room = $1 AND project = $2 AND task = $3 AND"
      " state = 1",
      {at.ctx.room, at.project, review},
      [](const Row& row) { return Held{row.id<MemberId>(0), row.integer(1)}; });
}

// The token to judge under; 0: as staff, without one.
Result<std::int64_t> token_for(Tx& tx, const Attempt& at, const Assignment& s, bool staff) {
  if (auto review = TRY(lock_open_review(tx, at.ctx, s))) {
    auto held = TRY(holder_of(tx, at, review->id));
    if (held && held->member != at.actor.member) return std::unexpected(review_taken());
    if (held) return held->token;
  }
  if (staff) return 0;
  auto claimed = TRY(claim_review(tx, at, HeldBound::none));
  if (claimed.assignment) return claimed.assignment->token;
  if (claimed.reason == NoClaim::all_leased) return std::unexpected(review_taken());
  return fail(Fault::conflict, "bad-transition", "No review of this is to be had.");
}

}  // namespace

std::vector<Result<Judged>> accept_all(const Context& ctx, const Actor& actor,
                                       const BulkAccept& in) {
  std::vector<Result<Judged>> all;
  for (AssignmentId id : in.submissions) {
    auto first = ctx.keys.take(kJudgeKeys + 2);
    if (!first) {
      all.push_back(std::unexpected(std::move(first).error()));
      continue;
    }
    auto order_seed = static_cast<std::int64_t>(ctx.random.next_u64() >> 1);
    all.push_back(ctx.db.write_as([&](Tx& tx) -> Result<Judged> {
      Spare spare{*first};
      Attempt at{
          ctx,        actor, in.project, TaskKind::review, AssignmentId{spare.take()}, spare.take(),
          order_seed, 0,     id};
      TRY(lock_member(tx, at.ctx, at.actor.member));
      auto s = TRY(lock_assignment(tx, ctx, in.project, id));
      if (!is_submission(s)) return std::unexpected(no_submission());
      TRY(refuse_own_work(tx, ctx, actor, s));
      std::int64_t token = TRY(token_for(tx, at, s, in.staff));
      return judge_in(tx, ctx, actor, {in.project, id, token, Verdict::accept, "", in.note, "", 0},
                      spare);
    }));
  }
  return all;
}

}  // namespace guildhall::work
