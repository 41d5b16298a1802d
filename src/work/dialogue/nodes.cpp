#include "work/dialogue/nodes.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "store/deed.h"

namespace guildhall::work::dialogue {
namespace {

using store::Row;
using store::Sealed;
using store::Tx;

Node read_node(const Row& row, TimeMs now) {
  Node node;
  node.id = row.id<DialogueNodeId>(0);
  node.parent = row.id<DialogueNodeId>(1);
  node.kind = static_cast<NodeKind>(row.integer(2));
  node.slot = row.integer(3);
  node.state = static_cast<NodeState>(row.integer(4));
  node.exchange = row.id<ExchangeId>(5);
  node.edited_from = row.id<DialogueNodeId>(6);
  node.at = row.integer(7);
  node.touched_at = row.integer(8);
  node.content = row.id<ContentRef>(9);
  bool lost = node.state == NodeState::streaming && node.touched_at + kReplyLostMs < now;
  if (lost) node.state = NodeState::incomplete;
  return node;
}

Result<Sealed> seal_said(const Context& ctx, const Progress& item) {
  return ctx.sealer.seal(node_content(ctx.room, item.project, item.node), to_text(*item.said));
}

Result<void> write_one(Tx& tx, const Context& ctx, const Progress& item,
                       const std::optional<Sealed>& sealed) {
  auto rows =
      TRY(tx.exec("UPDATE dialogue_node SET state = $5, exchange = $6, touched_at = $7 WHERE"
                  " room = $1 AND project = $2 AND assignment = $3 AND node = $4 AND state = 1",
                  {ctx.room, item.project, item.assignment, item.node,
                   static_cast<std::int64_t>(item.state), item.exchange, tx.now()}));
  if (rows == 0) return {};
  if (sealed) {
    TRY(store::replace_content(tx, node_content(ctx.room, item.project, item.node), item.content,
                               *sealed));
  }
  if (item.deed == 0) return {};
  auto hash = sealed ? std::string(crypto::view(crypto::sha256(sealed->bytes()))) : std::string();
  return store::record(
      tx, {ctx.room, item.project, item.deed, item.member, "dialogue.reply", item.assignment.value,
           item.node.value, static_cast<std::int64_t>(item.state), hash});
}

}  // namespace

store::ContentContext node_content(RoomId room, ProjectId project, DialogueNodeId id) {
  return {room, project, store::ContentType::dialogue, id.value};
}

Result<Tree> read_rows(Tx& tx, const Context& ctx, ProjectId project, AssignmentId id) {
  std::vector<Node> nodes;
  TRY(
      tx.query("SELECT node, parent, kind, slot, state, exchange, edited_from, at, touched_at,"
               " content_ref FROM dialogue_node WHERE room = $1 AND project = $2 AND"
               " assignment = $3",
               {ctx.room, project, id}, [&](const Row& row) {
                 nodes.push_back(read_node(row, tx.now()));
                 return true;
               }));
  return Tree(std::move(nodes));
}

Result<Tree> read_tree(Tx& tx, const Context& ctx, ProjectId project, AssignmentId id,
                       const store::Opening& why) {
  auto nodes = TRY(read_rows(tx, ctx, project, id))
  .nodes();
  std::vector<store::Wanted> wanted;
  for (const auto& node : nodes) {
    wanted.push_back({node_content(ctx.room, project, node.id), node.content});
  }
  auto opened = TRY(store::open_contents(tx, wanted, why));
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].said = TRY(read_said(opened[i].expose()));
  }
  return Tree(std::move(nodes));
}

Result<void> give_up_lost(Tx& tx, const Context& ctx, ProjectId project, AssignmentId id) {
  TRY(
      tx.exec("UPDATE dialogue_node SET state = 3 WHERE room = $1 AND project = $2 AND"
              " assignment = $3 AND state = 1 AND touched_at < $4",
              {ctx.room, project, id, tx.now() - kReplyLostMs}));
  return {};
}

Result<void> put_node(Tx& tx, const Context& ctx, ProjectId project, AssignmentId id,
                      const Node& node, const Sealed& said) {
  TRY(store::put_content(tx, node_content(ctx.room, project, node.id), node.content, said));
  return tx.put(
      "INSERT INTO dialogue_node (room, project, assignment, node, parent, kind, slot, state,"
      " exchange, edited_from, at, touched_at, content_ref) VALUES ($1, $2, $3, $4, $5, $6, $7,"
      " $8, 0, $9, $10, $10, $11)",
      {ctx.room, project, id, node.id, node.parent, static_cast<std::int64_t>(node.kind), node.slot,
       static_cast<std::int64_t>(node.state), node.edited_from, tx.now(), node.content});
}

Result<void> write_progress(const Context& ctx, std::span<Progress> items) {
  std::vector<std::optional<Sealed>> sealed(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto& item = items[i];
    if (!item.said) continue;
    auto done = seal_said(ctx, item);
    if (done) {
      sealed[i] = *std::move(done);
    } else if (done.error().type != "locked") {
      return std::unexpected(std::move(done).error());
    } else if (item.state == NodeState::complete) {
      item.state = NodeState::incomplete;
    }
  }
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    for (std::size_t i = 0; i < items.size(); ++i) TRY(write_one(tx, ctx, items[i], sealed[i]));
    return {};
  });
}

}  // namespace guildhall::work::dialogue
