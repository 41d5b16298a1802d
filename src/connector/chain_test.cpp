// Dialler, shim and translator together, against a peer on loopback.
#include <atomic>

#include "base/limits.h"
#include "connector/chain_test_util.h"
#include "connector/dialler/words.h"

namespace guildhall::connector {
namespace {

using gateway::Operation;
using net::Reply;
using net::Request;
using testing::Chain;
using testing::loopback_peer;

constexpr std::string_view kAsked =
    R"({"model":"alias","messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kAnswer =
    R"({"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,)"
    R"("message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})";
const std::string kChat = "/v1/chat/completions";

struct Peer {
  net::testing::TestApp app;
  std::optional<net::testing::TestServer> at;

  Peer() {
    app.admissions[kChat] = {false, 64U << 20};
    at.emplace(app);
  }
  void answers(std::string body, int status = 200) {
    app.routes[kChat] = [=](Request&) {
      Reply reply;
      reply.status = status;
      reply.body = body;
      return reply;
    };
  }
  gateway::Peer peer() const { return loopback_peer(at->port); }
};

// Gives pieces as it is asked, and says when it is gone.
class Pieces final : public net::LiveBody {
 public:
  Pieces(std::vector<std::string> pieces, bool ends, std::atomic<int>& alive)
      : pieces_(std::move(pieces)), ends_(ends), alive_(alive) {
    ++alive_;
  }
  ~Pieces() override { --alive_; }
  void start(std::function<void()>) override {}
  Result<bool> take(std::string& out) override {
    if (next_ < pieces_.size()) {
      out += pieces_[next_++];
      return false;
    }
    return ends_;
  }

 private:
  const std::vector<std::string> pieces_;
  const bool ends_;
  std::atomic<int>& alive_;
  std::size_t next_ = 0;
};

void streams(Peer& peer, std::vector<std::string> pieces, bool ends, std::atomic<int>& alive) {
  peer.app.routes[kChat] = [&alive, pieces, ends](Request&) {
    Reply reply;
    reply.content_type = "text/event-stream";
    reply.live = std::make_unique<Pieces>(pieces, ends, alive);
    return reply;
  };
}

std::string delta(std::string_view text) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":)"
         R"([{"index":0,"delta":{"content":")" +
         std::string(text) + R"("},"finish_reason":null}]})" + "\n\n";
}
const std::string kStop =
    R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":)"
    R"([{"index":0,"delta":{},"finish_reason":"stop"}]})"
    "\n\n";
const std::string kDone = "data: [DONE]\n\n";

TEST_CASE("the way to a model: a reply is passed on byte for byte, and metered") {
  Peer peer;
  std::string seen, header, body;
  peer.app.routes[kChat] = [&](Request& request) {
    header = request.header("Authorization");
    seen = std::string(request.header("Cookie")) + std::string(request.header("X-Api-Key"));
    body = request.body;
    Reply reply;
    reply.body = kAnswer;
    return reply;
  };
  Chain chain(peer.peer());
  auto begin = Chain::begin_of(Operation::chat, false);
  begin.headers = {{"authorization", "Bearer theirs"}, {"cookie", "c"}, {"x-api-key", "k"}};
  auto& came = chain.wait(chain.send(begin, kAsked));
  CHECK(came.ending() == "complete");
  REQUIRE(came.head);
  CHECK(came.head->status == 200);
  CHECK(came.data == kAnswer);
  REQUIRE(came.meter);
  REQUIRE(came.meter->finish.usage);
  CHECK(came.meter->finish.usage->input == 3);
  CHECK(came.meter->finish.usage->output == 2);
  // The credential is ours, whatever came with the request; the name is the peer's.
  CHECK(header == "Bearer sk-ours");
  CHECK(seen.empty());
  CHECK(body == R"({"model":"their-name","messages":[{"role":"user","content":"hi"}]})");
}

