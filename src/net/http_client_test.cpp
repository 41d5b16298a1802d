#include "net/http_client.h"

#include <thread>

#include "net/test_client.h"

namespace guildhall::net {
namespace {

using testing::TestApp;
using testing::TestServer;

struct Loopback {
  TestApp app;
  TestServer at{app};
  std::unique_ptr<HttpClient> client = open({.plain_http = true});

  static std::unique_ptr<HttpClient> open(HttpClientOptions options) {
    auto opened = HttpClient::open(std::move(options));
    REQUIRE(opened);
    return std::move(*opened);
  }
  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(at.port) + std::string(path);
  }
  Result<HttpResponse> get(std::string_view path, std::int64_t timeout_ms = 5'000) {
    return client->send({.url = url(path), .timeout_ms = timeout_ms});
  }
  Result<HttpResponse> post(std::string_view path, std::string_view body) {
    return client->send({.url = url(path),
                         .post_body = body,
                         .content_type = "application/octet-stream",
                         .post = true,
                         .timeout_ms = 5'000});
  }
};

TEST_CASE("http client: bytes out and in, on one connection") {
  Loopback with;
  std::string type;
  with.app.routes["/echo"] = [&](Request& request) {
    Reply reply;
    type = request.header("Content-Type");
    reply.content_type = "application/octet-stream";
    reply.body = request.body;
    return reply;
  };
  std::string bytes("\0\r\n\xff any", 8);
  auto echoed = with.post("/echo", bytes);
  REQUIRE(echoed);
  CHECK(echoed->status == 200);
  CHECK(echoed->body == bytes);
  CHECK(echoed->content_type == "application/octet-stream");
  CHECK(type == "application/octet-stream");
  CHECK(with.post("/echo", "").value().body.empty());
  CHECK(with.get("/plain").value().body == "GET /plain ");  // no body left over from before
  CHECK(with.client->connections() == 1);
}

TEST_CASE("http client: a status is no error, and a redirect is not followed") {
  Loopback with;
  with.app.routes["/away"] = [](Request&) {
    Reply reply;
    reply.status = 302;
    reply.header("Location", "/secret");
    return reply;
  };
  auto away = with.get("/away");
  REQUIRE(away);
  CHECK(away->status == 302);
  CHECK(away->body.empty());
  auto large = with.post("/a", std::string(2'000, 'x'));  // the server's limit is 1,000
  REQUIRE(large);
  CHECK(large->status == 413);
}

TEST_CASE("http client: the environment's proxies are not asked") {
  Loopback with;
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  auto direct = with.get("/a");
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  CHECK(direct);
}

TEST_CASE("http client: a response over the limit ends, one at the limit does not") {
  Loopback with;
  with.app.routes["/long"] = [](Request&) {
    Reply reply;
    reply.body = std::string(1'000, 'x');
    return reply;
  };
  with.client = Loopback::open({.max_response_bytes = 1'000, .plain_http = true});
  CHECK(with.get("/long").value().body.size() == 1'000);
  with.client = Loopback::open({.max_response_bytes = 999, .plain_http = true});
  auto refused = with.get("/long");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().type == "http-response-too-large");
  CHECK(with.get("/short"));  // and goes on
}

TEST_CASE("http client: too slow, interrupted, nobody there") {
  Loopback with;
  std::atomic<bool> held = true;
  std::atomic<int> waiting = 0;
  with.app.routes["/held"] = [&](Request&) {
    ++waiting;
    while (held) usleep(1'000);
    return Reply{};
  };
  SUBCASE("too slow") {
    auto slow = with.get("/held", 100);
    REQUIRE_FALSE(slow);
    CHECK(slow.error().type == "http-timeout");
  }
  SUBCASE("interrupted in flight; the next one works") {
    std::jthread other([&] {
      while (waiting == 0) usleep(1'000);
      with.client->interrupt();
    });
    auto cut = with.get("/held", 60'000);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().type == "http-interrupted");
    CHECK(with.get("/a"));
  }
  SUBCASE("interrupted between requests: not lost, and once") {
    with.client->interrupt();
    CHECK(with.get("/a").error().type == "http-interrupted");
    CHECK(with.get("/a"));
  }
  SUBCASE("nobody there") {
    auto nobody = with.client->send({.url = "http://127.0.0.1:1/"});
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().type == "http-connect");
  }
  held = false;
}

TEST_CASE("http client: only https unless told otherwise, and TLS is required of it") {
  Loopback with;
  with.client = Loopback::open({});
  CHECK(with.get("/a").error().type == "http-url");
  CHECK(with.client->send({.url = "file:///etc/hostname"}).error().type == "http-url");
  auto plain = with.client->send({.url = "https" + with.url("/a").substr(4), .timeout_ms = 3'000});
  REQUIRE_FALSE(plain);
  CHECK(plain.error().type == "http-tls");
}

}  // namespace
}  // namespace guildhall::net
