// The rules of the tree, on trees that a seeded person and models grow by them.
#include "work/dialogue/tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "base/limits.h"
#include "base/random.h"
#include "work/dialogue/answer.h"

namespace guildhall::work::dialogue {
namespace {

Node grown(std::int64_t id, DialogueNodeId parent, NodeKind kind, std::int64_t slot) {
  Node node;
  node.id = DialogueNodeId{id};
  node.parent = parent;
  node.kind = kind;
  node.slot = slot;
  node.at = id;
  node.said.text = std::to_string(id);
  return node;
}

// Does what the rules allow, at random, and remembers how it was refused.
struct Grower {
  explicit Grower(std::uint64_t seed) : random(seed) {
    rules.question = "talk";
    rules.models.resize(1 + random.below(4));
    rules.max_turns = 1 + random.below(6);
    rules.may_edit = random.below(2) == 0;
    rules.may_regenerate = random.below(2) == 0;
    rules.may_branch = random.below(2) == 0;
    if (random.below(2) == 0) rules.rate = {1, 5};
  }

  Tree tree() const { return Tree(nodes); }
  DialogueNodeId any() {
    auto at = random.below(nodes.size() + 1);
    return at == nodes.size() ? DialogueNodeId{} : nodes[at].id;
  }
  void reply(DialogueNodeId user, std::int64_t slot) {
    auto node = grown(++last, user, NodeKind::reply, slot);
    auto luck = random.below(8);
    if (luck == 0) node.state = NodeState::error;
    if (luck == 1) node.state = NodeState::incomplete;
    if (luck == 2) node.state = NodeState::cancelled;
    nodes.push_back(node);
  }
  void step() {
    auto id = any();
    auto what = random.below(3);
    if (what == 0 && may_say(tree(), rules, id)) {
      nodes.push_back(grown(++last, id, NodeKind::user, 0));
      auto user = nodes.back().id;
      for (std::size_t slot = 1; slot <= rules.models.size(); ++slot) {
        reply(user, static_cast<std::int64_t>(slot));
      }
    } else if (what == 1) {
      auto slots = may_ask(tree(), rules, id, {});
      if (!slots) return;
      for (auto slot : *slots) reply(id, slot);
    } else if (what == 2 && may_edit(tree(), rules, id)) {
      const auto original = *tree().find(id);
      auto node = grown(++last, original.parent, NodeKind::edit, original.slot);
      node.edited_from = id;
      nodes.push_back(node);
    }
  }

