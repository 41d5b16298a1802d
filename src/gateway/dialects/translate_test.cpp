#include "gateway/dialects/translate.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"

namespace guildhall::gateway {
namespace {

Result<std::string> translated(Operation operation, const std::string& body, Dialect to) {
  auto request = Request::read(operation, body);
  REQUIRE(request);
  return translate_request(*request, to, {"M", {}});
}

std::string to_messages(const std::string& body) {
  auto done = translated(Operation::chat, body, Dialect::messages);
  INFO((done ? "" : done.error().field + " " + done.error().detail));
  REQUIRE(done);
  CHECK(parse_json(*done));
  return *done;
}

std::string to_chat(const std::string& body) {
  auto done = translated(Operation::messages, body, Dialect::chat);
  INFO((done ? "" : done.error().field + " " + done.error().detail));
  REQUIRE(done);
  CHECK(parse_json(*done));
  return *done;
}

TEST_CASE("gateway translate: a chat with tools as messages, arguments byte for byte") {
  CHECK(
      to_messages(R"({"model":"m","max_tokens":50,"temperature":0.70,"stream":true,)"
                  R"("stream_options":{"include_usage":true},"stop":"END","user":"u1",)"
                  R"("parallel_tool_calls":false,"tool_choice":"required","messages":[)"
                  R"({"role":"system","content":"Be \u00e9xact."},)"
                  R"({"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url",)"
                  R"("image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}}]},)"
                  R"({"role":"assistant","content":null,"tool_calls":[)"
                  R"({"id":"c1","type":"function","function":{"name":"f","arguments":)"
                  R"("{ \"x\": 1.0,  \"y\":\"\\u00e9\" }"}},)"
                  R"({"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},)"
                  R"({"role":"tool","tool_call_id":"c1","content":"one"},)"
                  R"({"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"2"}]},)"
                  R"({"role":"user","content":"go on"}],)"
                  R"("tools":[{"type":"function","function":{"name":"f","description":"d",)"
                  R"("parameters":{"type":"object", "maximum":1e400},"strict":true}},)"
                  R"({"type":"function","function":{"name":"g"}}]})") ==
      R"({"model":"M","max_tokens":50,"system":"Be \u00e9xact.","messages":[)"
      R"({"role":"user","content":[{"type":"text","text":"See"},{"type":"image","source":)"
      R"({"type":"base64","media_type":"image/png","data":"AAAA"}}]},)"
      R"({"role":"assistant","content":[)"
      R"({"type":"tool_use","id":"c1","name":"f","input":{ "x": 1.0,  "y":"\u00e9" }},)"
      R"({"type":"tool_use","id":"c2","name":"g","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"one"},)"
      R"({"type":"tool_result","tool_use_id":"c2","content":[{"type":"text","text":"2"}]}]},)"
      R"({"role":"user","content":"go on"}],)"
      R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object", )"
      R"("maximum":1e400},"strict":true},)"
      R"({"name":"g","input_schema":{"type":"object","properties":{}}}],)"
      R"("tool_choice":{"type":"any","disable_parallel_tool_use":true},)"
      R"("temperature":0.70,"stream":true,"stop_sequences":["END"],"metadata":{"user_id":"u1"}})");
}

