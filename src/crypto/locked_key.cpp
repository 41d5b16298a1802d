#include "crypto/locked_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/limits.h"

namespace guildhall::crypto {
namespace {

constexpr std::size_t kSlots = kKeyArenaBytes / kLockedKeyBytes;

// Null where the kernel does not offer it, or RLIMIT_MEMLOCK is used up.
void* map_secret() {
#ifdef SYS_memfd_secret
  const auto fd = static_cast<int>(syscall(SYS_memfd_secret, O_CLOEXEC));
  if (fd < 0) return nullptr;
  void* at = MAP_FAILED;
  if (ftruncate(fd, kKeyArenaBytes) == 0) {
    at = mmap(nullptr, kKeyArenaBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  close(fd);
  if (at == MAP_FAILED) return nullptr;
  // The pages are shared ones: a child would have them too.
  if (madvise(at, kKeyArenaBytes, MADV_DONTFORK) == 0) return at;
  munmap(at, kKeyArenaBytes);
#endif
  return nullptr;
}

void* map_private() {
  void* at =
      mmap(nullptr, kKeyArenaBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED || madvise(at, kKeyArenaBytes, MADV_DONTDUMP) != 0 ||
      madvise(at, kKeyArenaBytes, MADV_WIPEONFORK) != 0) {
    std::abort();  // no memory, or a kernel before 4.14
  }
  return at;
}

struct Block {
  void* at;
  KeyMemory memory;
};

Block map_block(KeyMemory best) {
  if (best == KeyMemory::secret) {
    if (void* at = map_secret()) return {at, KeyMemory::secret};
  }
  void* at = map_private();
  const bool locked = best != KeyMemory::unlocked && mlock(at, kKeyArenaBytes) == 0;
  return {at, locked ? KeyMemory::locked : KeyMemory::unlocked};
}

}  // namespace

KeyArena::~KeyArena() {
  for (char* block : blocks_) munmap(block, kKeyArenaBytes);
}

void KeyArena::grow() {
  const Block block = map_block(best_);
  weakest_ = std::max(weakest_, block.memory);
  char* at = static_cast<char*>(block.at);
  std::memset(at, 0, kKeyArenaBytes);  // the pages are there from now on, or it fails here
  blocks_.push_back(at);
  // As many free slots as there can ever be: giving one back then allocates nothing.
  free_.reserve(blocks_.size() * kSlots);
  for (std::size_t i = kSlots; i-- > 0;) free_.push_back(at + i * kLockedKeyBytes);
}

void KeyArena::reserve(std::size_t keys) {
  MutexLock lock(mutex_);
  while (free_.size() < keys) grow();
}

KeyMemory KeyArena::memory() const {
  MutexLock lock(mutex_);
  return weakest_;
}

char* KeyArena::take() {
  MutexLock lock(mutex_);
  if (free_.empty()) grow();
  char* slot = free_.back();
  free_.pop_back();
  return slot;
}

void KeyArena::give(char* slot) {
  sodium_memzero(slot, kLockedKeyBytes);
  MutexLock lock(mutex_);
  free_.push_back(slot);
}

KeyArena& key_arena() {
  // Never destroyed: keys may live in objects that die later.
  static auto* arena = new KeyArena();
  return *arena;
}

LockedKey LockedKey::generate(Random& random, KeyArena& arena) {
  LockedKey key(arena);
  random.fill(key.slot_, kLockedKeyBytes);
  return key;
}

Result<LockedKey> LockedKey::from(std::string_view bytes, KeyArena& arena) {
  if (bytes.size() != kLockedKeyBytes) {
    return fail(Fault::invalid, "bad-key", "A key has 32 bytes.");
  }
  LockedKey key(arena);
  bytes.copy(key.slot_, kLockedKeyBytes);
  return key;
}

LockedKey LockedKey::clone() const {
  if (slot_ == nullptr) std::abort();
  LockedKey key(*arena_);
  std::memcpy(key.slot_, slot_, kLockedKeyBytes);
  return key;
}

}  // namespace guildhall::crypto
