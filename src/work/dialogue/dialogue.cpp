#include "work/dialogue/dialogue.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "store/deed.h"
#include "work/outcome.h"
#include "work/presentation.h"

namespace guildhall::work::dialogue {
namespace {

using store::Sealed;
using store::Tx;

std::unexpected<Error> none_here() {
  return fail(Fault::not_found, "no-dialogue", "Here is no conversation.");
}

// The rules without the words.
struct Ruled {
  std::shared_ptr<const Template> form;
  const DialogueRules* rules = nullptr;
};
Result<Ruled> rules_of(Tx& tx, const Context& ctx, const Assignment& a) {
  auto form = TRY(ctx.projects.form(tx, a.project, a.template_version));
  bool answers = a.kind == TaskKind::work || a.kind == TaskKind::gold;
  const auto* rules = answers ? form->dialogue() : nullptr;
  if (!rules) return none_here();
  return Ruled{std::move(form), rules};
}

Result<void> check_said(std::string_view text) {
  bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (!blank && text.size() <= kMaxTurnBytes) return {};
  return fail(Fault::invalid, "bad-text", fmt::format("A text of 1 to {} bytes.", kMaxTurnBytes),
              "/text");
}

Result<void> check_held(const Assignment& a, const LeaseProof& proof) {
  if (a.token != proof.token) return std::unexpected(stale_token());
  bool held = a.state == AssignmentState::leased || a.state == AssignmentState::returned;
  if (!held) return std::unexpected(lease_over(a));
  return {};
}

Result<Dialogue> look_own(const Context& ctx, const Actor& actor, const LeaseProof& proof) {
  return ctx.db.read_as([&](Tx& tx) -> Result<Dialogue> {
    auto a = TRY(find_assignment(tx, ctx, proof.project, proof.assignment));
    if (a.member != actor.member) return none_here();
    TRY(check_held(a, proof));
    return look(tx, ctx, a, {store::Reason::work, actor.member});
  });
}

// The same person's same lease, and the dialogue as it is now, nobody else's change between.
Result<Tree> lock_rows(Tx& tx, const Context& ctx, const Actor& actor, const LeaseProof& proof) {
  auto a = TRY(lock_own(tx, ctx, actor, proof));
  TRY(check_held(a, proof));
  TRY(give_up_lost(tx, ctx, a.project, a.id));
  return read_rows(tx, ctx, a.project, a.id);
}

Result<void> check_length(const std::vector<const Node*>& path, std::size_t more) {
  std::size_t bytes = more;
  for (const auto* node : path) bytes += node->said.text.size();
  if (bytes <= kMaxDialogueBytes) return {};
  return fail(Fault::too_large, "dialogue-too-long",
              fmt::format("A conversation has {} bytes at most.", kMaxDialogueBytes));
}

// Nodes that are about to be written, sealed, and the deeds to come.
struct Fresh {
  std::vector<Node> nodes;
  std::vector<Sealed> sealed;
  std::int64_t deed = 0;

  Result<void> add(const Context& ctx, ProjectId project, Node node) {
    sealed.push_back(
        TRY(ctx.sealer.seal(node_content(ctx.room, project, node.id), to_text(node.said))));
    nodes.push_back(std::move(node));
    return {};
  }
  // And when they were made.
  Result<void> write(Tx& tx, const Context& ctx, const Actor& actor, const LeaseProof& proof,
                     std::string_view verb) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      nodes[i].at = nodes[i].touched_at = tx.now();
      TRY(put_node(tx, ctx, proof.project, proof.assignment, nodes[i], sealed[i]));
    }
    auto hash = std::string(crypto::view(crypto::sha256(sealed[0].bytes())));
    return store::record(tx,
                         {ctx.room, proof.project, deed, actor.member, verb, proof.assignment.value,
                          nodes[0].id.value, static_cast<std::int64_t>(nodes.size()), hash});
  }
};

