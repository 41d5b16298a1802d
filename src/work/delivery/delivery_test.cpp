#include "work/delivery/delivery.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "work/delivery/samples.h"
#include "work/template/schema.h"

namespace guildhall::work {
namespace {

std::string lines(DeliveryFormat& format, const DeliveryTask& task) {
  std::string out;
  REQUIRE(format.append(task, out));
  return out;
}

std::string lines(std::string_view name, const DeliveryTask& task) {
  auto format = make_delivery_format(name, task.template_kind);
  REQUIRE(format);
  return lines(**format, task);
}

std::int64_t drops(std::string_view name, const DeliveryTask& task, Drop reason) {
  auto format = make_delivery_format(name, task.template_kind);
  REQUIRE(format);
  CHECK(lines(**format, task).empty());
  CHECK((*format)->counts().records == 0);
  CHECK((*format)->counts().tasks == 1);
  return (*format)->counts().drops(reason);
}

// docs/formats.md, looked for upward from here and from the running executable.
std::string formats_page() {
  namespace fs = std::filesystem;
  std::error_code error;
  for (const fs::path& start :
       {fs::current_path(error), fs::read_symlink("/proc/self/exe", error).parent_path()}) {
    for (fs::path dir = start;; dir = dir.parent_path()) {
      std::ifstream file(dir / "docs" / "formats.md", std::ios::binary);
      if (file) return {std::istreambuf_iterator<char>(file), {}};
      if (dir == dir.parent_path()) break;
    }
  }
  return {};
}

DeliveryTask voted(const std::vector<std::string>& choices) {
  DeliveryTask task = sample_task("preference");
  task.submissions.clear();
  for (const auto& choice : choices) {
    task.submissions.push_back(sample_submission(R"({"choice":")" + choice + "\"}"));
  }
  return task;
}

}  // namespace

TEST_CASE("delivery: docs/formats.md shows the real output of every format") {
  const std::string page = formats_page();
  if (page.empty()) {
    MESSAGE("skipped: run from within the repository");
    return;
  }
  for (const auto& info : delivery_formats()) {
    CAPTURE(info.name);
    CHECK(page.find("\n### " + std::string(info.name) + "\n") != std::string::npos);
    std::vector<std::string_view> kinds(info.templates.begin(), info.templates.end());
    if (kinds.empty()) kinds.emplace_back("preference");
    for (std::string_view kind : kinds) {
      // Shown once for both: what a string prompt gives in the chat form is said in words.
      if (info.name == "openai-sft" && (kind == "preference" || kind == "authoring")) continue;
      auto format = make_delivery_format(info.name, kind);
      REQUIRE(format);
      std::string out;
      (*format)->header(out);
      REQUIRE((*format)->append(sample_task(kind), out));
      CHECK((*format)->counts().records == 1);
      std::erase(out, '\r');
      CHECK_MESSAGE(page.find("```\n" + out + "```\n") != std::string::npos, out);
    }
  }
}

TEST_CASE("delivery: which formats fit which templates") {
  auto refusal = [](std::string_view name, std::string_view kind) {
    auto format = make_delivery_format(name, kind);
    if (format) return std::string("taken");
    CHECK(http_status(format.error().fault) == 400);
    CHECK(format.error().field == "/format");
    return std::string(format.error().type);
  };
  CHECK(refusal("trl-preference", "rubric") == "format-not-for-template");
  CHECK(refusal("healthbench", "preference") == "format-not-for-template");
  CHECK(refusal("trl-stepwise", "custom") == "format-not-for-template");
  CHECK(refusal("parquet", "preference") == "unknown-format");
  CHECK(refusal("guildhall", "custom") == "taken");
  CHECK(refusal("csv", "spans") == "taken");
}

TEST_CASE("delivery: a format that may write so many records ends in the middle of a task") {
  for (auto name : {"guildhall", "csv"}) {
    CAPTURE(name);
    auto whole = lines(name, voted({"a", "b", "a"}));
    auto format = make_delivery_format(name, "preference");
    REQUIRE(format);
    (*format)->limit(2);
    auto some = lines(**format, voted({"a", "b", "a"}));
    CHECK(std::ranges::count(some, '\n') == 2);
    CHECK(whole.starts_with(some));
    CHECK((*format)->counts().records == 2);
    CHECK((*format)->is_full());
  }
}

