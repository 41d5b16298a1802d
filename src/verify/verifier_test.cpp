#include "verify/verifier.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/limits.h"
#include "base/random.h"
#include "tlog/log.h"
#include "tlog/published.h"
#include "verify/proof_check.h"

namespace guildhall {

using verify::Kind;

namespace {

namespace fs = std::filesystem;

// A log's files in memory, where single bytes can change.
struct Copy final : verify::Source {
  std::map<std::string, std::string> files;
  std::set<std::string> gone;  // listed, and removed since

  Result<std::string> read(const std::string& path) override {
    auto found = files.find(path);
    if (found == files.end()) return fail(Fault::not_found, "no-file", "It is absent.");
    return found->second;
  }
  Result<std::optional<std::set<std::string>>> list() override {
    std::set<std::string> names;
    for (const auto& [name, bytes] : files) names.insert(name);
    names.insert(gone.begin(), gone.end());
    return names;
  }
};

crypto::SigningKey key_of(char seed) {
  return crypto::SigningKey::from_seed(Secret(std::string(32, seed))).value();
}

std::string entry_of(std::uint64_t n) {
  return n % 10 == 9 ? "other" : n % 2 == 0 ? R"({"verb":"a"})" : R"({"n":1,"verb":"b"})";
}

// A cosigned log of so many entries, written in a few steps so that older partial tiles lie there.
struct World {
  crypto::SigningKey key = key_of('k');
  crypto::SigningKey witness = key_of('w');
  verify::Wanted wanted{{"example.com/log", tlog::KeyType::ed25519, key.public_key()},
                        {{"witness.example", tlog::KeyType::cosignature, witness.public_key()}},
                        {}};
  Copy copy;

  explicit World(std::uint64_t size, bool other = false, bool at_once = false) {
    const fs::path dir =
        fs::temp_directory_path() / ("verify-" + crypto::to_hex(system_random().bytes(8)));
    fs::create_directories(dir);
    auto log = tlog::Log::open(dir, wanted.log.name, key).value();
    for (std::uint64_t n = 0; n < size;) {
      std::vector<std::string> entries;
      const bool step = !at_once && size - n > 20;
      const std::uint64_t until = step ? n + (size - n) * 9 / 10 : size;
      for (; n < until; ++n) entries.push_back(other && n == 3 ? "rewritten" : entry_of(n));
      REQUIRE(log->append(entries).has_value());
      REQUIRE(log->integrate().has_value());
    }
    const std::string text = tlog::parse_note(log->checkpoint())->text;
    const std::vector lines{tlog::cosign_note(text, "witness.example", witness, 5)};
    REQUIRE(log->add_cosignatures(text, lines).has_value());
    for (const auto& entry : fs::recursive_directory_iterator(dir / "log")) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      copy.files[entry.path().lexically_relative(dir / "log").string()] =
          std::string(std::istreambuf_iterator<char>(in), {});
    }
    log.reset();
    fs::remove_all(dir);
  }

  std::optional<Kind> fault() {
    auto report = verify::verify_log(copy, wanted);
    return report ? std::nullopt : std::optional(report.error().kind);
  }
};

}  // namespace

