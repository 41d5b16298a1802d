#include "gateway/dialects/request.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/limits.h"

namespace guildhall::gateway {
namespace {

Result<Request> read_text(Operation operation, std::string_view members) {
  return Request::read(operation, fmt::format("{{{}}}", members));
}

constexpr std::string_view kChatTurn = R"("model":"m","messages":[{"role":"user","content":"hi"}])";

TEST_CASE("gateway request: what is known of a chat before it is dispatched") {
  const auto request = read_text(
      Operation::chat, fmt::format(R"({},"stream":true,"stream_options":{{"include_usage":true}},)"
                                   R"("max_tokens":10,"max_completion_tokens":20,"n":3,)"
                                   R"("tools":[{{"type":"function","function":{{"name":"f"}}}}])",
                                   kChatTurn));
  const RequestFacts& facts = request->facts();
  CHECK(facts.model == "m");
  CHECK(facts.stream);
  CHECK(facts.wants_usage);
  CHECK(facts.tools);
  CHECK(facts.choices == 3);
  CHECK(facts.max_output_tokens == 60);
  CHECK(facts.input_tokens_bound >= static_cast<std::int64_t>(request->body().size()));
}

TEST_CASE("gateway request: without a limit of output there is none") {
  CHECK_FALSE(read_text(Operation::chat, kChatTurn)->facts().max_output_tokens);
  CHECK(read_text(Operation::count_tokens, kChatTurn)->facts().max_output_tokens == 0);
  CHECK(read_text(Operation::embeddings, R"("model":"m","input":[[1,2]])")
            ->facts()
            .max_output_tokens == 0);
  CHECK(Request::read(Operation::models, "")->facts().max_output_tokens == 0);
  CHECK_FALSE(Request::read(Operation::models, "{}"));
}

TEST_CASE("gateway request: an image counts as an image, not as its bytes") {
  const auto image = [](std::size_t bytes) {
    return read_text(Operation::chat,
                     fmt::format(R"("model":"m","messages":[{{"role":"user","content":[{{"type":)"
                                 R"("image_url","image_url":{{"url":"data:image/png;base64,{}"}}}})"
                                 R"(]}}])",
                                 std::string(bytes, 'A')))
        ->facts()
        .input_tokens_bound;
  };
  CHECK(image(10) == image(1'000'000));
  CHECK(image(10) > kImageTokensBound);
}

TEST_CASE("gateway request: broken ones say which member") {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {R"("messages":[])", "/model"},
      {R"("model":7)", "/model"},
      {R"("model":"m","stream":"yes")", "/stream"},
      {R"("model":"m","n":0)", "/n"},
      {R"("model":"m","n":129)", "/n"},
      {R"("model":"m","max_tokens":-1)", "/max_tokens"},
      {R"("model":"m","max_tokens":1e300)", "/max_tokens"},
      {R"("model":"m","max_completion_tokens":"9")", "/max_completion_tokens"},
  };
  for (const auto& [members, field] : kCases) {
    const auto request = read_text(Operation::chat, members);
    CHECK(request.error().type == "invalid-request");
    CHECK(request.error().field == field);
  }
  CHECK(Request::read(Operation::chat, "[]").error().type == "invalid-request");
  CHECK(Request::read(Operation::chat, "{").error().type == "bad-json");
  CHECK(Request::read(Operation::chat, R"({"model":"m","model":"n"})").error().type == "bad-json");
  CHECK(Request::read(Operation::chat, std::string(kMaxModelBody + 1, ' ')).error().type ==
        "body-too-large");
}

TEST_CASE("gateway request: what the provider would keep, fetch or run is refused by name") {
  struct Case {
    Operation operation;
    std::string_view members, field;
  };
  const Case kCases[] = {
      {Operation::chat, R"("store":true)", "/store"},
      {Operation::chat, R"("web_search_options":{})", "/web_search_options"},
      {Operation::chat, R"("prediction":{"type":"content"})", "/prediction"},
      {Operation::chat, R"("service_tier":"priority")", "/service_tier"},
      {Operation::chat, R"("modalities":["text","audio"])", "/modalities"},
      {Operation::chat, R"("stream_options":{"new":1})", "/stream_options"},
      {Operation::chat, R"("never_heard_of":1)", "/never_heard_of"},
      {Operation::chat, R"("\u0073tore":true)", "/store"},
      {Operation::chat, R"("tools":[{"type":"web_search"}])", "/tools/0"},
      {Operation::chat,
       R"("messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url",)"
       R"("image_url":{"url":"https://e.org/x.png"}}]}])",
       "/messages/0/content/1"},
      {Operation::chat,
       R"("messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}])",
       "/messages/0/content/0"},
      {Operation::chat, R"("messages":[{"role":"assistant","audio":{"id":"a"}}])",
       "/messages/0/audio"},
      {Operation::responses, R"("background":true)", "/background"},
      {Operation::responses, R"("store":true)", "/store"},
      {Operation::responses, R"("previous_response_id":"r")", "/previous_response_id"},
      {Operation::responses, R"("conversation":"c")", "/conversation"},
      {Operation::responses, R"("prompt":{"id":"p"})", "/prompt"},
      {Operation::responses, R"("tools":[{"type":"code_interpreter"}])", "/tools/0"},
      {Operation::responses, R"("tools":[{"type":"mcp"}])", "/tools/0"},
      {Operation::responses, R"("input":[{"type":"item_reference","id":"x"}])", "/input/0"},
      {Operation::responses,
       R"("input":[{"role":"user","content":[{"type":"input_file","file_url":"https://e.org"}]}])",
       "/input/0/content/0"},
      {Operation::responses,
       R"("input":[{"role":"user","content":[{"type":"input_image","image_url":"http://e"}]}])",
       "/input/0/content/0"},
      {Operation::messages, R"("mcp_servers":[{"url":"https://e.org"}])", "/mcp_servers"},
      {Operation::messages, R"("container":"c")", "/container"},
      {Operation::messages, R"("tools":[{"type":"web_search_20250305","name":"w"}])", "/tools/0"},
      {Operation::messages, R"("tools":[{"type":"code_execution_20250825","name":"c"}])",
       "/tools/0"},
      {Operation::messages,
       R"("messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"u"}})"
       R"(]}])",
       "/messages/0/content/0"},
      {Operation::messages,
       R"("messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":)"
       R"([{"type":"document","source":{"type":"file","file_id":"f"}}]}]}])",
       "/messages/0/content/0/content/0"},
      {Operation::embeddings, R"("store":true)", "/store"},
  };
  for (const Case& one : kCases) {
    INFO(one.members);
    const auto request = read_text(one.operation, fmt::format(R"("model":"m",{})", one.members));
    REQUIRE_FALSE(request);
    CHECK(request.error().type == "refused-by-policy");
    CHECK(request.error().fault == Fault::forbidden);
    CHECK(request.error().field == one.field);
  }
}

