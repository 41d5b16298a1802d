#include "tlog/log.h"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/limits.h"

namespace guildhall {

using tlog::Log;

namespace {

constexpr const char* kOrigin = "example.com/log";

// A folder that goes with its maker.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("tlog-test-" + crypto::to_hex(system_random().bytes(8)));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path, error);
  }
};

crypto::SigningKey log_key(char seed = 'k') {
  return crypto::SigningKey::from_seed(Secret(std::string(32, seed))).value();
}

std::vector<std::string> leaves(std::uint64_t first, std::uint64_t count) {
  std::vector<std::string> all;
  for (std::uint64_t n = first; n < first + count; ++n) all.push_back("leaf " + std::to_string(n));
  return all;
}

}  // namespace

TEST_CASE("log: grows over tiles and openings; every entry has its proof") {
  Folder folder;
  const auto key = log_key();
  std::uint64_t size = 0;
  for (std::uint64_t more : {0, 1, 1, 253, 1, 1, 300, 700}) {
    auto log = Log::open(folder.path, kOrigin, key).value();
    REQUIRE(log->size() == size);
    if (more > 0) REQUIRE(log->append(leaves(size, more), "m" + std::to_string(size)) == size);
    CHECK(log->size() == size);
    REQUIRE(log->integrate().has_value());
    const auto before = tlog::open_checkpoint(log->checkpoint(), log->key()).value();
    size += more;
    CHECK(before.size == size);
    for (std::uint64_t index = 0; index < size; index += 1 + size / 60) {
      auto proof = log->prove(index).value();
      const std::string entry = log->entry(index).value();
      CHECK(entry == "leaf " + std::to_string(index));
      CHECK(tlog::verify_proof(proof, entry, log->key()).has_value());
    }
    CHECK_FALSE(log->prove(size).has_value());
    CHECK_FALSE(log->entry(size).has_value());
  }
  // Where a full tile stands, no partial one is left.
  const auto tiles = folder.path / "log" / "tile";
  CHECK(std::filesystem::exists(tiles / "0" / "003"));
  CHECK_FALSE(std::filesystem::exists(tiles / "0" / "003.p"));
  CHECK(std::filesystem::exists(tiles / "0" / "004.p"));
}

TEST_CASE("log: any two of its sizes are consistent") {
  Folder folder;
  const auto key = log_key();
  auto log = Log::open(folder.path, kOrigin, key).value();
  std::vector<tlog::Checkpoint> seen;
  for (std::uint64_t more : {1, 2, 200, 60, 7, 500}) {
    REQUIRE(log->append(leaves(log->size(), more)).has_value());
    REQUIRE(log->integrate().has_value());
    seen.push_back(tlog::open_checkpoint(log->checkpoint(), log->key()).value());
    for (const auto& old : seen) {
      auto proof = log->consistency(old.size, seen.back().size).value();
      CHECK(
          tlog::verify_consistency(old.size, seen.back().size, proof, old.root, seen.back().root));
    }
  }
  CHECK_FALSE(log->consistency(1, log->size() + 1).has_value());
}

TEST_CASE("log: many threads share syncs, and each gets its own places") {
  Folder folder;
  const auto key = log_key();
  std::map<std::uint64_t, std::string> given;
  {
    auto log = Log::open(folder.path, kOrigin, key, {.segment_bytes = 4'000}).value();
    Mutex mutex;
    std::atomic<bool> done = false;
    std::thread integrator([&] {
      while (!done) {
        CHECK(log->integrate().has_value());
        std::this_thread::yield();
      }
    });
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 60; ++i) {
          const std::string name = std::to_string(t) + "/" + std::to_string(i);
          const std::vector<std::string> two{name + " a", name + " b"};
          auto first = log->append(two);
          MutexLock lock(mutex);
          CHECK(first.has_value());
          given[first.value()] = two[0];
          given[first.value() + 1] = two[1];
        }
      });
    for (auto& thread : threads) thread.join();
    done = true;
    integrator.join();
  }
  auto log = Log::open(folder.path, kOrigin, key).value();
  REQUIRE(log->size() == 720);
  REQUIRE(given.size() == 720);
  for (const auto& [index, text] : given) CHECK(log->entry(index) == text);
}

TEST_CASE("log: the mark returns, also when nothing was integrated, and when there are no leaves") {
  Folder folder;
  const auto key = log_key();
  for (std::string mark : {"one", "two"}) {
    auto log = Log::open(folder.path, kOrigin, key).value();
    REQUIRE(log->append(leaves(log->durable(), 3), mark).has_value());
    REQUIRE(log->append(leaves(log->durable(), 1)).has_value());  // keeps it
    log.reset();
    log = Log::open(folder.path, kOrigin, key).value();
    CHECK(log->mark() == mark);
    CHECK(log->size() == log->durable());
    REQUIRE(log->append({}, mark + "!").has_value());
    CHECK(log->mark() == mark + "!");
    log.reset();
    CHECK(Log::open(folder.path, kOrigin, key).value()->mark() == mark + "!");
  }
}