TEST_CASE("delivery: the majority's choice, the adjudicated one before it") {
  CHECK(lines("trl-preference", voted({"b", "a", "b"})).find("\"chosen\":\"It mirrors") !=
        std::string::npos);
  CHECK(drops("trl-preference", voted({"b", "a"}), Drop::no_majority) == 1);
  CHECK(drops("trl-sft", voted({"b", "a", "tie"}), Drop::no_majority) == 1);
  CHECK(drops("openai-preference", voted({"tie", "tie", "a"}), Drop::tie) == 1);
  CHECK(drops("openai-sft", voted({"both_bad"}), Drop::both_bad) == 1);
  CHECK(drops("trl-preference", voted({"c"}), Drop::not_applicable) == 1);

  DeliveryTask judged = voted({"b", "b", "a"});
  judged.submissions[2].adjudicated = true;
  CHECK(lines("trl-preference", judged).find("\"chosen\":\"Rayleigh") != std::string::npos);
  judged.submissions[2].answers = R"({"choice":"tie"})";
  CHECK(drops("trl-preference", judged, Drop::tie) == 1);
}

TEST_CASE("delivery: what all judgments say stands before the majority, and weighs") {
  auto task = voted({"a", "a", "b"});
  CHECK(lines("trl-preference", task).find("weight") == std::string::npos);
  task.posterior = {"choice", "b", 0.87654};
  const std::string weighed = lines("trl-preference", task);
  CHECK(weighed.find(R"("chosen":"It mirrors the sea.")") != std::string::npos);
  CHECK(weighed.ends_with(",\"weight\":0.8765}\n"));
  CHECK(lines("openai-preference", task).find("weight") == std::string::npos);
  CHECK(lines("guildhall", task)
            .find(R"("posterior":{"question":"choice","label":"b","p":0.8765}})") !=
        std::string::npos);
  task.posterior = {"strength", "2", 0.9};  // of another question: the majority stands
  CHECK(lines("trl-preference", task).find(R"("chosen":"Rayleigh)") != std::string::npos);
  CHECK(lines("trl-preference", task).find("weight") == std::string::npos);
  task.posterior = {"choice", "b", 0.9};
  task.submissions[0].adjudicated = true;  // settled by a person: a
  const std::string settled = lines("trl-preference", task);
  CHECK(settled.find(R"("chosen":"Rayleigh)") != std::string::npos);
  CHECK(settled.ends_with(",\"weight\":1.0000}\n"));
}

TEST_CASE("delivery: more than two responses, the chosen one against each other") {
  DeliveryTask task = sample_task("preference");
  task.data = R"({"prompt":"p","responses":[{"text":"x"},{"text":"y"},{"text":"z"}]})";
  task.submissions[0].answers = R"({"choice":"b"})";
  CHECK(lines("trl-preference", task) ==
        "{\"prompt\":\"p\",\"chosen\":\"y\",\"rejected\":\"x\"}\n"
        "{\"prompt\":\"p\",\"chosen\":\"y\",\"rejected\":\"z\"}\n");
}

TEST_CASE("delivery: the guildhall record says what is unusual, and stays on one line") {
  DeliveryTask task = sample_task("preference");
  task.key = {};
  task.batch = "b \"1\"";
  task.data = "{\n  \"prompt\": \"p\"\r\n}";
  DeliverySubmission& first = task.submissions[0];
  first.vendor = {};
  first.presentation.clear();
  first.review.reset();
  first.state = "rejected";
  first.adjudicated = true;
  first.gold = R"({"choice":"a"})";
  task.submissions.push_back(sample_submission("{}"));
  auto format = make_delivery_format("guildhall", "preference");
  const std::string out = lines(**format, task);
  CHECK(std::count(out.begin(), out.end(), '\n') == 2);
  CHECK((*format)->counts().records == 2);
  CHECK((*format)->counts().submissions == 2);
  auto record = parse_json(out.substr(0, out.find('\n')));
  REQUIRE(record);
  CHECK(to_json(*record) ==
        R"({"task":{"id":"tsk_7Hc1","key":null,"batch":"b \"1\"","data":{"prompt":"p"}},)"
        R"("submission":{"id":"sub_5fQ2","revision":1,"member":"mem_9aLk","vendor":null,)"
        R"("submitted_at":"2026-03-24T10:39:00.000Z","active_ms":184000,"answers":{"choice":"a",)"
        R"("strength":2,"justification":"b is a myth"},"state":"rejected","adjudicated":true},)"
        R"("presentation":null,"guidelines_version":3,"template_version":1,)"
        R"("gold":{"choice":"a"}})");
}

