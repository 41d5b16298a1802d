#include "work/import_job.h"

#include <doctest/doctest.h>

#include <thread>

#include "base/limits.h"
#include "work/batches.h"
#include "work/task_body.h"
#include "work/work_test_util.h"

namespace guildhall::work {
namespace {

std::string line(int number) {
  return R"({"key":"k)" + std::to_string(number) + R"(","data":{"prompt":"Question )" +
         std::to_string(number) + "?\"}}\n";
}

std::int64_t tasks_in(TestRoom& room, ProjectId project) {
  return room.number("SELECT count(*) FROM task WHERE room = 1 AND project = $1", {project});
}

TEST_CASE("import: tasks, keys, contents and counters of a small file") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager, R"({"overlap":3})");
  std::string text = line(1) + line(2) + line(1) + R"({"data":{"prompt":"x"}})";
  auto report = room.import(manager, project, text);
  CHECK(report.imported == 3);
  CHECK(report.duplicate == 1);
  CHECK(report.rejected == 0);
  auto again = room.import(manager, project, line(2) + line(3));
  CHECK(again.imported == 1);
  CHECK(again.duplicate == 1);
  CHECK(tasks_in(room, project) == 4);
  auto sums = room.tallies(project).work;
  CHECK(sums.tasks == 4);
  CHECK(sums.wanted == 12);
  auto found = GH_OK(room.db->read_as(
      [&](store::Tx& tx) { return find_task_by_key(tx, *room.ctx, project, "k2"); }));
  REQUIRE(found);
  auto task = room.task(project, found);
  auto plain = GH_OK(room.db->read_as([&](store::Tx& tx) {
    return open_task_content(tx, *room.ctx, project, store::ContentType::task, found, task.data_ref,
                             store::Reason::manage);
  }));
  auto body = split_task_body(plain.expose());
  CHECK(body.key == "k2");
  CHECK(body.data == R"({"prompt":"Question 2?"})");
  CHECK(task.ceiling == 3);
  CHECK(task.has_place());
}

TEST_CASE("import: where overlap adapts, a task begins with the floor") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager, R"({"overlap":5,"overlap_floor":2})");
  room.import(manager, project, line(1));
  auto found = GH_OK(room.db->read_as(
      [&](store::Tx& tx) { return find_task_by_key(tx, *room.ctx, project, "k1"); }));
  CHECK(room.task(project, found).ceiling == 2);
  CHECK(room.tallies(project).work.wanted == 2);
}

TEST_CASE("import: gold, batches by name, priorities and what came along") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager, "{}", "preference");
  std::string data = R"("data":{"prompt":"p","responses":[{"text":"x"},{"text":"y"}]})";
  std::string text = "{" + data + R"(,"gold":{"answers":{"choice":"a"},"reason":"It says so."}})" +
                     "\n" + "{" + data + R"(,"gold":{"choice":"b"},"batch":"pilot"})" + "\n" + "{" +
                     data + R"(,"batch":"pilot","priority":7})" + "\n" + "{" + data +
                     R"(,"suggestions":[{"answers":{"choice":"tie"}}],)" +
                     R"("submissions":[{"answers":{"choice":"b"},"author":"else"}]})" + "\n";
  auto report = room.import(manager, project, text);
  CHECK(report.imported == 4);
  auto sums = room.tallies(project);
  CHECK(sums.gold.tasks == 2);
  CHECK(sums.gold.wanted == 0);
  CHECK(sums.work.tasks == 2);
  auto batches =
      GH_OK(room.db->read_as([&](store::Tx& tx) { return list_batches(tx, *room.ctx, project); }));
  REQUIRE(batches.size() == 2);
  CHECK(batches[0].name.empty());
  CHECK(batches[1].name == "pilot");
  CHECK(batches[1].tasks == 2);
  CHECK(batches[1].open == 1);
  CHECK(room.number("SELECT count(*) FROM task WHERE kind = 2 AND ceiling = 0 AND gold_ref > 0",
                    {}) == 2);
  CHECK(room.number("SELECT count(*) FROM task WHERE extra_ref > 0", {}) == 1);
  CHECK(room.number("SELECT count(*) FROM lane", {}) == 4);
  TaskId with_reason{room.number("SELECT min(task) FROM task WHERE kind = 2", {})};
  auto gold = GH_OK(room.db->read_as([&](store::Tx& tx) {
    return open_task_content(tx, *room.ctx, project, store::ContentType::gold, with_reason,
                             room.task(project, with_reason).gold_ref, store::Reason::manage);
  }));
  CHECK(gold.expose() == R"({"answers":{"choice":"a"},"reason":"It says so."})");
}

TEST_CASE("import: bad lines are told by number and the good ones kept") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager);
  std::string text = line(1) + "{nonsense\n" + R"({"data":{"prompt":3}})" + "\n" + line(2) +
                     R"({"key":"a\u0000b","data":{"prompt":"p"}})" + "\n" +
                     R"({"data":{"prompt":"p"},"gold":{"answers":{"choice":"not there"}}})" + "\n" +
                     R"({"data":{"prompt":"p"},"suggestions":[{"answers":{"nope":1}}]})" + "\n";
  auto report = room.import(manager, project, text);
  CHECK(report.imported == 2);
  CHECK(report.rejected == 5);
  REQUIRE(report.errors.size() == 5);
  CHECK(report.errors[0].line == 2);
  CHECK(report.errors[1].line == 3);
  CHECK(report.errors[1].field == "/data/prompt");
  CHECK(report.errors[2].line == 5);
  CHECK(report.errors[2].field == "/key");
  CHECK(report.errors[3].field == "/gold/answers/choice");
  CHECK(report.errors[4].field.starts_with("/suggestions/0/answers"));
  CHECK(tasks_in(room, project) == 2);
}

