#include "gateway/peers/peers.h"

#include <doctest/doctest.h>

#include "base/random.h"

namespace guildhall::gateway {
namespace {

Peer some_peer() {
  Peer peer;
  peer.name = "vendor-1";
  peer.url = "https://api.example.com/v1/";
  peer.bytes_per_day = 1'000'000;
  REQUIRE(complete_peer(peer));
  return peer;
}

std::string refused(Peer peer) {
  auto done = complete_peer(peer);
  return done ? "" : done.error().field;
}

TEST_CASE("peers: a URL says where, and nothing else") {
  auto peer = some_peer();
  CHECK(peer.tls);
  CHECK(peer.host == "api.example.com");
  CHECK(peer.port == 443);
  CHECK(peer.path == "/v1");
  peer.url = "http://[::1]:8080";
  peer.allow = {"::1"};
  REQUIRE(complete_peer(peer));
  CHECK(peer.host == "::1");
  CHECK(peer.port == 8'080);
  CHECK(peer.path == "/v1");
  for (const char* url :
       {"ftp://a", "https://", "https://a:0", "https://a:65536", "https://a:x", "https://u@a/",
        "https://a/?q", "https://a/#f", "https://a b", "https://[::1", "a", "https://a\r\nX: y/"}) {
    peer.url = url;
    CHECK_MESSAGE(refused(peer) == "url", url);
  }
}

TEST_CASE("peers: a webhook's path is its URL's, whole") {
  auto peer = some_peer();
  peer.kind = PeerKind::webhook;
  peer.url = "https://hooks.example.com/a/b/";
  REQUIRE(complete_peer(peer));
  CHECK(peer.path == "/a/b/");
  peer.url = "https://hooks.example.com";
  REQUIRE(complete_peer(peer));
  CHECK(peer.path == "/");
  for (auto kind : {PeerKind::model, PeerKind::webhook, PeerKind::traces, PeerKind::mail}) {
    CHECK(peer_kind_of(word(kind)) == kind);
  }
  CHECK_FALSE(peer_kind_of("letter"));
}

TEST_CASE("peers: a mail relay has TLS, one way or the other, and one sender") {
  auto peer = some_peer();
  peer.kind = PeerKind::mail;
  peer.url = "smtp://relay.example.com";
  peer.from = "guildhall@lab.example";
  REQUIRE(complete_peer(peer));
  CHECK(peer.tls);
  CHECK(peer.starttls);
  CHECK(peer.port == 587);
  peer.url = "smtps://relay.example.com:4650";
  REQUIRE(complete_peer(peer));
  CHECK(peer.tls);
  CHECK_FALSE(peer.starttls);
  CHECK(peer.port == 4'650);
  for (const char* url : {"https://a", "http://a", "smtp://a/path", "smtp://u:p@a", "smtp://"}) {
    auto other = peer;
    other.url = url;
    CHECK_MESSAGE(refused(other) == "url", url);
  }
  for (const char* from : {"", "a", "a@b@c", "A <a@b>", "a@b\r\nBcc: c@d", "ü@b"}) {
    auto other = peer;
    other.from = from;
    CHECK_MESSAGE(refused(other) == "from", from);
  }
  auto model = some_peer();
  model.from = peer.from;
  CHECK(refused(model) == "from");
  model.from.clear();
  model.url = "smtps://a";
  CHECK(refused(model) == "url");
}

TEST_CASE("peers: what must be said is said") {
  auto with = [](auto change) {
    auto peer = some_peer();
    change(peer);
    return refused(peer);
  };
  CHECK(with([](Peer&) {}).empty());
  CHECK(with([](Peer& p) { p.name = "../x"; }) == "name");
  CHECK(with([](Peer& p) { p.name.clear(); }) == "name");
  CHECK(with([](Peer& p) { p.bytes_per_day = 0; }) == "bytes_per_day");
  CHECK(with([](Peer& p) { p.pin = "abc"; }) == "pin");
  // Without TLS it must be a network of one's own.
  CHECK(with([](Peer& p) { p.url = "http://api.example.com"; }) == "allow");
}

TEST_CASE("peers: the list opens for who signed it, and for nobody else") {
  SeededRandom random(7);
  auto keeper = crypto::SigningKey::generate(random);
  auto other = crypto::SigningKey::generate(random);
  PeerList list{RoomId{42}, 3, {some_peer()}};
  auto note = sign_peers(list, keeper).value();
  std::vector<std::string> keys{other.public_key(), keeper.public_key()};
  auto opened = open_peers(note, keys);
  REQUIRE(opened);
  CHECK(opened->room == RoomId{42});
  CHECK(opened->serial == 3);
  REQUIRE(opened->find("vendor-1"));
  CHECK(opened->find("vendor-1")->port == 443);
  CHECK_FALSE(opened->find("vendor"));

  std::vector<std::string> foreign{other.public_key()};
  CHECK(open_peers(note, foreign).error().type == "peers-unsigned");
  CHECK(open_peers(note, {}).error().type == "peers-unsigned");
  // One byte of it, anywhere.
  for (std::size_t at = 0; at < note.size(); ++at) {
    auto changed = note;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_MESSAGE(!open_peers(changed, keys), at);
  }
}

TEST_CASE("peers: only such a list is signed") {
  SeededRandom random(8);
  auto key = crypto::SigningKey::generate(random);
  PeerList list{RoomId{42}, 1, {some_peer()}};
  CHECK(sign_peers_text(unsigned_peers(list), key));
  CHECK_FALSE(sign_peers_text("guildhall something else\n", key));
  list.peers.push_back(some_peer());
  CHECK_FALSE(sign_peers(list, key));  // two of one name
}

}  // namespace
}  // namespace guildhall::gateway