TEST_CASE("gateway request: what asks for nothing passes, and so do the client's own tools") {
  CHECK(read_text(Operation::chat, fmt::format(R"({},"store":false,"audio":null)", kChatTurn)));
  CHECK(read_text(Operation::responses,
                  R"("model":"m","input":"hi","background":false,"conversation":null)"));
  CHECK(read_text(Operation::messages,
                  R"("model":"m","max_tokens":5,"messages":[],"tools":[{"name":"f"},)"
                  R"({"type":"bash_20250124","name":"bash"},{"type":"custom","name":"g"}])"));
}

TEST_CASE("gateway request: upstream gets the client's bytes with the name spliced in") {
  const std::string body =
      "{ \"temperature\":1.0,\n \"mod\\u0065l\" : \"alias\" ,\"seed\":12345678901234567890,"
      "\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\"}] }\n";
  const auto request = Request::read(Operation::chat, body);
  CHECK(request->for_upstream({"real\"1", {}}) ==
        "{ \"temperature\":1.0,\n \"mod\\u0065l\" : \"real\\\"1\" ,\"seed\":12345678901234567890,"
        "\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\"}] }\n");
}

TEST_CASE("gateway request: a chat stream always asks for its usage") {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {R"({"model":"m","stream":true})",
       R"({"model":"M","stream_options":{"include_usage":true},"stream":true})"},
      {R"({"model":"m","stream_options":null,"stream":true})",
       R"({"model":"M","stream_options":{"include_usage":true},"stream":true})"},
      {R"({"model":"m","stream_options":{},"stream":true})",
       R"({"model":"M","stream_options":{"include_usage":true},"stream":true})"},
      {R"({"model":"m","stream_options":{"include_usage": false },"stream":true})",
       R"({"model":"M","stream_options":{"include_usage": true },"stream":true})"},
      {R"({"stream_options":{ "include_obfuscation":false},"stream":true,"model":"m"})",
       R"({"stream_options":{"include_usage":true, "include_obfuscation":false},"stream":true,)"
       R"("model":"M"})"},
      {R"({"model":"m","stream_options":{"include_usage":true},"stream":true})",
       R"({"model":"M","stream_options":{"include_usage":true},"stream":true})"},
      {R"({"model":"m","stream":false})", R"({"model":"M","stream":false})"},
  };
  for (const auto& [body, upstream] : kCases) {
    CHECK(Request::read(Operation::chat, std::string(body))->for_upstream({"M", {}}) == upstream);
  }
}

TEST_CASE("gateway request: a response is never stored, and a limit is set where there is none") {
  CHECK(Request::read(Operation::responses, R"({"model":"m","input":"x"})")
            ->for_upstream({"M", 99}) ==
        R"({"model":"M","store":false,"max_output_tokens":99,"input":"x"})");
  CHECK(Request::read(Operation::responses, R"({"store":null,"model":"m","max_output_tokens":5})")
            ->for_upstream({"M", 99}) == R"({"store":false,"model":"M","max_output_tokens":5})");
  CHECK(Request::read(Operation::chat, R"({"model":"m"})")->for_upstream({"M", 99}) ==
        R"({"model":"M","max_completion_tokens":99})");
  CHECK(Request::read(Operation::messages, R"({"model":"m"})")->for_upstream({"M", 99}) ==
        R"({"model":"M","max_tokens":99})");
}

}  // namespace
}  // namespace guildhall::gateway