TEST_CASE("gateway translate: messages with tools as a chat") {
  CHECK(to_chat(R"({"model":"m","max_tokens":50,"stream":true,"system":[{"type":"text",)"
                R"("text":"Be exact.","cache_control":{"type":"ephemeral"}}],"messages":[)"
                R"({"role":"user","content":[{"type":"image","source":{"type":"base64",)"
                R"("media_type":"image/png","data":"AAAA"}},{"type":"text","text":"See"}]},)"
                R"({"role":"assistant","content":[{"type":"thinking","thinking":"t",)"
                R"("signature":"s"},{"type":"text","text":"Ok"},)"
                R"({"type":"tool_use","id":"t1","name":"f","input":{ "x": 1.0 }}]},)"
                R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1",)"
                R"("content":[{"type":"text","text":"one"}],"is_error":true},)"
                R"({"type":"text","text":"go on"}]}],)"
                R"("tools":[{"name":"f","input_schema":{"type":"object", "x":1.0}}],)"
                R"("tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},)"
                R"("thinking":{"type":"enabled","budget_tokens":5000},)"
                R"("stop_sequences":["END"],"metadata":{"user_id":"u1"}})") ==
        R"({"model":"M","max_completion_tokens":50,"messages":[)"
        R"({"role":"system","content":[{"type":"text","text":"Be exact."}]},)"
        R"({"role":"user","content":[{"type":"image_url","image_url":)"
        R"({"url":"data:image/png;base64,AAAA"}},{"type":"text","text":"See"}]},)"
        R"({"role":"assistant","content":"Ok","tool_calls":[{"id":"t1","type":"function",)"
        R"("function":{"name":"f","arguments":"{ \"x\": 1.0 }"}}]},)"
        R"({"role":"tool","tool_call_id":"t1","content":[{"type":"text","text":"one"}]},)"
        R"({"role":"user","content":[{"type":"text","text":"go on"}]}],)"
        R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object", )"
        R"("x":1.0}}}],"tool_choice":{"type":"function","function":{"name":"f"}},)"
        R"("parallel_tool_calls":false,"stream":true,"stream_options":{"include_usage":true},)"
        R"("stop":["END"],"user":"u1","reasoning_effort":"medium"})");
}

TEST_CASE("gateway translate: a schema for the reply goes both ways") {
  const std::string messages = to_messages(
      R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}],)"
      R"("reasoning_effort":"high","response_format":{"type":"json_schema","json_schema":)"
      R"({"name":"n","strict":true,"schema":{"type": "object"}}}})");
  CHECK(messages.find(R"("output_config":{"effort":"high","format":{"type":"json_schema",)"
                      R"("schema":{"type": "object"}}})") != std::string::npos);
  CHECK(to_chat(messages).find(R"("reasoning_effort":"high","response_format":{"type":)"
                               R"("json_schema","json_schema":{"name":"reply","strict":true,)"
                               R"("schema":{"type": "object"}}})") != std::string::npos);
}

// What a chat says that both can say comes back as it was.
TEST_CASE("gateway translate: chat to messages and back keeps every turn, tool and byte") {
  const std::string turns =
      R"([{"role":"system","content":"S\n"},{"role":"user","content":"a \ud83d\ude00"},)"
      R"({"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function",)"
      R"("function":{"name":"f","arguments":"{\"a\" : [1, 2.50]}"}},{"id":"c2","type":"function",)"
      R"("function":{"name":"g","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"c1","content":"r1"},)"
      R"({"role":"tool","tool_call_id":"c2","content":"r2"},)"
      R"({"role":"assistant","content":"done"},{"role":"user","content":[{"type":"text",)"
      R"("text":"b"},{"type":"image_url","image_url":{"url":"data:image/gif;base64,R0lG"}}]}])";
  const std::string tools =
      R"([{"type":"function","function":{"name":"f","description":"d","parameters":)"
      R"({"type":"object","properties":{ "a":{} }}}}])";
  const std::string back = to_chat(to_messages(
      fmt::format(R"({{"model":"m","max_completion_tokens":7,"messages":{},"temperature":1e0,)"
                  R"("top_p":0.90,"tools":{},"tool_choice":"auto"}})",
                  turns, tools)));
  std::string wanted = turns;  // an empty text beside tool calls is none
  wanted.replace(wanted.find(R"("content":"","tool_calls")"), 12, R"("content":null)");
  CHECK(back == fmt::format(R"({{"model":"M","max_completion_tokens":7,"messages":{},"tools":{},)"
                            R"("tool_choice":"auto","temperature":1e0,"top_p":0.90}})",
                            wanted, tools));
}