TEST_CASE("the way to a model: many at once, each with its own reply") {
  Peer peer;
  peer.app.routes[kChat] = [](Request& request) {
    Reply reply;
    auto at = request.body.find("no-");
    reply.body = std::string(kAnswer);
    reply.body.replace(reply.body.find("Hello"), 5, request.body.substr(at, 6));
    return reply;
  };
  Chain chain(peer.peer());
  std::vector<std::uint32_t> ids;
  for (int i = 100; i < 400; ++i) {
    auto body =
        R"({"model":"a","messages":[{"role":"user","content":"no-)" + std::to_string(i) + R"("}]})";
    ids.push_back(chain.send(Chain::begin_of(Operation::chat, false), body));
  }
  int number = 100;
  for (auto id : ids) {
    auto& came = chain.wait(id);
    CHECK(came.ending() == "complete");
    CHECK(came.data.find("no-" + std::to_string(number++)) != std::string::npos);
  }
}

TEST_CASE("the way to a model: more at once than the words between its roles hold") {
  Peer peer;
  peer.answers(std::string(kAnswer));
  Chain chain(peer.peer());
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 1'500; ++i) {
    ids.push_back(chain.queue(Chain::begin_of(Operation::chat, false),
                              R"({"model":"a","messages":[{"role":"user","content":"x"}]})"));
  }
  chain.flush();
  std::size_t complete = 0;
  for (auto id : ids) complete += chain.wait(id).ending() == "complete" ? 1 : 0;
  CHECK(complete == ids.size());
}

TEST_CASE("the dialler: a shim that takes none of its words holds up nobody") {
  Peer peer;
  auto ends = testing::pair_of(true);
  std::thread dialler([of = peer.peer(), end = std::move(ends.there)]() mutable {
    Loop loop;
    Account account(of.bytes_per_day, gateway::Descriptor(), system_clock());
    Dialler role(of, {std::move(end), resolve_host, boot_clock()}, std::move(account), loop);
    loop.run();
  });
  auto until_ms = monotonic_ms() + 20'000;
  bool gone = false;
  while (!gone && monotonic_ms() < until_ms) {
    auto sent = gateway::send_message(ends.here.get(), kDial);
    gone = !sent && sent.error().type == "pipe-closed";
    if (!sent) poll(nullptr, 0, 1);
  }
  CHECK(gone);  // it has ended, and its count of bytes with it: nothing goes on uncounted
  ends.here = {};
  dialler.join();
}

TEST_CASE("the way to a model: a stream, in the client's words") {
  Peer peer;
  std::atomic<int> alive = 0;
  streams(peer, {delta("Hel"), delta("lo"), kStop, kDone}, true, alive);
  Chain chain(peer.peer());
  auto& same = chain.wait(chain.send(Chain::begin_of(Operation::chat, true),
                                     R"({"model":"a","stream":true,"messages":[]})"));
  CHECK(same.ending() == "complete");
  CHECK(same.data == delta("Hel") + delta("lo") + kStop + kDone);
  auto& other = chain.wait(
      chain.send(Chain::begin_of(Operation::messages, true),
                 R"({"model":"a","stream":true,"max_tokens":9,"messages":[{"role":"user",)"
                 R"("content":"hi"}]})"));
  CHECK(other.ending() == "complete");
  CHECK(other.data.starts_with("event: message_start\n"));
  CHECK(other.data.find(R"("text":"Hel")") != std::string::npos);
  CHECK(other.data.ends_with("data: {\"type\":\"message_stop\"}\n\n"));
}

TEST_CASE("the way to a model: a stream that breaks off is never given an end") {
  Peer peer;
  std::atomic<int> alive = 0;
  streams(peer, {delta("Hel")}, true, alive);  // ends well, without its terminal event
  Chain chain(peer.peer());
  auto& cut = chain.wait(chain.send(Chain::begin_of(Operation::chat, true),
                                    R"({"model":"a","stream":true,"messages":[]})"));
  CHECK(cut.ending() == "incomplete");
  CHECK(cut.data.starts_with(delta("Hel")));
  CHECK(cut.data.find("[DONE]") == std::string::npos);
  CHECK(cut.data.find("\"error\"") != std::string::npos);
}

TEST_CASE("the way to a model: a stream that stands still ends with its time") {
  Peer peer;
  std::atomic<int> alive = 0;
  streams(peer, {delta("Hel")}, false, alive);
  Chain chain(peer.peer());
  auto begin = Chain::begin_of(Operation::chat, true);
  begin.timeouts.idle_ms = 200;
  auto& still = chain.wait(chain.send(begin, R"({"model":"a","stream":true,"messages":[]})"));
  CHECK(still.ending() == "idle-timeout");
  CHECK(still.data.find("\"error\"") != std::string::npos);
  auto until_ms = monotonic_ms() + 5'000;
  while (alive > 0 && monotonic_ms() < until_ms) poll(nullptr, 0, 5);
  CHECK(alive == 0);  // the peer was let go
}