Node reply_node(std::int64_t id, DialogueNodeId user, std::int64_t slot, const Dialogue& d) {
  Node node;
  node.id = DialogueNodeId{id};
  node.content = ContentRef{id + 1};
  node.parent = user;
  node.kind = NodeKind::reply;
  node.slot = slot;
  node.state = NodeState::streaming;
  node.said.model = d.voices[static_cast<std::size_t>(slot - 1)];
  node.said.parameters = d.rules->parameters;
  return node;
}

Begun begun(const Dialogue& d, const Actor& actor, const Fresh& fresh,
            const std::vector<const Node*>& path) {
  Begun out{d.form, d.rules, d.assignment.project, d.assignment.id, actor.member, fresh.nodes, {}};
  for (const auto& node : fresh.nodes) {
    if (node.kind != NodeKind::reply) continue;
    out.asks.push_back({node.id, node.content, node.said.model, node.said.parameters,
                        chat_request(*d.rules, node.said.model, path)});
  }
  return out;
}

}  // namespace

std::vector<std::string> voices_of(const Context& ctx, ProjectId project, AssignmentId id,
                                   const DialogueRules& rules) {
  auto named = fmt::format("dialogue voices\n{} {} {}", ctx.room.value, project.value, id.value);
  auto drawn = crypto::hmac_sha256(ctx.index_key.expose(), named);
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < sizeof seed; ++i) seed = seed << 8 | drawn[i];
  std::vector<std::string> out;
  for (auto place : shown_order(static_cast<std::int64_t>(seed), rules.models.size())) {
    out.push_back(rules.models[static_cast<std::size_t>(place)]);
  }
  return out;
}

Result<bool> has_dialogue(Tx& tx, const Context& ctx, const Assignment& a) {
  auto form = TRY(ctx.projects.form(tx, a.project, a.template_version));
  return form->dialogue() != nullptr;
}

Result<Dialogue> look(Tx& tx, const Context& ctx, const Assignment& a, const store::Opening& why) {
  auto ruled = TRY(rules_of(tx, ctx, a));
  auto tree = TRY(read_tree(tx, ctx, a.project, a.id, why));
  auto voices = voices_of(ctx, a.project, a.id, *ruled.rules);
  return Dialogue{a, std::move(ruled.form), ruled.rules, std::move(voices), std::move(tree)};
}

std::string chat_request(const DialogueRules& rules, std::string_view model,
                         const std::vector<const Node*>& path) {
  JsonWriter out;
  out.begin_object().field("model", model).key("messages").begin_array();
  auto message = [&](std::string_view role, std::string_view text) {
    out.begin_object().field("role", role).field("content", text).end_object();
  };
  if (!rules.system.empty()) message("system", rules.system);
  for (const auto* node : path) {
    message(node->kind == NodeKind::user ? "user" : "assistant", node->said.text);
  }
  out.end_array().raw_members(
      std::string_view(rules.parameters).substr(1, rules.parameters.size() - 2));
  out.field("stream", true).end_object();
  return out.take();
}

Result<Begun> start_turn(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                         DialogueNodeId parent, std::string_view text) {
  TRY(check_said(text));
  auto d = TRY(look_own(ctx, actor, proof));
  TRY(may_say(d.tree, *d.rules, parent));
  auto path = d.tree.path_to(parent);
  TRY(check_length(path, text.size()));
  if (!path.empty() && path.back()->said.text.empty()) {
    return fail(Fault::invalid, "bad-node", "This reply is empty: ask for it again.");
  }
  auto voices = static_cast<std::int64_t>(d.voices.size());
  std::int64_t first = TRY(ctx.keys.take(static_cast<int>(2 * (1 + voices) + 1)));
  Fresh fresh;
  Node user;
  user.id = DialogueNodeId{first};
  user.content = ContentRef{first + 1};
  user.parent = parent;
  user.said.text = text;
  TRY(fresh.add(ctx, proof.project, user));
  for (std::int64_t slot = 1; slot <= voices; ++slot) {
    TRY(fresh.add(ctx, proof.project, reply_node(first + 2 * slot, user.id, slot, d)));
  }
  fresh.deed = first + 2 * (1 + voices);
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    auto now = TRY(lock_rows(tx, ctx, actor, proof));
    TRY(may_say(now, *d.rules, parent));
    return fresh.write(tx, ctx, actor, proof, "dialogue.turn");
  }));
  path.push_back(&user);
  return begun(d, actor, fresh, path);
}

