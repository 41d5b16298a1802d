// Answers that are made elsewhere: parked requests.
#include <atomic>
#include <deque>
#include <thread>

#include "base/mutex.h"
#include "net/test_client.h"

namespace guildhall::net {
namespace {

using testing::Client;
using testing::get;
using testing::TestApp;
using testing::TestServer;
using testing::wait_for;

Reply text_reply(std::string text) {
  Reply reply;
  reply.content_type = "text/plain";
  reply.body = std::move(text);
  return reply;
}

// What handlers put off, for the test to answer.
class Desk {
 public:
  Reply put_off() {
    Reply reply;
    auto departed = std::make_shared<std::atomic<int>>(0);
    reply.later = LaterReply{[this](std::shared_ptr<LaterAnswer> answer) {
                               MutexLock lock(mutex_);
                               waiting_.push_back(std::move(answer));
                             },
                             [this, departed] {
                               CHECK(departed->fetch_add(1) == 0);
                               ++gone;
                             }};
    return reply;
  }
  std::shared_ptr<LaterAnswer> take() {
    std::shared_ptr<LaterAnswer> answer;
    wait_for([&] {
      MutexLock lock(mutex_);
      if (waiting_.empty()) return false;
      answer = std::move(waiting_.front());
      waiting_.pop_front();
      return true;
    });
    REQUIRE(answer);
    return answer;
  }
  std::size_t waiting() {
    MutexLock lock(mutex_);
    return waiting_.size();
  }
  std::atomic<int> gone{0};

