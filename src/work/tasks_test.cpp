#include "work/tasks.h"

#include <doctest/doctest.h>

#include "work/batches.h"
#include "work/progress.h"
#include "work/recount_test_util.h"
#include "work/submission.h"
#include "work/task_body.h"

namespace guildhall::work {
namespace {

struct Bench {
  explicit Bench(std::string_view settings, int tasks = 1) {
    manager = room.add_member();
    project = room.add_project(manager, settings);
    std::string text;
    for (int i = 0; i < tasks; ++i) {
      text += R"({"key":"k)" + std::to_string(i) + R"(","data":{"prompt":"p"}})" + "\n";
    }
    CHECK(room.import(manager, project, text).imported == tasks);
    task = find("k0");
  }
  TaskId find(std::string_view key) {
    return GH_OK(room.db->read_as(
        [&](store::Tx& tx) { return find_task_by_key(tx, *room.ctx, project, key); }));
  }
  Assignment lease(const Actor& actor, TaskKind kind = TaskKind::work) {
    auto claimed = GH_OK(claim(*room.ctx, actor, project, kind));
    REQUIRE(claimed.assignment);
    return *claimed.assignment;
  }
  Assignment answer(const Actor& actor, bool review = false) {
    auto a = lease(actor);
    return GH_OK(submit(*room.ctx, actor,
                        {.proof = {project, a.id, a.token},
                         .answers_json = R"({"choice":"yes"})",
                         .active_ms = 0,
                         .review_drawn = review}))
        .assignment;
  }
  OpenedTask open(TaskId id) {
    return GH_OK(
        room.db->read_as([&](store::Tx& tx) { return open_task(tx, *room.ctx, project, id); }));
  }
  AssignmentState state_of(AssignmentId id) {
    return static_cast<AssignmentState>(
        room.number("SELECT state FROM assignment WHERE assignment = $1", {id}));
  }
  Progress progress() {
    return GH_OK(
        room.db->read_as([&](store::Tx& tx) { return progress_of(tx, *room.ctx, project); }));
  }