TEST_CASE("log: who may open it") {
  Folder folder;
  const auto key = log_key();
  const auto other = log_key('o');
  auto log = Log::open(folder.path, kOrigin, key).value();
  auto type = [&](auto&& opened) {
    return opened ? std::string() : std::string(opened.error().type);
  };
  CHECK(type(Log::open(folder.path, kOrigin, key)) == "log-in-use");
  REQUIRE(log->append(leaves(0, 5)).has_value());
  REQUIRE(log->integrate().has_value());
  const auto old_key = log->key();
  log.reset();
  CHECK(type(Log::open(folder.path, "example.com/other", key)) == "wrong-origin");
  CHECK(type(Log::open(folder.path, "has blank", key)) == "wrong-origin");
  CHECK(type(Log::open(folder.path, kOrigin, other)) == "bad-signature");
  // A key that replaces the one before signs what it finds.
  log = Log::open(folder.path, kOrigin, other, {.earlier_keys = {old_key}}).value();
  CHECK(tlog::open_checkpoint(log->checkpoint(), log->key())->size == 5);
  log.reset();
  std::ofstream(folder.path / "log" / "tile" / "0" / "000.p" / "5").write("cut", 3);
  CHECK(type(Log::open(folder.path, kOrigin, other)) == "log-damaged");
}

TEST_CASE("log: what is too large is refused, and the rest goes on") {
  Folder folder;
  const auto key = log_key();
  auto log = Log::open(folder.path, kOrigin, key).value();
  const std::vector<std::string> largest{std::string(kMaxLeafBytes, 'x')};
  const std::vector<std::string> larger{std::string(kMaxLeafBytes + 1, 'x')};
  CHECK(log->append(larger).error().type == "leaf-too-large");
  CHECK(log->append(largest, std::string(kMaxMarkBytes + 1, 'm')).error().type == "leaf-too-large");
  CHECK(log->append(largest) == 0U);
  REQUIRE(log->integrate().has_value());
  CHECK(log->entry(0) == largest[0]);
}

TEST_CASE("log: cosignatures join the checkpoint they are for, and no other") {
  Folder folder;
  const auto key = log_key();
  const auto witness = log_key('w');
  const tlog::VerifierKey vkey{"witness.example", tlog::KeyType::cosignature, witness.public_key()};
  auto log = Log::open(folder.path, kOrigin, key).value();
  REQUIRE(log->append(leaves(0, 2)).has_value());
  REQUIRE(log->integrate().has_value());
  const std::string text = tlog::parse_note(log->checkpoint())->text;
  const std::vector lines{tlog::cosign_note(text, vkey.name, witness, 5)};
  REQUIRE(log->add_cosignatures(text, lines).has_value());
  const std::vector keys{vkey};
  CHECK(tlog::open_checkpoint(log->checkpoint(), log->key(), keys).has_value());
  CHECK(tlog::verify_proof(*log->prove(1), "leaf 1", log->key(), keys).has_value());
  const std::string witnessed = log->checkpoint();
  log.reset();
  log = Log::open(folder.path, kOrigin, key).value();
  CHECK(log->checkpoint() == witnessed);
  REQUIRE(log->append(leaves(2, 1)).has_value());
  REQUIRE(log->integrate().has_value());
  CHECK(log->add_cosignatures(text, lines).error().type == "checkpoint-moved");
}

TEST_CASE("log: a draft stays inside until it is cosigned or the next is published") {
  Folder folder;
  const auto key = log_key();
  const auto witness = log_key('w');
  const std::vector keys{
      tlog::VerifierKey{"witness.example", tlog::KeyType::cosignature, witness.public_key()}};
  auto log = Log::open(folder.path, kOrigin, key).value();
  std::uint64_t size = 0;
  for (std::uint64_t more : {1, 3, 251, 2, 300, 255}) {
    REQUIRE(log->append(leaves(size, more)).has_value());
    const std::string before = log->checkpoint();
    REQUIRE(log->draft().has_value());
    const std::string draft = log->newest();
    const auto drafted = tlog::open_checkpoint(draft, log->key()).value();
    CHECK(drafted.size == size + more);
    CHECK(log->checkpoint() == before);
    CHECK(log->size() == size);
    CHECK_FALSE(log->prove(size).has_value());
    CHECK(log->consistency(size, size + more).has_value());
    REQUIRE(log->append(leaves(size + more, 1)).has_value());
    REQUIRE(log->draft().has_value());
    CHECK(log->newest() == draft);  // one at a time
    if (size > 0) CHECK(log->prove(0).has_value());
    const std::string text = tlog::parse_note(draft)->text;
    const std::vector lines{tlog::cosign_note(text, keys[0].name, witness, 5)};
    REQUIRE(log->add_cosignatures(text, lines).has_value());
    CHECK(tlog::open_checkpoint(log->checkpoint(), log->key(), keys) == drafted);
    CHECK(log->newest() == log->checkpoint());
    size += more;
    CHECK(log->size() == size);
    REQUIRE(log->draft().has_value());
    REQUIRE(log->integrate().has_value());
    CHECK(log->size() == ++size);
    CHECK(log->add_cosignatures(text, lines).error().type == "checkpoint-moved");
    CHECK(tlog::verify_proof(*log->prove(0), "leaf 0", log->key()).has_value());
  }
  REQUIRE(log->append(leaves(size, 2)).has_value());
  REQUIRE(log->draft().has_value());
  const std::string draft = log->newest();
  log.reset();
  log = Log::open(folder.path, kOrigin, key).value();
  CHECK(log->checkpoint() == draft);  // the same tree, whoever has seen it
}

}  // namespace guildhall
