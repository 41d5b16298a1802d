// Files and marks, as a vault answers for them.
#include <doctest/doctest.h>

#include "base/json.h"
#include "base/limits.h"
#include "crypto/chunked.h"
#include "vault/vault_test_util.h"

namespace guildhall::vault {
namespace {

using Fixture = VaultFixture;

ContentContext upload(std::int64_t object, ProjectId project = ProjectId{1}) {
  return {kTestRoom, project, ContentType::upload, object, 1};
}

struct Begun {
  std::string head;
  std::string ticket;
};

Begun begin(Fixture& vault, const ContentContext& context) {
  FrameWriter request(Op::begin_file);
  request.context(context);
  auto fields = vault.ask(std::move(request));
  REQUIRE(fields.has_value());
  FrameReader in(*fields);
  Begun out;
  out.head = in.bytes();
  out.ticket = in.bytes();
  REQUIRE(in.done().has_value());
  return out;
}

Result<std::string> seal_part(Fixture& vault, const ContentContext& context, const Begun& begun,
                              std::int64_t chunk, std::string_view plain) {
  FrameWriter request(Op::seal_part);
  request.context(context).bytes(begun.head).bytes(begun.ticket).i64(chunk).bytes(plain);
  std::string fields = TRY(vault.ask(std::move(request)));
  FrameReader in(fields);
  return std::string(in.bytes());
}

Result<std::string> open_part(Fixture& vault, const ContentContext& context, std::string_view head,
                              std::int64_t chunk, std::string_view sealed) {
  FrameWriter request(Op::open_part);
  request.u8(static_cast<unsigned char>(OpenReason::work)).i64(5).context(context);
  request.bytes(head).i64(chunk).bytes(sealed);
  std::string fields = TRY(vault.ask(std::move(request)));
  FrameReader in(fields);
  return std::string(in.bytes());
}

std::vector<std::string> texts(const Result<std::string>& fields) {
  REQUIRE(fields.has_value());
  FrameReader in(*fields);
  std::vector<std::string> out(in.count(4));
  for (auto& one : out) one = in.bytes();
  REQUIRE(in.done().has_value());
  return out;
}

std::string_view problem_of(const Result<std::string>& result) {
  return result ? std::string_view("no error") : result.error().type;
}

}  // namespace

TEST_CASE("vault: a part of a file opens with a leaf that names it, and not without") {
  Fixture vault;
  auto begun = begin(vault, upload(3));
  std::string plain(3 * crypto::kChunkBytes, 'p');
  auto first = seal_part(vault, upload(3), begun, 0, plain);
  auto last = seal_part(vault, upload(3), begun, 3, "end");
  REQUIRE(first.has_value());
  REQUIRE(last.has_value());
  CHECK(vault.log.leaves.empty());
  CHECK(open_part(vault, upload(3), begun.head, 0, *first).value() == plain);
  CHECK(open_part(vault, upload(3), begun.head, 3, *last).value() == "end");
  REQUIRE(vault.log.leaves.size() == 2);
  auto leaf = parse_json(vault.log.leaves[1]).value();
  CHECK(view(*find_string(leaf, "verb")) == "content.open");
  CHECK(as_int(*find(leaf, "object")).value() == 3);
  CHECK(as_int(*find(leaf, "version")).value() == 3);
  CHECK(vault.log.leaves[1].find(R"("objects":[["upload",3,1]])") != std::string::npos);
  vault.log.full = true;
  CHECK(problem_of(open_part(vault, upload(3), begun.head, 0, *first)) == "disk-full");
  vault.log.full = false;
  vault.log.on_append = [&] {
    vault.source.leased_ = false;
  };  // withdrawn while the disk is waited for
  CHECK(problem_of(open_part(vault, upload(3), begun.head, 0, *first)) == "locked");
}

TEST_CASE("vault: a part in another place does not open, and leaves no leaf") {
  Fixture vault;
  auto begun = begin(vault, upload(3));
  auto other = begin(vault, upload(3));
  auto sealed = seal_part(vault, upload(3), begun, 0, std::string(crypto::kChunkBytes, 'p'));
  REQUIRE(sealed.has_value());
  CHECK(problem_of(open_part(vault, upload(3), begun.head, 1, *sealed)) == "seal-broken");
  CHECK(problem_of(open_part(vault, upload(4), begun.head, 0, *sealed)) == "seal-broken");
  CHECK(problem_of(open_part(vault, upload(3, ProjectId{2}), begun.head, 0, *sealed)) ==
        "seal-broken");
  CHECK(problem_of(open_part(vault, upload(3), other.head, 0, *sealed)) == "seal-broken");
  CHECK(problem_of(open_part(vault, upload(3), "short", 0, *sealed)) == "seal-broken");
  CHECK(problem_of(open_part(vault, upload(3), begun.head, 0, "short")) == "seal-broken");
  ContentContext foreign = upload(3);
  foreign.room.value = 8;
  CHECK(problem_of(open_part(vault, foreign, begun.head, 0, *sealed)) == "foreign-room");
  CHECK(vault.log.leaves.empty());
  CHECK(open_part(vault, upload(3), begun.head, 0, *sealed).has_value());
}

TEST_CASE(
    "vault: without its ticket no part is sealed, or a file's key stream could be asked for") {
  Fixture vault;
  auto begun = begin(vault, upload(3));
  auto sealed = seal_part(vault, upload(3), begun, 0, std::string(crypto::kChunkBytes, 'p'));
  REQUIRE(sealed.has_value());
  Begun thief{begun.head, std::string(32, '\0')};
  CHECK(problem_of(seal_part(vault, upload(3), thief, 0, std::string(100, '\0'))) == "bad-frame");
  CHECK(problem_of(seal_part(vault, upload(4), begun, 0, "x")) == "bad-frame");
  Fixture later;  // another process: the ticket of this one is no ticket there
  CHECK(problem_of(seal_part(later, upload(3), begun, 0, "x")) == "bad-frame");
  CHECK(problem_of(seal_part(vault, upload(3), begun, 1, std::string(kFilePart + 1, 'x'))) ==
        "too-many-items");
}

TEST_CASE("vault: marks hold for the row that they were made for, and need the room's key") {
  Fixture vault;
  FrameWriter request(Op::mac);
  request.u32(2).bytes("row one").bytes("row two");
  auto macs = texts(vault.ask(std::move(request)));
  REQUIRE(macs.size() == 2);
  CHECK(macs[0].size() == 32);
  CHECK(macs[0] != macs[1]);
  FrameWriter asked(Op::check);
  asked.u32(4).bytes("row one").bytes(macs[0]).bytes("row two").bytes(macs[0]);
  asked.bytes("row one").bytes("").bytes("row one").bytes(macs[0].substr(0, 31));
  auto answer = vault.ask(std::move(asked));
  REQUIRE(answer.has_value());
  FrameReader in(*answer);
  CHECK(in.count(1) == 4);
  CHECK(in.u8() == 1);
  CHECK(in.u8() == 0);
  CHECK(in.u8() == 0);
  CHECK(in.u8() == 0);
  CHECK(vault.log.leaves.empty());
  vault.source.leased_ = false;
  FrameWriter dark(Op::check);
  dark.u32(1).bytes("row one").bytes(macs[0]);
  CHECK(problem_of(vault.ask(std::move(dark))) == "locked");
}

TEST_CASE("vault: what things are found by differs by project, sort and text") {
  Fixture vault;
  auto find = [&] {
    FrameWriter request(Op::find);
    request.u32(5);
    request.i64(0).bytes("email").bytes("a@b.c").i64(0).bytes("vendor").bytes("a@b.c");
    request.i64(1).bytes("email").bytes("a@b.c").i64(0).bytes("email").bytes("a@b.d");
    request.i64(0).bytes("email").bytes("a@b.c");
    return texts(vault.ask(std::move(request)));
  };
  auto keys = find();
  REQUIRE(keys.size() == 5);
  for (int i = 1; i < 4; ++i) CHECK(keys[0] != keys[static_cast<std::size_t>(i)]);
  CHECK(keys[0] == keys[4]);
  CHECK(find() == keys);
}

}  // namespace guildhall::vault
