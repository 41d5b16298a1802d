#include "mock_model/dialect.h"

#include <doctest/doctest.h>

#include "mock_model/script.h"

namespace guildhall::mock_model {
namespace {

struct Told {
  Told(Dialect dialect, std::string model, std::string_view more = {}) {
    const bool responses = dialect == Dialect::responses;
    std::string body = "{\"model\":\"" + model + "\",\"stream\":true,";
    body += responses ? R"("input":"Tell me of rivers")"
                      : R"("messages":[{"role":"user","content":"Tell me of rivers"}])";
    auto parsed = parse_ask(dialect, body + std::string(more) + "}");
    REQUIRE(parsed);
    ask = std::move(*parsed);
    behaviour = *parse_behaviour(ask.model, {});
    answer = make_answer(ask, behaviour, 0);
    frames = frames_of({ask, answer, behaviour.usage});
    script = script_of(frames, behaviour, dialect);
  }
  std::string sent() const {
    std::string out;
    for (const auto& cue : script.cues) out += cue.text;
    return out;
  }
  json::value data(std::size_t index) const {
    const std::string& text = frames.at(index).text;
    auto value = parse_json(std::string_view(text).substr(text.find("data: ") + 6));
    REQUIRE(value);
    return *value;
  }
  Ask ask;
  Behaviour behaviour;
  Answer answer;
  std::vector<Frame> frames;
  Script script;
};

constexpr Dialect kDialects[] = {Dialect::chat, Dialect::responses, Dialect::messages};

std::size_t count(std::string_view text, std::string_view wanted) {
  std::size_t found = 0;
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
    ++found;
  }
  return found;
}

TEST_CASE("mock: a chat stream has role, text, finish, usage and [DONE]") {
  Told told(Dialect::chat, "mock:tokens=4", R"(,"stream_options":{"include_usage":true})");
  REQUIRE(told.frames.size() == 1 + 4 + 1 + 1 + 1);
  CHECK(told.frames[0].text.find(R"("delta":{"role":"assistant","content":""})") !=
        std::string::npos);
  std::string text;
  for (std::size_t i = 1; i <= 4; ++i) {
    auto data = told.data(i);
    auto& choice = data.at("choices").as_array().at(0);
    text += view(choice.at("delta").at("content").as_string());
    CHECK(data.at("usage").is_null());
  }
  CHECK(text == told.answer.text());
  CHECK(told.data(5).at("choices").at(0).at("finish_reason").as_string() == "stop");
  CHECK(told.data(6).at("choices").as_array().empty());
  CHECK(*as_int(told.data(6).at("usage").at("prompt_tokens")) == 5);
  CHECK(told.frames[7].text == "data: [DONE]\n\n");
  CHECK(count(Told(Dialect::chat, "mock").sent(), "usage") == 0);
}

TEST_CASE("mock: a messages stream names each event, and blocks follow one another") {
  const std::string tools =
      R"(,"tools":[{"name":"rivers","input_schema":{"type":"object","properties":{"a":{}}}}])";
  Told told(Dialect::messages, "mock:thinking,parallel-tools=2", tools);
  std::string names;
  for (const auto& frame : told.frames) {
    std::string name = frame.text.substr(7, frame.text.find('\n') - 7);
    CHECK(frame.text.find("\"type\":\"" + name + "\"") != std::string::npos);
    if (name != "content_block_delta") names += name + " ";
  }
  const std::string block = "content_block_start content_block_stop ";
  CHECK(names == "message_start ping " + block + block + block + "message_delta message_stop ");
  CHECK(told.sent().find(R"("stop_reason":"tool_use")") != std::string::npos);
  CHECK(count(told.sent(), "signature_delta") == 1);
}

TEST_CASE("mock: a responses stream is numbered, and its last event is the whole") {
  Told told(Dialect::responses, "mock:thinking,tokens=5");
  for (std::size_t i = 0; i < told.frames.size(); ++i) {
    CHECK(*as_int(told.data(i).at("sequence_number")) == static_cast<std::int64_t>(i));
  }
  auto last = told.data(told.frames.size() - 1);
  CHECK(last.at("type").as_string() == "response.completed");
  auto whole = parse_json(whole_body({told.ask, told.answer}));
  REQUIRE(whole);
  CHECK(last.at("response") == *whole);
  Told cut(Dialect::responses, "mock", R"(,"max_output_tokens":2)");
  CHECK(cut.sent().find("response.incomplete") != std::string::npos);
}

TEST_CASE("mock: faults cut into each dialect alike") {
  for (Dialect dialect : kDialects) {
    CAPTURE(static_cast<int>(dialect));
    auto numbers = [](const Told& told) { return count(told.sent(), "\"#"); };
    auto over = [](const Told& told) {
      return count(told.sent(), "[DONE]") + count(told.sent(), "message_stop") / 2 +
             count(told.sent(), "response.completed") / 2;
    };
    Told plain(dialect, "mock:numbered,tokens=6");
    CHECK(over(plain) == 1);
    Told cut(dialect, "mock:numbered,tokens=6,cut=4");
    CHECK(count(cut.sent(), "#3 ") == 1);
    CHECK(count(cut.sent(), "#4 ") == 0);
    CHECK(over(cut) == 0);
    CHECK(cut.script.end == Script::End::cut);
    CHECK(Told(dialect, "mock:reset").script.end == Script::End::reset);
    CHECK(numbers(Told(dialect, "mock:numbered,reset")) == 0);
    CHECK(Told(dialect, "mock:stall=2").script.end == Script::End::stall);
    Told open(dialect, "mock:no-terminal");
    CHECK(over(open) == 0);
    CHECK(open.script.end == Script::End::whole);
    Told failed(dialect, "mock:numbered,tokens=6,error-event=2,error=529");
    CHECK(count(failed.sent(), "#1 ") == 1);
    CHECK(count(failed.sent(), "#2 ") == 0);
    CHECK(failed.script.cues.back().text.find("error") != std::string::npos);
    CHECK(over(failed) == 0);
    Told spoiled(dialect, "mock:malformed-json");
    CHECK(over(spoiled) == 1);
    CHECK(spoiled.sent().size() < plain.sent().size() * 10);
    CHECK(Told(dialect, "mock:garbage").sent().find('\0') != std::string::npos);
    CHECK(count(Told(dialect, "mock:usage=none").sent(), "_tokens\":") == 0);
  }
}

TEST_CASE("mock: cues come by the clock") {
  Told told(Dialect::chat, "mock:tokens=4,latency=100,token=20");
  std::vector<std::int64_t> due;
  for (const auto& cue : told.script.cues) due.push_back(cue.due_ms);
  CHECK(due == std::vector<std::int64_t>{0, 100, 120, 140, 160, 160, 160});
}

TEST_CASE("mock: an error has the dialect's form") {
  auto openai = parse_json(error_body(Dialect::chat, 429, "slow"));
  CHECK(openai->at("error").as_object().size() == 4);
  CHECK(openai->at("error").at("code").as_string() == "rate_limit_exceeded");
  auto anthropic = parse_json(error_body(Dialect::messages, 529, "full"));
  CHECK(anthropic->at("error").at("type").as_string() == "overloaded_error");
}

}  // namespace
}  // namespace guildhall::mock_model
