// Live dialogues of whoever holds the assignment.
#include "base/limits.h"
#include "room/dialogue_body.h"
#include "room/dialogue_json.h"
#include "room/room.h"

namespace guildhall::room {
namespace {

namespace talk = work::dialogue;
using identity::allow;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kTurn[] = {{"token", Kind::text, true, "the lease's fencing token"},
                           {"parent", Kind::anything, false, "a reply; null: at the beginning"},
                           {"text", Kind::text, true}};
constexpr Field kReplies[] = {{"token", Kind::text, true},
                              {"node", Kind::text, true, "what is to be answered once more"},
                              {"slots", Kind::texts, false, "whose replies; without it all"}};
constexpr Field kEdit[] = {
    {"token", Kind::text, true}, {"node", Kind::text, true, "a reply"}, {"text", Kind::text, true}};

work::LeaseProof proof_of(const Call& call) {
  return {call.project, call.id<AssignmentId>("assignment"), lease_token(call, -1)};
}

// 0 where the body has none; what is no node of this project is none of the dialogue either.
Result<DialogueNodeId> node_of(const Call& call, std::string_view name) {
  const auto* value = find(call.body, name);
  if (!value || value->is_null()) return DialogueNodeId{};
  const auto* text = value->if_string();
  auto opened = call.room.ids().open(store::IdType::dialogue_node, text ? view(*text) : "");
  if (opened && opened->project == call.project) return DialogueNodeId{opened->inner};
  return fail(Fault::invalid, "bad-node", "There is no such message here.",
              "/" + std::string(name));
}

Result<std::vector<std::int64_t>> slots_of(const Call& call) {
  std::vector<std::int64_t> slots;
  for (const auto& text : texts_of(call.body, "slots")) {
    if (text.size() != 1) return fail(Fault::invalid, "bad-slot", "A slot is A to D.", "/slots");
    slots.push_back(text[0] - 'A' + 1);
  }
  return slots;
}

// The replies begin to come with what is new.
Result<Reply> stream(Call& call, talk::Begun begun) {
  JsonWriter out;
  out.begin_object().key("nodes").begin_array();
  for (const auto& node : begun.nodes) {
    write_dialogue_node(out, call, node, *begun.rules, DialogueFor::holder);
  }
  out.end_array().end_object();
  Reply reply;
  reply.content_type = "text/event-stream";
  reply.live = dialogue_body(call.room.dialogues().open(std::move(begun)), call.room.ids(),
                             call.project, out.take());
  return reply;
}

Result<Reply> get_dialogue(Call& call) {
  auto d = TRY(call.room.db().read_as([&](Tx& tx) -> Result<talk::Dialogue> {
    auto a = TRY(work::find_assignment(tx, call.room.work(), call.project,
                                       call.id<AssignmentId>("assignment")));
    if (a.member != call.who.member) {
      return fail(Fault::not_found, "not-found", "There is nothing here.");
    }
    return talk::look(tx, call.room.work(), a, store::Reason::work);
  }));
  JsonWriter out;
  write_dialogue(out, call, d, DialogueFor::holder);
  return json_reply(200, out.take());
}

Result<Reply> say(Call& call) {
  TRY(call.room.dialogues().admit(kMaxDialogueModels));
  auto parent = TRY(node_of(call, "parent"));
  auto begun = TRY(talk::start_turn(call.room.work(), call.actor(), proof_of(call), parent,
                                    text_or(call.body, "text", "")));
  return stream(call, std::move(begun));
}

Result<Reply> ask_again(Call& call) {
  TRY(call.room.dialogues().admit(kMaxDialogueModels));
  auto node = TRY(node_of(call, "node"));
  auto slots = TRY(slots_of(call));
  auto begun = TRY(talk::regenerate(call.room.work(), call.actor(), proof_of(call), node, slots));
  return stream(call, std::move(begun));
}

Result<Reply> edit(Call& call) {
  auto node = TRY(node_of(call, "node"));
  auto edited = TRY(talk::edit(call.room.work(), call.actor(), proof_of(call), node,
                               text_or(call.body, "text", "")));
  JsonWriter out;
  write_dialogue_node(out, call, edited, work::DialogueRules(), DialogueFor::holder);
  return json_reply(201, out.take());
}

constexpr auto kTalkers = Role::expert | Role::reviewer | Role::manager | Role::owner;

}  // namespace

void add_dialogue_routes(Routes& routes) {
  constexpr auto in_project = allow(kTalkers).writing().in(Scope::project);
  routes.push_back({Method::get, "/assignments/{assignment}/dialogue",
                    allow(identity::kAllRoles).in(Scope::project), get_dialogue,
                    "The conversation of an assignment of the caller's", "Dialogue"});
  routes.push_back({Method::post, "/assignments/{assignment}/dialogue/turns", in_project, say,
                    "Say something; the replies as server-sent events", "", 200, BodyKind::json,
                    kTurn});
  routes.push_back({Method::post, "/assignments/{assignment}/dialogue/replies", in_project,
                    ask_again, "Ask for other replies; as server-sent events", "", 200,
                    BodyKind::json, kReplies});
  routes.push_back({Method::post, "/assignments/{assignment}/dialogue/edits", in_project, edit,
                    "Keep a reply as it should be", "DialogueNode", 201, BodyKind::json, kEdit});
}

}  // namespace guildhall::room
