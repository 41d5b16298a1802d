#include "work/assist/proposals.h"

#include "store/content.h"
#include "store/deed.h"
#include "work/outcome.h"
#include "work/task_body.h"

namespace guildhall::work::assist {
namespace {

using store::ContentType;
using store::Row;
using store::Tx;

constexpr std::string_view kStates[] = {"", "proposed", "accepted", "refused"};
constexpr int kAcceptKeys = 4;  // task, content, lane, deed

#define GH_PROPOSAL_SELECT                                                                        \
  "SELECT proposal, work, state, task, body_ref, created_at, decided_at, decided_by, edited FROM" \
  " proposal WHERE room = $1 AND project = $2"

Proposal read_proposal(const Row& row) {
  Proposal out;
  out.id = row.id<ProposalId>(0);
  out.work = row.id<ModelWorkId>(1);
  out.state = static_cast<ProposalState>(row.integer(2));
  out.task = row.id<TaskId>(3);
  out.body = row.id<ContentRef>(4);
  out.created_at = row.integer(5);
  out.decided_at = row.integer(6);
  out.decided_by = row.id<MemberId>(7);
  out.edited = row.integer(8) != 0;
  return out;
}

store::ContentContext proposal_context(const Context& ctx, ProjectId project, ProposalId id) {
  return {ctx.room, project, ContentType::proposal, id.value};
}

std::string body_of(const Outcome& outcome, std::string_view data) {
  JsonWriter out;
  out.begin_object().field("model", outcome.origin.model);
  out.field("template", outcome.origin.prompt).field("version", outcome.origin.prompt_version);
  out.key("exchanges").begin_array();
  for (ExchangeId one : outcome.origin.exchanges) out.integer(one.value);
  out.end_array().key("seeds").begin_array();
  for (const auto& seed : outcome.work->terms.seeds) {
    std::string text;
    write_json(text, seed);
    out.raw(text);
  }
  out.end_array().key("data").raw(data).end_object();
  return out.take();
}

Result<void> read_body(std::string_view text, Proposal& into) {
  auto value = TRY(parse_json(text));
  if (const auto* model = find_string(value, "model")) into.origin.model = view(*model);
  if (const auto* prompt = find_string(value, "template")) into.origin.prompt = view(*prompt);
  if (const auto* version = find(value, "version")) {
    into.origin.prompt_version = static_cast<int>(as_int(*version).value_or(0));
  }
  if (const auto* list = find_array(value, "exchanges")) {
    for (const auto& one : *list) {
      into.origin.exchanges.push_back(ExchangeId{as_int(one).value_or(0)});
    }
  }
  if (const auto* list = find_array(value, "seeds")) {
    for (const auto& seed : *list) write_json(into.seeds.emplace_back(), seed);
  }
  if (const auto* data = find(value, "data")) write_json(into.data_json, *data);
  return {};
}

Result<void> open_bodies(Tx& tx, const Context& ctx, ProjectId project, std::vector<Proposal>& all,
                         const store::Opening& why) {
  std::vector<store::Wanted> wanted;
  for (const auto& one : all) wanted.push_back({proposal_context(ctx, project, one.id), one.body});
  auto opened = TRY(store::open_contents(tx, wanted, why));
  for (std::size_t i = 0; i < all.size(); ++i) TRY(read_body(opened[i].expose(), all[i]));
  return {};
}

std::unexpected<Error> no_proposal() {
  return fail(Fault::not_found, "no-proposal", "There is no such proposal.");
}

// Held until the end of the transaction, and not decided yet.
Result<Proposal> lock_open(Tx& tx, const Context& ctx, ProjectId project, ProposalId id) {
  auto found = TRY(tx.first(
      {GH_PROPOSAL_SELECT " AND proposal = $3", GH_PROPOSAL_SELECT " AND proposal = $3 FOR UPDATE"},
      {ctx.room, project, id}, read_proposal));
  if (!found) return no_proposal();
  if (found->state == ProposalState::proposed) return *std::move(found);
  return fail(Fault::conflict, "proposal-decided", "Somebody has decided this proposal already.");
}

Result<void> decide(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                    ProposalId id, ProposalState state, TaskId task, bool edited) {
  TRY(
      tx.exec("UPDATE proposal SET state = $4, task = $5, decided_at = $6, decided_by = $7,"
              " edited = $8"
              " WHERE room = $1 AND project = $2 AND proposal = $3",
              {ctx.room, project, id, static_cast<std::int64_t>(state), task, tx.now(),
               actor.member, edited ? 1 : 0}));
  return {};
}

// A task like an imported one, at the end of its lane.
Result<void> put_task(Tx& tx, const Context& ctx, const Actor& actor, const Project& project,
                      TaskId task, ContentRef data, std::string_view data_json, LaneId fresh) {
  auto lane = TRY(lane_for(tx, ctx.room, project.id, TaskKind::work, project.batch, 0, fresh));
  TRY(store::put_content(tx, task_content(ctx.room, project.id, ContentType::task, task, data),
                         data, Plaintext(make_task_body("", data_json))));
  std::int64_t ceiling = project.settings->first_overlap();
  TRY(tx.exec(
      "INSERT INTO task (room, project, task, lane, batch, kind, state, open, seq, ceiling,"
      " taken, done, priority, parent, origin, final, version, data_ref, gold_ref,"
      " extra_ref, created_at) VALUES ($1, $2, $3, $4, $5, 1, 1, 1, $6, $7, 0, 0, 0, 0, 0,"
      " 0, 1, $8, 0, 0, $9)",
      {ctx.room, project.id, task, lane, project.batch, tx.tick(), ceiling, data, tx.now()}));
  return count(tx, {ctx.room, project.id, actor.member, project.batch, TaskKind::work},
               {.tasks = 1, .wanted = ceiling});
}

}  // namespace

std::string_view word(ProposalState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<ProposalState> proposal_state_of(std::string_view text) {
  for (std::int64_t i = 1; i < std::ssize(kStates); ++i) {
    if (kStates[i] == text) return static_cast<ProposalState>(i);
  }
  return std::nullopt;
}

Result<std::vector<SealedProposal>> seal_proposals(const Context& ctx, const Outcome& outcome,
                                                   std::int64_t first) {
  std::vector<std::string> bodies;
  std::vector<store::ToSeal> plain;
  for (const auto& data : outcome.made) bodies.push_back(body_of(outcome, data));
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    ProposalId id{first + 2 * static_cast<std::int64_t>(i)};
    plain.push_back({proposal_context(ctx, outcome.work->project, id), bodies[i]});
  }
  auto sealed = TRY(store::seal_all(ctx.sealer, plain));
  std::vector<SealedProposal> out;
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::int64_t id = first + 2 * static_cast<std::int64_t>(i);
    out.push_back({ProposalId{id}, ContentRef{id + 1}, std::move(sealed[i])});
  }
  return out;
}