TEST_CASE("the way to a model: who goes away frees the peer") {
  Peer peer;
  std::atomic<int> alive = 0;
  streams(peer, {delta("Hel")}, false, alive);
  Chain chain(peer.peer());
  auto id = chain.send(Chain::begin_of(Operation::chat, true),
                       R"({"model":"a","stream":true,"messages":[]})");
  auto until_ms = monotonic_ms() + 10'000;
  while (chain.came(id).data.empty() && monotonic_ms() < until_ms) chain.wait(id, 50);
  CHECK(alive == 1);
  chain.put(gateway::FrameKind::cancel, id);
  while (alive > 0 && monotonic_ms() < until_ms) poll(nullptr, 0, 5);
  CHECK(alive == 0);
  CHECK(chain.wait(id).ending() == "cancelled");
}

TEST_CASE("the way to a model: who reads slowly holds the peer up, and nobody else") {
  Peer peer;
  std::atomic<int> alive = 0;
  std::vector<std::string> pieces(2'000, delta(std::string(4'096, 'x')));
  auto all = pieces.size() * pieces[0].size();
  pieces.push_back(kStop);
  pieces.push_back(kDone);
  streams(peer, pieces, true, alive);
  Chain chain(peer.peer());
  auto slow = chain.send(Chain::begin_of(Operation::chat, true),
                         R"({"model":"a","stream":true,"messages":[]})");
  chain.wait(slow, 500, false);
  CHECK(chain.came(slow).data.size() <= kModelWindow);
  CHECK(chain.came(slow).data.size() > kModelWindow / 2);
  // Another goes past it.
  auto& quick = chain.wait(chain.send(Chain::begin_of(Operation::chat, true),
                                      R"({"model":"a","stream":true,"messages":[]})"));
  CHECK(quick.data.size() == all + kStop.size() + kDone.size());
  chain.credit(slow, 64U << 20);
  auto& came = chain.wait(slow);
  CHECK(came.ending() == "complete");
  CHECK(came.data.size() == all + kStop.size() + kDone.size());
}

TEST_CASE("the way to a model: times, sizes and addresses are kept") {
  Peer peer;
  auto send = [](Chain& chain, gateway::Begin begin, std::string_view body = kAsked) {
    return std::string(chain.wait(chain.send(std::move(begin), body)).ending());
  };
  SUBCASE("until the first byte") {
    peer.app.routes[kChat] = [](Request&) {
      poll(nullptr, 0, 600);
      return Reply{};
    };
    Chain chain(peer.peer());
    auto begin = Chain::begin_of(Operation::chat, false);
    begin.timeouts.first_ms = 100;
    CHECK(send(chain, begin) == "first-timeout");
  }
  SUBCASE("the whole of it") {
    std::atomic<int> alive = 0;
    streams(peer, {delta("Hel")}, false, alive);
    Chain chain(peer.peer());
    auto begin = Chain::begin_of(Operation::chat, true);
    begin.timeouts.whole_ms = 200;
    CHECK(send(chain, begin, R"({"model":"a","stream":true,"messages":[]})") == "whole-timeout");
  }
  SUBCASE("a reply beyond its size") {
    peer.answers(std::string(100'000, ' ') + std::string(kAnswer));
    Chain chain(peer.peer());
    auto begin = Chain::begin_of(Operation::chat, false);
    begin.max_reply_bytes = 50'000;
    CHECK(send(chain, begin) == "too-large");
  }
  SUBCASE("a body of four megabytes goes through") {
    std::size_t got = 0;
    peer.app.routes[kChat] = [&](Request& request) {
      got = request.body.size();
      Reply reply;
      reply.body = kAnswer;
      return reply;
    };
    Chain chain(peer.peer());
    auto body = R"({"model":"their-name","messages":[{"role":"user","content":")" +
                std::string(4U << 20, 'x') + R"("}]})";
    CHECK(send(chain, Chain::begin_of(Operation::chat, false), body) == "complete");
    CHECK(got == body.size());
  }
  SUBCASE("an address that nobody allowed") {
    auto of = peer.peer();
    of.tls = true;  // else a list without addresses would not do
    of.allow.clear();
    of.blocks.clear();
    Chain chain(of);
    CHECK(send(chain, Chain::begin_of(Operation::chat, false)) == "connect-failed");
  }
  SUBCASE("nobody listens") {
    peer.at.reset();
    auto of = loopback_peer(1);
    Chain chain(of);
    CHECK(send(chain, Chain::begin_of(Operation::chat, false)) == "connect-failed");
  }
}

