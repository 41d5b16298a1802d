#include "vault/keeper_state.h"

#include "base/json.h"
#include "crypto/hash.h"

namespace guildhall::vault {
namespace {

std::string_view kind_name(StatementKind kind) {
  switch (kind) {
    case StatementKind::lease: return "lease";
    case StatementKind::withdrawal: return "withdrawal";
    case StatementKind::restore: return "restore";
    case StatementKind::shredding: return "shredding";
  }
  return "";
}

void write_keeper(JsonWriter& out, const KeeperRecord& keeper, const KeeperContact& contact) {
  out.begin_object().field("id", keeper_id_text(keeper.id));
  out.field("contact", contact.at).field("leased_until", contact.leased_until);
  out.field("withdrawn", keeper.room_withdrawn).key("withdrawn_projects").begin_array();
  for (ProjectId project : keeper.withdrawn) out.integer(project.value);
  out.end_array().key("shredded_projects").begin_array();
  for (ProjectId project : keeper.shredded) out.integer(project.value);
  out.end_array().end_object();
}

void write_last(JsonWriter& out, const SaidByKeeper& last) {
  const auto& statement = last.statement;
  out.begin_object().field("kind", kind_name(statement.kind)).field("at", last.at);
  out.field("keeper", keeper_id_text(statement.keeper));
  out.field("counter", std::to_string(statement.counter));
  out.field("whole_room", statement.whole_room).field("project", statement.project.value);
  out.field("statement", crypto::to_base64(last.message)).field("taken", last.taken);
  out.end_object();
}

void write_wish(JsonWriter& out, const Wish& wish) {
  out.begin_object().field("at", wish.at).field("whole_room", wish.whole_room);
  out.field("project", wish.project.value).field("answered", wish.answered).end_object();
}

}  // namespace

std::string state_json(const KeeperState& state, const LeasedKeys* keys) {
  JsonWriter out;
  out.begin_object().field("held_by", state.held_by);
  out.field("room", state.open ? "open" : "locked").field("since", state.locked_since);
  out.key("keepers").begin_array();
  for (const auto& keeper : keys ? keys->leases().keepers() : std::vector<KeeperRecord>()) {
    auto at = state.contacts.find(keeper.id.public_key);
    write_keeper(out, keeper, at == state.contacts.end() ? KeeperContact() : at->second);
  }
  out.end_array().key("projects").begin_array();
  for (ProjectId project : keys ? keys->wanted() : std::vector<ProjectId>()) {
    if (project == kRoomsOwn) continue;
    out.begin_object().field("project", project.value);
    out.field("leased", keys->leased(project)).end_object();
  }
  out.end_array().key("last_statement");
  state.last ? write_last(out, *state.last) : void(out.null());
  out.key("wish");
  state.wish ? write_wish(out, *state.wish) : void(out.null());
  out.end_object();
  return out.take();
}

}  // namespace guildhall::vault
