#include "vault/log_key.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "base/files.h"

namespace guildhall::vault {
namespace {

struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "guildhall-key-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("a log's key opens with its machine's key and in its own log only") {
  Folder folder;
  auto machine = machine_key(folder.path / "state/machine.key");
  auto other = machine_key(folder.path / "other/machine.key");
  REQUIRE((machine && other));
  CHECK(machine_key(folder.path / "state/machine.key")->expose() == machine->expose());
  auto made = open_log_key(folder.path, "guildhall/room-7", *machine);
  REQUIRE(made);
  auto again = open_log_key(folder.path, "guildhall/room-7", *machine);
  REQUIRE(again);
  CHECK(again->public_key() == made->public_key());
  CHECK(read_log_vkey(folder.path)->public_key == made->public_key());
  CHECK(open_log_key(folder.path, "guildhall/room-7", *other).error().type == "other-machine");
  CHECK(open_log_key(folder.path, "guildhall/room-7", Secret()).error().type == "other-machine");
  CHECK(open_log_key(folder.path, "guildhall/room-8", *machine).error().type == "other-machine");
  // The seed lies nowhere in the clear.
  auto file = read_file(folder.path / "log.key");
  CHECK(file->find(made->seed().expose()) == std::string::npos);
}

TEST_CASE("a bare key is wrapped as soon as the room names a machine key") {
  Folder folder;
  auto bare = open_log_key(folder.path, "guildhall/room-7", Secret());
  REQUIRE(bare);
  CHECK(read_file(folder.path / "log.key")->size() == crypto::kSigningSeedBytes);
  auto machine = machine_key(folder.path / "machine.key");
  auto wrapped = open_log_key(folder.path, "guildhall/room-7", *machine);
  REQUIRE(wrapped);
  CHECK(wrapped->public_key() == bare->public_key());
  CHECK(read_file(folder.path / "log.key")->size() > crypto::kSigningSeedBytes);
  CHECK(open_log_key(folder.path, "guildhall/room-7", Secret()).error().type == "other-machine");
}

}  // namespace guildhall::vault