TEST_CASE("gateway translate: what messages cannot say is refused by name") {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {R"("seed":1)", "/seed"},
      {R"("n":2)", "/n"},
      {R"("temperature":1.5)", "/temperature"},
      {R"("frequency_penalty":0.5)", "/frequency_penalty"},
      {R"("logit_bias":{"1":2})", "/logit_bias"},
      {R"("logprobs":true)", "/logprobs"},
      {R"("functions":[{"name":"f"}])", "/functions"},
      {R"("verbosity":"low")", "/verbosity"},
      {R"("reasoning_effort":"minimal")", "/reasoning_effort"},
      {R"("response_format":{"type":"json_object"})", "/response_format"},
      {R"("tools":[{"type":"custom","custom":{"name":"c"}}])", "/tools/0"},
      {R"("tool_choice":{"type":"allowed_tools"})", "/tool_choice"},
  };
  for (const auto& [member, field] : kCases) {
    INFO(member);
    const auto done = translated(
        Operation::chat,
        fmt::format(R"({{"model":"m","max_tokens":5,"messages":[{{"role":"user","content":"x"}}],)"
                    R"({}}})",
                    member),
        Dialect::messages);
    REQUIRE_FALSE(done);
    CHECK(done.error().type == "not-translatable");
    CHECK(done.error().field == field);
  }
  const std::pair<std::string_view, std::string_view> kTurns[] = {
      {R"({"role":"user","content":"x"},{"role":"system","content":"y"})", "/messages/1/role"},
      {R"({"role":"user","name":"bob","content":"x"})", "/messages/0/name"},
      {R"({"role":"user","content":"x"},{"role":"assistant","content":"y"})", "/messages/1"},
      {R"({"role":"system","content":"x"})", "/messages"},
      {R"({"role":"user","content":[{"type":"input_audio","input_audio":{"data":"A"}}]})",
       "/messages/0/content/0"},
      {R"({"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{"}}]},)"
       R"({"role":"user","content":"x"})",
       "/messages/0/tool_calls/0/function/arguments"},
  };
  for (const auto& [turns, field] : kTurns) {
    INFO(turns);
    const auto done = translated(
        Operation::chat, fmt::format(R"({{"model":"m","max_tokens":5,"messages":[{}]}})", turns),
        Dialect::messages);
    REQUIRE_FALSE(done);
    CHECK(done.error().field == field);
  }
  CHECK(translated(Operation::chat, R"({"model":"m","messages":[]})", Dialect::messages)
            .error()
            .field == "/max_tokens");
}

TEST_CASE("gateway translate: what a chat cannot say is refused by name") {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {R"("top_k":4)", "/top_k"},
      {R"("stop_sequences":["1","2","3","4","5"])", "/stop_sequences"},
      {R"("tools":[{"type":"bash_20250124","name":"bash"}])", "/tools/0"},
      {R"("tools":[{"name":"f","input_schema":{},"input_examples":[{}]}])",
       "/tools/0/input_examples"},
      {R"("output_config":{"effort":"max"})", "/output_config/effort"},
      {R"("output_config":{"task_budget":{"total":1}})", "/output_config/task_budget"},
      {R"("messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}])",
       "/messages/1"},
      {R"("messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":)"
       R"([{"type":"image","source":{"type":"base64","media_type":"a","data":"A"}}]}]}])",
       "/messages/0/content/0/content"},
      {R"("messages":[{"role":"user","content":[{"type":"document","source":{"type":"content",)"
       R"("content":"x"}}]}])",
       "/messages/0/content/0"},
  };
  for (const auto& [member, field] : kCases) {
    INFO(member);
    const auto done =
        translated(Operation::messages, fmt::format(R"({{"model":"m","max_tokens":5,{}}})", member),
                   Dialect::chat);
    REQUIRE_FALSE(done);
    CHECK(done.error().type == "not-translatable");
    CHECK(done.error().field == field);
  }
}

TEST_CASE("gateway translate: responses, embeddings and counts go to their own only") {
  CHECK(translated(Operation::responses, R"({"model":"m","input":"x"})", Dialect::messages)
            .error()
            .type == "not-translatable");
  CHECK_FALSE(translated(Operation::embeddings, R"({"model":"m","input":"x"})", Dialect::messages));
  CHECK_FALSE(translated(Operation::count_tokens, R"({"model":"m"})", Dialect::chat));
  CHECK(*translated(Operation::embeddings, R"({"model":"m","input":"x"})", Dialect::chat) ==
        R"({"model":"M","input":"x"})");
}

}  // namespace
}  // namespace guildhall::gateway
