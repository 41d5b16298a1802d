#include "work/delivery/messages.h"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/test_data.h"
#include "work/delivery/samples.h"

namespace guildhall::work {
namespace {

std::string written(Dialect dialect, std::string_view messages) {
  const json::value value = *parse_json(messages);
  std::string out;
  MessageWriter writer(dialect);
  return writer.append(out, talk_of(&value), "user") ? out : "no";
}

}  // namespace

TEST_CASE("messages: tool calls in both dialects, with ids made where there are none") {
  const std::string_view talk =
      R"([{"role":"assistant","thinking":"hm","model":"secret-1","tool_calls":[)"
      R"({"function":{"name":"f","arguments":{"x":1}}},{"function":{"name":"g",)"
      R"("arguments":"{}"}}]},)"
      R"({"role":"tool","name":"g","content":"2"},{"role":"tool","content":"1"}])";
  CHECK(written(Dialect::openai, talk) ==
        R"({"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",)"
        R"("function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"call_2","type":"function",)"
        R"("function":{"name":"g","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_2",)"
        R"("content":"2"},{"role":"tool","tool_call_id":"call_1","content":"1"})");
  CHECK(written(Dialect::trl, talk) ==
        R"({"role":"assistant","thinking":"hm","tool_calls":[{"type":"function","function":)"
        R"({"name":"f","arguments":{"x":1}}},{"type":"function","function":{"name":"g",)"
        R"("arguments":{}}}]},{"role":"tool","name":"g","content":"2"},)"
        R"({"role":"tool","name":"f","content":"1"})");
}

TEST_CASE("messages: what a dialect cannot say") {
  const std::string_view image =
      R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url",)"
      R"("image_url":{}}]}])";
  CHECK(written(Dialect::trl, image) == "no");
  CHECK(written(Dialect::openai, image) != "no");
  CHECK(written(Dialect::trl,
                R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text",)"
                R"("text":"b"}]}])") == R"({"role":"user","content":"a\nb"})");
  CHECK(written(Dialect::trl, R"([{"role":"assistant","tool_calls":[{"function":{"name":"f",)"
                              R"("arguments":"oops"}}]}])") == "no");
  for (std::string_view bad :
       {R"([])", R"({})", R"([{"role":"robot","content":"x"}])", R"([{"role":"user"}])",
        R"([{"role":"tool","content":"x"}])", R"([{"content":"x"}])", R"(["x"])",
        R"([{"role":"user","content":5}])",
        R"([{"role":"user",)"
        R"("content":[{"type":"tool_use"}]}])"}) {
    CAPTURE(bad);
    CHECK(written(Dialect::openai, bad) == "no");
    CHECK(written(Dialect::trl, bad) == "no");
  }
}

TEST_CASE("messages: real tool-using runs come through in both dialects") {
  auto path = test_data("tau-bench/gpt-4o-airline.json");
  if (!path) {
    MESSAGE("skipped: the real data is not here");
    return;
  }
  std::ifstream file(*path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  const json::value runs = *parse_json(bytes.str());
  std::size_t calls = 0;
  for (const json::value& run : runs.as_array()) {
    DeliveryTask task;
    task.template_kind = "trajectory";
    task.data = "{\"messages\":" + to_json(run.at("traj")) + "}";
    task.submissions.push_back(sample_submission(R"({"overall":"success"})"));
    for (std::string_view name : {"trl-sft", "openai-sft"}) {
      auto format = make_delivery_format(name, "trajectory");
      std::string out;
      REQUIRE((*format)->append(task, out));
      REQUIRE((*format)->counts().records == 1);
      const json::value line = *parse_json(out);
      const json::array& messages = *find_array(line, "messages");
      CHECK(view(*find_string(messages.back(), "role")) == "assistant");
      std::set<std::string> open;
      for (const json::value& message : messages) {
        const json::array* list = find_array(message, "tool_calls");
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
          const json::value& arguments = (*list)[i].at("function").at("arguments");
          CHECK(arguments.is_object() == (name == "trl-sft"));
          CHECK(arguments.is_string() == (name == "openai-sft"));
          if (const json::string* id = find_string((*list)[i], "id")) open.insert(id->c_str());
          ++calls;
        }
        if (const json::string* id = find_string(message, "tool_call_id")) {
          CHECK(open.erase(id->c_str()) == 1);
        }
      }
    }
  }
  CHECK(runs.as_array().size() == 200);
  CHECK(calls > 1000);
}

}  // namespace guildhall::work
