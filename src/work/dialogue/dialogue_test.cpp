// Live dialogues over the store, with models that the test plays.
#include "work/dialogue/dialogue.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "base/limits.h"
#include "store/postgres/fixture.h"
#include "work/dialogue/live.h"
#include "work/dialogue/record.h"
#include "work/work_test_util.h"

namespace guildhall::work::dialogue {
namespace {

// One question to a model, and whoever listens to its answer.
struct Played {
  Asked asked;
  std::shared_ptr<Listener> listener;
  std::atomic<bool> cancelled{false};
};

class PlayedCall final : public Call {
 public:
  explicit PlayedCall(std::shared_ptr<Played> played) : played_(std::move(played)) {}
  ~PlayedCall() override { cancel(); }
  void cancel() override { played_->cancelled = true; }

 private:
  const std::shared_ptr<Played> played_;
};

class PlayedModels final : public Models {
 public:
  Result<std::shared_ptr<Call>> ask(Asked asked, std::shared_ptr<Listener> listener) override {
    if (asked.model == refuses) {
      return fail(Fault::conflict, "budget-spent", "The budget is used up.");
    }
    auto played = std::make_shared<Played>();
    played->asked = std::move(asked);
    played->listener = std::move(listener);
    all.push_back(played);
    return std::make_shared<PlayedCall>(played);
  }
  std::vector<std::shared_ptr<Played>> all;
  std::string refuses;
};

constexpr std::string_view kForm =
    R"({"base":"dialogue","models":["m-1","m-2"],"system":"Be brief.",
  "parameters":{"temperature":0},"min_turns":2,"max_turns":3,"rate":{"min":1,"max":7},
  "may":["edit","regenerate","branch"]})";

struct Talking {
  explicit Talking(const std::string& url, std::string_view form = kForm)
      : room(url), ctx(*room.ctx), live(ctx, models) {
    manager = room.add_member();
    expert = room.add_member();
    NewProject draft{.title = "Talk",
                     .form = GH_OK(Template::parse(GH_OK(parse_json(form)))),
                     .guidelines = "Be kind.",
                     .settings = Settings()};
    project = GH_OK(create_project(ctx, manager, draft));
    GH_OK(patch_project(ctx, manager, project, {.state = ProjectState::open}));
    room.import(manager, project, R"({"data":{"goal":"Find an error"}})");
    held = *GH_OK(claim(ctx, expert, project, TaskKind::work)).assignment;
    live.start();
  }