TEST_CASE("the way to a model: the day's bytes, and not more") {
  Peer peer;
  peer.answers(std::string(kAnswer));
  auto of = peer.peer();
  of.bytes_per_day = 300'000;
  Chain chain(of);
  auto body = R"({"model":"their-name","messages":[{"role":"user","content":")" +
              std::string(100'000, 'x') + R"("}]})";
  int went = 0;
  std::string ending = "complete";
  for (int i = 0; i < 50 && ending == "complete"; ++i) {
    ending = chain.wait(chain.send(Chain::begin_of(Operation::chat, false), body)).ending();
    went += ending == "complete" ? 1 : 0;
    poll(nullptr, 0, 2 * static_cast<int>(kAccountMs));
  }
  CHECK(went >= 2);
  CHECK(went <= 4);
  // The one that was cut off, and then none at all.
  CHECK((ending == "budget" || ending == "broken"));
  CHECK(chain.wait(chain.send(Chain::begin_of(Operation::chat, false), body)).ending() == "budget");
}

TEST_CASE("the way to a model: a redirect is followed nowhere") {
  Peer peer;
  std::atomic<int> elsewhere = 0;
  peer.app.routes["/elsewhere"] = [&](Request&) {
    ++elsewhere;
    return Reply{};
  };
  peer.app.routes[kChat] = [](Request&) {
    Reply reply;
    reply.status = 307;
    reply.header("Location", "/elsewhere");
    return reply;
  };
  Chain chain(peer.peer());
  auto& came = chain.wait(chain.send(Chain::begin_of(Operation::chat, false), kAsked));
  CHECK(elsewhere == 0);
  CHECK((!came.head || came.head->status >= 400));
}

TEST_CASE("the way to a model: what is not on the list is not sent") {
  Peer peer;
  peer.answers(std::string(kAnswer));
  Chain chain(peer.peer());
  auto begin = Chain::begin_of(Operation::count_tokens, false);
  auto& came = chain.wait(chain.send(begin, R"({"model":"a","messages":[]})"));
  CHECK(came.ending() == "refused");
  auto& policy = chain.wait(chain.send(
      Chain::begin_of(Operation::chat, false),
      R"({"model":"a","messages":[{"role":"user","content":[{"type":"image_url","image_url":)"
      R"({"url":"http://elsewhere.example/x.png"}}]}]})"));
  CHECK(policy.ending() == "refused");
}

TEST_CASE("the way to a model: who says what may not be said loses the pipe") {
  Peer peer;
  peer.answers(std::string(kAnswer));
  SUBCASE("a frame the wrong way") {
    Chain chain(peer.peer());
    chain.send(Chain::begin_of(Operation::chat, false), kAsked);
    auto again = Chain::begin_of(Operation::chat, false);
    std::string bytes;
    gateway::put_begin(bytes, 9, again);
    chain.put(gateway::FrameKind::begin, 9, std::string_view(bytes).substr(gateway::kFrameHead));
    chain.put(gateway::FrameKind::data, 9, "x");
    CHECK(chain.wait_closed());
  }
  SUBCASE("a body longer than it was said to be") {
    Chain chain(peer.peer());
    std::string bytes;
    gateway::put_begin(bytes, 9, Chain::begin_of(Operation::chat, false));
    chain.put(gateway::FrameKind::begin, 9, std::string_view(bytes).substr(gateway::kFrameHead));
    chain.put(gateway::FrameKind::body, 9, "x");
    CHECK(chain.wait_closed());
  }
}

}  // namespace
}  // namespace guildhall::connector