Result<void> put_proposals(Tx& tx, const Context& ctx, const ModelWork& work,
                           std::span<const SealedProposal> made) {
  for (const auto& one : made) {
    TRY(store::put_content(tx, proposal_context(ctx, work.project, one.id), one.body, one.sealed));
    TRY(tx.exec(
        "INSERT INTO proposal (room, project, proposal, work, state, task, body_ref,"
        " created_at, decided_at, decided_by, edited) VALUES ($1, $2, $3, $4, 1, 0, $5, $6, 0,"
        " 0, 0)",
        {ctx.room, work.project, one.id, work.id, one.body, tx.now()}));
  }
  return {};
}

Result<std::vector<Proposal>> list_proposals(Tx& tx, const Context& ctx, ProjectId project,
                                             const ProposalFilter& filter,
                                             const store::Opening& why) {
  std::vector<Proposal> all;
  auto take = [&](const Row& row) {
    all.push_back(read_proposal(row));
    return true;
  };
  if (filter.state) {
    TRY(tx.query(
        GH_PROPOSAL_SELECT " AND state = $3 AND proposal > $4 ORDER BY proposal LIMIT $5",
        {ctx.room, project, static_cast<std::int64_t>(*filter.state), filter.after, filter.limit},
        take));
  } else {
    TRY(tx.query(GH_PROPOSAL_SELECT " AND proposal > $3 ORDER BY proposal LIMIT $4",
                 {ctx.room, project, filter.after, filter.limit}, take));
  }
  TRY(open_bodies(tx, ctx, project, all, why));
  return all;
}

Result<Proposal> proposal_of(Tx& tx, const Context& ctx, ProjectId project, ProposalId id,
                             const store::Opening& why) {
  auto found = TRY(
      tx.first(GH_PROPOSAL_SELECT " AND proposal = $3", {ctx.room, project, id}, read_proposal));
  if (!found) return no_proposal();
  std::vector<Proposal> one = {*std::move(found)};
  TRY(open_bodies(tx, ctx, project, one, why));
  return std::move(one.front());
}

Result<std::vector<Proposal>> origins_of(Tx& tx, const Context& ctx, ProjectId project,
                                         TaskId first, TaskId last, const store::Opening& why) {
  std::vector<Proposal> all;
  TRY(tx.query(GH_PROPOSAL_SELECT " AND task > 0 AND task >= $3 AND task <= $4 ORDER BY task",
               {ctx.room, project, first, last}, [&](const Row& row) {
                 all.push_back(read_proposal(row));
                 return true;
               }));
  TRY(open_bodies(tx, ctx, project, all, why));
  return all;
}

Result<TaskId> accept_proposal(const Context& ctx, const Actor& actor, ProjectId id,
                               ProposalId proposal, const json::value* data) {
  std::int64_t first = TRY(ctx.keys.take(kAcceptKeys));
  return ctx.db.write_as([&](Tx& tx) -> Result<TaskId> {
    auto held = TRY(lock_open(tx, ctx, id, proposal));
    auto project = TRY(ctx.projects.find(tx, id));
    std::string text;
    if (data != nullptr) {
      write_json(text, *data);
    } else {
      auto opened = TRY(proposal_of(tx, ctx, id, proposal, store::Reason::manage));
      text = std::move(opened.data_json);
    }
    TRY(project.form->check_data(TRY(parse_json(text))));
    TaskId task{first};
    TRY(put_task(tx, ctx, actor, project, task, ContentRef{first + 1}, text, LaneId{first + 2}));
    TRY(decide(tx, ctx, actor, id, proposal, ProposalState::accepted, task, data != nullptr));
    TRY(store::record(tx, {ctx.room, id, first + 3, actor.member, "proposal.accept", proposal.value,
                           data != nullptr ? 2 : 1, task.value}));
    return task;
  });
}

Result<void> refuse_proposal(const Context& ctx, const Actor& actor, ProjectId project,
                             ProposalId id) {
  std::int64_t deed = TRY(ctx.keys.next());
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    TRY(lock_open(tx, ctx, project, id));
    TRY(decide(tx, ctx, actor, project, id, ProposalState::refused, {}, false));
    return store::record(tx,
                         {ctx.room, project, deed, actor.member, "proposal.refuse", id.value, 1});
  });
}

}  // namespace guildhall::work::assist
