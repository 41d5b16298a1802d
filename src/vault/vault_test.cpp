#include "vault/vault.h"

#include <doctest/doctest.h>

#include <functional>

#include "base/json.h"
#include "base/limits.h"
#include "vault/vault_test_util.h"

namespace guildhall::vault {
namespace {

using Fixture = VaultFixture;

std::string_view error_of(const Result<std::string>& result) {
  return result ? std::string_view("none") : result.error().type;
}

}  // namespace

TEST_CASE("vault: what it seals it opens, and a leaf names who, why and which") {
  Fixture it;
  auto sealed = it.seal(Fixture::task(3), "What ails the patient?");
  REQUIRE(sealed.has_value());
  CHECK(it.log.leaves.empty());
  CHECK(it.open(Fixture::task(3), *sealed).value_or("?") == "What ails the patient?");
  REQUIRE(it.log.leaves.size() == 1);
  auto leaf = parse_json(it.log.leaves.front());
  REQUIRE(leaf.has_value());
  CHECK(leaf->at("verb") == "content.open");
  CHECK(leaf->at("reason") == "work");
  CHECK(leaf->at("project") == 1);
  CHECK(it.log.leaves.front().find(R"("objects":[["task",3,1]])") != std::string::npos);
  CHECK(leaf->at("who").as_string().size() == 22);
  CHECK(it.log.leaves.front().find("patient") == std::string::npos);
  CHECK(it.open(Fixture::task(4), *sealed).has_value() == false);
  CHECK(it.open(Fixture::task(3, ProjectId{2}), *sealed).has_value() == false);
}

TEST_CASE("vault: no plaintext leaves before its leaf is durable, or after the key is gone") {
  Fixture it;
  auto sealed = it.seal(Fixture::task(3), "Zanzibar");
  it.log.full = true;
  CHECK(error_of(it.open(Fixture::task(3), *sealed)) == "disk-full");
  CHECK(it.frame.find("Zanzibar") == std::string::npos);
  it.log.full = false;
  // The lease ends while the disk is waited for.
  it.log.on_append = [&] { it.source.leased_ = false; };
  CHECK(error_of(it.open(Fixture::task(3), *sealed)) == "locked");
  CHECK(it.frame.find("Zanzibar") == std::string::npos);
  it.keys.drop_all();
  CHECK(error_of(it.seal(Fixture::task(3), "more")) == "locked");
  it.log.on_append = nullptr;
  it.source.leased_ = true;
  CHECK(error_of(it.open(Fixture::task(3), *sealed)) == "seal-broken");  // another key
}

TEST_CASE("vault: another room's objects, and frames that are none, are refused") {
  Fixture it;
  auto foreign = Fixture::task(3);
  foreign.room = RoomId{8};
  CHECK(error_of(it.seal(foreign, "x")) == "foreign-room");
  FrameWriter whole(Op::open);
  whole.u8(1).i64(5).u32(1).context(Fixture::task(3)).bytes("12345");
  std::string bytes = whole.take().substr(4);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto frame = it.vault.answer(std::string_view(bytes).substr(0, size));
    auto answer = answer_fields(std::string_view(frame).substr(4));
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().type == "bad-frame");
  }
  auto longer = it.vault.answer(bytes + "x");
  CHECK(answer_fields(std::string_view(longer).substr(4)).error().type == "bad-frame");
  CHECK(it.log.leaves.empty());
}

TEST_CASE("vault: a member's budget ends at its minute, and the log shows what was within") {
  Fixture it({.member = 3, .room = 5, .delivery = 100});
  auto sealed = it.seal(Fixture::task(3), "x");
  for (int i = 0; i < 3; ++i) CHECK(it.open(Fixture::task(3), *sealed).has_value());
  CHECK(error_of(it.open(Fixture::task(3), *sealed)) == "opening-budget");
  CHECK(it.open(Fixture::task(3), *sealed, MemberId{6}).has_value());
  CHECK(it.open(Fixture::task(3), *sealed, MemberId{6}).has_value());
  CHECK(error_of(it.open(Fixture::task(3), *sealed, MemberId{6})) == "opening-budget");  // all
  CHECK(it.log.leaves.size() == 5);
  it.clock.advance_ms(60'000);
  CHECK(it.open(Fixture::task(3), *sealed).has_value());
}

TEST_CASE("vault: who a leaf names is told to whoever has the room's key, and to nobody without") {
  Fixture it;
  auto sealed = it.seal(Fixture::task(3), "x");
  REQUIRE(it.open(Fixture::task(3), *sealed, MemberId{5}).has_value());
  auto ask = [&](std::initializer_list<std::int64_t> members) {
    FrameWriter request(Op::commitment);
    request.u32(static_cast<std::uint32_t>(members.size()));
    for (auto member : members) request.i64(member);
    return it.ask(std::move(request));
  };
  auto fields = ask({4, 5});
  REQUIRE(fields.has_value());
  FrameReader in(*fields);
  REQUIRE(in.count(4) == 2);
  auto four = in.bytes();
  auto five = in.bytes();
  CHECK(in.done().has_value());
  CHECK(four != five);
  CHECK(view(parse_json(it.log.leaves.front())->at("who").as_string()) == five);
  it.source.leased_ = false;
  it.keys.drop_all();
  CHECK(error_of(ask({4})) == "locked");
  CHECK(error_of(ask({})) == "locked");
}

}  // namespace guildhall::vault
