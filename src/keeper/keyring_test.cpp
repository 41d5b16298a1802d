#include "keeper/keyring.h"

#include "base/files.h"
#include "keeper/keeper_test_util.h"

namespace guildhall::keeper {
namespace {

using testing::Scratch;

const std::string kRoomKey(32, 'r');

TEST_CASE("keyring: a key is made once, kept, and one per room and project") {
  Scratch in;
  auto made = Keyring::create(in.path / "k", Secret());
  REQUIRE(made);
  CHECK(made->find(kRoomKey, ProjectId{1}).empty());
  REQUIRE(made->make(kRoomKey, {ProjectId{0}, ProjectId{1}}));
  REQUIRE(made->make(std::string(32, 's'), {ProjectId{1}}));
  auto key = made->find(kRoomKey, ProjectId{1});
  CHECK(key.size() == 32);
  CHECK(key.expose() != made->find(kRoomKey, ProjectId{0}).expose());
  CHECK(key.expose() != made->find(std::string(32, 's'), ProjectId{1}).expose());
  REQUIRE(made->make(kRoomKey, {ProjectId{1}, ProjectId{2}}));
  CHECK(made->find(kRoomKey, ProjectId{1}).expose() == key.expose());

  auto opened = Keyring::open(in.path / "k", Secret());
  REQUIRE(opened);
  CHECK(opened->size() == 4);
  CHECK(opened->id() == made->id());
  CHECK(opened->find(kRoomKey, ProjectId{1}).expose() == key.expose());
  REQUIRE(opened->shred(kRoomKey, ProjectId{1}));
  CHECK(opened->shred(kRoomKey, ProjectId{1}));  // it is gone
  CHECK(opened->size() == 3);
  CHECK(Keyring::open(in.path / "k", Secret())->find(kRoomKey, ProjectId{1}).empty());
  CHECK(Keyring::create(in.path / "k", Secret()).error().type == "keeper-exists");
  CHECK(Keyring::open(in.path, Secret()).error().type == "no-keeper");
}

TEST_CASE("keyring: under a passphrase; the files are their owner's only") {
  Scratch in;
  REQUIRE(Keyring::create(in.path / "k", Secret("correct horse")));
  CHECK(RootFile::read(in.path / "k")->cover() == Cover::passphrase);
  CHECK(Keyring::open(in.path / "k", Secret("correct h0rse")).error().type == "bad-passphrase");
  CHECK(Keyring::open(in.path / "k", Secret("correct horse")));
  using std::filesystem::perms;
  for (auto* name : {"keeper.key", "keys.box"}) {
    auto mode = std::filesystem::status(in.path / "k" / name).permissions();
    CHECK((mode & (perms::group_all | perms::others_all)) == perms::none);
  }
}

TEST_CASE("keyring: a second keeper makes no key, and takes over what the first made") {
  Scratch in;
  auto first = Keyring::create(in.path / "one", Secret());
  REQUIRE(first);
  REQUIRE(first->make(kRoomKey, {ProjectId{0}}));
  auto box = [&] { return read_file(in.path / "one/keys.box").value(); };
  auto second = Keyring::recover(in.path / "two", first->root(), box(), Secret(), Rebuilt::second);
  REQUIRE(second);
  CHECK(first->makes_keys());
  CHECK_FALSE(second->makes_keys());
  CHECK(second->make(kRoomKey, {ProjectId{1}}).error().type == "second-keeper");
  REQUIRE(first->make(kRoomKey, {ProjectId{1}, ProjectId{2}}));
  CHECK(second->take_from(second->root(), box()).error().type == "bad-keyring");
  CHECK(second->take_from(first->root(), box()).value() == 2);
  CHECK(second->take_from(first->root(), box()).value() == 0);
  auto opened = Keyring::open(in.path / "two", Secret());
  REQUIRE(opened);
  CHECK_FALSE(opened->makes_keys());
  CHECK(opened->id() == second->id());
  CHECK(opened->find(kRoomKey, ProjectId{2}).expose() ==
        first->find(kRoomKey, ProjectId{2}).expose());
}

TEST_CASE("keyring: a restored room gets the keys of before, and none is made over another") {
  Scratch in;
  const std::string restored(32, 'n');
  auto made = Keyring::create(in.path / "k", Secret());
  REQUIRE(made);
  CHECK(made->take_over(kRoomKey, restored).error().type == "no-key");
  REQUIRE(made->make(kRoomKey, {ProjectId{0}, ProjectId{1}}));
  REQUIRE(made->make(restored, {ProjectId{1}}));
  auto own = made->find(restored, ProjectId{1});
  CHECK(made->take_over(kRoomKey, restored).value() == 2);
  auto opened = Keyring::open(in.path / "k", Secret());
  REQUIRE(opened);
  CHECK(opened->size() == 4);
  CHECK(opened->find(restored, ProjectId{0}).expose() ==
        made->find(kRoomKey, ProjectId{0}).expose());
  CHECK(opened->find(restored, ProjectId{1}).expose() == own.expose());
  CHECK_FALSE(opened->find(kRoomKey, ProjectId{1}).empty());
  REQUIRE(opened->shred(restored, ProjectId{0}));  // by either name
  CHECK(opened->find(kRoomKey, ProjectId{0}).empty());
  CHECK_FALSE(opened->find(kRoomKey, ProjectId{1}).empty());
}

TEST_CASE("keyring: under a token, and nothing without its module; nothing is written either") {
  Scratch in;
  const auto dir = in.path / "k";
  TokenPlace token{(in.path / "none.so").string(), "keepers", "1"};
  auto made = Keyring::create(dir, Secret("1234"), system_random(), token);
  CHECK(made.error().type == "no-token-module");
  CHECK_FALSE(std::filesystem::exists(dir / "keys.box"));

  REQUIRE(Keyring::create(dir, Secret()));
  TokenFile file{.keeper = {std::string(32, 'k'), 1},
                 .place = token,
                 .key_id = std::string(kTokenKeyIdBytes, 'i'),
                 .nonce = std::string(kTokenNonceBytes, 'n'),
                 .root = std::string(kWrappedRootBytes, 'r')};
  REQUIRE(write_root_file(dir, Secret(token_file_text(file))));
  auto root = RootFile::read(dir);
  REQUIRE(root);
  CHECK(root->cover() == Cover::token);
  CHECK(root->token().label == "keepers");
  CHECK(root->is_of(file.keeper));
  CHECK_FALSE(root->is_of({std::string(32, 'k'), 2}));
  CHECK(Keyring::open(dir, Secret("1234")).error().type == "no-token-module");
  // What the folder names could be anybody's; the same file, named by a person, is looked at.
  REQUIRE(replace_file(token.module, "no library"));
  CHECK(Keyring::open(dir, Secret("1234")).error().type == "foreign-token-module");
  CHECK(Keyring::open(dir, Secret("1234"), token.module).error().type == "no-token-module");
}

TEST_CASE("keyring: a key that cannot be written is not there") {
  Scratch in;
  auto made = Keyring::create(in.path / "k", Secret());
  REQUIRE(made);
  std::filesystem::rename(in.path / "k", in.path / "gone");
  CHECK_FALSE(made->make(kRoomKey, {ProjectId{1}}));
  CHECK(made->find(kRoomKey, ProjectId{1}).empty());
  std::filesystem::rename(in.path / "gone", in.path / "k");
  REQUIRE(made->make(kRoomKey, {ProjectId{1}}));
}

TEST_CASE("keyring: every changed byte of keys.box is refused") {
  Scratch in;
  auto made = Keyring::create(in.path / "k", Secret());
  REQUIRE(made);
  REQUIRE(made->make(kRoomKey, {ProjectId{1}}));
  auto box = read_file(in.path / "k" / "keys.box");
  REQUIRE(box);
  int opened = 0;
  for (std::size_t at = 0; at < box->size(); ++at) {
    auto changed = *box;
    changed[at] ^= 1;
    REQUIRE(replace_file(in.path / "k" / "keys.box", changed));
    opened += Keyring::open(in.path / "k", Secret()) ? 1 : 0;
  }
  CHECK(opened == 0);
  REQUIRE(replace_file(in.path / "k" / "keys.box", *box));
  CHECK(Keyring::open(in.path / "k", Secret()));
}

TEST_CASE("keyring: rebuilt from its root and keys.box") {
  Scratch in;
  auto made = Keyring::create(in.path / "k", Secret());
  auto other = Keyring::create(in.path / "other", Secret());
  REQUIRE(made);
  REQUIRE(other);
  auto root = made->root();  // the kit is printed first, the project comes later
  REQUIRE(made->make(kRoomKey, {ProjectId{1}}));
  auto box = read_file(in.path / "k" / "keys.box");
  REQUIRE(box);
  auto rebuilt = Keyring::recover(in.path / "new", root, *box, Secret(), Rebuilt::same);
  REQUIRE(rebuilt);
  CHECK(rebuilt->id() == made->id());
  CHECK(rebuilt->find(kRoomKey, ProjectId{1}).expose() ==
        made->find(kRoomKey, ProjectId{1}).expose());
  auto later = Keyring::recover(in.path / "later", root, *box, Secret(), Rebuilt::next_epoch);
  REQUIRE(later);
  CHECK(Keyring::open(in.path / "later", Secret())->id().epoch == made->id().epoch + 1);
  REQUIRE(Keyring::recover(in.path / "second", root, *box, Secret(), Rebuilt::second));
  auto second = Keyring::open(in.path / "second", Secret());
  REQUIRE(second);
  CHECK(second->id().public_key != made->id().public_key);
  CHECK(second->find(kRoomKey, ProjectId{1}).expose() ==
        made->find(kRoomKey, ProjectId{1}).expose());
  CHECK(
      Keyring::recover(in.path / "no", other->root(), *box, Secret(), Rebuilt::same).error().type ==
      "bad-keyring");
}

}  // namespace
}  // namespace guildhall::keeper