TEST_CASE("verify: logs of many sizes are right; what changed is counted") {
  for (std::uint64_t size : {0, 1, 2, 255, 256, 257, 512, 1'000}) {
    CAPTURE(size);
    World world(size);
    auto report = verify::verify_log(world.copy, world.wanted);
    REQUIRE(report.has_value());
    CHECK(report->checkpoint.size == size);
    if (size == 1'000)
      CHECK(report->verbs ==
            std::map<std::string, std::uint64_t>{{"", 100}, {"a", 500}, {"b", 400}});
  }
}

TEST_CASE("verify: a large log, with a second level of tiles") {
  World world(66'000);
  CHECK(world.copy.files.contains("tile/1/001.p/1"));
  CHECK(world.copy.files.contains("tile/2/000.p/1"));
  CHECK_FALSE(world.fault().has_value());
  for (const char* name : {"tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1", "tile/0/100"}) {
    CAPTURE(name);
    std::string& bytes = world.copy.files[name];
    bytes[bytes.size() / 2] ^= 4;
    CHECK(world.fault() == Kind::wrong_tile);
    bytes[bytes.size() / 2] ^= 4;
  }
}

TEST_CASE("verify: every changed byte of a log of 1,000 entries is found") {
  World world(1'000, false, true);
  REQUIRE_FALSE(world.fault().has_value());
  const std::uint64_t seed = system_random().next_u64();
  INFO("seed " << seed);
  SeededRandom random(seed);
  std::uint64_t tried = 0;
  std::uint64_t missed = 0;
  for (auto& [name, bytes] : world.copy.files) {
    for (char& byte : bytes) {
      const char right = byte;
      byte = static_cast<char>(byte ^ (1 + static_cast<int>(random.below(255))));
      ++tried;
      if (!world.fault()) {
        ++missed;
        FAIL_CHECK(name);
      }
      byte = right;
    }
  }
  MESSAGE("bytes changed: " << tried << " in " << world.copy.files.size() << " files");
  CHECK(tried > 40'000);
  CHECK(missed == 0);
  CHECK_FALSE(world.fault().has_value());
}

TEST_CASE("verify: partial tiles of earlier sizes are read too") {
  World world(1'000);
  int tried = 0;
  for (auto& [name, bytes] : world.copy.files) {
    if (name.find(".p/") == name.npos) continue;
    for (std::size_t at = 0; at < bytes.size(); at += 97, ++tried) {
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
      CAPTURE(name);
      CHECK(world.fault().has_value());
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
    }
  }
  CHECK(tried > 200);
}

TEST_CASE("verify: an earlier partial tile may go while it is verified, no other file may") {
  World world(1'000);
  const auto right = world.copy.files;
  int earlier = 0;
  for (const auto& [name, bytes] : right) {
    world.copy.files.erase(name);
    world.copy.gone = {name};
    CAPTURE(name);
    auto fault = world.fault();
    world.copy.gone.clear();
    const bool needed = world.fault().has_value();  // were it not listed either
    CHECK(fault.has_value() == needed);
    earlier += !needed;
    world.copy.files = right;
  }
  CHECK(earlier > 2);
}

TEST_CASE("verify: every file removed, cut, lengthened, added or doubled is found") {
  World world(1'000);
  const auto right = world.copy.files;
  auto check = [&](const std::string& name, std::optional<Kind> kind = {}) {
    CAPTURE(name);
    auto fault = world.fault();
    CHECK(fault.has_value());
    if (kind) CHECK(fault == kind);
    world.copy.files = right;
  };
  int needed = 0;
  for (const auto& [name, bytes] : right) {
    for (std::size_t size : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
      world.copy.files[name].resize(size);
      check(name);
    }
    world.copy.files[name] += '\0';
    check(name);
    world.copy.files[name + ".bak"] = bytes;
    check(name, Kind::unlisted_file);
    world.copy.files.erase(name);
    // An earlier size's partial tile may go; what this size calls for may not.
    const bool spare = name.find(".p/") != name.npos && !name.ends_with(".p/232") &&
                       !name.starts_with("tile/1/000.p/3");
    needed += spare ? 0 : 1;
    if (spare) {
      CHECK_FALSE(world.fault().has_value());
      world.copy.files = right;
    } else {
      check(name, name == "checkpoint" ? Kind::unreachable : Kind::missing_file);
    }
  }
  CHECK(needed == 10);  // 3 full and a partial one, twice; a row above; the checkpoint
  for (const char* name :
       {"tile/0/004", "tile/0/003", "tile/0/003.p/233", "tile/2/000.p/1", "notes",
        "tile/0/003.p/0232", "tile/0/003.p/+1", "tile/entries/003.p/255"}) {
    world.copy.files[name] = "x";
    check(name, Kind::unlisted_file);
  }
}

TEST_CASE("verify: each fault has its kind") {
  World world(300);
  World longer(400);
  World forked(400, true);
  const std::string note = world.copy.files["checkpoint"];
  world.wanted.witnesses.push_back(
      {"absent.example", tlog::KeyType::cosignature, key_of('a').public_key()});
  CHECK(world.fault() == Kind::no_witness);
  world.wanted.witnesses.pop_back();
  world.wanted.log.public_key = key_of('o').public_key();
  CHECK(world.fault() == Kind::bad_signature);
  world.wanted.log.public_key = world.key.public_key();
  world.copy.files["checkpoint"] = "nothing\n";
  CHECK(world.fault() == Kind::bad_checkpoint);
  world.copy.files["checkpoint"] = note;
  CHECK_FALSE(world.fault().has_value());

  longer.wanted.since = note;
  auto report = verify::verify_log(longer.copy, longer.wanted);
  REQUIRE(report.has_value());
  CHECK(report->since_size == 300);
  CHECK(report->verbs["a"] == 50);
  forked.wanted.since = note;
  CHECK(forked.fault() == Kind::fork);
  world.wanted.since = longer.copy.files["checkpoint"];
  CHECK(world.fault() == Kind::rollback);
  world.wanted.since = "damaged";
  CHECK(world.fault() == Kind::bad_since);
  longer.wanted.since = longer.copy.files["checkpoint"];
  CHECK_FALSE(longer.fault().has_value());
  forked.wanted.since = longer.copy.files["checkpoint"];
  CHECK(forked.fault() == Kind::fork);

  // Another log's entries and tiles under this log's checkpoint.
  auto mixed = forked.copy.files;
  mixed["checkpoint"] = longer.copy.files["checkpoint"];
  longer.copy.files = mixed;
  longer.wanted.since.reset();
  CHECK(longer.fault() == Kind::wrong_root);
}

TEST_CASE("verify: a proof by itself, with every bit changed, and with each fault") {
  const fs::path dir =
      fs::temp_directory_path() / ("proof-" + crypto::to_hex(system_random().bytes(8)));
  fs::create_directories(dir);
  const auto key = key_of('k');
  const auto witness = key_of('w');
  verify::Wanted wanted{{"example.com/log", tlog::KeyType::ed25519, key.public_key()},
                        {{"witness.example", tlog::KeyType::cosignature, witness.public_key()}},
                        {}};
  auto log = tlog::Log::open(dir, wanted.log.name, key).value();
  std::vector<std::string> entries;
  for (std::uint64_t n = 0; n < 300; ++n) entries.push_back(entry_of(n) + std::to_string(n));
  REQUIRE(log->append(entries).has_value());
  REQUIRE(log->integrate().has_value());
  const std::string note = tlog::parse_note(log->checkpoint())->text;
  const std::vector lines{tlog::cosign_note(note, "witness.example", witness, 5)};
  REQUIRE(log->add_cosignatures(note, lines).has_value());
  auto files = tlog::disk_files();
  auto published = tlog::PublishedLog::open(*files, dir / "log").value();
  for (std::uint64_t n : {0U, 1U, 255U, 256U, 299U}) {
    auto proven = verify::check_proof(tlog::to_text(published.prove(n).value()), wanted);
    REQUIRE(proven.has_value());
    CHECK(proven->index == n);
    CHECK(proven->entry == entries[n]);
    CHECK(proven->checkpoint.size == 300);
  }
  const std::string right = tlog::to_text(published.prove(77).value());
  std::uint64_t missed = 0;
  for (std::size_t at = 0; at < right.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string text = right;
      text[at] = static_cast<char>(text[at] ^ (1 << bit));
      if (verify::check_proof(text, wanted)) ++missed;
    }
  }
  CHECK(missed == 0);
  auto kind = [&](const std::string& text) {
    auto proven = verify::check_proof(text, wanted);
    return proven ? std::nullopt : std::optional(proven.error().kind);
  };
  auto other = published.prove(77).value();
  other.extra = entries[78];
  CHECK(kind(tlog::to_text(other)) == Kind::not_included);
  other.extra.reset();
  CHECK(kind(tlog::to_text(other)) == Kind::bad_proof);
  CHECK(kind("") == Kind::bad_proof);
  wanted.witnesses.front().public_key = key_of('x').public_key();
  CHECK(kind(right) == Kind::no_witness);
  wanted.witnesses.clear();
  CHECK_FALSE(kind(right).has_value());
  wanted.log.public_key = key_of('x').public_key();
  CHECK(kind(right) == Kind::bad_signature);
  log.reset();
  fs::remove_all(dir);
}

}  // namespace guildhall
