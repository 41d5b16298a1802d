// Clients that are slow, silent or gone.
#include <atomic>
#include <thread>

#include "net/test_client.h"

namespace guildhall::net {
namespace {

using testing::Client;
using testing::TestApp;
using testing::TestServer;
using testing::wait_for;

ServerOptions hasty() {
  ServerOptions options;
  options.deadlines.header_ms = 150;
  options.deadlines.idle_ms = 400;
  options.deadlines.body_ms = 150;
  options.deadlines.body_min_bytes_per_second = 1'000;
  options.deadlines.send_stall_ms = 200;
  options.deadlines.linger_ms = 100;
  options.deadlines.drain_ms = 500;
  return options;
}

// Sends one byte every 20 ms until the other side closes; false if it never did.
bool dribble(Client& client, std::string_view text, std::int64_t most_ms = 3'000) {
  std::int64_t until_ms = monotonic_ms() + most_ms;
  for (std::size_t i = 0; monotonic_ms() < until_ms; ++i) {
    if (!client.send_text(text.substr(i % text.size(), 1))) return true;
    client.read_until("no such text", 1, 20);
    if (client.ended()) return true;
  }
  return false;
}

TEST_CASE("net: a header that does not come, or comes byte by byte, is cut off and counted") {
  TestApp app;
  TestServer at(app, hasty());
  Client silent(at.port);
  Client slow(at.port);
  CHECK(dribble(slow, "GET / HTTP/1.1\r\nHost: t\r\nX-Long: " + std::string(500, 'x')));
  CHECK(slow.has("HTTP/1.1 408 "));
  silent.read_to_end();
  CHECK(silent.ended());
  CHECK(at.server->stats().cut_slow == 2);
}

TEST_CASE("net: the second header on a connection has its deadline too") {
  TestApp app;
  ServerOptions options = hasty();
  options.deadlines.idle_ms = 60'000;
  TestServer at(app, options);
  Client client(at.port);
  client.send_text("GET /first HTTP/1.1\r\nHost: t\r\n\r\n");
  client.read_until("GET /first");
  usleep(100'000);  // idle is no offence
  CHECK(dribble(client, "GET / HTTP/1.1\r\nHost: t\r\nX-Long: " + std::string(500, 'x')));
  CHECK(at.server->stats().cut_slow == 1);
}

TEST_CASE("net: an idle connection is dropped after a while, and not counted as slow") {
  TestApp app;
  TestServer at(app, hasty());
  Client client(at.port);
  client.send_text("GET /first HTTP/1.1\r\nHost: t\r\n\r\n");
  client.read_to_end();
  CHECK(client.ended());
  CHECK(at.server->stats().cut_slow == 0);
}

TEST_CASE("net: a body that comes byte by byte is cut off") {
  TestApp app;
  TestServer at(app, hasty());
  Client client(at.port);
  client.send_text("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 900\r\n\r\n");
  CHECK(dribble(client, "x"));
  CHECK(client.has("HTTP/1.1 408 "));
  CHECK(at.server->stats().cut_slow == 1);
}

TEST_CASE("net: the reader of a streamed body hears that it was slow, or that it broke off") {
  std::atomic<int> heard{0};
  std::string type;
  TestApp app;
  app.admissions["/up"] = {true, 1'000'000};
  app.routes["/up"] = [&](Request& request) {
    while (true) {
      auto piece = request.stream->read();
      if (!piece) {
        type = piece.error().type;
        ++heard;
        return problem(piece.error());
      }
      if (piece->empty()) return Reply{};
    }
  };
  TestServer at(app, hasty());
  SUBCASE("slow") {
    Client client(at.port);
    client.send_text("POST /up HTTP/1.1\r\nHost: t\r\nContent-Length: 900\r\n\r\n");
    CHECK(dribble(client, "x"));
    REQUIRE(wait_for([&] { return heard == 1; }));
    CHECK(type == "slow-body");
  }
  SUBCASE("broken off") {
    {
      Client client(at.port);
      client.send_text("POST /up HTTP/1.1\r\nHost: t\r\nContent-Length: 900\r\n\r\nabc");
      usleep(30'000);
    }
    REQUIRE(wait_for([&] { return heard == 1; }));
    CHECK(type == "body-truncated");
  }
  CHECK(wait_for([&] { return at.server->stats().connections == 0; }));
}

TEST_CASE("net: a client that never reads is cut off, whatever kind of reply it is") {
  struct Endless final : BodySource {
    Result<void> next(std::string& out) override {
      out.append(20'000, 'x');
      return {};
    }
  };
  TestApp app;
  app.routes["/plain"] = [](Request&) {
    Reply reply;
    reply.body.assign(20 << 20, 'x');
    return reply;
  };
  app.routes["/source"] = [](Request&) {
    Reply reply;
    reply.source = std::make_unique<Endless>();
    return reply;
  };
  app.routes["/events"] = [](Request&) {
    Reply reply;
    reply.events = EventStream{"t", [] { return Result<std::string>(std::string(900'000, 'x')); }};
    return reply;
  };
  ServerOptions options = hasty();
  options.deadlines.event_interval_ms = 1;
  TestServer at(app, options);
  for (const char* path : {"/plain", "/source", "/events"}) {
    CAPTURE(path);
    auto before = at.server->stats().cut_slow;
    Client client(at.port, 4'096);
    client.send_text("GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n\r\n");
    CHECK(wait_for([&] {
      at.server->notify("t");
      return at.server->stats().cut_slow == before + 1;
    }));
    CHECK(wait_for([&] { return at.server->stats().connections == 0; }));
  }
}

TEST_CASE("net: clients that leave while they are suspended cost nothing for long") {
  std::atomic<int> destroyed{0};
  struct Waiting final : BodySource {
    explicit Waiting(std::atomic<int>& count) : gone(count) {}
    ~Waiting() override { ++gone; }
    Result<void> next(std::string& out) override {
      usleep(5'000);
      out += "piece";
      return {};
    }
    std::atomic<int>& gone;
  };
  TestApp app;
  app.routes["/source"] = [&](Request&) {
    Reply reply;
    reply.source = std::make_unique<Waiting>(destroyed);
    return reply;
  };
  app.routes["/events"] = [](Request&) {
    Reply reply;
    reply.events = EventStream{"t", [] { return Result<std::string>(std::string()); }};
    return reply;
  };
  app.routes["/sleep"] = [](Request&) {
    usleep(50'000);
    return Reply{};
  };
  TestServer at(app, hasty());
  for (const char* path : {"/source", "/events", "/sleep"}) {
    CAPTURE(path);
    {
      Client client(at.port);
      client.send_text("GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n\r\n");
      usleep(20'000);
      CHECK(at.server->stats().connections == 1);
    }
    CHECK(wait_for([&] { return at.server->stats().connections == 0; }));
  }
  CHECK(destroyed == 1);
  CHECK(at.server->stats().event_streams == 0);
}

TEST_CASE("net: stop does not wait for ever for a client that does not read") {
  TestApp app;
  app.routes["/plain"] = [](Request&) {
    Reply reply;
    reply.body.assign(20 << 20, 'x');
    return reply;
  };
  ServerOptions options = hasty();
  options.deadlines.send_stall_ms = 60'000;
  options.deadlines.drain_ms = 200;
  TestServer at(app, options);
  Client client(at.port, 4'096);
  client.send_text("GET /plain HTTP/1.1\r\nHost: t\r\n\r\n");
  usleep(50'000);
  std::int64_t start_ms = monotonic_ms();
  at.server->stop();
  CHECK(monotonic_ms() - start_ms < 2'000);
}

}  // namespace
}  // namespace guildhall::net