TEST_CASE("delivery: records meet the schema that is served, and broken ones do not") {
  auto schema = AnswerSchema::compile(*parse_json(record_schema_json()));
  REQUIRE(schema);
  DeliveryTask task = sample_task("preference");
  task.submissions[0].gold = R"({"choice":"a"})";
  CHECK(schema->accepts(*parse_json(lines("guildhall", task))));
  task.submissions[0].adjudicated = true;
  task.submissions[0].state = "in_review";
  task.submissions[0].review->reason = "wrong";
  json::value record = *parse_json(lines("guildhall", task));
  CHECK(schema->accepts(record));

  for (const char* member : {"task", "submission", "presentation", "template_version"}) {
    json::value broken = record;
    broken.as_object().erase(member);
    CHECK_FALSE(schema->accepts(broken));
  }
  json::value broken = record;
  broken.as_object()["note"] = 1;
  CHECK_FALSE(schema->accepts(broken));
  broken = record;
  broken.at("submission").at("state") = "accepted";
  CHECK_FALSE(schema->accepts(broken));
}

TEST_CASE("delivery: dialogues, by record, by path and by turn") {
  auto schema = AnswerSchema::compile(*parse_json(record_schema_json()));
  DeliveryTask task = sample_task("dialogue");
  CHECK(schema->accepts(*parse_json(lines("guildhall", task))));
  task.submissions.push_back(task.submissions[0]);  // another's conversation
  CHECK(std::ranges::count(lines("openai-sft", task), '\n') == 2);
  CHECK(std::ranges::count(lines("trl-preference", task), '\n') == 2);
  auto limited = make_delivery_format("trl-preference", "dialogue");
  (*limited)->limit(1);
  CHECK(std::ranges::count(lines(**limited, task), '\n') == 1);
  task.submissions.pop_back();

  auto& one = task.submissions[0];
  const std::string whole(one.dialogue.text());
  auto with = [&](std::string answers, std::string_view more_nodes) {
    one.answers = std::move(answers);
    one.dialogue = whole.substr(0, whole.size() - 2) + std::string(more_nodes) + "]}";
  };
  // Gone on from, but not chosen: an example of a path, no preference.
  with(R"({"talk":{"turns":[{"user":"dia_1","chosen":null}],"end":"dia_2"}})", "");
  CHECK(lines("trl-sft", task).find("It mirrors the sea.") != std::string::npos);
  CHECK(drops("openai-preference", task, Drop::not_applicable) == 1);
  // Nothing stands for the only turn.
  with(R"({"talk":{"turns":[{"user":"dia_1","chosen":null}],"end":null}})", "");
  CHECK(drops("trl-sft", task, Drop::not_applicable) == 1);
  // An edit that was chosen: against both replies, its own original too; and in the next prompt.
  with(R"({"talk":{"turns":[{"user":"dia_1","chosen":"dia_4"},{"user":"dia_5","chosen":"dia_6"}],)"
       R"("end":null}})",
       R"(,{"node":"dia_4","parent":"dia_1","kind":"edit","state":"complete","at":"2026-03-24T)"
       R"(10:37:00.000Z","text":"Scattering.","slot":"B","edited_from":"dia_3"},{"node":"dia_5",)"
       R"("parent":"dia_4","kind":"user","state":"complete","at":"2026-03-24T10:37:01.000Z",)"
       R"("text":"Whose?"},{"node":"dia_6","parent":"dia_5","kind":"reply","state":"complete",)"
       R"("at":"2026-03-24T10:37:01.000Z","text":"Rayleigh's.","model":"m1"},{"node":"dia_7",)"
       R"("parent":"dia_5","kind":"reply","state":"incomplete","at":"2026-03-24T10:37:01.000Z",)"
       R"("text":"Ra","model":"m2"})");
  const std::string pairs = lines("trl-preference", task);
  CHECK(std::ranges::count(pairs, '\n') == 2);  // what broke off is no fair rival
  CHECK(pairs.find(R"("chosen":[{"role":"assistant","content":"Scattering."}],"rejected":[{)"
                   R"("role":"assistant","content":"Rayleigh scattering."}])") !=
        std::string::npos);
  CHECK(
      lines("trl-sft", task)
          .ends_with(
              R"({"role":"assistant","content":"Scattering."},{"role":"user","content":"Whose?"},)"
              R"({"role":"assistant","content":"Rayleigh's."}]})"
              "\n"));
  CHECK(schema->accepts(*parse_json(lines("guildhall", task))));
  // Words that do not fit the dialogue are our fault.
  with(R"({"talk":{"turns":[{"user":"dia_2","chosen":null}],"end":null}})", "");
  auto format = make_delivery_format("trl-sft", "dialogue");
  std::string out;
  CHECK((*format)->append(task, out).error().fault == Fault::internal);
  CHECK(out.empty());
}