  SeededRandom random;
  DialogueRules rules;
  std::vector<Node> nodes;
  std::int64_t last = 0;
};

DialogueNodeId opens(std::string_view text) {
  std::int64_t id = 0;
  for (char c : text) id = c >= '0' && c <= '9' ? id * 10 + (c - '0') : -1;
  return DialogueNodeId{id};
}

json::value id_or_null(const Node* node) {
  return node ? json::value(std::to_string(node->id.value)) : json::value(nullptr);
}

// The answer that tells the path to this reply, everything rated.
json::value answer_to(const Tree& tree, const DialogueRules& rules, DialogueNodeId end) {
  auto path = tree.path_to(end);
  json::array turns;
  for (std::size_t i = 0; i + 1 < path.size(); i += 2) {
    json::object ratings;
    for (const auto* node : tree.children(path[i]->id)) {
      if (rules.rate && node->kind == NodeKind::reply && node->state == NodeState::complete) {
        ratings[std::to_string(node->id.value)] = 3;
      }
    }
    turns.push_back(json::object{
        {"user", id_or_null(path[i])}, {"chosen", id_or_null(path[i + 1])}, {"ratings", ratings}});
  }
  return json::object{{"turns", turns}, {"end", id_or_null(path.back())}};
}

std::string refusal(const Result<std::vector<Turn>>& result) {
  return result ? "ok" : std::string(result.error().type) + " " + result.error().field;
}

}  // namespace

TEST_CASE("dialogue tree: whatever the rules allow is a tree of turns") {
  std::size_t answers = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Grower g(seed);
    for (int i = 0; i < 60; ++i) g.step();
    auto tree = g.tree();
    for (const auto& node : tree.nodes()) {
      const auto* parent = tree.find(node.parent);
      CHECK((node.kind == NodeKind::user) == (!parent || parent->kind != NodeKind::user));
      CHECK(tree.turns_to(node.id) <= g.rules.max_turns);
      CHECK(tree.path_to(node.id).back() == &node);
      if (node.kind == NodeKind::user && parent) CHECK(is_answer(*parent));
      if (node.kind == NodeKind::edit) CHECK(tree.find(node.edited_from)->parent == node.parent);
      if (!is_answer(node)) continue;
      auto answer = answer_to(tree, g.rules, node.id);
      auto path = check_answer(tree, g.rules, answer, opens);
      CHECK_MESSAGE(path.has_value(), refusal(path));
      CHECK(path->back().reply == &node);
      ++answers;
    }
    if (!g.rules.may_branch) {  // one conversation
      auto roots = tree.children({});
      CHECK(roots.size() <= 1);
    }
  }
  CHECK(answers > 3'000);
}

TEST_CASE("dialogue tree: an answer that is changed anywhere is refused, at its place") {
  std::size_t tried = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Grower g(seed);
    g.rules.rate = {1, 5};
    for (int i = 0; i < 60; ++i) g.step();
    auto tree = g.tree();
    for (const auto& node : tree.nodes()) {
      if (!is_answer(node)) continue;
      auto good = answer_to(tree, g.rules, node.id);
      auto changed = [&](std::string_view why, const std::function<void(json::value&)>& change) {
        auto bad = good;
        change(bad);
        if (bad == good) return;
        CAPTURE(why);
        auto refused = check_answer(tree, g.rules, bad, opens);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().type == "invalid-answers");
        CHECK(refused.error().field.starts_with("/answers/talk/"));
        ++tried;
      };
      auto& turns = good.at("turns").as_array();
      changed("no such node", [](json::value& v) { v.at("turns").at(0).at("user") = "999999"; });
      changed("another person's id", [](json::value& v) { v.at("end") = "x1"; });
      changed("said by a model", [](json::value& v) {
        v.at("turns").at(0).at("user") = v.at("turns").at(0).at("chosen");
      });
      changed("chosen what was said", [](json::value& v) {
        v.at("turns").at(0).at("chosen") = v.at("turns").at(0).at("user");
      });
      changed("not from the beginning", [&](json::value& v) {
        if (turns.size() > 1) v.at("turns").as_array().erase(v.at("turns").as_array().begin());
      });
      changed("a turn left out", [&](json::value& v) {
        auto& list = v.at("turns").as_array();
        if (list.size() > 2) list.erase(list.begin() + 1);
      });
      changed("an end of another turn", [&](json::value& v) {
        if (turns.size() > 1) v.at("end") = v.at("turns").at(0).at("chosen");
      });
      changed("a rating short", [](json::value& v) {
        auto& ratings = v.at("turns").at(0).at("ratings").as_object();
        if (!ratings.empty()) ratings.erase(ratings.begin());
      });
      changed("a person's words rated", [](json::value& v) {
        auto& turn = v.at("turns").at(0);
        turn.at("ratings").as_object()[turn.at("user").as_string()] = 3;
      });
    }
  }
  CHECK(tried > 5'000);
}

