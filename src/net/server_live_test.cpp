// Bodies that arrive in pieces from elsewhere.
#include <atomic>
#include <thread>

#include "base/mutex.h"
#include "net/test_client.h"

namespace guildhall::net {
namespace {

using testing::Client;
using testing::get;
using testing::TestApp;
using testing::TestServer;
using testing::unchunk;
using testing::wait_for;

// One body's maker: the test puts text in, the server takes it out.
struct Maker {
  void put(std::string_view text, bool is_end = false) {
    std::function<void()> call;
    {
      MutexLock lock(mutex);
      waiting += text;
      end = end || is_end;
      call = wake;
    }
    if (call) call();
  }
  Mutex mutex;
  std::string waiting GUARDED_BY(mutex);
  bool end GUARDED_BY(mutex) = false;
  bool fails GUARDED_BY(mutex) = false;
  std::function<void()> wake GUARDED_BY(mutex);
  std::atomic<std::size_t> taken{0};
  std::atomic<bool> started{false};
  std::atomic<bool> freed{false};
};

class MadeBody final : public LiveBody {
 public:
  explicit MadeBody(std::shared_ptr<Maker> maker) : maker_(std::move(maker)) {}
  ~MadeBody() override { maker_->freed = true; }
  void start(std::function<void()> wake) override {
    MutexLock lock(maker_->mutex);
    maker_->wake = std::move(wake);
    maker_->started = true;
  }
  Result<bool> take(std::string& out) override {
    MutexLock lock(maker_->mutex);
    if (maker_->fails) return fail(Fault::internal, "internal", {});
    out += maker_->waiting;
    maker_->taken += maker_->waiting.size();
    maker_->waiting.clear();
    return maker_->end;
  }

