#include "work/claim_steps.h"

#include "store/deed.h"

namespace guildhall::work {

using store::Row;
using store::Tx;

Result<void> lock_member(Tx& tx, const Context& ctx, MemberId member) {
  if (tx.dialect() == store::Dialect::sqlite) return {};
  return tx.put("SELECT 1 FROM member WHERE room = $1 AND member = $2 FOR NO KEY UPDATE",
                {ctx.room, member});
}

Tx::Query lanes_query(const Attempt& at, TaskKind kind, std::vector<Lane>& lanes) {
  return {GH_LANES GH_LANES_ORDER,
          {at.ctx.room, at.project, static_cast<std::int64_t>(kind), at.actor.member},
          [&lanes](const Row& row) {
            lanes.push_back({row.id<LaneId>(0), row.id<BatchId>(1), row.integer(2), row.integer(3),
                             row.integer(4)});
            return true;
          }};
}

Result<std::vector<Lane>> lanes_for(Tx& tx, const Attempt& at, TaskKind kind) {
  std::vector<Lane> lanes;
  const Tx::Query query[] = {lanes_query(at, kind, lanes)};
  TRY(tx.query_all(query));
  return lanes;
}

namespace {

Result<Assignment> lease(Tx& tx, const Attempt& at, const Project& project, Pick& picked) {
  TRY(change_places(tx, at.ctx.room, at.project, picked.task, {.taken = 1}));
  Assignment a;
  a.id = picked.again ? picked.again : at.fresh;
  a.project = at.project;
  a.task = picked.task.id;
  a.batch = picked.task.batch;
  a.member = at.actor.member;
  a.vendor = at.actor.vendor;
  a.kind = picked.task.kind;
  a.token = picked.last_token + 1;
  a.leased_at = tx.now();
  a.expires_at = tx.now() + project.settings->lease_s * 1000;
  a.guidelines_version = project.guidelines_version;
  a.template_version = project.template_version;
  a.settings_version = project.settings_version;
  a.order_seed = at.order_seed;
  a.data_ref = picked.task.data_ref;
  if (picked.again) {
    TRY(tx.exec(
        "UPDATE assignment SET state = 1, token = $4, leased_at = $5, expires_at = $6,"
        " guidelines_version = $7, template_version = $8, settings_version = $9,"
        " data_ref = $10, active_ms = 0 WHERE room = $1 AND project = $2 AND assignment = $3",
        {at.ctx.room, at.project, a.id, a.token, a.leased_at, a.expires_at, a.guidelines_version,
         a.template_version, a.settings_version, a.data_ref}));
    return find_assignment(tx, at.ctx, at.project, a.id);
  }
  TRY(tx.put(
      "INSERT INTO assignment (room, project, assignment, task, batch, member, vendor,"
      " kind, state, token, leased_at, expires_at, guidelines_version, template_version,"
      " settings_version, order_seed, data_ref, draft_ref, draft_revision, revision,"
      " answers_ref, submitted_at, active_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1,"
      " $9, $10, $11, $12, $13, $14, $15, $16, 0, 0, 0, 0, 0, 0)",
      {at.ctx.room, at.project, a.id, a.task, a.batch, a.member, a.vendor,
       static_cast<std::int64_t>(a.kind), a.token, a.leased_at, a.expires_at, a.guidelines_version,
       a.template_version, a.settings_version, a.order_seed, a.data_ref}));
  return a;
}

}  // namespace

Result<bool> batch_quota_left(Tx& tx, const Attempt& at, const Lane& lane) {
  if (lane.quota == 0) return true;
  auto used =
      TRY(tx.first("SELECT CAST(sum(leased + submitted) AS BIGINT) FROM tally WHERE"
                   " room = $1 AND project = $2 AND member = $3 AND batch = $4"
                   " AND kind <= 2",
                   {at.ctx.room, at.project, at.actor.member, lane.batch},
                   [](const Row& row) { return row.integer(0); }));
  return used.value_or(0) < lane.quota;
}

Result<Claim> hand_out(Tx& tx, const Attempt& at, const Project& project, Pick& picked) {
  BatchId batch = picked.task.batch;
  auto assignment = TRY(lease(tx, at, project, picked));
  TRY(count(tx, {at.ctx.room, at.project, at.actor.member, batch, assignment.kind},
            standing(AssignmentState::leased)));
  TRY(store::record(tx, {at.ctx.room, at.project, at.deed, at.actor.member, "assignment.claim",
                         assignment.id.value, assignment.token, assignment.task.value}));
  return Claim{assignment, {}};
}

bool takes_claims(const Project& project, TaskKind kind) {
  if (project.state == ProjectState::open) return true;
  // What was submitted before the pause may still be judged.
  return project.state == ProjectState::paused && kind != TaskKind::work;
}

}  // namespace guildhall::work