TEST_CASE("dialogue tree: while a reply streams nothing else is done, and nothing is told") {
  DialogueRules rules{.question = "talk", .models = {"m"}, .max_turns = 9};
  rules.may_edit = rules.may_regenerate = rules.may_branch = true;
  std::vector<Node> nodes = {grown(1, {}, NodeKind::user, 0),
                             grown(2, DialogueNodeId{1}, NodeKind::reply, 1),
                             grown(3, DialogueNodeId{1}, NodeKind::reply, 1)};
  Tree quiet(nodes);
  CHECK(may_say(quiet, rules, DialogueNodeId{2}));
  CHECK(may_ask(quiet, rules, DialogueNodeId{1}, {}));
  CHECK(may_edit(quiet, rules, DialogueNodeId{2}));
  auto answer = answer_to(quiet, rules, DialogueNodeId{2});
  CHECK(check_answer(quiet, rules, answer, opens));
  nodes[2].state = NodeState::streaming;
  Tree busy(nodes);
  CHECK(may_say(busy, rules, DialogueNodeId{2}).error().type == "dialogue-streaming");
  CHECK(may_ask(busy, rules, DialogueNodeId{1}, {}).error().type == "dialogue-streaming");
  CHECK(may_edit(busy, rules, DialogueNodeId{2}).error().type == "dialogue-streaming");
  CHECK(check_answer(busy, rules, answer, opens).error().type == "dialogue-streaming");
}

TEST_CASE("dialogue tree: what the form does not allow is refused by name") {
  DialogueRules rules{.question = "talk", .models = {"m", "n"}, .max_turns = 2};
  std::vector<Node> nodes = {grown(1, {}, NodeKind::user, 0),
                             grown(2, DialogueNodeId{1}, NodeKind::reply, 1),
                             grown(3, DialogueNodeId{1}, NodeKind::reply, 2)};
  nodes[2].state = NodeState::error;
  Tree tree(nodes);
  auto type = [](const auto& result) {
    return result ? std::string("ok") : std::string(result.error().type);
  };
  CHECK(type(may_say(tree, rules, {})) == "no-branch");
  CHECK(type(may_say(tree, rules, DialogueNodeId{1})) == "bad-node");
  CHECK(type(may_say(tree, rules, DialogueNodeId{3})) == "bad-node");  // there is no reply
  CHECK(type(may_say(tree, rules, DialogueNodeId{9})) == "bad-node");
  CHECK(type(may_edit(tree, rules, DialogueNodeId{2})) == "no-edit");
  CHECK(type(may_edit(tree, rules, DialogueNodeId{1})) == "bad-node");
  CHECK(type(may_ask(tree, rules, DialogueNodeId{2}, {})) == "bad-node");
  CHECK(type(may_ask(tree, rules, DialogueNodeId{1}, {3})) == "bad-slot");
  CHECK(type(may_ask(tree, rules, DialogueNodeId{1}, {1})) == "no-regenerate");
  auto failed = may_ask(tree, rules, DialogueNodeId{1}, {});  // the one that has no reply
  REQUIRE(failed);
  CHECK(*failed == std::vector<std::int64_t>{2});
  rules.may_regenerate = true;
  CHECK(may_ask(tree, rules, DialogueNodeId{1}, {})->size() == 2);
  nodes.push_back(grown(4, DialogueNodeId{2}, NodeKind::user, 0));
  nodes.push_back(grown(5, DialogueNodeId{4}, NodeKind::reply, 1));
  CHECK(type(may_say(Tree(nodes), rules, DialogueNodeId{5})) == "too-many-turns");
  rules.may_branch = true;
  CHECK(type(may_say(Tree(nodes), rules, DialogueNodeId{2})) == "ok");
  while (nodes.size() + 3 <= kMaxDialogueNodes) {
    nodes.push_back(
        grown(static_cast<std::int64_t>(nodes.size()) + 1, DialogueNodeId{1}, NodeKind::reply, 1));
  }
  CHECK(type(may_say(Tree(nodes), rules, DialogueNodeId{2})) == "dialogue-full");
}

TEST_CASE("dialogue tree: what a node says comes back as it was written") {
  Said said{"a \"b\"\n", "m-1", R"({"max_tokens":9})", "stop", "why"};
  auto read = read_said(to_text(said));
  REQUIRE(read);
  CHECK(read->text == said.text);
  CHECK(read->model == said.model);
  CHECK(read->parameters == said.parameters);
  CHECK(read->finish == said.finish);
  CHECK(read->why == said.why);
  CHECK_FALSE(read_said("{"));
}

}  // namespace guildhall::work::dialogue
