// The mock as a server: routes, keys, and faults that a client sees on the wire.
#include "mock_model/service.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "net/test_client.h"

namespace guildhall::mock_model {
namespace {

using net::testing::Client;
using net::testing::unchunk;

struct Mock {
  explicit Mock(std::string key = {}) : service({std::move(key), 0, {}}, timer), at(service) {}
  Timer timer;
  Service service;
  net::testing::TestServer at;

  Client send(std::string_view path, std::string_view body, std::string_view header = {}) {
    Client client(at.port);
    client.send_text("POST " + std::string(path) + " HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n" + std::string(header) + "\r\n");
    client.send_text(body);
    return client;
  }
  Client chat(std::string_view model, bool stream) {
    return send("/v1/chat/completions",
                R"({"model":")" + std::string(model) +
                    R"(","messages":[{"role":"user","content":"Hello"}],"stream":)" +
                    (stream ? "true}" : "false}"));
  }
};

TEST_CASE("mock: each route answers; what is none is 404") {
  Mock mock;
  const std::string chat = R"({"model":"mock","messages":[{"role":"user","content":"Hi"}]})";
  for (const char* path : {"/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens"}) {
    CHECK(mock.send(path, chat).read_until("_tokens\":").find("200 OK") != std::string::npos);
  }
  const char* responses = R"({"model":"mock","input":"Hi"})";
  CHECK(mock.send("/v1/responses", responses).read_until("total_tokens").size() > 0);
  CHECK(mock.send("/v1/embeddings", responses).read_until("total_tokens").size() > 0);
  Client models(mock.at.port);
  models.send_text("GET /v1/models HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(models.read_until("mock-b").size() > 0);
  CHECK(mock.send("/v1/other", "{}").read_until("nothing of that").size() > 0);
  auto refused = mock.chat("mock:surprise=1", false);
  refused.read_until("surprise=1");
  CHECK(refused.has("HTTP/1.1 400 "));
}

TEST_CASE("mock: with a key nobody else may ask") {
  Mock mock("sesame");
  CHECK(mock.chat("mock", false).read_until("invalid_api_key").size() > 0);
  auto wrong = mock.send("/v1/messages", "{}", "x-api-key: other\r\n");
  CHECK(wrong.read_until("authentication_error").find("HTTP/1.1 401 ") != std::string::npos);
  for (const char* header : {"x-api-key: sesame\r\n", "Authorization: Bearer sesame\r\n"}) {
    auto client = mock.send("/v1/messages/count_tokens",
                            R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})", header);
    CHECK(client.read_until("input_tokens").find("200 OK") != std::string::npos);
  }
}

TEST_CASE("mock: a stream ends with its terminal event, or not at all") {
  Mock mock;
  auto whole = mock.chat("mock:token=1,tokens=20,latency=5", true);
  CHECK(unchunk(whole.read_to_end()).ends_with("data: [DONE]\n\n"));
  auto open = mock.chat("mock:no-terminal", true);
  const std::string text = unchunk(open.read_to_end());
  CHECK(text != "bad");
  CHECK(text.find("[DONE]") == std::string::npos);
  auto cut = mock.chat("mock:numbered,cut=3", true);
  cut.read_to_end();
  CHECK(cut.ended());
  CHECK(cut.has("#2 "));
  CHECK_FALSE(cut.has("#3 "));
  CHECK_FALSE(cut.has("\r\n0\r\n"));
  auto stalled = mock.chat("mock:numbered,stall=3", true);
  stalled.read_until("#2 ");
  stalled.read_to_end(100);
  CHECK_FALSE(stalled.ended());
}

TEST_CASE("mock: a reset is one") {
  Mock mock;
  for (bool stream : {true, false}) {
    auto client = mock.chat("mock:numbered,reset=2", stream);
    char byte = 0;
    ssize_t got = 1;
    while (got > 0) got = recv(client.fd(), &byte, 1, 0);
    CHECK(got == -1);
    CHECK(errno == ECONNRESET);
  }
}

TEST_CASE("mock: errors, delays and redirects come before the answer") {
  Mock mock;
  auto busy = mock.chat("mock:error=429,retry-after=2", false);
  busy.read_until("rate_limit");
  CHECK(busy.has("HTTP/1.1 429 "));
  CHECK(busy.has("Retry-After: 2\r\n"));
  auto moved = mock.chat("mock:redirect=http://127.0.0.1:1/a,b", false);
  CHECK(moved.read_until("Location: http://127.0.0.1:1/a,b\r\n").find(" 307 ") !=
        std::string::npos);
  for (int expected : {500, 500, 200, 200}) {
    auto client = mock.chat("mock:status=500-times=2", false);
    client.read_until("}}");
    CHECK(client.has("HTTP/1.1 " + std::to_string(expected)));
  }
  std::int64_t start_ms = monotonic_ms();
  CHECK(mock.chat("mock:latency=60", false).read_until("finish_reason").size() > 0);
  CHECK(mock.chat("mock:slow-headers=60", true).read_until("[DONE]").size() > 0);
  CHECK(monotonic_ms() - start_ms >= 120);
  auto spoiled = mock.chat("mock:malformed-json", false);
  spoiled.read_until("content", 2);
  CHECK(spoiled.has("200 OK"));
  CHECK_FALSE(spoiled.has("finish_reason"));
}

}  // namespace
}  // namespace guildhall::mock_model
