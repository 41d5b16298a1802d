#include "tlog/tile_path.h"

#include <doctest/doctest.h>

#include "tlog/bundle.h"

namespace guildhall {

using tlog::TilePath;

TEST_CASE("tile paths: as the specification writes them, and back") {
  const std::pair<TilePath, std::string> cases[] = {
      {{0, 0}, "tile/0/000"},
      {{0, 1'234'067}, "tile/0/x001/x234/067"},
      {{1, 0, 17}, "tile/1/000.p/17"},
      {{63, 999, 255}, "tile/63/999.p/255"},
      {{tlog::kEntriesLevel, 1'000}, "tile/entries/x001/000"},
      {{tlog::kEntriesLevel, 273, 112}, "tile/entries/273.p/112"},
      {{0, UINT64_MAX}, "tile/0/x018/x446/x744/x073/x709/x551/615"},
  };
  for (const auto& [path, text] : cases) {
    CHECK(tlog::to_text(path) == text);
    CHECK(tlog::parse_tile_path(text) == path);
  }
}

TEST_CASE("tile paths: whatever has no meaning, or a second text, is refused") {
  for (const char* text : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/00/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/0/x000/000",
                           "tile/0/x001",
                           "tile/0/001/",
                           "tile/0/001/002",
                           "tile/0/x001/x002",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/1/",
                           "/tile/0/000",
                           "tile/entries/abc",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "tile/0/000.p/1.p/1",
                           "tile/0/+01"}) {
    CAPTURE(text);
    CHECK_FALSE(tlog::parse_tile_path(text).has_value());
  }
}

TEST_CASE("tile paths: which tiles a tree of 70,000 has") {
  CHECK(tlog::tile_width(0, 272, 70'000) == 256);
  CHECK(tlog::tile_width(0, 273, 70'000) == 112);
  CHECK(tlog::tile_width(0, 274, 70'000) == 0);
  CHECK(tlog::tile_width(tlog::kEntriesLevel, 273, 70'000) == 112);
  CHECK(tlog::tile_width(1, 0, 70'000) == 256);
  CHECK(tlog::tile_width(1, 1, 70'000) == 17);
  CHECK(tlog::tile_width(2, 0, 70'000) == 1);
  CHECK(tlog::tile_width(3, 0, 70'000) == 0);
  CHECK(tlog::tile_width(0, 0, 0) == 0);
  CHECK(tlog::tile_width(63, 0, UINT64_MAX) == 0);
}

TEST_CASE("entry bundles: tessera's of size three, and what is cut off") {
  std::string bundle;
  for (const char* entry : {"one", "two", "three"}) tlog::append_entry(bundle, entry);
  CHECK(bundle == std::string("\0\3one\0\3two\0\5three", 17));
  auto entries = tlog::read_bundle(bundle);
  REQUIRE(entries.has_value());
  CHECK(*entries == std::vector<std::string_view>{"one", "two", "three"});
  for (std::size_t size = 1; size < bundle.size(); ++size) {
    CAPTURE(size);
    const bool whole = size == 5 || size == 10;
    CHECK(tlog::read_bundle(bundle.substr(0, size)).has_value() == whole);
  }
  std::string many;
  for (int i = 0; i < 256; ++i) tlog::append_entry(many, std::string(300, 'x'));
  CHECK(tlog::read_bundle(many)->size() == 256);
  tlog::append_entry(many, "");
  CHECK_FALSE(tlog::read_bundle(many).has_value());
}

}  // namespace guildhall
