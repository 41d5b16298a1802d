// The servers that the room may reach, how their processes are, and what went through those.
#include <limits>

#include "crypto/hash.h"
#include "gateway/exposure.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using gateway::ExposedRun;
using gateway::Exposure;
using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

Result<Reply> list_all_peers(Call& call) {
  return json_reply(200, TRY(call.room.models().peers().list()));
}

void write_exposed_run(JsonWriter& out, const Call& call, const ExposedRun& run) {
  const auto& ids = call.room.ids();
  out.begin_object().field("started_at", rfc3339(run.started_at)).key("ended_at");
  run.ended_at > 0 ? out.string(rfc3339(run.ended_at)) : out.null();
  out.key("stopped_by");
  run.stopped >= 0 ? out.string(peer_role_word(run.stopped)) : out.null();
  out.key("executables").begin_array();
  for (const auto& role : run.roles) {
    out.begin_object().field("role", peer_role_word(role.number));
    out.field("sha256", crypto::to_hex(role.sha256)).end_object();
  }
  out.end_array().key("exchanges").begin_array();
  for (const auto& one : run.exchanges) {
    out.begin_object().field("id", ids.show(one.project, one.id));
    out.field("project", ids.show(one.project)).field("at", rfc3339(one.at));
    out.field("whole_ms", one.whole_ms).field("state", gateway::word(one.state)).end_object();
  }
  out.end_array().end_object();
}

Result<Reply> peer_exposure(Call& call) {
  auto from = TRY(time_param(call, "from", 0));
  auto to = TRY(time_param(call, "to", system_clock().now_ms()));
  auto name = call.path_text("peer");
  auto exposure = TRY(call.room.db().read_as([&](Tx& tx) -> Result<Exposure> {
    auto peer = TRY(peer_number(tx, call.room.gateway(), name));
    auto projects = TRY(work::list_projects(tx, call.room.work()));
    return gateway::exposure_of(tx, call.room.id(), peer, projects, from, to);
  }));
  JsonWriter out;
  out.begin_object().field("peer", name).field("from", rfc3339(from)).field("to", rfc3339(to));
  out.key("runs").begin_array();
  for (const auto& run : exposure.runs) write_exposed_run(out, call, run);
  out.end_array().field("more", exposure.more).end_object();
  return json_reply(200, out.take());
}

}  // namespace

void add_peer_routes(Routes& routes) {
  routes.push_back({Method::get, "/peers", allow(kStaff | Role::auditor).in(Scope::room),
                    list_all_peers, "The servers that the room may reach, and how they are",
                    "PeerList"});
  routes.push_back({Method::get, "/peers/{peer}/exposure",
                    allow(Role::owner | Role::auditor).in(Scope::room), peer_exposure,
                    "What went through the processes to a peer", "PeerExposure"});
}

}  // namespace guildhall::room
