// Real inputs: preference pairs, rubrics and tool-using runs check as the built-ins' data.
#include <fstream>
#include <map>
#include <sstream>

#include "base/test_data.h"
#include "work/import/record_reader.h"
#include "work/template/template_test_util.h"

namespace guildhall::work {
namespace {

std::vector<json::value> lines_of(const std::filesystem::path& path) {
  std::vector<json::value> out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out.push_back(js(line));
  }
  return out;
}

std::map<std::string, json::value> answers_of(const std::filesystem::path& path) {
  std::map<std::string, json::value> out;
  for (const auto& line : lines_of(path)) {
    const auto& content = line.at("messages").at(1).at("content");
    out[std::string(view(line.at("uid").as_string()))] = content.at("answer");
  }
  return out;
}

TEST_CASE("real data: 500 pairs of answers are preference data") {
  auto questions = test_data("arena-hard/question.jsonl");
  if (!questions) {
    MESSAGE("skipped: the real data is not here");
    return;
  }
  auto first = answers_of(*test_data("arena-hard/answers-gpt-4-0314.jsonl"));
  auto second = answers_of(*test_data("arena-hard/answers-gpt-3.5-turbo-0125.jsonl"));
  auto form = *Template::builtin("preference");
  std::size_t count = 0;
  for (const auto& line : lines_of(*questions)) {
    std::string uid(view(line.at("uid").as_string()));
    json::value data = {{"prompt", line.at("prompt")},
                        {"responses",
                         {{{"text", first.at(uid)}, {"model", "gpt-4-0314"}},
                          {{"text", second.at(uid)}, {"model", "gpt-3.5-turbo-0125"}}}}};
    CAPTURE(uid);
    CHECK(field_of(form.check_data(data)) == "ok");
    auto blind = js(form.blind_data(data));
    CHECK(find(blind.at("responses").at(1), "model") == nullptr);
    CHECK(blind.at("responses").at(1).at("text") == second.at(uid));
    CHECK(field_of(form.check_answers(js(R"({"choice":"b","strength":2})"), blind, true)) == "ok");
    CHECK(field_of(form.check_answers(js(R"({"choice":"c","strength":2})"), blind, true)) ==
          "/answers/choice");
    ++count;
  }
  CHECK(count == 500);
}

TEST_CASE("real data: 80 rubrics are rubric data") {
  std::map<std::string, json::value> tasks;
  for (const char* name : {"DIY", "Food", "Gaming", "Shopping"}) {
    auto path = test_data(std::string("mercor-ace/ACE-") + name + ".csv");
    if (!path) {
      MESSAGE("skipped: the real data is not here");
      return;
    }
    auto sink = [&](Record& record) {
      REQUIRE(record.value);
      const auto& row = record.value->at("data");
      auto& task = tasks[std::string(view(row.at("Task ID").as_string()))];
      if (task.is_null()) {
        task = {{"prompt", row.at("Prompt")}, {"response", "Try this."}, {"rubric", json::array()}};
      }
      task.at("rubric").as_array().push_back(
          {{"id", row.at("Criterion ID")},
           {"criterion", row.at("Description")},
           {"points", 1},
           {"gate", row.at("Hurdle Tag").as_string() == "Hurdle"}});
    };
    auto reader = make_csv_reader();
    reader->feed(read_test_file(*path), sink);
    reader->finish(sink);
  }
  auto form = *Template::builtin("rubric");
  std::size_t criteria = 0;
  for (const auto& [id, task] : tasks) {
    CAPTURE(id);
    CHECK(field_of(form.check_data(task)) == "ok");
    json::object all;
    for (const auto& item : task.at("rubric").as_array()) {
      all.emplace(item.at("id").as_string(), true);
      ++criteria;
    }
    json::value answers = {{"criteria", all}};
    CHECK(field_of(form.check_answers(answers, task, true)) == "ok");
    CHECK(form.score(answers, task) == 1.0);
    answers.as_object()["criteria"].as_object().erase(all.begin()->key());
    CHECK(field_of(form.check_answers(answers, task, true)) ==
          "/answers/criteria/" + std::string(view(task.at("rubric").at(0).at("id").as_string())));
  }
  CHECK(tasks.size() == 80);
  CHECK(criteria == 592);
}

TEST_CASE("real data: 200 runs are trajectory data") {
  auto path = test_data("tau-bench/gpt-4o-airline.json");
  if (!path) {
    MESSAGE("skipped: the real data is not here");
    return;
  }
  auto runs = js(read_test_file(*path));
  auto form = *Template::builtin("trajectory");
  std::size_t longest = 0;
  for (const auto& run : runs.as_array()) {
    json::value data = {{"messages", run.at("traj")}};
    CHECK(field_of(form.check_data(data)) == "ok");
    longest = std::max(longest, run.at("traj").as_array().size());
    json::array ratings;
    for (const auto& message : run.at("traj").as_array()) {
      if (message.at("role").as_string() == "assistant") ratings.emplace_back(1);
    }
    json::value answers = {{"steps", ratings}, {"overall", "success"}};
    CHECK(field_of(form.check_answers(answers, data, true)) == "ok");
    answers.as_object()["steps"].as_array().emplace_back(1);
    CHECK(field_of(form.check_answers(answers, data, true)) == "/answers/steps");
  }
  CHECK(runs.as_array().size() == 200);
  CHECK(longest == 62);
}

}  // namespace
}  // namespace guildhall::work
