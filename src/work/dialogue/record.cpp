#include "work/dialogue/record.h"

#include <map>

namespace guildhall::work::dialogue {
namespace {

void write_node(JsonWriter& out, const Node& node, ProjectId project,
                const store::ExternalIds& ids) {
  auto id_or_null = [&](std::string_view name, DialogueNodeId id) {
    out.key(name);
    id ? out.string(ids.show(project, id)) : out.null();
  };
  out.begin_object();
  id_or_null("node", node.id);
  id_or_null("parent", node.parent);
  out.field("kind", word(node.kind)).field("state", word(node.state));
  out.field("at", rfc3339(node.at)).field("text", node.said.text);
  if (node.slot) out.field("slot", std::string(1, static_cast<char>('A' + node.slot - 1)));
  if (node.edited_from) id_or_null("edited_from", node.edited_from);
  if (!node.said.model.empty()) out.field("model", node.said.model);
  if (!node.said.parameters.empty()) out.key("parameters").raw(node.said.parameters);
  if (!node.said.finish.empty()) out.field("finish", node.said.finish);
  if (node.exchange) out.field("exchange", ids.show(project, node.exchange));
  out.end_object();
}

std::string_view text_member(const json::value& value, std::string_view name) {
  const auto* text = find_string(value, name);
  return text ? view(*text) : std::string_view();
}

template <class Word>
Word from_text(std::string_view text, std::int64_t last) {
  for (std::int64_t i = 1; i <= last; ++i) {
    if (word(static_cast<Word>(i)) == text) return static_cast<Word>(i);
  }
  return static_cast<Word>(last);
}

}  // namespace

std::string record_json(const Dialogue& d, const store::ExternalIds& ids) {
  JsonWriter out;
  out.begin_object().field("question", d.rules->question);
  if (!d.rules->system.empty()) out.field("system", d.rules->system);
  out.key("models").begin_array();
  for (const auto& model : d.voices) out.string(model);
  out.end_array().key("nodes").begin_array();
  for (const auto& node : d.tree.nodes()) write_node(out, node, d.assignment.project, ids);
  out.end_array().end_object();
  return out.take();
}

Result<std::optional<Told>> read_record(const json::value& record, const json::value& answers) {
  const auto* answer = find(answers, text_member(record, "question"));
  if (!answer || answer->is_null()) return std::nullopt;
  std::map<std::string_view, DialogueNodeId> known;
  std::vector<Node> nodes;
  auto id_of = [&](std::string_view text) {
    auto at = known.find(text);
    return at == known.end() ? DialogueNodeId{} : at->second;
  };
  const auto* items = find_array(record, "nodes");
  if (!items) return fail(Fault::internal, "internal", "A kept dialogue has no nodes.");
  for (const auto& item : *items) {
    Node node;
    node.id = DialogueNodeId{static_cast<std::int64_t>(nodes.size()) + 1};
    known[text_member(item, "node")] = node.id;
    nodes.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& item = (*items)[i];
    nodes[i].parent = id_of(text_member(item, "parent"));
    nodes[i].kind = from_text<NodeKind>(text_member(item, "kind"), 3);
    nodes[i].state = from_text<NodeState>(text_member(item, "state"), 5);
    nodes[i].edited_from = id_of(text_member(item, "edited_from"));
    nodes[i].said.text = text_member(item, "text");
  }
  Told told{std::string(text_member(record, "system")), Tree(std::move(nodes)), {}};
  auto turns = check_answer(told.tree, DialogueRules{}, *answer, id_of);
  if (!turns) return fail(Fault::internal, "internal", "A kept answer is not of its dialogue.");
  told.turns = *std::move(turns);
  return told;
}

}  // namespace guildhall::work::dialogue
