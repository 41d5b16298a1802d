#include "room/backup_manifest.h"

#include <doctest/doctest.h>

namespace guildhall::room {
namespace {

BackupManifest sample() {
  return {
      RoomId{7},
      1'774'348'740'000,
      "store/room.db",
      {{"vault", "guildhall/room-7+00000000+AAAA", 12}},
      {{"store/room.db", 8'192, std::string(64, 'a')}, {"blobs/65537", 3, std::string(64, 'b')}}};
}

}  // namespace

TEST_CASE("a backup's list of files reads as it was written") {
  auto read = parse_manifest(manifest_text(sample()));
  REQUIRE(read);
  CHECK(read->room == RoomId{7});
  CHECK(read->logs.front().size == 12);
  REQUIRE(read->files.size() == 2);
  CHECK(read->files[1].path == "blobs/65537");
  CHECK(manifest_text(*read) == manifest_text(sample()));
}

TEST_CASE("a backup's list names nothing outside of its folder") {
  for (std::string path : {"../room.key", "/etc/passwd", "blobs/../x", "blobs//x", ".hidden", "-rf",
                           "blobs/", "", "a b", "a\nb"}) {
    CAPTURE(path);
    auto manifest = sample();
    manifest.files[1].path = path;
    CHECK_FALSE(parse_manifest(manifest_text(manifest)));
    manifest = sample();
    manifest.logs.push_back({"vault-" + path + "/..", "k", 0});
    CHECK_FALSE(parse_manifest(manifest_text(manifest)));
  }
  auto manifest = sample();
  manifest.store = "store/other.db";  // not among the files
  CHECK_FALSE(parse_manifest(manifest_text(manifest)));
  CHECK_FALSE(parse_manifest("{}"));
  CHECK_FALSE(parse_manifest(""));
}

}  // namespace guildhall::room