Result<Begun> regenerate(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                         DialogueNodeId user, const std::vector<std::int64_t>& slots) {
  auto d = TRY(look_own(ctx, actor, proof));
  auto wanted = TRY(may_ask(d.tree, *d.rules, user, slots));
  auto count = static_cast<std::int64_t>(wanted.size());
  std::int64_t first = TRY(ctx.keys.take(static_cast<int>(2 * count + 1)));
  Fresh fresh;
  for (std::int64_t i = 0; i < count; ++i) {
    auto slot = wanted[static_cast<std::size_t>(i)];
    TRY(fresh.add(ctx, proof.project, reply_node(first + 2 * i, user, slot, d)));
  }
  fresh.deed = first + 2 * count;
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    auto now = TRY(lock_rows(tx, ctx, actor, proof));
    TRY(may_ask(now, *d.rules, user, wanted));
    return fresh.write(tx, ctx, actor, proof, "dialogue.turn");
  }));
  return begun(d, actor, fresh, d.tree.path_to(user));
}

Result<Node> edit(const Context& ctx, const Actor& actor, const LeaseProof& proof,
                  DialogueNodeId reply, std::string_view text) {
  TRY(check_said(text));
  auto d = TRY(look_own(ctx, actor, proof));
  TRY(may_edit(d.tree, *d.rules, reply));
  const auto& original = *d.tree.find(reply);
  std::int64_t first = TRY(ctx.keys.take(3));
  Node node;
  node.id = DialogueNodeId{first};
  node.content = ContentRef{first + 1};
  node.parent = original.parent;
  node.kind = NodeKind::edit;
  node.slot = original.slot;
  node.edited_from = reply;
  node.said.text = text;
  Fresh fresh;
  TRY(fresh.add(ctx, proof.project, std::move(node)));
  fresh.deed = first + 2;
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    auto now = TRY(lock_rows(tx, ctx, actor, proof));
    TRY(may_edit(now, *d.rules, reply));
    return fresh.write(tx, ctx, actor, proof, "dialogue.edit");
  }));
  return fresh.nodes[0];
}

Result<void> check_answers(Tx& tx, const Context& ctx, const Assignment& a,
                           const json::value& answers) {
  auto form = TRY(ctx.projects.form(tx, a.project, a.template_version));
  const auto* rules = form->dialogue();
  const auto* answer = rules ? find(answers, rules->question) : nullptr;
  if (!answer || answer->is_null()) return {};
  auto tree = TRY(read_rows(tx, ctx, a.project, a.id));
  auto opens = [&](std::string_view text) {
    auto opened = ctx.ids.open(store::IdType::dialogue_node, text);
    bool ours = opened && opened->project == a.project;
    return DialogueNodeId{ours ? opened->inner : 0};
  };
  TRY(check_answer(tree, *rules, *answer, opens));
  return {};
}

Result<void> check_final(Tx& tx, const Context& ctx, ProjectId project, TaskId task,
                         const json::value& answers) {
  std::vector<Assignment> submitted;
  TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS
               " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3 AND"
               " a.state >= 10 ORDER BY a.assignment",
               {ctx.room, project, task}, [&](const store::Row& row) {
                 submitted.push_back(read_assignment(row));
                 return true;
               }));
  Result<void> checked;
  for (const auto& a : submitted) {
    checked = check_answers(tx, ctx, a, answers);
    if (checked) break;
  }
  return checked;
}

}  // namespace guildhall::work::dialogue