  TestRoom room;
  Actor manager;
  ProjectId project;
  TaskId task;
};

TEST_CASE("tasks: cancelling ends leases with their time, returned work and open reviews") {
  Bench b(R"({"overlap":3})");
  auto returned = b.room.add_member();
  auto waiting = b.room.add_member();
  auto holding = b.room.add_member();
  auto reviewer = b.room.add_member();
  auto sent_back = b.answer(returned);
  GH_OK(judge(*b.room.ctx, reviewer,
              {.project = b.project,
               .submission = sent_back.id,
               .verdict = Verdict::give_back,
               .reason = "wrong"}));
  auto in_review = b.answer(waiting, true);
  auto review = b.lease(reviewer, TaskKind::review);
  auto lease = b.lease(holding);
  b.room.clock.advance_ms(60'000);
  GH_OK(heartbeat(*b.room.ctx, holding, {b.project, lease.id, lease.token}, 42'000));
  check_whole(b.room, b.project);

  GH_OK(cancel_task(*b.room.ctx, b.manager, b.project, b.task));
  CHECK(b.state_of(lease.id) == AssignmentState::withdrawn);
  CHECK(b.state_of(sent_back.id) == AssignmentState::rejected);
  CHECK(b.state_of(in_review.id) == AssignmentState::in_review);
  CHECK(b.state_of(review.id) == AssignmentState::withdrawn);
  CHECK(b.room.number("SELECT ended_at - started_at FROM activity WHERE member = $1",
                      {holding.member}) == 42'000);
  check_whole(b.room, b.project);
  CHECK(b.progress().tasks.cancelled == 1);
  CHECK(b.progress().submissions.wanted == 0);
  CHECK(b.progress().reviews.open == 0);
  auto again = cancel_task(*b.room.ctx, b.manager, b.project, b.task);
  REQUIRE(!again);
  CHECK(again.error().type == "bad-transition");
  auto late = submit(*b.room.ctx, holding,
                     {.proof = {b.project, lease.id, lease.token}, .answers_json = "{}"});
  REQUIRE(!late);
  CHECK(late.error().type == "lease-over");

  GH_OK(requeue_task(*b.room.ctx, b.manager, b.project, b.task, Requeue::keep));
  check_whole(b.room, b.project);
  CHECK(b.progress().reviews.open == 1);
  CHECK(b.progress().submissions.wanted == 3);
  b.lease(b.room.add_member());
  check_whole(b.room, b.project);
}

TEST_CASE("tasks: a done task put back wants one more answer, or all of them anew") {
  Bench b(R"({"overlap":2})");
  auto first = b.room.add_member();
  auto second = b.room.add_member();
  b.answer(first);
  b.answer(second);
  CHECK(b.progress().tasks.done == 1);
  CHECK(!GH_OK(claim(*b.room.ctx, b.room.add_member(), b.project, TaskKind::work)).assignment);
  GH_OK(requeue_task(*b.room.ctx, b.manager, b.project, b.task, Requeue::keep));
  CHECK(b.progress().tasks.done == 0);
  CHECK(b.progress().submissions.wanted == 3);
  auto refused = requeue_task(*b.room.ctx, b.manager, b.project, b.task, Requeue::keep);
  REQUIRE(!refused);
  CHECK(refused.error().type == "bad-transition");
  auto third = b.answer(b.room.add_member());
  CHECK(b.progress().tasks.done == 1);
  CHECK(third.state == AssignmentState::accepted);
  GH_OK(requeue_task(*b.room.ctx, b.manager, b.project, b.task, Requeue::reject));
  check_whole(b.room, b.project);
  CHECK(b.progress().submissions.rejected == 3);
  CHECK(b.progress().tasks.open == 1);
  CHECK(!GH_OK(claim(*b.room.ctx, first, b.project, TaskKind::work)).assignment);
  for (int i = 0; i < 3; ++i) b.answer(b.room.add_member());
  CHECK(b.progress().tasks.done == 1);
  check_whole(b.room, b.project);
}

TEST_CASE("tasks: rejecting reaches fixed answers and a settled difference") {
  Bench b(R"({"overlap":1})");
  auto author = b.room.add_member();
  auto answer = b.answer(author);
  GH_OK(judge(*b.room.ctx, b.room.add_member(),
              {.project = b.project,
               .submission = answer.id,
               .verdict = Verdict::fix,
               .fixed_answers_json = R"({"choice":"no"})"}));
  GH_OK(cancel_task(*b.room.ctx, b.manager, b.project, b.task));
  check_whole(b.room, b.project);
  GH_OK(requeue_task(*b.room.ctx, b.manager, b.project, b.task, Requeue::reject));
  CHECK(b.state_of(answer.id) == AssignmentState::rejected);
  check_whole(b.room, b.project);
}

TEST_CASE("tasks: amended data is a new version; an open lease keeps what it was given") {
  Bench b("{}");
  auto expert = b.room.add_member();
  auto lease = b.lease(expert);
  auto data = GH_OK(parse_json(R"({"prompt":"better"})"));
  GH_OK(amend_task(*b.room.ctx, b.manager, b.project, b.task, {.data = &data}));
  auto opened = b.open(b.task);
  CHECK(opened.data_json == R"({"prompt":"better"})");
  CHECK(opened.item.key == "k0");
  CHECK(opened.item.row.version == 2);
  auto pinned = GH_OK(b.room.db->read_as([&](store::Tx& tx) {
    return open_task_content(tx, *b.room.ctx, b.project, store::ContentType::task, b.task,
                             lease.data_ref, store::Reason::work);
  }));
  CHECK(split_task_body(pinned.expose()).data == R"({"prompt":"p"})");
  auto bad = GH_OK(parse_json(R"({"prompt":1})"));
  auto refused = amend_task(*b.room.ctx, b.manager, b.project, b.task, {.data = &bad});
  REQUIRE(!refused);
  CHECK(refused.error().field == "/data/prompt");
  auto gold = GH_OK(parse_json(R"({"choice":"yes"})"));
  CHECK(!amend_task(*b.room.ctx, b.manager, b.project, b.task, {.gold = &gold}));
}

TEST_CASE("tasks: priority and batch move a task in the queue, and its counts") {
  Bench b("{}", 3);
  auto last = b.find("k2");
  GH_OK(amend_task(*b.room.ctx, b.manager, b.project, last, {.priority = 9}));
  CHECK(b.lease(b.room.add_member()).task == last);
  auto batch = GH_OK(create_batch(*b.room.ctx, b.manager, b.project, {.name = "later"}));
  GH_OK(amend_task(*b.room.ctx, b.manager, b.project, b.task, {.batch = batch}));
  auto found = GH_OK(b.room.db->read_as(
      [&](store::Tx& tx) { return find_batch(tx, *b.room.ctx, b.project, batch); }));
  CHECK(found.tasks == 1);
  CHECK(found.open == 1);
  check_whole(b.room, b.project);
  auto nowhere = amend_task(*b.room.ctx, b.manager, b.project, b.task, {.batch = BatchId{9}});
  REQUIRE(!nowhere);
  CHECK(nowhere.error().type == "no-batch");
  CHECK(!amend_task(*b.room.ctx, b.manager, b.project, b.task, {.priority = 101}));
}

TEST_CASE("tasks: lists by state, kind and batch, page by page") {
  Bench b("{}", 7);
  auto expert = b.room.add_member();
  b.answer(expert);
  GH_OK(cancel_task(*b.room.ctx, b.manager, b.project, b.find("k6")));
  auto list = [&](TaskFilter filter) {
    return GH_OK(b.room.db->read_as(
        [&](store::Tx& tx) { return list_tasks(tx, *b.room.ctx, b.project, filter); }));
  };
  CHECK(list({}).size() == 7);
  auto done = list({.states = {TaskState::done}});
  REQUIRE(done.size() == 1);
  CHECK(done[0].key == "k0");
  CHECK(done[0].submitted == 1);
  CHECK(done[0].accepted == 1);
  CHECK(list({.states = {TaskState::done, TaskState::cancelled}}).size() == 2);
  CHECK(list({.states = {TaskState::open}}).size() == 5);
  CHECK(list({.kinds = {TaskKind::gold}}).empty());
  CHECK(list({.batch = BatchId{5}}).empty());
  CHECK(list({.key = "k3"}).size() == 1);
  CHECK(list({.key = "k3"})[0].key == "k3");
  CHECK(list({.states = {TaskState::done}, .key = "k3"}).empty());
  CHECK(list({.kinds = {TaskKind::gold}, .key = "k3"}).empty());
  CHECK(list({.key = "k33"}).empty());
}

TEST_CASE("tasks: pages in every order hold every task once") {
  Bench b("{}", 7);
  auto expert = b.room.add_member();
  b.answer(expert);
  std::vector<std::string> raised{"k5", "k2"};  // 20, 10
  for (std::int64_t priority = 20; const auto& key : raised) {
    GH_OK(amend_task(*b.room.ctx, b.manager, b.project, b.find(key), {.priority = priority}));
    priority -= 10;
  }
  auto pages = [&](TaskFilter filter) {
    std::vector<std::string> keys;
    filter.limit = 3;
    while (true) {
      auto page = GH_OK(b.room.db->read_as(
          [&](store::Tx& tx) { return list_tasks(tx, *b.room.ctx, b.project, filter); }));
      if (page.empty()) return keys;
      for (const auto& item : page) keys.push_back(item.key);
      filter.after = TaskPlace{page.back().row.priority, page.back().row.id};
    }
  };
  using Keys = std::vector<std::string>;
  CHECK(pages({}) == Keys{"k0", "k1", "k2", "k3", "k4", "k5", "k6"});
  CHECK(pages({.order = TaskOrder::newest}) == Keys{"k6", "k5", "k4", "k3", "k2", "k1", "k0"});
  CHECK(pages({.order = TaskOrder::priority}) == Keys{"k5", "k2", "k0", "k1", "k3", "k4", "k6"});
  CHECK(pages({.states = {TaskState::open}, .order = TaskOrder::priority}) ==
        Keys{"k5", "k2", "k1", "k3", "k4", "k6"});
  CHECK(pages({.states = {TaskState::done}, .order = TaskOrder::newest}) == Keys{"k0"});
  CHECK(pages({.key = "k2", .order = TaskOrder::priority}) == Keys{"k2"});
}

TEST_CASE("tasks: more lanes than one look takes") {
  Bench b("{}", 120);
  for (std::int64_t i = 0; i < 120; ++i) {
    auto task = b.find("k" + std::to_string(i));
    GH_OK(amend_task(*b.room.ctx, b.manager, b.project, task, {.priority = i % 90 - 40}));
  }
  auto list = [&](TaskFilter filter) {
    filter.limit = 5;
    std::vector<std::string> keys;
    for (const auto& item : GH_OK(b.room.db->read_as(
             [&](store::Tx& tx) { return list_tasks(tx, *b.room.ctx, b.project, filter); }))) {
      keys.push_back(item.key);
    }
    return keys;
  };
  using Keys = std::vector<std::string>;
  CHECK(list({}) == Keys{"k0", "k1", "k2", "k3", "k4"});
  CHECK(list({.order = TaskOrder::newest}) == Keys{"k119", "k118", "k117", "k116", "k115"});
  CHECK(list({.order = TaskOrder::priority}) == Keys{"k89", "k88", "k87", "k86", "k85"});
  CHECK(list({.order = TaskOrder::priority, .after = TaskPlace{-11, b.find("k29")}}) ==
        Keys{"k119", "k28", "k118", "k27", "k117"});
}

TEST_CASE("tasks: a removed person's leases go back, in one project or all") {
  Bench b("{}", 3);
  auto expert = b.room.add_member();
  auto lease = b.lease(expert);
  auto other = b.room.add_project(b.manager);
  b.room.import(b.manager, other, R"({"data":{"prompt":"p"}})");
  auto there = GH_OK(claim(*b.room.ctx, expert, other, TaskKind::work));
  REQUIRE(there.assignment);
  auto release = [&](ProjectId only) {
    std::int64_t keys = GH_OK(b.room.keys->take(kReleaseKeys));
    GH_OK(b.room.db->write([&](store::Tx& tx) {
      return release_member(tx, *b.room.ctx, b.manager, expert.member, keys, only);
    }));
  };
  release(b.project);
  CHECK(b.state_of(lease.id) == AssignmentState::withdrawn);
  CHECK(b.state_of(there.assignment->id) == AssignmentState::leased);
  release({});
  CHECK(b.state_of(there.assignment->id) == AssignmentState::withdrawn);
  check_whole(b.room, b.project);
  check_whole(b.room, other);
}

TEST_CASE("batches: names once, an audience that holds, a quota of its own") {
  Bench b("{}", 2);
  auto chosen = b.room.add_member();
  auto stranger = b.room.add_member();
  auto batch = GH_OK(
      create_batch(*b.room.ctx, b.manager, b.project,
                   {.name = "few", .audience = Audience{true, {chosen.member}, {}}, .quota = 1}));
  auto twice = create_batch(*b.room.ctx, b.manager, b.project, {.name = "few"});
  REQUIRE(!twice);
  CHECK(twice.error().type == "batch-exists");
  CHECK(!create_batch(*b.room.ctx, b.manager, b.project, {.name = ""}));
  CHECK(!patch_batch(*b.room.ctx, b.manager, b.project, batch,
                     {.audience = Audience{true, {MemberId{4}}, {}}}));
  for (const char* key : {"k0", "k1"}) {
    GH_OK(amend_task(*b.room.ctx, b.manager, b.project, b.find(key), {.batch = batch}));
  }
  CHECK(!GH_OK(claim(*b.room.ctx, stranger, b.project, TaskKind::work)).assignment);
  b.lease(chosen);
  auto over = GH_OK(claim(*b.room.ctx, chosen, b.project, TaskKind::work));
  CHECK(!over.assignment);
  CHECK(over.reason == NoClaim::quota);
  GH_OK(patch_batch(*b.room.ctx, b.manager, b.project, batch, {.audience = Audience{}}));
  b.lease(stranger);
  GH_OK(patch_batch(*b.room.ctx, b.manager, b.project, batch, {.state = BatchState::paused}));
  CHECK(!GH_OK(claim(*b.room.ctx, b.room.add_member(), b.project, TaskKind::work)).assignment);
}

TEST_CASE("progress: the words of the API page, from the counters alone") {
  Bench b(R"({"overlap":2})", 3);
  b.answer(b.room.add_member());
  b.lease(b.room.add_member());
  auto value = GH_OK(parse_json(progress_json(b.progress())));
  CHECK(to_json(*find(value, "tasks")) ==
        R"({"total":3,"open":3,"done":0,"cancelled":0,"gold":0})");
  CHECK(to_json(*find(value, "submissions")) ==
        R"({"wanted":6,"submitted":1,"in_review":0,"accepted":1,"returned":0,"rejected":0})");
  CHECK(to_json(*find(value, "leased")) == "1");
  CHECK(to_json(*find(value, "state")) == R"("open")");
}

}  // namespace
}  // namespace guildhall::work