 private:
  Mutex mutex_;
  std::deque<std::shared_ptr<LaterAnswer>> waiting_ GUARDED_BY(mutex_);
};

struct LaterApp {
  explicit LaterApp() {
    app.routes["/later"] = [this](Request&) { return desk.put_off(); };
    app.admissions["/up"] = {true, 1'000};
    app.routes["/up"] = [this](Request&) { return desk.put_off(); };
  }
  TestApp app;
  Desk desk;
};

TEST_CASE("net: an answer that comes later leaves its connection alive, and holds no worker") {
  LaterApp with;
  ServerOptions options;
  options.workers = 1;
  TestServer at(with.app, options);
  std::vector<Client> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(at.port);
    clients.back().send_text(get("/later"));
  }
  REQUIRE(wait_for([&] { return at.server->stats().parked == 50; }));
  Client other(at.port);  // the one worker is free
  other.send_text(get("/other"));
  CHECK(other.read_until("GET /other").size() > 0);
  for (int i = 0; i < 50; ++i) with.desk.take()->complete(text_reply("first;"));
  for (auto& client : clients) client.read_until("first;");
  for (auto& client : clients) client.send_text(get("/later"));
  for (int i = 0; i < 50; ++i) with.desk.take()->complete(text_reply("second;"));
  for (auto& client : clients) {
    client.read_until("second;");
    CHECK(client.count("HTTP/1.1 200 OK") == 2);
    CHECK_FALSE(client.has("Connection: close"));
  }
  CHECK(at.server->stats().parked == 0);
  CHECK(with.desk.gone == 0);
}

TEST_CASE("net: an answer completed at once, by the one who parks it") {
  TestApp app;
  app.routes["/at-once"] = [](Request&) {
    Reply reply;
    reply.later = LaterReply{
        [](std::shared_ptr<LaterAnswer> answer) { answer->complete(text_reply("now;")); }, {}};
    return reply;
  };
  TestServer at(app);
  Client client(at.port);
  for (int i = 1; i <= 100; ++i) {
    client.send_text(get("/at-once"));
    client.read_until("now;", i);
  }
  CHECK(client.count("now;") == 100);
}

TEST_CASE("net: a client that leaves is noticed, once; what is sent early is no departure") {
  LaterApp with;
  TestServer at(with.app);
  auto leaving = std::make_unique<Client>(at.port);
  leaving->send_text(get("/later"));
  auto unheard = with.desk.take();
  Client early(at.port);
  early.send_text(get("/later") + get("/pipelined"));
  auto answer = with.desk.take();
  early.send_text("GET /half");
  leaving.reset();
  REQUIRE(wait_for([&] { return with.desk.gone == 1; }));
  unheard->complete(text_reply("too late"));
  unheard->complete(text_reply("and again"));
  answer->complete(text_reply("heard;"));
  answer->complete(text_reply("twice;"));
  early.read_until("GET /pipelined");
  CHECK(early.has("heard;"));
  CHECK(early.has("GET /pipelined"));
  CHECK_FALSE(early.has("twice;"));
  early.send_text("-way HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(early.read_until("GET /half-way").size() > 0);
  CHECK(with.desk.gone == 1);
  CHECK(wait_for([&] { return at.server->stats().connections == 1; }));
}

TEST_CASE("net: a dropped answer is an error's, a refused one a 503 that says so") {
  LaterApp with;
  ServerOptions options;
  options.max_parked = 1;
  TestServer at(with.app, options);
  Client first(at.port);
  first.send_text(get("/later"));
  auto answer = with.desk.take();
  Client second(at.port);
  second.send_text(get("/later"));
  second.read_until("server-full");
  CHECK(second.has("HTTP/1.1 503 "));
  CHECK(second.count("Retry-After") == 1);
  CHECK(with.desk.waiting() == 0);
  answer.reset();
  first.read_until("/problems/internal");
  CHECK(first.has("HTTP/1.1 500 "));
  first.send_text(get("/next"));
  CHECK(first.read_until("GET /next").size() > 0);
  CHECK(with.desk.gone == 0);
}

TEST_CASE("net: a later answer to HEAD, to HTTP/1.0, and after a streamed body") {
  LaterApp with;
  TestServer at(with.app);
  Client head(at.port);
  head.send_text("HEAD /later HTTP/1.1\r\nHost: t\r\n\r\n" + get("/next"));
  with.desk.take()->complete(text_reply("body"));
  head.read_until("GET /next");
  CHECK(head.has("Content-Length: 4\r\n"));
  CHECK_FALSE(head.has("\r\n\r\nbody"));
  Client old(at.port);
  old.send_text("GET /later HTTP/1.0\r\n\r\n");
  with.desk.take()->complete(text_reply("body"));
  old.read_to_end();
  CHECK(old.text().ends_with("\r\n\r\nbody"));
  CHECK(old.ended());
  Client up(at.port);
  up.send_text("POST /up HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nab");
  up.send_text("cd");
  with.desk.take()->complete(text_reply("taken;"));
  CHECK(up.read_until("taken;").ends_with("taken;"));
  up.send_text("POST /up HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  up.send_text("400\r\n" + std::string(1'024, 'x') + "\r\n0\r\n\r\n");
  up.read_until("body-too-large");
  CHECK(up.has("HTTP/1.1 413 "));
}

TEST_CASE("net: a later answer may be put off once only") {
  LaterApp with;
  TestServer at(with.app);
  Client client(at.port);
  client.send_text(get("/later"));
  with.desk.take()->complete(with.desk.put_off());
  client.read_until("/problems/internal");
  CHECK(client.has("HTTP/1.1 500 "));
}

TEST_CASE("net: who still waits when the server stops is told") {
  LaterApp with;
  ServerOptions options;
  options.deadlines.drain_ms = 150;
  auto at = std::make_unique<TestServer>(with.app, options);
  Client answered(at->port);
  answered.send_text(get("/later"));
  auto in_time = with.desk.take();
  Client waiting(at->port);
  waiting.send_text(get("/later"));
  auto late = with.desk.take();
  std::thread stopper([&] { at->server->stop(); });
  usleep(20'000);
  CHECK(with.desk.gone == 0);
  in_time->complete(text_reply("in time"));
  answered.read_to_end();
  CHECK(answered.has("in time"));
  waiting.read_to_end();
  CHECK(waiting.has("HTTP/1.1 503 "));
  CHECK(waiting.has("Retry-After"));
  stopper.join();
  CHECK(with.desk.gone == 1);
  at.reset();
  late->complete(text_reply("the server is no more"));
}

// Meant for the thread sanitizer too: every answer races with a departure or the server's stop.
TEST_CASE("net: answers race with departures and with the stop") {
  constexpr int kClients = 120;
  for (int round = 0; round < 4; ++round) {
    LaterApp with;
    ServerOptions options;
    options.deadlines.drain_ms = 5;
    options.deadlines.linger_ms = 50;
    TestServer at(with.app, options);
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<std::shared_ptr<LaterAnswer>> answers;
    for (int i = 0; i < kClients; ++i) {
      clients.push_back(std::make_unique<Client>(at.port));
      clients.back()->send_text(get("/later"));
    }
    for (int i = 0; i < kClients; ++i) answers.push_back(with.desk.take());
    std::atomic<bool> go{false};
    auto completer = [&](int from) {
      return std::thread([&, from] {
        while (!go) {
        }
        for (int i = from; i < kClients; i += 2) {
          answers[static_cast<std::size_t>(i)]->complete(text_reply("answer"));
        }
      });
    };
    std::thread one = completer(0);
    std::thread two = completer(1);
    std::thread leaver([&] {
      while (!go) {
      }
      for (int i = 0; i < kClients; i += 3) clients[static_cast<std::size_t>(i)].reset();
    });
    go = true;
    if (round % 2 == 1) at.server->stop();
    one.join();
    two.join();
    leaver.join();
    REQUIRE(wait_for([&] { return at.server->stats().parked == 0; }));
    int heard = 0;
    for (auto& client : clients) {
      if (!client) continue;
      client->read_until("HTTP/1.1 ");
      heard += client->has("HTTP/1.1 ") ? 1 : 0;
    }
    CHECK(with.desk.gone <= kClients);
    // Without a stop everybody who stayed has an answer.
    if (round % 2 == 0) CHECK(heard == kClients - kClients / 3);
  }
}

}  // namespace
}  // namespace guildhall::net