 private:
  const std::shared_ptr<Maker> maker_;
};

Reply live_reply(std::shared_ptr<Maker> maker) {
  Reply reply;
  reply.content_type = "text/event-stream";
  reply.live = std::make_unique<MadeBody>(std::move(maker));
  return reply;
}

// GET /live?i=N streams what maker N gives.
struct LiveApp {
  LiveApp() {
    app.routes["/live"] = [this](Request& request) {
      return live_reply(maker(std::stoul(std::string(request.param("i").value_or("0")))));
    };
  }
  std::shared_ptr<Maker> maker(std::size_t index) {
    MutexLock lock(mutex);
    while (makers.size() <= index) makers.push_back(std::make_shared<Maker>());
    return makers[index];
  }
  TestApp app;
  Mutex mutex;
  std::vector<std::shared_ptr<Maker>> makers GUARDED_BY(mutex);
};

std::string get_live(std::size_t index) { return get("/live?i=" + std::to_string(index)); }

TEST_CASE("net: 2,000 live bodies, each byte in its place") {
  constexpr std::size_t kStreams = 2'000;
  constexpr int kPieces = 25;
  LiveApp with;
  TestServer at(with.app);
  std::vector<Client> clients;
  clients.reserve(kStreams);
  for (std::size_t i = 0; i < kStreams; ++i) {
    clients.emplace_back(at.port);
    clients.back().send_text(get_live(i));
  }
  CHECK(wait_for([&] { return at.server->stats().live_streams == kStreams; }));
  // Two makers, who do not wait for one another.
  std::atomic<int> unequal{0};
  auto make = [&](std::size_t from) {
    for (int piece = 0; piece < kPieces; ++piece) {
      for (std::size_t i = from; i < kStreams; i += 2) {
        with.maker(i)->put(std::to_string(i) + ":" + std::to_string(piece) + "\n",
                           piece + 1 == kPieces);
      }
    }
  };
  std::thread odd(make, 1);
  make(0);
  odd.join();
  for (std::size_t i = 0; i < kStreams; ++i) {
    std::string expected;
    for (int piece = 0; piece < kPieces; ++piece) {
      expected += std::to_string(i) + ":" + std::to_string(piece) + "\n";
    }
    if (unchunk(clients[i].read_to_end()) != expected) ++unequal;
  }
  CHECK(unequal == 0);
  CHECK(wait_for([&] { return at.server->stats().live_streams == 0; }));
  for (std::size_t i = 0; i < kStreams; ++i) CHECK(with.maker(i)->freed);
}

TEST_CASE("net: nothing waits for an interval, and a wake after the end is harmless") {
  LiveApp with;
  ServerOptions options;
  options.deadlines.event_interval_ms = 3'600'000;  // would be noticed
  auto at = std::make_unique<TestServer>(with.app, options);
  Client client(at->port);
  client.send_text(get("/live"));
  auto maker = with.maker(0);
  client.read_until("\r\n\r\n");
  CHECK_FALSE(client.has("keep-alive"));
  for (int i = 0; i < 200; ++i) {
    maker->put("piece " + std::to_string(i) + ";");
    CHECK(client.read_until("piece " + std::to_string(i) + ";").ends_with(";\r\n"));
  }
  maker->put("", true);
  client.read_to_end();
  CHECK(client.text().ends_with("\r\n0\r\n\r\n"));
  CHECK(maker->freed);
  maker->put("more");
  at.reset();
  maker->put("and more");
  CHECK_FALSE(client.has("more"));
}

TEST_CASE("net: a wake in the middle of a take is not lost") {
  // Has nothing when it is asked, and more as soon as it has said so.
  struct Hasty final : LiveBody {
    void start(std::function<void()> to) override { wake = std::move(to); }
    Result<bool> take(std::string& out) override {
      if (takes++ % 2 == 0) {
        wake();
        return false;
      }
      out += std::to_string(takes / 2) + ";";
      return takes == 20;
    }
    std::function<void()> wake;
    int takes = 0;
  };
  TestApp app;
  app.routes["/hasty"] = [](Request&) {
    Reply reply;
    reply.live = std::make_unique<Hasty>();
    return reply;
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/hasty"));
  CHECK(unchunk(client.read_to_end()) == "1;2;3;4;5;6;7;8;9;10;");
}

TEST_CASE("net: a reader that stalls holds its maker back, and is cut in the end") {
  LiveApp with;
  ServerOptions options;
  options.deadlines.send_stall_ms = 400;
  TestServer at(with.app, options);
  Client slow(at.port, 16 << 10);
  slow.send_text(get("/live"));
  auto maker = with.maker(0);
  const std::string piece(64 << 10, 'x');
  // What the kernel takes for a reader who does not read: then nothing is taken any more.
  constexpr std::size_t kKernel = 16U << 20;
  std::size_t put = 0;
  while (put < 4 * kKernel && !maker->freed) {
    bool empty = false;
    {
      MutexLock lock(maker->mutex);
      empty = maker->waiting.empty();
    }
    if (!empty) {
      usleep(1'000);
      continue;
    }
    maker->put(piece);
    put += piece.size();
  }
  CHECK(maker->taken < kKernel);
  CHECK(maker->freed);
  CHECK(at.server->stats().cut_slow == 1);
}

TEST_CASE("net: a reader that stalls for a while gets all of it") {
  LiveApp with;
  TestServer at(with.app);
  Client slow(at.port, 16 << 10);
  slow.send_text(get("/live"));
  std::string expected;
  for (int i = 0; expected.size() < (12U << 20); ++i) expected += std::to_string(i) + ",";
  with.maker(0)->put(expected, true);
  REQUIRE(wait_for([&] { return at.server->stats().live_streams == 1; }));
  usleep(50'000);  // more than the kernel takes: the stream waits for space
  CHECK(unchunk(slow.read_to_end(20'000)) == expected);
}

TEST_CASE("net: when the client leaves, the body is freed at once") {
  LiveApp with;
  TestServer at(with.app);
  for (std::size_t i = 0; i < 20; ++i) {
    Client client(at.port);
    client.send_text(get_live(i));
    auto maker = with.maker(i);
    if (i % 2 == 0) {
      maker->put("some");
      client.read_until("some");
    } else {
      REQUIRE(wait_for([&] { return maker->started.load(); }));
    }
    shutdown(client.fd(), i % 4 < 2 ? SHUT_RDWR : SHUT_WR);
    CHECK(wait_for([&] { return maker->freed.load(); }));
  }
  CHECK(wait_for([&] { return at.server->stats().connections == 0; }));
}

TEST_CASE("net: an error cuts the body without its end; HEAD, HTTP/1.0, one too many") {
  LiveApp with;
  ServerOptions options;
  options.max_live_streams = 1;
  TestServer at(with.app, options);
  Client cut(at.port);
  cut.send_text(get("/live"));
  auto maker = with.maker(0);
  maker->put("part");
  cut.read_until("part");
  Client refused(at.port);
  refused.send_text(get_live(1));
  refused.read_until("server-full");
  CHECK(refused.has("HTTP/1.1 503 "));
  CHECK(refused.count("Retry-After") == 1);
  CHECK(wait_for([&] { return with.maker(1)->freed.load(); }));
  CHECK_FALSE(with.maker(1)->started);
  {
    MutexLock lock(maker->mutex);
    maker->fails = true;
  }
  maker->put("rest");
  cut.read_to_end();
  CHECK(cut.ended());
  CHECK(cut.text().ends_with("part\r\n"));
  CHECK(maker->freed);
  CHECK(wait_for([&] { return at.server->stats().live_streams == 0; }));
  Client old(at.port);
  old.send_text("GET /live?i=2 HTTP/1.0\r\n\r\n");
  with.maker(2)->put("whole", true);
  old.read_to_end();
  CHECK(old.text().ends_with("\r\n\r\nwhole"));
  CHECK_FALSE(old.has("chunked"));
  REQUIRE(wait_for([&] { return at.server->stats().live_streams == 0; }));
  Client unwhole(at.port);
  unwhole.send_text("GET /live?i=4 HTTP/1.0\r\n\r\n");
  with.maker(4)->put("half");
  unwhole.read_until("half");
  {
    MutexLock lock(with.maker(4)->mutex);
    with.maker(4)->fails = true;
  }
  with.maker(4)->put("");
  char rest = 0;
  CHECK(recv(unwhole.fd(), &rest, 1, 0) == -1);
  CHECK(errno == ECONNRESET);
  Client head(at.port);
  head.send_text("HEAD /live?i=3 HTTP/1.1\r\nHost: t\r\n\r\n");
  head.read_to_end();
  CHECK(head.text().ends_with("\r\n\r\n"));
  CHECK(with.maker(3)->freed);
  CHECK_FALSE(with.maker(3)->started);
}

TEST_CASE("net: a later answer may be a live body, made by any thread") {
  std::atomic<int> gone{0};
  Mutex mutex;
  std::shared_ptr<LaterAnswer> answer;
  TestApp app;
  app.routes["/later"] = [&](Request&) {
    Reply reply;
    reply.later = LaterReply{[&](std::shared_ptr<LaterAnswer> to) {
                               MutexLock lock(mutex);
                               answer = std::move(to);
                             },
                             [&] { ++gone; }};
    return reply;
  };
  TestServer at(app);
  Client client(at.port);
  client.send_text(get("/later"));
  REQUIRE(wait_for([&] {
    MutexLock lock(mutex);
    return answer != nullptr;
  }));
  auto maker = std::make_shared<Maker>();
  answer->complete(live_reply(maker));
  maker->put("one,");
  client.read_until("one,");
  maker->put("two", true);
  CHECK(unchunk(client.read_to_end()) == "one,two");
  CHECK(gone == 0);
  CHECK(at.server->stats().parked == 0);
}

// Meant for the thread sanitizer too.
TEST_CASE("net: wakes race with departures and with the stop") {
  constexpr std::size_t kStreams = 60;
  for (int round = 0; round < 4; ++round) {
    LiveApp with;
    ServerOptions options;
    options.deadlines.drain_ms = 20;
    options.deadlines.linger_ms = 50;
    TestServer at(with.app, options);
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < kStreams; ++i) {
      clients.push_back(std::make_unique<Client>(at.port));
      clients.back()->send_text(get_live(i));
    }
    REQUIRE(wait_for([&] { return at.server->stats().live_streams == kStreams; }));
    std::atomic<bool> over{false};
    auto make = [&](std::size_t from) {
      for (int piece = 0; !over; ++piece) {
        for (std::size_t i = from; i < kStreams; i += 2) with.maker(i)->put("piece;", piece == 40);
      }
    };
    std::thread one(make, 0);
    std::thread two(make, 1);
    for (std::size_t i = 0; i < kStreams; i += 3) clients[i].reset();
    if (round % 2 == 1) at.server->stop();
    CHECK(wait_for([&] {
      bool all = true;
      for (std::size_t i = 0; i < kStreams; ++i) all = all && with.maker(i)->freed;
      return all;
    }));
    over = true;
    one.join();
    two.join();
  }
}

}  // namespace
}  // namespace guildhall::net
