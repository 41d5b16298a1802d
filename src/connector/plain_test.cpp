// Peers that are no providers of models: a webhook and a collector of traces, by the whole chain.
#include <atomic>

#include "connector/chain_test_util.h"

namespace guildhall::connector {
namespace {

using gateway::PeerKind;
using net::Reply;
using net::Request;
using testing::Chain;
using testing::loopback_peer;

// Answers everywhere, and remembers.
struct Sink {
  net::testing::TestApp app;
  std::optional<net::testing::TestServer> at;
  std::atomic<int> asked = 0;
  std::string path, headers, body;

  explicit Sink(int status = 200) {
    for (const char* path : {"/hook", "/v1/traces", "/otel/v1/traces", "/elsewhere", "/",
                             "/v1/chat/completions", "/hook/chat/completions"}) {
      app.admissions[path] = {false, 64U << 10};
      app.routes[path] = [this, path, status](Request& request) {
        this->path = path;
        for (const char* name :
             {"webhook-id", "webhook-timestamp", "webhook-signature", "authorization", "x-other"}) {
          headers += std::string(name) + "=" + std::string(request.header(name)) + ";";
        }
        body = request.body;
        ++asked;
        Reply reply;
        reply.status = status;
        if (status / 100 == 3) reply.header("Location", "/elsewhere");
        reply.header("Retry-After", "7");
        reply.body = "what nobody reads";
        return reply;
      };
    }
    at.emplace(app);
  }
  gateway::Peer peer(PeerKind kind, const std::string& path) const {
    auto peer = loopback_peer(at->port);
    peer.kind = kind;
    peer.url = "http://127.0.0.1:" + std::to_string(at->port) + path;
    REQUIRE(gateway::complete_peer(peer));
    return peer;
  }
};

gateway::Begin plain() {
  auto begin = Chain::begin_of(gateway::Operation::chat, false);
  begin.plain = true;
  begin.model.clear();
  begin.headers = {{"webhook-id", "evt_1"},
                   {"webhook-timestamp", "5"},
                   {"webhook-signature", "v1,abc"},
                   {"x-other", "room's"}};
  return begin;
}

TEST_CASE("a webhook: one path, three headers, the body as it is, and the status back") {
  Sink sink;
  Chain chain(sink.peer(PeerKind::webhook, "/hook"), "");
  auto& came = chain.wait(chain.send(plain(), "{ not json"));
  CHECK(came.ending() == "complete");
  REQUIRE(came.head);
  CHECK(came.head->status == 200);
  CHECK(came.data.empty());
  CHECK(sink.path == "/hook");
  CHECK(sink.body == "{ not json");
  CHECK(sink.headers ==
        "webhook-id=evt_1;webhook-timestamp=5;webhook-signature=v1,abc;authorization=;x-other=;");
}

TEST_CASE("a webhook: asked for a model, it is not reached") {
  Sink sink;
  Chain chain(sink.peer(PeerKind::webhook, "/hook"));
  auto begin = Chain::begin_of(gateway::Operation::chat, false);
  auto& came = chain.wait(
      chain.send(begin, R"({"model":"a","messages":[{"role":"user","content":"secret"}]})"));
  CHECK(came.ending() == "refused");
  CHECK(sink.asked == 0);
}

TEST_CASE("a provider of models is sent nothing that is no dialect's") {
  Sink sink;
  Chain chain(sink.peer(PeerKind::model, "/v1"));
  CHECK(chain.wait(chain.send(plain(), "{}")).ending() == "refused");
  CHECK(sink.asked == 0);
}

TEST_CASE("a webhook: a redirect is followed nowhere, and told as what it is") {
  Sink sink(307);
  Chain chain(sink.peer(PeerKind::webhook, "/hook"));
  auto& came = chain.wait(chain.send(plain(), "{}"));
  REQUIRE(came.head);
  CHECK(came.head->status == 307);
  CHECK(sink.asked == 1);
  CHECK(sink.path == "/hook");
}

TEST_CASE("traces: one path, the room's credential, none of its headers") {
  Sink sink;
  Chain chain(sink.peer(PeerKind::traces, "/otel"), "key");
  auto& came = chain.wait(chain.send(plain(), "{}"));
  REQUIRE(came.head);
  CHECK(came.head->status == 200);
  CHECK(sink.path == "/otel/v1/traces");
  CHECK(sink.headers ==
        "webhook-id=;webhook-timestamp=;webhook-signature=;authorization=Bearer key;x-other=;");
}

}  // namespace
}  // namespace guildhall::connector