  LeaseProof proof() const { return {project, held.id, held.token}; }
  Dialogue read() {
    return GH_OK(
        room.db->read_as([&](store::Tx& tx) { return look(tx, ctx, held, store::Reason::work); }));
  }
  Node node(DialogueNodeId id) {
    auto d = read();
    REQUIRE(d.tree.find(id) != nullptr);
    return *d.tree.find(id);
  }
  // Until the store says so; the writer is a thread.
  bool becomes(DialogueNodeId id, NodeState state) {
    for (int i = 0; i < 1'000; ++i) {
      if (node(id).state == state) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  std::shared_ptr<ReplyStream> say(DialogueNodeId parent, std::string_view text) {
    auto begun = GH_OK(start_turn(ctx, expert, proof(), parent, text));
    nodes = begun.nodes;
    return live.open(std::move(begun));
  }
  // The newest so many models answer, whole.
  void answer(std::size_t count, std::string_view text) {
    for (auto i = models.all.size() - count; i < models.all.size(); ++i) {
      models.all[i]->listener->on_text(text);
      models.all[i]->listener->on_end({NodeState::complete, "stop", ExchangeId{77}, {}});
    }
  }
  // A whole turn: what was said, then the replies.
  std::vector<Node> turn(DialogueNodeId parent, std::string_view text, std::string_view reply) {
    auto stream = say(parent, text);
    auto made = nodes;
    answer(made.size() - 1, reply);
    for (std::size_t i = 1; i < made.size(); ++i) {
      CHECK(becomes(made[i].id, NodeState::complete));
    }
    return made;
  }
  std::string check(std::string_view talk) {
    auto answers = GH_OK(parse_json(R"({"talk":)" + std::string(talk) + "}"));
    auto checked =
        room.db->read([&](store::Tx& tx) { return check_answers(tx, ctx, held, answers); });
    return checked ? "ok" : std::string(checked.error().type) + " " + checked.error().field;
  }
  std::string show(DialogueNodeId id) const { return room.ids.show(project, id); }

  TestRoom room;
  const Context& ctx;
  PlayedModels models;
  LiveReplies live;
  Actor manager, expert;
  ProjectId project;
  Assignment held;
  std::vector<Node> nodes;  // of the newest stream
};

template <class T>
std::string type_of(const Result<T>& result) {
  return result ? "ok" : std::string(result.error().type);
}

std::vector<std::string> stores() {
  std::vector<std::string> out = {{}};
  if (store::postgres::test_server()) out.push_back(store::postgres::test_database());
  return out;
}

}  // namespace

TEST_CASE("dialogue: a turn is asked of every voice, streams, and is kept") {
  for (const auto& url : stores()) {
    Talking t(url);
    auto stream = t.say({}, "Hello");
    REQUIRE(t.nodes.size() == 3);
    REQUIRE(t.models.all.size() == 2);
    auto voices = voices_of(t.ctx, t.project, t.held.id, *t.read().rules);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& asked = t.models.all[i]->asked;
      CHECK(asked.model == voices[i]);
      CHECK(asked.member == t.expert.member);
      CHECK(asked.body == R"({"model":")" + voices[i] +
                              R"(","messages":[{"role":"system","content":"Be brief."},)"
                              R"({"role":"user","content":"Hello"}],"temperature":0,)"
                              R"("max_tokens":1024,"stream":true})");
    }
    CHECK(t.read().tree.streaming());
    CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), {}, "x")) == "dialogue-streaming");

    t.models.all[0]->listener->on_text("Gu");
    t.models.all[1]->listener->on_text("Hi");
    t.models.all[0]->listener->on_text("ten");
    auto heard = stream->hear();
    REQUIRE(heard.texts.size() == 2);
    CHECK(heard.texts[0].first == t.nodes[1].id);
    CHECK(heard.texts[0].second == "Guten");
    CHECK(heard.texts[1].second == "Hi");
    CHECK_FALSE(heard.over);
    CHECK(stream->hear().texts.empty());

    t.answer(2, "!");
    CHECK(t.becomes(t.nodes[1].id, NodeState::complete));
    CHECK(t.becomes(t.nodes[2].id, NodeState::complete));
    auto kept = t.node(t.nodes[1].id);
    CHECK(kept.said.text == "Guten!");
    CHECK(kept.said.model == voices[0]);
    CHECK(kept.said.finish == "stop");
    CHECK(kept.said.parameters == R"({"temperature":0,"max_tokens":1024})");
    CHECK(kept.exchange == ExchangeId{77});
    CHECK(t.room.number("SELECT count(*) FROM deed WHERE verb = 'dialogue.turn'", {}) == 1);
    CHECK(t.room.number("SELECT count(*) FROM deed WHERE verb = 'dialogue.reply'", {}) == 2);
  }
}

TEST_CASE("dialogue: an end is told once it is durable, and then the stream is over") {
  Talking t({});
  auto stream = t.say({}, "Hello");
  std::atomic<int> woken{0};
  stream->on_news([&] { ++woken; });
  t.answer(2, "Hi");
  std::set<DialogueNodeId> done;
  bool over = false;
  while (!over) {
    auto heard = stream->hear();
    for (const auto& one : heard.done) {
      CHECK(t.node(one.node).state == NodeState::complete);  // already
      done.insert(one.node);
    }
    over = heard.over;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(done.size() == 2);
  CHECK(woken >= 2);
}

TEST_CASE("dialogue: going on, branching, editing, asking again") {
  for (const auto& url : stores()) {
    Talking t(url);
    auto first = t.turn({}, "One", "A1");
    auto edited = GH_OK(edit(t.ctx, t.expert, t.proof(), first[1].id, "A1, better"));
    CHECK(edited.parent == first[0].id);
    CHECK(edited.edited_from == first[1].id);
    CHECK(edited.slot == first[1].slot);
    auto second = t.turn(edited.id, "Two", "A2");
    auto& body = t.models.all.back()->asked.body;
    CHECK(
        body.find(R"({"role":"user","content":"One"},{"role":"assistant","content":"A1, better"},)"
                  R"({"role":"user","content":"Two"}])") != std::string::npos);
    auto branch = t.turn(first[2].id, "Two, otherwise", "B2");
    CHECK(t.read().tree.children(first[2].id).size() == 1);

    auto again = GH_OK(regenerate(t.ctx, t.expert, t.proof(), second[0].id, {2}));
    REQUIRE(again.nodes.size() == 1);
    CHECK(again.nodes[0].slot == 2);
    auto id = again.nodes[0].id;
    auto stream = t.live.open(std::move(again));
    CHECK(t.models.all.back()->asked.body == body);
    t.answer(1, "A2 again");
    CHECK(t.becomes(id, NodeState::complete));
    CHECK(t.read().tree.children(second[0].id).size() == 3);
    CHECK(t.node(first[1].id).said.text == "A1");  // both are kept

    auto third = t.turn(second[1].id, "Three", "A3");
    CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), third[1].id, "Four")) == "too-many-turns");

    auto rated = [&](std::vector<DialogueNodeId> nodes) {
      std::string out;
      for (auto node : nodes) out += (out.empty() ? "\"" : ",\"") + t.show(node) + "\":5";
      return "{" + out + "}";
    };
    auto path = R"({"turns":[{"user":")" + t.show(first[0].id) + R"(","chosen":")" +
                t.show(edited.id) + R"(","ratings":)" + rated({first[1].id, first[2].id}) +
                R"(},{"user":")" + t.show(second[0].id) + R"(","chosen":null,"ratings":)" +
                rated({second[1].id, second[2].id, id}) + R"(}],"end":)";
    CHECK(t.check(path + "null}") == "ok");
    CHECK(t.check(path + "\"" + t.show(id) + "\"}") == "ok");
    CHECK(t.check(path + "\"" + t.show(third[1].id) + "\"}") ==
          "invalid-answers /answers/talk/end");
    CHECK(t.check(R"({"turns":[{"user":")" + t.show(branch[0].id) +
                  R"(","chosen":null}],"end":null})") ==
          "invalid-answers /answers/talk/turns/0/ratings");
    auto json = record_json(t.read(), t.room.ids);
    CHECK(json.find(R"("edited_from":")" + t.show(first[1].id)) != std::string::npos);
    CHECK(json.find(R"("models":[)") != std::string::npos);
  }
}