TEST_CASE("delivery: csv keeps formulas from running") {
  DeliveryTask task = sample_task("preference");
  task.key = "=1+1";
  task.submissions[0].vendor = "@x,\"y\"";
  task.submissions[0].answers = R"({"choice":"a","strength":-2,"justification":"\t-x\r\ny"})";
  const std::string row = lines("csv", task);
  CHECK(row.starts_with("tsk_7Hc1,'=1+1,,"));
  CHECK(row.find(",\"'@x,\"\"y\"\"\",") != std::string::npos);
  CHECK(row.find(",a,-2,\"'\t-x\r\ny\",") != std::string::npos);
  CHECK(row.ends_with("\r\n"));
}

TEST_CASE("delivery: written answers, the one given most often, else the earliest") {
  DeliveryTask task = sample_task("demonstration");
  task.submissions = {sample_submission(R"({"response":"x"})"),
                      sample_submission(R"({"response":"y"})"),
                      sample_submission(R"({"response":"z"})")};
  task.submissions[1].submitted_at_ms -= 1;
  CHECK(lines("openai-sft", task).find("\"content\":\"y\"}]") != std::string::npos);
  task.submissions[2].answers = R"({"response":"x"})";
  CHECK(lines("openai-sft", task).find("\"content\":\"x\"}]") != std::string::npos);
  task.submissions[1].adjudicated = true;
  CHECK(lines("openai-sft", task).find("\"content\":\"y\"}]") != std::string::npos);
}

TEST_CASE("delivery: stepwise labels by step") {
  DeliveryTask task = sample_task("steps");
  auto with = [&](std::vector<std::string> ratings) {
    task.submissions.clear();
    for (const auto& list : ratings) {
      task.submissions.push_back(sample_submission("{\"ratings\":[" + list + "]}"));
    }
    return task;
  };
  CHECK(lines("trl-stepwise", with({"1,0,1"})).ends_with("\"labels\":[true,true,true]}\n"));
  CHECK(lines("trl-stepwise", with({"1,-1", "1,-1", "1,1,1"}))
            .ends_with("\"completions\":[\"3*4 = 12\",\"2+12 = 15\"],\"labels\":[true,false]}\n"));
  CHECK(drops("trl-stepwise", with({"1,1,1", "1,-1"}), Drop::no_majority) == 1);
  CHECK(drops("trl-stepwise", with({""}), Drop::not_applicable) == 1);
  task.data = R"({"prompt":[{"role":"system","content":"s"},{"role":"user","content":"u"}],)"
              R"("steps":[{"text":"one"}]})";
  CHECK(lines("trl-stepwise", with({"1"})) ==
        "{\"prompt\":\"s\\n\\nu\",\"completions\":[\"one\"],\"labels\":[true]}\n");
}

TEST_CASE("delivery: rubric verdicts by criterion, and the score") {
  DeliveryTask task = sample_task("rubric");
  auto tail = [&](std::vector<std::string> criteria) {
    task.submissions.clear();
    for (const auto& one : criteria) {
      task.submissions.push_back(sample_submission("{\"criteria\":" + one + "}"));
    }
    const std::string out = lines("openai-rft", task);
    return out.substr(out.find(",\"criteria_met\":") + 16);
  };
  CHECK(tail({R"({"c1":false,"c2":true})"}) == "{\"c1\":false,\"c2\":true},\"score\":0.6}\n");
  CHECK(tail({R"({"c1":true,"c2":false})"}) == "{\"c1\":true,\"c2\":false},\"score\":0}\n");
  CHECK(tail({R"({"c1":null,"c2":true})"}) == "{\"c1\":null,\"c2\":true},\"score\":1}\n");
  CHECK(tail({R"({"c1":null,"c2":null})"}) == "{\"c1\":null,\"c2\":null},\"score\":null}\n");
  CHECK(tail({R"({"c1":true,"c2":true})", R"({"c1":false,"c2":true})"}) ==
        "{\"c1\":null,\"c2\":true},\"score\":1}\n");
}

TEST_CASE("delivery: kept content that is no JSON is our fault and leaves nothing behind") {
  DeliveryTask task = sample_task("preference");
  task.data = "{";
  auto format = make_delivery_format("trl-preference", "preference");
  std::string out = "before";
  auto result = (*format)->append(task, out);
  REQUIRE_FALSE(result);
  CHECK(result.error().fault == Fault::internal);
  CHECK(out == "before");
  CHECK((*format)->counts().dropped_json() ==
        R"({"tie":0,"both_bad":0,"no_majority":0,"failed_run":0,"not_applicable":0,"unsure":0})");
}

}  // namespace guildhall::work
