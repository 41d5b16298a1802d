#include "room/log_search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "base/limits.h"
#include "base/random.h"
#include "room/log_files.h"
#include "tlog/log.h"
#include "vault/leaf.h"

namespace guildhall::room {
namespace {

namespace fs = std::filesystem;
constexpr TimeMs kStart = 1'780'000'000'000;

// A log whose n-th second has an opening of task n and the deed of submission n; every third
// opening is by member 3.
struct World {
  fs::path dir = fs::temp_directory_path() / ("look-" + crypto::to_hex(system_random().bytes(8)));
  crypto::SigningKey key = crypto::SigningKey::from_seed(Secret(std::string(32, 'k'))).value();
  Secret person{std::string(32, 'p')};
  SeededRandom random{7};
  std::unique_ptr<tlog::Log> log;
  std::unique_ptr<tlog::Files> files = tlog::disk_files();
  std::optional<tlog::PublishedLog> seen;
  std::vector<std::string> leaves;

  World() {
    fs::create_directories(dir);
    log = tlog::Log::open(dir, "example.com/log", key).value();
  }
  ~World() {
    log.reset();
    fs::remove_all(dir);
  }
  void opening(TimeMs at, std::int64_t n) {
    vault::Leaf leaf{.at = at, .verb = "content.open", .who = MemberId{n % 3 + 3}};
    leaf.project = ProjectId{9};
    leaf.detail = 1;
    std::vector<ContentContext> objects{{RoomId{1}, ProjectId{9}, ContentType::task, n, 77}};
    leaves.push_back(vault::opening_leaf(leaf, OpenReason::work, objects, person, random));
  }
  void deed(TimeMs at, std::int64_t n) {
    vault::Leaf leaf{.at = at, .verb = "submission.submit", .who = MemberId{3}};
    leaf.project = ProjectId{9};
    leaf.object = n;
    leaf.version = 1;
    leaves.push_back(vault::deed_leaf(leaf, person, random));
  }
  LogSearch publish() {
    REQUIRE(log->append(std::exchange(leaves, {})).has_value());
    REQUIRE(log->integrate().has_value());
    seen.emplace(tlog::PublishedLog::open(*files, dir / "log").value());
    return LogSearch(*seen);
  }
  void fill(std::int64_t count) {
    for (std::int64_t n = 0; n < count; ++n) {
      opening(kStart + n * 1'000, n);
      deed(kStart + n * 1'000 + 5, n);
    }
  }
  std::string who(std::int64_t member) {
    return R"("who":")" + vault::person_commitment(person, MemberId{member}) + '"';
  }
};

DeedQuery deed_of(std::int64_t n, TimeMs at) {
  return {at, "submission.submit", "\"object\":" + std::to_string(n) + ",\"version\":1,"};
}

// All pages: the numbers of the tasks, and how many pages there were.
std::vector<std::int64_t> all(LogSearch& search, OpeningQuery query, int* pages = nullptr) {
  std::vector<std::int64_t> tasks;
  do {
    auto page = search.openings(query);
    REQUIRE(page.has_value());
    CHECK(page->found.size() <= query.limit);
    for (const auto& leaf : page->found) {
      const auto at = leaf.text.find(R"(["task",)");
      REQUIRE(at != std::string::npos);
      tasks.push_back(std::stoll(leaf.text.substr(at + 8)));
    }
    query.before = page->before;
    if (pages) ++*pages;
  } while (query.before > 0);
  return tasks;
}

}  // namespace

TEST_CASE("log search: the head of a leaf") {
  auto head = head_of(R"({"at":"2026-03-24T10:39:00.000Z","verb":"content.open","who":""})");
  CHECK(head.kind == LeafKind::opening);
  CHECK(rfc3339(head.at) == "2026-03-24T10:39:00.000Z");
  CHECK(head_of(R"({"at":"2026-03-24T10:39:00.000Z","verb":"task.import"})").kind ==
        LeafKind::work);
  CHECK(head_of(R"({"at":"2026-03-24T10:39:00.000Z","verb":"content.opener"})").kind ==
        LeafKind::other);
  for (std::string_view text : {"", "{}", R"({"at":"2026)", R"({"at":"never, and again never!!"})",
                                R"({"at":"2026-03-24T10:39:00.000Z","work":"task.x"})"}) {
    CHECK(head_of(text).kind == LeafKind::other);
  }
}

TEST_CASE("log search: openings by time, by words, page by page, newest first") {
  World world;
  world.fill(2'000);
  auto search = world.publish();
  auto everything = all(search, {.limit = 200});
  REQUIRE(everything.size() == 2'000);
  CHECK(std::ranges::is_sorted(everything, std::greater()));
  for (std::size_t limit : {1U, 7U, 200U}) {
    auto some = all(search, {.from = kStart + 700'000,
                             .to = kStart + 720'000,
                             .words = {{world.who(3), world.who(4)}, {"\"project\":9,"}},
                             .limit = limit});
    std::vector<std::int64_t> right;
    for (std::int64_t n = 720; n >= 700; --n) {
      if (n % 3 != 2) right.push_back(n);
    }
    CHECK(some == right);
  }
  CHECK(all(search, {.words = {{R"(["task",1234,)"}}}) == std::vector<std::int64_t>{1234});
  CHECK(all(search, {.words = {{}}}).empty());  // a group of no words matches nothing
  CHECK(all(search, {.to = kStart - 1}).empty());
  CHECK(all(search, {.from = kStart + 3'000'000}).empty());
  CHECK(all(search, {.words = {{"\"project\":8,"}}}).empty());
}

TEST_CASE("log search: each deed is found, also when deeds came in late") {
  World world;
  world.fill(1'000);
  // Locked for an hour: what was done then is told when it is over, between openings of later.
  for (std::int64_t n = 1'000; n < 2'000; ++n) {
    world.deed(kStart + n * 1'000 + 5, n);
    world.opening(kStart + 4'000'000 + n, n);
  }
  for (std::int64_t n = 5'000; n < 6'000; ++n) world.deed(kStart + n * 1'000 + 5, n);
  auto search = world.publish();
  for (std::int64_t n = 0; n < 6'000; n += n < 4 ? 1 : 37) {
    const bool there = n < 2'000 || n >= 5'000;
    auto found = search.deed(deed_of(n, kStart + n * 1'000 + 5));
    REQUIRE(found.has_value());
    CHECK(found->has_value() == there);
    if (there) CHECK((*found)->text.find("\"object\":" + std::to_string(n)) != std::string::npos);
    CHECK_FALSE(search.deed(deed_of(n, kStart + n * 1'000 + 6)).value().has_value());
  }
  auto middle = all(search, {.from = kStart + 4'001'500, .to = kStart + 4'001'502});
  CHECK(middle == std::vector<std::int64_t>{1502, 1501, 1500});
}

TEST_CASE("log search: deeds around a long time in which another log had the turn") {
  World world;
  world.fill(1'000);
  constexpr std::int64_t kAlone = (kDeedScanBundles + 8) * tlog::kTileWidth;
  for (std::int64_t n = 0; n < kAlone; ++n) world.opening(kStart + 1'000'000 + n * 1'000, n);
  const TimeMs back = kStart + 1'000'000 + kAlone * 1'000;
  for (std::int64_t n = 0; n < 1'000; ++n) world.deed(back + n * 1'000, 7'000 + n);
  for (std::int64_t n = 0; n < kAlone; ++n) world.opening(back + 2'000'000 + n, n);
  world.deed(back + 1'500'000, 9'000);  // a day late, as it were
  auto search = world.publish();
  for (std::int64_t n = 0; n < 1'000; n += 37) {
    CHECK(search.deed(deed_of(n, kStart + n * 1'000 + 5)).value().has_value());
    CHECK(search.deed(deed_of(7'000 + n, back + n * 1'000)).value().has_value());
    CHECK_FALSE(search.deed(deed_of(n, kStart + 1'000'000 + n * 7'000)).value().has_value());
  }
  CHECK_FALSE(search.deed(deed_of(9'000, back + 1'500'000)).value().has_value());
}

TEST_CASE("log search: an empty log, and a page that looks through its share only") {
  World world;
  auto search = world.publish();
  CHECK(all(search, {}).empty());
  CHECK_FALSE(search.deed(deed_of(1, kStart)).value().has_value());
  constexpr auto kLeaves = (kLogScanBundles + 9) * tlog::kTileWidth;
  world.opening(kStart, 1);
  for (std::uint64_t n = 0; n < kLeaves; ++n) world.leaves.emplace_back("{}");
  auto more = world.publish();
  int pages = 0;
  CHECK(all(more, {}, &pages) == std::vector<std::int64_t>{1});
  CHECK(pages == 2);
}

TEST_CASE("log search: what it finds is proved by what it is read from") {
  World world;
  world.fill(300);
  auto search = world.publish();
  auto found = search.deed(deed_of(123, kStart + 123'005)).value();
  REQUIRE(found.has_value());
  auto proof = world.seen->prove(found->index).value();
  CHECK(proof.extra == found->text);
  const tlog::VerifierKey key{"example.com/log", tlog::KeyType::ed25519, world.key.public_key()};
  CHECK(tlog::verify_proof(proof, *proof.extra, key).has_value());
  (*proof.extra)[5] ^= 1;
  CHECK_FALSE(tlog::verify_proof(proof, *proof.extra, key).has_value());
  CHECK(world.seen->prove(600).error().type == "no-such-leaf");
  CHECK(tlog::PublishedLog::open(*world.files, world.dir / "none").error().type == "no-log");
}

}  // namespace guildhall::room