TEST_CASE("dialogue: only the holder, with the newest token, while the lease runs") {
  for (const auto& url : stores()) {
    Talking t(url);
    auto other = t.room.add_member();
    auto first = t.turn({}, "One", "A1");
    CHECK(type_of(start_turn(t.ctx, other, t.proof(), {}, "x")) == "no-dialogue");
    LeaseProof stale = t.proof();
    stale.token += 1;
    CHECK(type_of(start_turn(t.ctx, t.expert, stale, {}, "x")) == "stale-token");
    CHECK(type_of(edit(t.ctx, t.expert, stale, first[1].id, "x")) == "stale-token");
    CHECK(type_of(regenerate(t.ctx, t.expert, stale, first[0].id, {})) == "stale-token");
    CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), {}, " \n")) == "bad-text");
    CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), {},
                             std::string(kMaxTurnBytes + 1, 'x'))) == "bad-text");
    CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), DialogueNodeId{999}, "x")) == "bad-node");
    GH_OK(release(t.ctx, t.expert, t.proof()));
    CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), {}, "x")) == "lease-over");
  }
}

TEST_CASE("dialogue: who leaves frees the models at once, and keeps what came") {
  Talking t({});
  auto stream = t.say({}, "Hello");
  t.models.all[0]->listener->on_text("Half a");
  stream->leave();
  CHECK(t.models.all[0]->cancelled);  // before anything is written
  CHECK(t.models.all[1]->cancelled);
  t.models.all[0]->listener->on_text(" reply");  // too late
  CHECK(t.becomes(t.nodes[1].id, NodeState::cancelled));
  CHECK(t.becomes(t.nodes[2].id, NodeState::cancelled));
  CHECK(t.node(t.nodes[1].id).said.text == "Half a");
  auto on = start_turn(t.ctx, t.expert, t.proof(), t.nodes[1].id, "Go on");
  CHECK(type_of(on) == "ok");
  CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), t.nodes[2].id, "Go on")) ==
        "dialogue-streaming");
}

TEST_CASE("dialogue: a model that cannot be asked leaves an error, the others answer") {
  Talking t({});
  t.models.refuses = "m-1";
  auto stream = t.say({}, "Hello");
  REQUIRE(t.models.all.size() == 1);
  t.answer(1, "Hi");
  auto slot = t.read().voices[0] == "m-1" ? 1U : 2U;
  CHECK(t.becomes(t.nodes[slot].id, NodeState::error));
  CHECK(t.becomes(t.nodes[3 - slot].id, NodeState::complete));
  CHECK(t.node(t.nodes[slot].id).said.why == "The budget is used up.");
  CHECK(type_of(start_turn(t.ctx, t.expert, t.proof(), t.nodes[slot].id, "x")) == "bad-node");
}

TEST_CASE("dialogue: a long reply is written down while it comes, and cut at its bound") {
  Talking t({});
  auto stream = t.say({}, "Hello");
  t.models.all[0]->listener->on_text("so far");
  bool kept = false;
  for (int i = 0; i < 1'000 && !kept; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    kept = t.node(t.nodes[1].id).said.text == "so far";
  }
  CHECK(kept);  // and still it streams
  CHECK(t.node(t.nodes[1].id).state == NodeState::streaming);
  t.models.all[1]->listener->on_text(std::string(kMaxReplyBytes, 'x'));
  CHECK_FALSE(t.models.all[1]->cancelled);
  t.models.all[1]->listener->on_text("x");
  CHECK(t.models.all[1]->cancelled);
  CHECK(t.becomes(t.nodes[2].id, NodeState::incomplete));
  CHECK(t.node(t.nodes[2].id).said.text.size() == kMaxReplyBytes);
}

