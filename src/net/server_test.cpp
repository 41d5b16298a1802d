#include "net/server.h"

#include <fcntl.h>

#include <atomic>
#include <thread>

#include "net/test_client.h"

namespace guildhall::net {
namespace {

using testing::Client;
using testing::TestApp;
using testing::TestServer;
using testing::wait_for;

std::string get(std::string_view path, std::string_view headers = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n" + std::string(headers) + "\r\n";
}

TEST_CASE("net: requests on one connection, one after another and pipelined") {
  TestApp app;
  TestServer at(app);
  Client client(at.port);
  client.send_text("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc");
  client.read_until("POST /a abc");
  CHECK(client.has("HTTP/1.1 200 OK\r\n"));
  CHECK(client.has("X-Request-Id: "));
  CHECK_FALSE(client.has("Server:"));
  std::string two = get("/b") + get("/c") + get("/d");
  client.send_text(two);
  client.read_until("GET /d");
  CHECK(client.count("200 OK") == 4);
  CHECK(client.text().find("GET /b") < client.text().find("GET /c"));
  CHECK(at.server->stats().requests == 4);
}

TEST_CASE("net: a chunked body arrives whole") {
  TestApp app;
  TestServer at(app);
  Client client(at.port);
  client.send_text(
      "POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"
      "0\r\n\r\n");
  CHECK(client.read_until("abcde").find("POST /a abcde") != std::string::npos);
}

TEST_CASE("net: HEAD is GET without the body") {
  TestApp app;
  TestServer at(app);
  Client client(at.port);
  client.send_text("HEAD /abc HTTP/1.1\r\nHost: t\r\n\r\n" + get("/last", "Connection: close\r\n"));
  client.read_to_end();
  CHECK(client.has("Content-Length: 9\r\n"));
  CHECK_FALSE(client.has("GET /abc"));
  CHECK(client.has("GET /last"));
}

TEST_CASE("net: a body beyond the route's limit is 413 at once, and the connection closes") {
  TestApp app;
  TestServer at(app);
  SUBCASE("announced") {
    Client client(at.port);
    client.send_text("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\nabc");
    client.read_to_end();
    CHECK(client.has("HTTP/1.1 413 "));
    CHECK(client.has("\"type\":\"/problems/body-too-large\""));
    CHECK(client.has("application/problem+json"));
    CHECK(client.ended());
  }
  SUBCASE("as it grows") {
    Client client(at.port);
    client.send_text("POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
    std::string piece = "190\r\n" + std::string(400, 'x') + "\r\n";
    for (int i = 0; i < 5; ++i) client.send_text(piece);
    client.read_to_end();
    CHECK(client.has("HTTP/1.1 413 "));
    CHECK(client.ended());
  }
  SUBCASE("asked before it is sent") {
    Client client(at.port);
    client.send_text(
        "POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 9999\r\nExpect: 100-continue\r\n\r\n");
    client.read_to_end();
    CHECK(client.has("HTTP/1.1 413 "));
    CHECK_FALSE(client.has("100 Continue"));
  }
}

TEST_CASE("net: Expect: 100-continue is answered, then the request") {
  TestApp app;
  TestServer at(app);
  Client client(at.port);
  client.send_text(
      "POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.read_until("100 Continue").find("HTTP/1.1 100") == 0);
  client.send_text("abc");
  client.read_until("POST /a abc");
  CHECK(client.has("POST /a abc"));
}

TEST_CASE("net: what could be read in two ways is refused and closed") {
  TestApp app;
  TestServer at(app);
  const char* shapes[] = {
      "Content-Length: 3\r\nContent-Length: 4\r\n",
      "Content-Length: 3\r\nContent-Length: 3\r\n",
      "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Content-Length: +3\r\n",
      "Content-Length: -3\r\n",
      "Content-Length: 3,3\r\n",
      "Content-Length: 0x3\r\n",
      "Content-Length : 3\r\n",
      "Content-Length: 99999999999999999999999999\r\n",
      "Host: other\r\n",
  };
  for (const char* shape : shapes) {
    CAPTURE(shape);
    Client client(at.port);
    client.send_text("POST /a HTTP/1.1\r\nHost: t\r\n" + std::string(shape) +
                     "\r\n3\r\nabc\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n");
    client.read_to_end();
    CHECK((client.has("HTTP/1.1 400 ") || client.has("HTTP/1.1 413 ")));
    CHECK_FALSE(client.has("200 OK"));
    CHECK_FALSE(client.has("/smuggled"));
    CHECK(client.ended());
  }
}

TEST_CASE("net: paths are decoded once; what is no path is 400") {
  TestApp app;
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/a%20b%2Fc%252e?q=x%26y+z"));
  CHECK(client.read_until("GET /a b/c%2e").find("200 OK") != std::string::npos);
  for (const char* path : {"/a%00b", "/a/../b", "/a/%2e%2e/b", "/%ff", "/%c0%ae", "/%4", "/%zz"}) {
    CAPTURE(path);
    Client other(at.port);
    other.send_text(get(path));
    other.read_until("bad-target");
    CHECK(other.has("HTTP/1.1 400 "));
    // The framing was sound: the connection goes on.
    other.send_text(get("/fine"));
    other.read_until("GET /fine");
    CHECK(other.has("GET /fine"));
  }
}

TEST_CASE("net: a method we do not know is 405") {
  TestApp app;
  TestServer at(app);
  Client client(at.port);
  client.send_text("BREW /a HTTP/1.1\r\nHost: t\r\n\r\n");
  client.read_until("method-not-allowed");
  CHECK(client.has("HTTP/1.1 405 "));
  CHECK(client.has("Allow: GET"));
}

TEST_CASE("net: a handler that throws is a 500 with the request's id, and the server goes on") {
  TestApp app;
  app.routes["/bad"] = [](Request&) -> Reply { throw 1; };
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/bad") + get("/good"));
  client.read_until("GET /good");
  CHECK(client.has("HTTP/1.1 500 "));
  CHECK(client.has("\"request_id\":\""));
  CHECK(client.has("GET /good"));
}

TEST_CASE("net: a full queue answers 503 with Retry-After and is counted") {
  std::atomic<bool> go{false};
  TestApp app;
  app.routes["/wait"] = [&](Request&) {
    wait_for([&] { return go.load(); });
    return Reply{};
  };
  ServerOptions options;
  options.workers = 1;
  options.work_queue = 2;
  TestServer at(app, options);
  std::vector<Client> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(at.port);
    clients.back().send_text(get("/wait"));
    if (i == 0) CHECK(wait_for([&] { return at.server->stats().queue == 0; }));
  }
  CHECK(wait_for([&] { return at.server->stats().refused_full >= 5; }));
  go = true;
  int refused = 0;
  int served = 0;
  for (auto& client : clients) {
    client.read_until("\r\n\r\n");
    refused += client.has("HTTP/1.1 503 ") && client.has("Retry-After: 1") ? 1 : 0;
    served += client.has("HTTP/1.1 200 ") ? 1 : 0;
  }
  CHECK(refused + served == 8);
  CHECK(refused == at.server->stats().refused_full);
}

TEST_CASE("net: the client's address is the proxy's word only when the proxy is listed") {
  TestApp app;
  app.routes["/who"] = [](Request& request) {
    Reply reply;
    reply.body = "[" + request.peer_address + (request.secure ? " tls]" : " plain]");
    return reply;
  };
  std::string lie = "X-Forwarded-For: 6.6.6.6, 9.9.9.9\r\nX-Forwarded-Proto: https\r\n";
  {
    TestServer at(app);
    Client client(at.port);
    client.send_text(get("/who", lie));
    CHECK(client.read_until("]").find("[127.0.0.1 plain]") != std::string::npos);
  }
  ServerOptions options;
  options.trusted_proxies = {"127.0.0.0/8"};
  TestServer at(app, options);
  Client client(at.port);
  client.send_text(get("/who", lie));
  CHECK(client.read_until("]").find("[9.9.9.9 tls]") != std::string::npos);
}

TEST_CASE("net: a range of a file") {
  char name[] = "/tmp/guildhall-net-XXXXXX";
  int made = mkstemp(name);
  std::string text = "0123456789";
  CHECK(write(made, text.data(), text.size()) == 10);
  close(made);
  TestApp app;
  app.routes["/file"] = [&](Request&) {
    Reply reply;
    reply.status = 206;
    reply.content_type = "application/octet-stream";
    reply.file = FileBody{open(name, O_RDONLY | O_CLOEXEC), 3, 4};
    reply.header("Content-Range", "bytes 3-6/10");
    return reply;
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/file") + get("/next"));
  client.read_until("GET /next");
  CHECK(client.has("HTTP/1.1 206 "));
  CHECK(client.has("Content-Length: 4\r\n"));
  CHECK(client.has("\r\n\r\n3456HTTP/1.1 200 OK"));
  unlink(name);
}

TEST_CASE("net: stop lets requests in flight finish and refuses no one who was accepted") {
  std::atomic<bool> entered{false};
  TestApp app;
  app.routes["/slow"] = [&](Request&) {
    entered = true;
    usleep(150'000);
    Reply reply;
    reply.body = "finished";
    return reply;
  };
  TestServer at(app);
  Client idle(at.port);
  idle.send_text(get("/x"));
  idle.read_until("GET /x");
  Client client(at.port);
  client.send_text(get("/slow"));
  REQUIRE(wait_for([&] { return entered.load(); }));
  std::thread stopper([&] { at.server->stop(); });
  client.read_to_end();
  stopper.join();
  CHECK(client.has("finished"));
  CHECK(client.has("Connection: close"));
  idle.read_to_end();
  CHECK(idle.ended());
  CHECK(at.server->stats().connections == 0);
}

}  // namespace
}  // namespace guildhall::net
