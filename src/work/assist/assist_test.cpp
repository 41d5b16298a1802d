// What models do in projects, over the store; who answers is played.
#include <doctest/doctest.h>

#include <map>

#include "store/postgres/fixture.h"
#include "work/assist/proposals.h"
#include "work/assist/worker.h"
#include "work/work_test_util.h"

namespace guildhall::work::assist {
namespace {

using store::Reason;
using store::Tx;

std::vector<std::string> stores() {
  std::vector<std::string> out = {{}};
  if (store::postgres::test_server()) out.push_back(store::postgres::test_database());
  return out;
}

struct Helped {
  explicit Helped(const std::string& url) : room(url), ctx(*room.ctx) {
    manager = room.add_member();
    expert = room.add_member();
    NewProject draft{.title = "Answers",
                     .form = GH_OK(Template::builtin("demonstration")),
                     .guidelines = "Be kind.",
                     .settings = Settings()};
    project = GH_OK(create_project(ctx, manager, draft));
    GH_OK(patch_project(ctx, manager, project, {.state = ProjectState::open}));
  }

  ModelWork work(WorkKind kind, std::string_view prompt, std::int64_t count = 0) {
    NewWork wanted{.kind = kind, .terms = {}};
    wanted.terms.prompt = prompt;
    wanted.terms.model = "m";
    wanted.terms.count = count;
    if (count > 0) wanted.terms.brief = "Questions.";
    return GH_OK(create_work(ctx, manager, project, wanted));
  }
  Outcome outcome(const ModelWork& work, TaskId task, AnswerState state) {
    Outcome out;
    out.work = &work;
    out.task = task;
    out.state = state;
    out.origin = {"m", work.terms.prompt, 1, {ExchangeId{5}}};
    out.cost = 3;
    if (state == AnswerState::answered) out.answers_json = R"({"response":"Hm."})";
    return out;
  }
  WorkCounts counts(const ModelWork& work) {
    return GH_OK(room.db->read_as(
                     [&](Tx& tx) { return work_of(tx, ctx, project, work.id, Reason::manage); }))
        .counts;
  }
  std::vector<WantedTask> wanted(const ModelWork& work) {
    return GH_OK(room.db->read_as([&](Tx& tx) { return wanted_tasks(tx, ctx, work, {}, 100); }));
  }

  TestRoom room;
  const Context& ctx;
  Actor manager, expert;
  ProjectId project;
};

}  // namespace

TEST_CASE("assist: of one work and task the first answer stands, and is counted once") {
  for (const auto& url : stores()) {
    Helped h(url);
    h.room.import(h.manager, h.project,
                  "{\"data\":{\"prompt\":\"1\"}}\n{\"data\":{\"prompt\":\"2\"}}");
    auto work = h.work(WorkKind::draft, "draft.answer");
    auto tasks = h.wanted(work);
    REQUIRE(tasks.size() == 2);
    CHECK(GH_OK(put_outcome(h.ctx, h.outcome(work, tasks[0].task, AnswerState::trying))));
    CHECK(h.wanted(work)[0].tries == 1);
    CHECK(GH_OK(put_outcome(h.ctx, h.outcome(work, tasks[0].task, AnswerState::answered))));
    // Another process, which had asked as well.
    CHECK_FALSE(GH_OK(put_outcome(h.ctx, h.outcome(work, tasks[0].task, AnswerState::left))));
    CHECK_FALSE(GH_OK(put_outcome(h.ctx, h.outcome(work, tasks[0].task, AnswerState::trying))));
    auto counts = h.counts(work);
    CHECK(counts.asked == 2);
    CHECK(counts.answered == 1);
    CHECK(counts.left == 0);
    CHECK(counts.cost == 6);
    REQUIRE(h.wanted(work).size() == 1);
    CHECK(h.wanted(work)[0].task == tasks[1].task);
    auto held = GH_OK(h.room.db->read_as([&](Tx& tx) {
      return answers_to(tx, h.ctx, h.project, tasks[0].task, tasks[1].task, Reason::manage);
    }));
    REQUIRE(held.size() == 1);
    CHECK(held[0].answers_json == R"({"response":"Hm."})");
    CHECK(held[0].tries == 2);
    CHECK(held[0].origin.exchanges == std::vector{ExchangeId{5}, ExchangeId{5}});
    CHECK_FALSE(was_shown(held[0], held[0].at - 1));
    CHECK(was_shown(held[0], held[0].at));
  }
}

TEST_CASE("assist: a task that was made up is none before a person takes it, and then one") {
  for (const auto& url : stores()) {
    Helped h(url);
    auto work = h.work(WorkKind::generate, "generate.variants", 2);
    auto made = h.outcome(work, TaskId{2}, AnswerState::answered);
    made.answers_json.clear();
    made.made = {R"({"prompt":"One?"})", R"({"prompt":"Two?"})"};
    CHECK(GH_OK(put_outcome(h.ctx, made)));
    CHECK_FALSE(GH_OK(put_outcome(h.ctx, made)));
    CHECK(h.counts(work).made == 2);
    auto next = GH_OK(h.room.db->read_as([&](Tx& tx) {
      auto held = GH_OK(work_of(tx, h.ctx, h.project, work.id, Reason::manage));
      return wanted_asks(tx, h.ctx, held, 3, 1);
    }));
    REQUIRE(next.size() == 1);
    CHECK(next[0].task == TaskId{1});  // it may be under way: no third one is begun
    auto list = GH_OK(h.room.db->read_as([&](Tx& tx) {
      return list_proposals(tx, h.ctx, h.project, {.state = {}, .after = {}}, Reason::manage);
    }));
    REQUIRE(list.size() == 2);
    CHECK_FALSE(GH_OK(claim(h.ctx, h.expert, h.project, TaskKind::work)).assignment);
    auto odd = GH_OK(parse_json(R"({"odd":1})"));
    CHECK_FALSE(accept_proposal(h.ctx, h.manager, h.project, list[0].id, &odd));
    auto task = GH_OK(accept_proposal(h.ctx, h.manager, h.project, list[0].id, nullptr));
    auto again = accept_proposal(h.ctx, h.manager, h.project, list[0].id, nullptr);
    REQUIRE_FALSE(again);
    CHECK(again.error().type == "proposal-decided");
    GH_OK(refuse_proposal(h.ctx, h.manager, h.project, list[1].id));
    CHECK_FALSE(accept_proposal(h.ctx, h.manager, h.project, list[1].id, nullptr));
    auto held = GH_OK(claim(h.ctx, h.expert, h.project, TaskKind::work)).assignment;
    REQUIRE(held);
    CHECK(held->task == task);
    CHECK(h.room.number("SELECT count(*) FROM task WHERE kind = 1 AND room > 0", {}) == 1);
    CHECK(h.room.number("SELECT count(*) FROM deed WHERE verb = 'proposal.accept'", {}) == 1);
  }
}

TEST_CASE("assist: a share of the tasks is drawn by task, about as many as it says") {
  int drawn = 0;
  for (std::int64_t task = 1; task <= 10'000; ++task) {
    bool is = is_drawn(ModelWorkId{77}, TaskId{task}, 30);
    CHECK(is == is_drawn(ModelWorkId{77}, TaskId{task}, 30));
    CHECK((!is || is_drawn(ModelWorkId{77}, TaskId{task}, 40)));
    CHECK(is_drawn(ModelWorkId{77}, TaskId{task}, 100));
    drawn += is ? 1 : 0;
  }
  CHECK(drawn > 2'800);
  CHECK(drawn < 3'200);
}

}  // namespace guildhall::work::assist