TEST_CASE("dialogue: replies of a process that died are given up, and not written any more") {
  for (const auto& url : stores()) {
    Talking t(url);
    auto begun = GH_OK(start_turn(t.ctx, t.expert, t.proof(), {}, "Hello"));  // nobody asks
    auto age = [&](std::int64_t by_ms) {
      GH_OK(t.room.db->write([&](store::Tx& tx) -> Result<void> {
        TRY(tx.exec("UPDATE dialogue_node SET touched_at = $1 WHERE state = 1",
                    {tx.now() - by_ms}));
        return {};
      }));
    };
    age(kReplyLostMs - 1'000);
    CHECK(t.node(begun.nodes[1].id).state == NodeState::streaming);
    age(kReplyLostMs + 1'000);
    CHECK(t.node(begun.nodes[1].id).state == NodeState::incomplete);  // as it is read
    CHECK_FALSE(t.read().tree.streaming());
    auto again = GH_OK(regenerate(t.ctx, t.expert, t.proof(), begun.nodes[0].id, {1}));
    CHECK(t.room.number("SELECT count(*) FROM dialogue_node WHERE state = 3", {}) == 2);
    // The one that was thought dead comes back.
    Progress late{t.project,
                  t.held.id,
                  t.expert.member,
                  begun.nodes[1].id,
                  begun.nodes[1].content,
                  NodeState::complete,
                  {},
                  Said{"late"},
                  1};
    GH_OK(write_progress(t.ctx, {&late, 1}));
    CHECK(t.node(begun.nodes[1].id).state == NodeState::incomplete);
    CHECK(t.node(begun.nodes[1].id).said.text.empty());
  }
}

TEST_CASE("dialogue: when the key goes the replies end, with what was written down") {
  Talking t({});
  auto stream = t.say({}, "Hello");
  t.models.all[0]->listener->on_text("secret");
  t.room.sealer.seals_nothing = true;
  t.live.darken(t.project);
  CHECK(t.models.all[0]->cancelled);
  CHECK(t.becomes(t.nodes[1].id, NodeState::incomplete));
  CHECK(t.node(t.nodes[1].id).said.text.empty());
  Heard all;
  while (!all.over) {
    auto heard = stream->hear();
    all.done.insert(all.done.end(), heard.done.begin(), heard.done.end());
    all.over = heard.over;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  REQUIRE(all.done.size() == 2);
  CHECK(all.done[0].state == NodeState::incomplete);
  CHECK_FALSE(all.done[0].why.empty());
}

TEST_CASE("dialogue: a reply that ended as the key went is not told as whole") {
  Talking t({});
  auto stream = t.say({}, "Hello");
  t.room.sealer.seals_nothing = true;
  t.answer(2, "Hi");
  CHECK(t.becomes(t.nodes[1].id, NodeState::incomplete));
  CHECK(t.becomes(t.nodes[2].id, NodeState::incomplete));
}

TEST_CASE("dialogue: a server that stops writes down what came") {
  Talking t({});
  auto stream = t.say({}, "Hello");
  t.models.all[0]->listener->on_text("Half");
  t.live.stop();
  CHECK(t.node(t.nodes[1].id).state == NodeState::incomplete);
  CHECK(t.node(t.nodes[1].id).said.text == "Half");
  CHECK(t.models.all[0]->cancelled);
}

TEST_CASE("dialogue: the letters are drawn for each assignment, stay, and are balanced") {
  TestRoom room;
  DialogueRules rules{.models = {"a", "b", "c"}};
  std::map<std::string, int> first;
  for (std::int64_t id = 1; id <= 3'000; ++id) {
    auto voices = voices_of(*room.ctx, ProjectId{1}, AssignmentId{id}, rules);
    CHECK(voices == voices_of(*room.ctx, ProjectId{1}, AssignmentId{id}, rules));
    CHECK(std::set<std::string>(voices.begin(), voices.end()).size() == 3);
    ++first[voices[0] + voices[1]];
  }
  CHECK(first.size() == 6);
  // Six orders of 500 each; five standard deviations are about 102.
  for (const auto& [order, count] : first) {
    CAPTURE(order);
    CHECK(std::abs(count - 500) < 102);
  }
}

}  // namespace guildhall::work::dialogue
