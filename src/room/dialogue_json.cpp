#include "room/dialogue_json.h"

#include "room/room.h"

namespace guildhall::room {
namespace {

using work::dialogue::Dialogue;
using work::dialogue::Node;
using work::dialogue::NodeKind;

std::string letter_of(std::int64_t slot) { return {static_cast<char>('A' + slot - 1)}; }

bool names_models(const work::DialogueRules& rules, DialogueFor whom) {
  return whom == DialogueFor::staff || !rules.blind;
}

void write_node_or_null(JsonWriter& out, std::string_view name, const Call& call,
                        DialogueNodeId id) {
  out.key(name);
  id ? out.string(call.room.ids().show(call.project, id)) : out.null();
}

}  // namespace

void write_dialogue_node(JsonWriter& out, const Call& call, const Node& node,
                         const work::DialogueRules& rules, DialogueFor whom) {
  const auto& ids = call.room.ids();
  out.begin_object().field("node", ids.show(call.project, node.id));
  write_node_or_null(out, "parent", call, node.parent);
  out.field("kind", word(node.kind)).key("slot");
  node.slot ? out.string(letter_of(node.slot)) : out.null();
  out.field("state", word(node.state)).field("text", node.said.text);
  write_node_or_null(out, "edited_from", call, node.edited_from);
  out.field("at", rfc3339(node.at));
  if (!node.said.finish.empty()) out.field("finish", node.said.finish);
  if (!node.said.why.empty()) out.field("why", node.said.why);
  if (node.kind == NodeKind::reply && names_models(rules, whom)) {
    out.field("model", node.said.model);
  }
  if (node.kind == NodeKind::reply && whom == DialogueFor::staff) {
    if (!node.said.parameters.empty()) out.key("parameters").raw(node.said.parameters);
    if (node.exchange) out.field("exchange", ids.show(call.project, node.exchange));
  }
  out.end_object();
}

void write_dialogue(JsonWriter& out, const Call& call, const Dialogue& d, DialogueFor whom) {
  out.begin_object().field("question", d.rules->question).key("slots").begin_array();
  for (std::size_t i = 0; i < d.voices.size(); ++i) {
    out.begin_object().field("slot", letter_of(static_cast<std::int64_t>(i) + 1)).key("model");
    names_models(*d.rules, whom) ? out.string(d.voices[i]) : out.null();
    out.end_object();
  }
  out.end_array().field("streaming", d.tree.streaming()).key("nodes").begin_array();
  for (const auto& node : d.tree.nodes()) write_dialogue_node(out, call, node, *d.rules, whom);
  out.end_array().end_object();
}

Result<void> write_dialogue_of(store::Tx& tx, JsonWriter& out, const Call& call,
                               const work::Assignment& s) {
  if (!TRY(work::dialogue::has_dialogue(tx, call.room.work(), s))) return {};
  bool staff = call.is_staff();
  auto whom = s.member == call.who.member && !staff ? DialogueFor::holder : DialogueFor::reviewer;
  auto d = TRY(work::dialogue::look(tx, call.room.work(), s, store::Reason::review));
  out.key("dialogue");
  write_dialogue(out, call, d, staff ? DialogueFor::staff : whom);
  return {};
}

}  // namespace guildhall::room