TEST_CASE("import: errors beyond the bound are counted, not kept") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager);
  std::string text;
  for (std::size_t i = 0; i < kMaxImportErrors + 10; ++i) text += "{}\n";
  auto report = room.import(manager, project, text);
  CHECK(report.rejected == static_cast<std::int64_t>(kMaxImportErrors) + 10);
  CHECK(report.errors.size() == kMaxImportErrors);
}

TEST_CASE("import: refuse leaves nothing when one line is bad, and the same as skip when none is") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager);
  ImportOptions refuse{.refuse_on_error = true, .content_type = "application/x-ndjson"};
  {
    ImportJob job(*room.ctx, manager, project, refuse);
    GH_OK(job.feed(line(1) + R"({"batch":"new","data":{"prompt":"p"}})" + "\n{}\n" + line(2)));
    auto refused = job.finish();
    REQUIRE(!refused);
    CHECK(refused.error().fault == Fault::invalid);
    CHECK(refused.error().type == "import-refused");
    CHECK(job.report().rejected == 1);
    CHECK(job.report().imported == 0);
    CHECK(job.report().errors.at(0).line == 3);
  }
  CHECK(tasks_in(room, project) == 0);
  CHECK(room.number("SELECT count(*) FROM batch", {}) == 1);
  ImportJob job(*room.ctx, manager, project, refuse);
  std::string text;
  for (int i = 0; i < 9'000; ++i) text += line(i);
  // Uneven pieces across the scratch file's blocks.
  for (std::size_t at = 0; at < text.size(); at += 70'001) {
    GH_OK(job.feed(std::string_view(text).substr(at, 70'001)));
  }
  auto report = GH_OK(job.finish());
  CHECK(report.imported == 9'000);
  CHECK(report.duplicate == 0);
  CHECK(tasks_in(room, project) == 9'000);
  CHECK(room.tallies(project).work.tasks == 9'000);
}

TEST_CASE("import: a broken upload keeps whole lines with skip, nothing with refuse") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager);
  std::string cut = line(1) + line(2) + R"({"key":"k3","da)";
  ImportJob refusing(*room.ctx, manager, project,
                     {.refuse_on_error = true, .content_type = "application/x-ndjson"});
  GH_OK(refusing.feed(cut));
  CHECK(GH_OK(refusing.break_off()).imported == 0);
  CHECK(tasks_in(room, project) == 0);
  ImportJob job(*room.ctx, manager, project, {.content_type = "application/x-ndjson"});
  GH_OK(job.feed(cut));
  auto report = GH_OK(job.break_off());
  CHECK(report.imported == 2);
  CHECK(report.rejected == 0);
  CHECK(tasks_in(room, project) == 2);
}

TEST_CASE("import: keys repeated across chunks and jobs; every task is claimable in file order") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager, R"({"max_open":50})");
  std::string text;
  for (int i = 0; i < 20; ++i) text += line(i);
  CHECK(room.import(manager, project, text).imported == 20);
  auto expert = room.add_member();
  TaskId last;
  for (int i = 0; i < 20; ++i) {
    auto claimed = GH_OK(claim(*room.ctx, expert, project, TaskKind::work));
    REQUIRE(claimed.assignment);
    CHECK(claimed.assignment->task > last);
    last = claimed.assignment->task;
  }
  CHECK(!GH_OK(claim(*room.ctx, expert, project, TaskKind::work)).assignment);
  std::string large;
  for (int i = 0; i < 12'000; ++i) large += line(i % 10'000);
  auto report = room.import(manager, project, large);
  CHECK(report.imported == 9'980);
  CHECK(report.duplicate == 2'020);
}

TEST_CASE("import: unknown project, batch and media type") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager);
  auto type_of = [&](ProjectId id, ImportOptions options) {
    ImportJob job(*room.ctx, manager, id, std::move(options));
    auto fed = job.feed(line(1));
    REQUIRE(!fed);
    CHECK(job.finish().error().type == fed.error().type);
    return std::string(fed.error().type);
  };
  CHECK(type_of(ProjectId{5}, {}) == "no-project");
  CHECK(type_of(project, {.batch = BatchId{77}}) == "no-batch");
  CHECK(type_of(project, {.content_type = "image/png"}) == "unsupported-media-type");
}

TEST_CASE("import: two jobs with the same keys at once bring each task once") {
  TestRoom room;
  auto manager = room.add_member();
  auto project = room.add_project(manager);
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += line(i);
  std::vector<ImportReport> reports(2);
  std::vector<std::thread> threads;
  for (auto& report : reports) {
    threads.emplace_back([&] { report = room.import(manager, project, text); });
  }
  for (auto& thread : threads) thread.join();
  CHECK(reports[0].imported + reports[1].imported == 5'000);
  CHECK(reports[0].duplicate + reports[1].duplicate == 5'000);
  CHECK(tasks_in(room, project) == 5'000);
}

}  // namespace
}  // namespace guildhall::work
