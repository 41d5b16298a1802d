#include "vault/lease_frame.h"

#include <doctest/doctest.h>

#include <functional>

#include "base/limits.h"
#include "vault/exchange.h"
#include "vault/lease_test_util.h"

namespace guildhall::vault {
namespace {

using testing::FakeKeeper;
using testing::FakeVault;
using testing::kRoom;

// Every byte changed, every length cut, one byte more: `reads` refuses each.
void check_every_change(const std::string& message,
                        const std::function<bool(std::string_view)>& reads) {
  REQUIRE(reads(message));
  int taken = 0;
  for (std::size_t at = 0; at < message.size(); ++at) {
    for (int change : {0x01, 0x80, 0xff}) {
      auto changed = message;
      changed[at] = static_cast<char>(changed[at] ^ change);
      taken += reads(changed) ? 1 : 0;
    }
    taken += reads(message.substr(0, at)) ? 1 : 0;
  }
  taken += reads(message + '\0') ? 1 : 0;
  CHECK(taken == 0);
}

TEST_CASE("lease messages: what is written is read, and nothing else is") {
  SeededRandom random(2);
  auto log_key = crypto::SigningKey::generate(random);
  auto hpke = crypto::HpkeKey::generate(random);
  FakeKeeper keeper{crypto::SigningKey::generate(random)};
  SUBCASE("a witness's word") {
    auto message = sign_witness_word({digest_of("request"), "409\n7\n"}, keeper.key);
    auto read = open_witness_word(message, keeper.key.public_key());
    REQUIRE(read);
    CHECK(read->request == digest_of("request"));
    CHECK(read->answer == "409\n7\n");
    check_every_change(message, [&](std::string_view bytes) {
      return open_witness_word(bytes, keeper.key.public_key()).has_value();
    });
  }
  SUBCASE("tally") {
    Tally tally{kRoom, 1, 2, {3, 4, 5, 6, 7}, 8, 9};
    auto message = sign_tally(tally, log_key);
    auto read = open_tally(message, log_key.public_key());
    REQUIRE(read);
    CHECK(read->room == kRoom);
    CHECK(read->since_ms == 1);
    CHECK(read->at_ms == 2);
    CHECK(read->counts.openings == 3);
    CHECK(read->counts.bulk == 4);
    CHECK(read->counts.refused == 5);
    CHECK(read->counts.deeds == 6);
    CHECK(read->counts.deliveries == 7);
    CHECK(read->checkpoint_size == 8);
    CHECK(read->checkpoint_at_ms == 9);
    check_every_change(message, [&](std::string_view bytes) {
      return open_tally(bytes, log_key.public_key()).has_value();
    });
  }
  SUBCASE("challenge") {
    Challenge challenge{kRoom, random.bytes(32), hpke.public_key(), 99, {}};
    challenge.wanted = {{kRoomsOwn, random.bytes(kKeyIdBytes), 5}, {ProjectId{4}, "", 0}};
    auto message = sign_challenge(challenge, log_key);
    auto read = open_challenge(message, log_key.public_key());
    REQUIRE(read);
    CHECK(read->room == kRoom);
    CHECK(read->nonce == challenge.nonce);
    CHECK(read->hpke_key == hpke.public_key());
    CHECK(read->checkpoint_size == 99);
    REQUIRE(read->wanted.size() == 2);
    CHECK(read->wanted[0].key_id == challenge.wanted[0].key_id);
    CHECK(read->wanted[0].left_ms == 5);
    CHECK(read->wanted[1].project == ProjectId{4});
    check_every_change(message, [&](std::string_view text) {
      return open_challenge(text, log_key.public_key()).has_value();
    });
    CHECK(open_challenge(message, keeper.key.public_key()).error().type == "lease-forged");
    std::swap(challenge.wanted[0], challenge.wanted[1]);  // signed, but not in its one form
    CHECK(open_challenge(sign_challenge(challenge, log_key), log_key.public_key()).error().type ==
          "lease-malformed");
  }
  SUBCASE("lease") {
    auto lease = keeper.statement(StatementKind::lease);
    lease.challenge = random.bytes(32);
    lease.term_ms = 60'000;
    lease.projects = {kRoomsOwn, ProjectId{4}};
    Secret keys(random.bytes(64));
    REQUIRE(seal_keys(lease, hpke.public_key(), keys));
    auto message = sign_statement(lease, keeper.key);
    auto read = read_statement(message);
    REQUIRE(read);
    CHECK(read->projects == lease.projects);
    CHECK(open_keys(*read, hpke)->expose() == keys.expose());
    check_every_change(message, [&](std::string_view text) {
      auto statement = read_statement(text);
      return statement && signed_by(text, keeper.key.public_key());
    });
    for (auto* change :
         {+[](Statement& s) { ++s.counter; }, +[](Statement& s) { ++s.term_ms; },
          +[](Statement& s) { s.room = RoomId{8}; }, +[](Statement& s) { ++s.keeper.epoch; },
          +[](Statement& s) { s.challenge[0] ^= 1; },
          +[](Statement& s) { s.projects[1] = ProjectId{5}; }}) {
      auto other = *read;
      change(other);
      CHECK_FALSE(open_keys(other, hpke));
    }
  }
  SUBCASE("orders") {
    for (auto kind :
         {StatementKind::withdrawal, StatementKind::restore, StatementKind::shredding}) {
      auto message = keeper.order(kind, ProjectId{4});
      auto read = read_statement(message);
      REQUIRE(read);
      CHECK(read->kind == kind);
      CHECK(read->project == ProjectId{4});
      CHECK_FALSE(read->whole_room);
      check_every_change(message, [&](std::string_view text) {
        return read_statement(text) && signed_by(text, keeper.key.public_key());
      });
      auto whole = read_statement(keeper.order_room(kind));
      CHECK(whole.has_value() == (kind != StatementKind::shredding));
      CHECK((!whole || whole->whole_room));
    }
  }
  SUBCASE("verdict") {
    Verdict verdict{kRoom, random.bytes(32), "lease-replayed"};
    auto message = sign_verdict(verdict, log_key);
    auto read = open_verdict(message, log_key.public_key());
    REQUIRE(read);
    CHECK(read->statement == verdict.statement);
    CHECK(read->refusal == "lease-replayed");
    check_every_change(message, [&](std::string_view text) {
      return open_verdict(text, log_key.public_key()).has_value();
    });
    // One kind of message does not pass for another, whoever signed.
    CHECK_FALSE(open_challenge(message, log_key.public_key()));
    CHECK_FALSE(read_statement(message));
  }
}

TEST_CASE("lease messages: the largest ones fit a frame") {
  SeededRandom random(3);
  FakeKeeper keeper{crypto::SigningKey::generate(random)};
  std::vector<ProjectId> projects;
  for (std::size_t i = 0; i < kMaxLeaseKeys; ++i) {
    projects.push_back(ProjectId{static_cast<std::int64_t>(i)});
  }
  FakeVault vault(random, projects, {keeper.id()});
  for (ProjectId project : projects) vault.leases->want(project, random.bytes(kKeyIdBytes));
  CHECK(vault.leases->challenge(1).size() < kMaxExchangeFrame);
  auto lease = keeper.lease(vault.leases->challenge(1), vault.log_key, projects);
  CHECK(lease.size() < kMaxExchangeFrame);
}

TEST_CASE("keeper ids: as text and back") {
  SeededRandom random(4);
  KeeperId id{random.bytes(32), 3};
  CHECK(parse_keeper_id(keeper_id_text(id)).value() == id);
  auto text = keeper_id_text(id);
  for (auto bad : {std::string(""), std::string("keeper1:"), std::string("keeper1:3"),
                   "keeper2" + text.substr(7), text.substr(0, text.size() - 1), text + "A"}) {
    CHECK(parse_keeper_id(bad).error().type == "bad-keeper-id");
  }
}

TEST_CASE("exchange: frames, unknown ones passed over; how long to hold an answer") {
  std::string body;
  append_frame(body, FrameType::poll, poll_payload(1'234, "key"));
  const std::size_t second = body.size();
  append_frame(body, static_cast<FrameType>(77), "whatever");
  auto frames = read_frames(body);
  REQUIRE(frames);
  REQUIRE(frames->size() == 2);
  CHECK(wait_of(*frames) == 1'234);
  CHECK(keeper_of(*frames) == "key");
  CHECK((*frames)[1].payload == "whatever");
  CHECK(read_frames("")->empty());
  for (std::size_t at = 1; at < body.size(); ++at) {
    if (at != second) CHECK_FALSE(read_frames(body.substr(0, at)));
  }
  CHECK_FALSE(read_frames(std::string(4, '\0')));  // a frame without a type
  std::string large;
  append_frame(large, FrameType::poll, std::string(kMaxExchangeFrame - 1, 'x'));
  CHECK(read_frames(large));
  large.clear();
  append_frame(large, FrameType::poll, std::string(kMaxExchangeFrame, 'x'));
  CHECK_FALSE(read_frames(large));
  std::string many;
  for (std::size_t i = 0; i <= kMaxExchangeFrames; ++i) append_frame(many, FrameType::poll, "");
  CHECK_FALSE(read_frames(many));
}

TEST_CASE("exchange: a verdict on each statement, in order, then a challenge") {
  SeededRandom random(5);
  FakeKeeper keeper{crypto::SigningKey::generate(random)};
  FakeVault vault(random, {ProjectId{1}}, {keeper.id()});
  auto lease = keeper.lease(vault.leases->challenge(0), vault.log_key, {ProjectId{1}});
  std::string body;
  append_frame(body, FrameType::statement, lease);
  append_frame(body, FrameType::statement, lease);
  append_frame(body, FrameType::poll, poll_payload(5'000, "key"));
  CHECK(wait_of(read_frames(body).value()) == 0);  // a statement is answered at once
  auto answer = exchange(*vault.leases, kRoom, vault.log_key, 42, body);
  REQUIRE(answer);
  auto frames = read_frames(*answer);
  REQUIRE(frames);
  REQUIRE(frames->size() == 3);
  auto key = vault.log_key.public_key();
  CHECK(open_verdict((*frames)[0].payload, key)->refusal.empty());
  CHECK(open_verdict((*frames)[0].payload, key)->statement == digest_of(lease));
  CHECK(open_verdict((*frames)[1].payload, key)->refusal == "lease-replayed");
  CHECK((*frames)[2].is(FrameType::challenge));
  CHECK(open_challenge((*frames)[2].payload, key)->checkpoint_size == 42);
  CHECK_FALSE(exchange(*vault.leases, kRoom, vault.log_key, 42, "x"));
}

}  // namespace
}  // namespace guildhall::vault
