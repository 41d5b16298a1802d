#include "crypto/locked_key.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.h"

namespace guildhall::crypto {
namespace {

constexpr char kMask = 0x55;

// The bytes turned over, so that looking for them does not itself put them into memory.
std::string masked(std::string_view bytes) {
  std::string out;
  for (char c : bytes) out += static_cast<char>(c ^ kMask);
  return out;
}

bool stands_at(const char* at, std::string_view masked_bytes) {
  for (std::size_t i = 0; i < masked_bytes.size(); ++i) {
    if (static_cast<char>(at[i] ^ kMask) != masked_bytes[i]) return false;
  }
  return true;
}

// How often the bytes stand in memory that /proc/self/mem gives, this search's buffer left out.
int times_in_memory(std::string_view masked_bytes) {
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  REQUIRE(memory >= 0);
  std::string buffer(1U << 20, '\0');
  std::ifstream maps("/proc/self/maps");
  int found = 0;
  for (std::string line; std::getline(maps, line);) {
    std::size_t begin = 0;
    std::size_t end = 0;
    const char* stop = line.data() + line.size();
    const char* dash = std::from_chars(line.data(), stop, begin, 16).ptr;
    std::from_chars(dash + 1, stop, end, 16);
    const std::size_t overlap = masked_bytes.size() - 1;
    for (std::size_t at = begin; at < end; at += buffer.size() - overlap) {
      const std::size_t want = std::min(buffer.size(), end - at);
      const ssize_t got = pread(memory, buffer.data(), want, static_cast<off_t>(at));
      const auto own = reinterpret_cast<std::size_t>(buffer.data());
      const char* here = buffer.data();
      const char* stop_at = here + std::max<ssize_t>(0, got - static_cast<ssize_t>(overlap));
      // By its first byte, which the C library finds quickly.
      const int first = static_cast<unsigned char>(masked_bytes[0] ^ kMask);
      while (here < stop_at) {
        const void* next = std::memchr(here, first, static_cast<std::size_t>(stop_at - here));
        if (next == nullptr) break;
        here = static_cast<const char*>(next);
        const std::size_t address = at + static_cast<std::size_t>(here - buffer.data());
        const bool mine = address + masked_bytes.size() > own && address < own + buffer.size();
        if (!mine && stands_at(here, masked_bytes)) ++found;
        ++here;
      }
    }
  }
  close(memory);
  volatile char* wipe = buffer.data();
  for (std::size_t i = 0; i < buffer.size(); ++i) wipe[i] = 0;
  return found;
}

std::string name(KeyMemory memory) {
  if (memory == KeyMemory::secret) return "secret";
  return memory == KeyMemory::locked ? "locked" : "unlocked";
}

}  // namespace

TEST_CASE("locked key: once dead, its bytes are nowhere in memory") {
  for (KeyMemory best : {KeyMemory::secret, KeyMemory::locked, KeyMemory::unlocked}) {
    KeyArena arena(best);
    std::string wanted;
    {
      LockedKey key = LockedKey::generate(system_random(), arena);
      wanted = masked(key.expose());
      LockedKey moved = std::move(key);
      CHECK(key.expose().empty());  // NOLINT(bugprone-use-after-move): what it is to be then
      CHECK(masked(moved.expose()) == wanted);
      CAPTURE(name(arena.memory()));
      // Alive, it is to be found, once; in secret memory not even then.
      CHECK(times_in_memory(wanted) == (arena.memory() == KeyMemory::secret ? 0 : 1));
      moved = LockedKey::generate(system_random(), arena);
      CHECK(times_in_memory(wanted) == 0);
    }
    CHECK(times_in_memory(wanted) == 0);
    MESSAGE("asked for " << name(best) << ", got " << name(arena.memory()));
    CHECK(arena.memory() >= best);
  }
}

TEST_CASE("locked key: the control: a string is found, also when it is dead") {
  std::string wanted;
  auto plain = std::make_unique<std::string>(system_random().bytes(2 * kLockedKeyBytes));
  wanted = masked(std::string_view(*plain).substr(kLockedKeyBytes));
  CHECK(times_in_memory(wanted) > 0);
}

TEST_CASE("locked key: more keys than a block has, each its own bytes, slots used again") {
  KeyArena arena;
  SeededRandom random(4);
  constexpr std::size_t kMany = 3 * kKeyArenaBytes / kLockedKeyBytes;
  std::set<const char*> slots;
  for (int round = 0; round < 2; ++round) {
    std::vector<LockedKey> keys;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < kMany; ++i) {
      keys.push_back(LockedKey::generate(random, arena));
      slots.insert(keys.back().expose().data());
    }
    for (const LockedKey& key : keys) seen.emplace(key.expose());
    CHECK(seen.size() == kMany);
  }
  CHECK(slots.size() == kMany);
  const LockedKey key = LockedKey::generate(random, arena);
  const LockedKey copy = key.clone();
  CHECK(copy.expose() == key.expose());
  CHECK(copy.expose().data() != key.expose().data());
}

TEST_CASE("locked key: other lengths are refused") {
  for (std::size_t size : {0U, 31U, 33U}) {
    auto key = LockedKey::from(std::string(size, 'k'));
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().type == "bad-key");
  }
  CHECK(LockedKey::from(std::string(32, 'k'))->expose() == std::string(32, 'k'));
}

TEST_CASE("locked key: a child of fork has no keys") {
  for (KeyMemory best : {KeyMemory::secret, KeyMemory::locked}) {
    KeyArena arena(best);
    const LockedKey key = LockedKey::generate(system_random(), arena);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // What it can read at all must be zeros; a signal's end is as good.
      signal(SIGSEGV, SIG_DFL);
      _exit(key.expose() == std::string(kLockedKeyBytes, '\0') ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  }
}

TEST_CASE("locked key: threads take and give back") {
  KeyArena arena;
  arena.reserve(1);
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&arena, &wrong, t] {
      SeededRandom random(t);
      for (int i = 0; i < 2'000; ++i) {
        const std::string mine = random.bytes(kLockedKeyBytes);
        const LockedKey key = LockedKey::from(mine, arena).value();
        const LockedKey other = LockedKey::generate(random, arena);
        wrong[t] += key.expose() == mine ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int count : wrong) CHECK(count == 0);
}

}  // namespace guildhall::crypto
