// Tasks that a model made up, before people: taken, edited or refused.
#include "room/model_json.h"
#include "room/render.h"
#include "work/assist/proposals.h"

namespace guildhall::room {
namespace {

namespace assist = work::assist;
using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kAccept[] = {{"data", Kind::object, false, "what the task says instead"}};

void write_proposal(JsonWriter& out, const Call& call, const assist::Proposal& proposal) {
  const auto& ids = call.room.ids();
  out.begin_object().field("id", ids.show(call.project, proposal.id));
  out.field("state", assist::word(proposal.state)).key("task");
  proposal.task ? out.string(ids.show(call.project, proposal.task)) : out.null();
  out.key("data").raw(proposal.data_json);
  write_origin(out, call, "generated", call.project, proposal.work, proposal.origin);
  out.field("created_at", rfc3339(proposal.created_at)).key("decided_at");
  proposal.decided_at ? out.string(rfc3339(proposal.decided_at)) : out.null();
  out.key("decided_by");
  proposal.decided_by ? out.string(ids.show(proposal.decided_by)) : out.null();
  out.field("edited", proposal.edited).end_object();
}

Result<Reply> list(Call& call) {
  auto page = TRY(page_of(call));
  assist::ProposalFilter filter{.state = {}, .after = ProposalId{page.after}, .limit = page.limit};
  if (auto text = call.request.param("state")) {
    filter.state = assist::proposal_state_of(*text);
    if (!filter.state) {
      return fail(Fault::invalid, "bad-parameter", "state is proposed, accepted or refused.",
                  "state");
    }
  }
  auto all = TRY(call.room.db().read_as([&](Tx& tx) {
    return assist::list_proposals(tx, call.room.work(), call.project, filter,
                                  store::Reason::review);
  }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& one : all) write_proposal(out, call, one);
  out.end_array().key("next");
  bool more = std::ssize(all) == page.limit;
  more ? out.string(next_cursor(call, all.back().id.value)) : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

Result<Reply> proposal_reply(Call& call) {
  auto proposal = TRY(call.room.db().read_as([&](Tx& tx) {
    return assist::proposal_of(tx, call.room.work(), call.project, call.id<ProposalId>("proposal"),
                               store::Reason::review);
  }));
  JsonWriter out;
  write_proposal(out, call, proposal);
  return json_reply(200, out.take());
}

Result<Reply> accept(Call& call) {
  const auto* data = find(call.body, "data");
  if (data && data->is_null()) data = nullptr;
  TRY(assist::accept_proposal(call.room.work(), call.actor(), call.project,
                              call.id<ProposalId>("proposal"), data));
  return proposal_reply(call);
}

Result<Reply> refuse(Call& call) {
  TRY(assist::refuse_proposal(call.room.work(), call.actor(), call.project,
                              call.id<ProposalId>("proposal")));
  return proposal_reply(call);
}

}  // namespace

void add_proposal_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::reviewer | Role::auditor).in(Scope::project);
  constexpr auto decide = allow(kStaff | Role::reviewer).writing().in(Scope::project);
  routes.push_back({Method::get, "/projects/{project}/proposals", read, list,
                    "Tasks that a model made up", "ProposalList"});
  routes.push_back({Method::post, "/proposals/{proposal}/accept", decide, accept,
                    "Take one as a task, as it is or edited", "Proposal", 200, BodyKind::json,
                    kAccept});
  routes.push_back(
      {Method::post, "/proposals/{proposal}/refuse", decide, refuse, "Refuse one", "Proposal"});
}

}  // namespace guildhall::room
