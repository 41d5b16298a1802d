#include "store/sealed_file.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "base/limits.h"
#include "crypto/chunked.h"
#include "crypto/row.h"
#include "store/local_sealer.h"

namespace guildhall::store {
namespace {

constexpr ContentContext kHere{RoomId{1}, ProjectId{2}, ContentType::upload, 3};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gh-file-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string text_of(std::size_t bytes) {
  std::string out(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>((i * 2'654'435'761U) >> 16);
  return out;
}

void write(const std::filesystem::path& path, Sealer& sealer, std::string_view text,
           const ContentContext& context = kHere) {
  SealedFileWriter file(path, sealer, context);
  REQUIRE(file.open().has_value());
  for (std::size_t piece = 1; !text.empty(); piece = piece * 3 % 100'003 + 1) {
    auto part = text.substr(0, piece);
    REQUIRE(file.add(part).has_value());
    text.remove_prefix(part.size());
  }
  REQUIRE(file.keep().has_value());
}

Result<std::string> read(const std::filesystem::path& path, Sealer& sealer, std::int64_t size,
                         std::int64_t from, std::int64_t to,
                         const ContentContext& context = kHere) {
  auto file = TRY(SealedFile::open(path, sealer, context, size));
  std::string out;
  while (from + static_cast<std::int64_t>(out.size()) < to) {
    std::size_t before = out.size();
    TRY(file.read(from + static_cast<std::int64_t>(before), to, Opening(Reason::work), out));
    if (out.size() == before) break;
  }
  return out;
}

std::string file_error(const Result<std::string>& result) {
  return result ? "no error" : std::string(result.error().type);
}

}  // namespace

TEST_CASE("sealed file: any range of any length is what was written") {
  Folder folder;
  LocalSealer sealer;
  constexpr auto kChunk = crypto::kChunkBytes;
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1,
                           4 * kChunk, kFilePart / 4, kFilePart / 4 + 1, 3 * kFilePart + 12'345}) {
    CAPTURE(size);
    std::string text = text_of(size);
    write(folder / "f", sealer, text);
    auto whole = static_cast<std::int64_t>(size);
    CHECK(read(folder / "f", sealer, whole, 0, whole).value() == text);
    CHECK(std::filesystem::file_size(folder / "f") ==
          crypto::chunked_sealed_size(crypto::padme(size)));
    for (std::size_t from : {std::size_t{0}, size / 3, size / 2, size > 0 ? size - 1 : 0}) {
      for (std::size_t length : {std::size_t{1}, std::size_t{100}, kChunk, size}) {
        auto to = static_cast<std::int64_t>(std::min(from + length, size));
        CHECK(read(folder / "f", sealer, whole, static_cast<std::int64_t>(from), to).value() ==
              text.substr(from, length));
      }
    }
  }
}

TEST_CASE("sealed file: the bytes on the disk show nothing, and a part costs one opening") {
  Folder folder;
  LocalSealer sealer;
  std::string text;
  while (text.size() < 2 * kFilePart) text += "Marzipan.";
  write(folder / "f", sealer, text);
  auto raw = read_file(folder / "f").value();
  CHECK(raw.find("Marzipan") == std::string::npos);
  sealer.opened = 0;
  auto whole = static_cast<std::int64_t>(text.size());
  CHECK(read(folder / "f", sealer, whole, 1'000'000, 1'000'100).value() ==
        text.substr(1'000'000, 100));
  CHECK(sealer.opened == 1);
}

TEST_CASE("sealed file: what was cut, grown, swapped, reordered or moved does not open") {
  Folder folder;
  LocalSealer sealer;
  std::string text = text_of(10 * crypto::kChunkBytes + 77);
  auto whole = static_cast<std::int64_t>(text.size());
  write(folder / "f", sealer, text);
  write(folder / "twin", sealer, text);
  const std::string raw = read_file(folder / "f").value();
  const std::string twin = read_file(folder / "twin").value();
  constexpr auto kHead = crypto::kChunkedHeaderBytes;
  constexpr auto kChunk = crypto::kSealedChunkBytes;
  auto chunk = [&](const std::string& of, std::size_t n) {
    return of.substr(kHead + n * kChunk, kChunk);
  };
  auto with = [&](std::size_t n, const std::string& other) {
    std::string out = raw;
    return out.replace(kHead + n * kChunk, other.size(), other);
  };
  std::string swapped = with(1, chunk(raw, 2)).replace(kHead + 2 * kChunk, kChunk, chunk(raw, 1));
  std::string flipped = raw;
  flipped[kHead + 5 * kChunk + 9] ^= 1;
  for (const auto& [name, bytes] : std::initializer_list<std::pair<std::string, std::string>>{
           {"cut by a byte", raw.substr(0, raw.size() - 1)},
           {"cut by a chunk", raw.substr(0, raw.size() - kChunk)},
           {"grown", raw + "x"},
           {"reordered", swapped},
           {"repeated", with(4, chunk(raw, 3))},
           {"of another file of the same place", with(3, chunk(twin, 3))},
           {"under another head", twin.substr(0, kHead) + raw.substr(kHead)},
           {"a bit", flipped},
           {"nothing", ""}}) {
    CAPTURE(name);
    REQUIRE(replace_file(folder / "g", bytes).has_value());
    CHECK(file_error(read(folder / "g", sealer, whole, 0, whole)) == "seal-broken");
  }
  for (const ContentContext& other :
       {ContentContext{RoomId{9}, ProjectId{2}, ContentType::upload, 3},
        ContentContext{RoomId{1}, ProjectId{9}, ContentType::upload, 3},
        ContentContext{RoomId{1}, ProjectId{2}, ContentType::dataset, 3},
        ContentContext{RoomId{1}, ProjectId{2}, ContentType::upload, 4}}) {
    CHECK(file_error(read(folder / "f", sealer, whole, 0, whole, other)) == "seal-broken");
  }
  CHECK(file_error(read(folder / "f", sealer, whole + 5'000, 0, whole)) == "seal-broken");
  CHECK(file_error(read(folder / "none", sealer, whole, 0, whole)) == "file-missing");
  CHECK(read(folder / "f", sealer, whole, 0, whole).value() == text);
}

TEST_CASE("sealed file: what was not kept leaves nothing") {
  Folder folder;
  LocalSealer sealer;
  {
    SealedFileWriter file(folder / "f", sealer, kHere);
    REQUIRE(file.open().has_value());
    REQUIRE(file.add("half").has_value());
    CHECK(std::filesystem::exists(folder / "f.part"));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "f.part"));
  CHECK_FALSE(std::filesystem::exists(folder / "f"));
}

}  // namespace guildhall::store
