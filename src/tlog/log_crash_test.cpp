// The power is cut before every operation on the disk; whatever is left is opened again.
#include <doctest/doctest.h>

#include "tlog/bundle.h"
#include "tlog/crash_files.h"
#include "tlog/log.h"

namespace guildhall {

using tlog::CrashFiles;
using tlog::Log;

namespace {

constexpr const char* kOrigin = "example.com/log";

crypto::SigningKey log_key() {
  return crypto::SigningKey::from_seed(Secret(std::string(32, 'k'))).value();
}

std::string leaf_of(std::uint64_t n) { return "leaf " + std::to_string(n * 7); }

// What is wrong with the published tree, looked at with nothing but the files; nothing when right.
std::string published_fault(CrashFiles& disk, const tlog::VerifierKey& key, std::uint64_t& size) {
  size = 0;
  auto note = disk.read("/log/log/checkpoint");
  if (!note) return {};
  auto checkpoint = tlog::open_checkpoint(*note, key);
  if (!checkpoint) return "the checkpoint: " + checkpoint.error().detail;
  size = checkpoint->size;
  tlog::CompactRange range;
  while (range.size() < size) {
    const std::uint64_t index = range.size() / 256;
    const int width = tlog::tile_width(tlog::kEntriesLevel, index, size);
    for (int level : {tlog::kEntriesLevel, 0}) {
      auto bytes = disk.read("/log/log/" + tlog::to_text({level, index, width}));
      if (!bytes) return "a tile is missing";
      if (level == 0) {
        if (bytes->size() != static_cast<std::size_t>(width) * 32) return "a tile is cut off";
        continue;
      }
      auto entries = tlog::read_bundle(*bytes);
      if (!entries || entries->size() != static_cast<std::size_t>(width)) return "a bundle is torn";
      for (auto entry : *entries) {
        if (entry != leaf_of(range.size())) return "another entry";
        range.append(tlog::leaf_hash(entry));
      }
    }
  }
  return range.root() == checkpoint->root ? "" : "another root";
}

struct Run {
  std::uint64_t states = 0;
  std::vector<std::string> faults;
  std::uint64_t acknowledged = 0;
  std::string mark;
};

// One state of the disk after the crash: what must hold before and after the log is opened.
std::string state_fault(CrashFiles& disk, const crypto::SigningKey& key, const Run& run) {
  const tlog::VerifierKey vkey{kOrigin, tlog::KeyType::ed25519, key.public_key()};
  std::uint64_t before = 0;
  if (auto fault = published_fault(disk, vkey, before); !fault.empty()) return "found " + fault;
  tlog::LogOptions options{.files = &disk, .segment_bytes = 2'000};
  auto log = Log::open("/log", kOrigin, key, options);
  if (!log) return "does not open: " + log.error().detail;
  if ((*log)->durable() < run.acknowledged) return "acknowledged leaves are gone";
  if ((*log)->durable() == run.acknowledged && (*log)->mark() != run.mark) return "another mark";
  if ((*log)->mark() != "at " + std::to_string((*log)->durable()) && (*log)->durable() > 0)
    return "mark and leaves are apart";
  if ((*log)->size() != (*log)->durable() || (*log)->size() < before) return "not all is in tiles";
  const std::uint64_t next = (*log)->durable();
  const std::vector<std::string> more{leaf_of(next), leaf_of(next + 1)};
  if ((*log)->append(more, "x") != next || !(*log)->integrate()) return "takes nothing more";
  std::uint64_t after = 0;
  if (auto fault = published_fault(disk, vkey, after); !fault.empty()) return "left " + fault;
  if (after != next + 2) return "another size";
  for (const auto& path : disk.files()) {  // nothing torn stays behind
    const std::string name = path.string();
    if (name.find("/tile/") == name.npos || name.find("/entries/") != name.npos) continue;
    auto tile = tlog::parse_tile_path(std::string_view(name).substr(9));
    if (!tile || disk.read(path)->size() != static_cast<std::size_t>(tile->width) * 32)
      return "left a torn " + name;
  }
  return {};
}

void cosign(Log& log) {
  static const auto witness = crypto::SigningKey::from_seed(Secret(std::string(32, 'w'))).value();
  const std::string text = tlog::parse_note(log.newest())->text;
  const tlog::NoteSignature line[]{tlog::cosign_note(text, "witness.example", witness, 1)};
  REQUIRE(log.add_cosignatures(text, line).has_value());
}

// Appends, integrates, drafts and reopens, cutting the power at every operation in two or three
// ways.
Run drive(std::uint64_t seed, const std::function<bool(const tlog::Files::Path&)>& ignored) {
  SeededRandom random(seed);
  const crypto::SigningKey key = log_key();
  CrashFiles disk;
  disk.ignores_sync = ignored;
  Run run;
  REQUIRE(disk.make_folder("/log").has_value());
  REQUIRE(disk.sync_folder("/").has_value());
  disk.before = [&] {
    for (auto loss : {CrashFiles::Loss::everything_unsynced, CrashFiles::Loss::some,
                      CrashFiles::Loss::nothing}) {
      auto left = disk.after_power_loss(loss, random);
      ++run.states;
      if (auto fault = state_fault(*left, key, run); !fault.empty()) run.faults.push_back(fault);
    }
  };
  tlog::LogOptions options{.files = &disk, .segment_bytes = 2'000};
  for (int round = 0; round < 3; ++round) {
    auto log = Log::open("/log", kOrigin, key, options);
    REQUIRE(log.has_value());
    for (int step = 0; step < 7; ++step) {
      std::vector<std::string> leaves;
      for (std::uint64_t n = 1 + random.below(40); n > 0; --n)
        leaves.push_back(leaf_of(run.acknowledged + leaves.size()));
      const std::string mark = "at " + std::to_string(run.acknowledged + leaves.size());
      REQUIRE((*log)->append(leaves, mark).has_value());
      run.acknowledged += leaves.size();
      run.mark = mark;
      const std::uint64_t way = random.below(4);
      if (way == 1) REQUIRE((*log)->integrate().has_value());
      if (way > 1) REQUIRE((*log)->draft().has_value());
      if (way > 2) cosign(**log);
    }
  }
  return run;
}

bool nothing(const tlog::Files::Path&) { return false; }

}  // namespace

TEST_CASE("log: the power fails before every operation, and nothing acknowledged is lost") {
  std::uint64_t states = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    Run run = drive(seed, nothing);
    states += run.states;
    CHECK(run.acknowledged > 256);
    for (const std::string& fault : run.faults) FAIL_CHECK(fault);
  }
  MESSAGE("states: " << states);
  CHECK(states >= 500);
}

TEST_CASE("log: the mutants of the power loss are found") {
  auto in = [](const char* part) {
    return [part](const tlog::Files::Path& path) {
      return path.string().find(part) != std::string::npos;
    };
  };
  // A checkpoint before its tiles are durable; a leaf acknowledged before its record is.
  CHECK_FALSE(drive(1, in("/tile")).faults.empty());
  CHECK_FALSE(drive(1, in("/pending/")).faults.empty());
  CHECK_FALSE(drive(1, [](const auto& path) { return path == "/log/pending"; }).faults.empty());
}

TEST_CASE("log: after a failed sync nothing is acknowledged") {
  CrashFiles disk;
  REQUIRE(disk.make_folder("/log").has_value());
  const crypto::SigningKey key = log_key();
  auto log = Log::open("/log", kOrigin, key, {.files = &disk}).value();
  const std::vector<std::string> leaf{"a leaf"};
  REQUIRE(log->append(leaf).has_value());
  disk.fails_sync = true;
  CHECK_FALSE(log->append(leaf).has_value());
  disk.fails_sync = false;
  auto later = log->append(leaf);
  REQUIRE_FALSE(later.has_value());
  CHECK(later.error().type == "log-failed");
  CHECK_FALSE(log->integrate().has_value());
  CHECK(log->durable() == 1);
}

}  // namespace guildhall
