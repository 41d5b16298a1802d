// Event streams, long replies, streamed bodies.
#include <atomic>
#include <thread>

#include "net/test_client.h"

namespace guildhall::net {
namespace {

using testing::Client;
using testing::get;
using testing::TestApp;
using testing::TestServer;
using testing::unchunk;
using testing::wait_for;

struct Numbers final : BodySource {
  explicit Numbers(int last_number) : last(last_number) {}
  Result<void> next(std::string& out) override {
    if (at < last) out += std::to_string(at++) + "\n";
    return {};
  }
  int at = 0;
  int last;
};

TEST_CASE("net: 500 event streams of one topic: each hears of it, none is asked twice at once") {
  constexpr int kStreams = 500;
  std::atomic<int> version{0};
  std::atomic<int> polls{0};
  TestApp app;
  app.routes["/events"] = [&](Request&) {
    auto seen = std::make_shared<int>(-1);
    auto busy = std::make_shared<std::atomic<bool>>(false);
    Reply reply;
    reply.events = EventStream{"t", [&, seen, busy]() -> Result<std::string> {
                                 CHECK_FALSE(busy->exchange(true));
                                 ++polls;
                                 int now = version;
                                 std::string text;
                                 if (now != *seen) text = "data: v" + std::to_string(now) + "\n\n";
                                 *seen = now;
                                 *busy = false;
                                 return text;
                               }};
    return reply;
  };
  ServerOptions options;
  options.deadlines.event_interval_ms = 100;
  TestServer at(app, options);
  std::vector<Client> clients;
  for (int i = 0; i < kStreams; ++i) {
    clients.emplace_back(at.port);
    clients.back().send_text(get("/events"));
  }
  for (auto& client : clients) CHECK(client.read_until("data: v0\n\n").size() > 0);
  CHECK(at.server->stats().event_streams == kStreams);
  CHECK(clients[0].has("Content-Type: text/event-stream\r\n"));
  CHECK(clients[0].has("Cache-Control: no-store\r\n"));
  int before = polls;
  std::int64_t start_ms = monotonic_ms();
  while (monotonic_ms() - start_ms < 450) {
    version = 1;
    at.server->notify("t");
    at.server->notify("other");
    usleep(500);
  }
  // Hundreds of notifies in 450 ms: at most one poll per interval and stream.
  CHECK(polls - before <= kStreams * 6);
  version = 2;
  at.server->notify("t");
  for (auto& client : clients) {
    client.read_until("data: v2\n\n");
    CHECK(client.count("data: v2") == 1);
  }
  std::thread stopper([&] { at.server->stop(); });
  for (auto& client : clients) client.read_to_end();
  stopper.join();
  for (auto& client : clients) CHECK(client.ended());
}

TEST_CASE("net: a silent stream is kept alive; one too many is refused") {
  TestApp app;
  app.routes["/events"] = [](Request&) {
    Reply reply;
    reply.events = EventStream{"t", [] { return Result<std::string>(std::string()); }};
    return reply;
  };
  ServerOptions options;
  options.deadlines.event_keep_alive_ms = 50;
  options.deadlines.event_interval_ms = 5;
  options.deadlines.linger_ms = 40;
  options.max_event_streams = 1;
  TestServer at(app, options);
  Client client(at.port);
  client.send_text(get("/events"));
  client.read_until(": keep-alive\n\n", 2);
  CHECK(client.count(": keep-alive\n\n") == 2);
  Client second(at.port);
  second.send_text(get("/events"));
  second.read_until("server-full");
  CHECK(second.has("HTTP/1.1 503 "));
  CHECK(second.count("Retry-After") == 1);
}

TEST_CASE("net: an error of the poll ends the stream") {
  std::atomic<bool> fails{false};
  TestApp app;
  app.routes["/events"] = [&](Request&) {
    Reply reply;
    reply.events = EventStream{"t", [&]() -> Result<std::string> {
                                 if (fails) return fail(Fault::locked, "locked", "");
                                 return std::string("data: x\n\n");
                               }};
    return reply;
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/events"));
  client.read_until("data: x\n\n");
  fails = true;
  at.server->notify("t");
  client.read_to_end();
  CHECK(client.ended());
}

TEST_CASE("net: a long reply comes whole, in order, and says how it ends") {
  std::string expected;
  for (int i = 0; i < 200'000; ++i) expected += std::to_string(i) + "\n";
  TestApp app;
  app.routes["/numbers"] = [](Request&) {
    Reply reply;
    reply.source = std::make_unique<Numbers>(200'000);
    return reply;
  };
  struct Failing final : BodySource {
    Result<void> next(std::string& out) override {
      if (given) return fail(Fault::internal, "internal", "");
      given = true;
      out += "part";
      return {};
    }
    bool given = false;
  };
  app.routes["/fails"] = [](Request&) {
    Reply reply;
    reply.source = std::make_unique<Failing>();
    return reply;
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/numbers"));
  CHECK(unchunk(client.read_to_end()) == expected);
  Client old(at.port);
  old.send_text("GET /numbers HTTP/1.0\r\n\r\n");
  old.read_to_end();
  CHECK(old.text().substr(old.text().find("\r\n\r\n") + 4) == expected);
  Client cut(at.port);
  cut.send_text(get("/fails"));
  cut.read_to_end();
  CHECK_FALSE(cut.has("0\r\n\r\n"));
  Client head(at.port);
  head.send_text("HEAD /numbers HTTP/1.1\r\nHost: t\r\n\r\n");
  head.read_to_end();
  CHECK(head.text().ends_with("\r\n\r\n"));
  CHECK(head.has("200 OK"));
}

TEST_CASE("net: a half-closed client still gets its long reply") {
  TestApp app;
  app.routes["/numbers"] = [](Request&) {
    Reply reply;
    reply.source = std::make_unique<Numbers>(1'000);
    return reply;
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/numbers"));
  usleep(2'000);
  shutdown(client.fd(), SHUT_WR);
  client.read_to_end();
  CHECK(client.has("999\n"));
}

TEST_CASE("net: a streamed body is read as it comes, under back-pressure, byte for byte") {
  constexpr std::size_t kBytes = 8 << 20;
  std::atomic<std::size_t> largest{0};
  TestApp app;
  app.admissions["/up"] = {true, kBytes};
  app.routes["/up"] = [&](Request& request) {
    std::uint64_t sum = 0;
    std::size_t bytes = 0;
    while (true) {
      auto piece = request.stream->read();
      if (!piece) return problem(piece.error());
      if (piece->empty()) break;
      if (piece->size() > largest) largest = piece->size();
      for (char c : *piece) sum = sum * 31 + static_cast<unsigned char>(c);
      bytes += piece->size();
      usleep(500);
    }
    Reply reply;
    reply.body = std::to_string(bytes) + ":" + std::to_string(sum);
    return reply;
  };
  std::string content(kBytes, '\0');
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBytes; ++i) {
    content[i] = static_cast<char>(i * 7 + i / 251);
    sum = sum * 31 + static_cast<unsigned char>(content[i]);
  }
  TestServer at(app);
  Client client(at.port);
  client.send_text("POST /up HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(kBytes) +
                   "\r\n\r\n");
  client.send_text(content);
  client.send_text(get("/next"));
  client.read_until("GET /next");
  CHECK(client.has(std::to_string(kBytes) + ":" + std::to_string(sum)));
  CHECK(client.has("GET /next"));
  CHECK(largest <= kBodyStreamBytes + kConnectionMemory);
}

TEST_CASE("net: a handler may answer before it has read the body") {
  TestApp app;
  app.admissions["/up"] = {true, 100 << 20};
  app.routes["/up"] = [](Request& request) {
    return problem({Fault::forbidden, "forbidden", "Not you.", {}}, request.request_id);
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text("POST /up HTTP/1.1\r\nHost: t\r\nContent-Length: 50000000\r\n\r\n");
  std::string piece(100'000, 'x');
  std::thread sender([&] {
    while (client.send_text(piece)) {
    }
  });
  client.read_to_end();
  CHECK(client.has("HTTP/1.1 403 "));
  shutdown(client.fd(), SHUT_RDWR);
  sender.join();
}

TEST_CASE("net: a streamed body over the limit is told to its reader") {
  TestApp app;
  app.admissions["/up"] = {true, 1'000};
  app.routes["/up"] = [](Request& request) {
    while (true) {
      auto piece = request.stream->read();
      if (!piece) return problem(piece.error());
      if (piece->empty()) return Reply{};
    }
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text("POST /up HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 4; ++i) {
    client.send_text("190\r\n" + std::string(400, 'x') + "\r\n");
    usleep(5'000);
  }
  client.send_text("0\r\n\r\n");
  client.read_until("body-too-large");
  CHECK(client.has("HTTP/1.1 413 "));
}

}  // namespace
}  // namespace guildhall::net
