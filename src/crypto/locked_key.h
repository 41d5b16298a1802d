// Keys of 32 bytes in memory that neither a core dump nor swap shows: memfd_secret(2) where the
// kernel offers it, so that not even /proc/<pid>/mem or the kernel's own map holds them; else
// locked and left out of dumps. Which of them it became is for the caller to report.
//
// The keys share an arena of few pages, since locked memory is scarce. A slot is wiped when its key
// dies. A forked child has no keys: touching one there ends it, or finds zeros.
//
// Concurrency: any thread; one key's users see to it that it outlives them. An arena outlives its
// keys; the process's own lives for ever.
// Limits: kKeyArenaBytes at a time; the arena grows, and what RLIMIT_MEMLOCK does not let it lock
// makes it `unlocked`.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/random.h"
#include "base/result.h"

namespace guildhall::crypto {

inline constexpr std::size_t kLockedKeyBytes = 32;

// From the best to the worst. None of them is ever part of a core dump.
enum class KeyMemory : unsigned char {
  secret,    // memfd_secret: out of reach even through /proc and for the kernel
  locked,    // never swapped
  unlocked,  // may be swapped: RLIMIT_MEMLOCK is too low
};

class KeyArena {
 public:
  // `best` is what is tried first; tests ask for less.
  explicit KeyArena(KeyMemory best = KeyMemory::secret) : weakest_(best), best_(best) {}
  ~KeyArena();
  KeyArena(const KeyArena&) = delete;
  KeyArena& operator=(const KeyArena&) = delete;

  // Makes room for so many keys now: a sandbox may forbid later what mapping memory takes.
  void reserve(std::size_t keys) EXCLUDES(mutex_);
  // The worst of what the arena has; its best where it has nothing yet.
  KeyMemory memory() const EXCLUDES(mutex_);

 private:
  friend class LockedKey;
  char* take() EXCLUDES(mutex_);
  void give(char* slot) EXCLUDES(mutex_);
  void grow() REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::vector<char*> blocks_ GUARDED_BY(mutex_);
  std::vector<char*> free_ GUARDED_BY(mutex_);
  KeyMemory weakest_ GUARDED_BY(mutex_);
  const KeyMemory best_;
};

// The process's arena.
KeyArena& key_arena();

class LockedKey {
 public:
  static LockedKey generate(Random& random, KeyArena& arena = key_arena());
  // Error: invalid/"bad-key" unless there are 32 bytes. The caller's own copy is the caller's to
  // wipe.
  static Result<LockedKey> from(std::string_view bytes, KeyArena& arena = key_arena());

  LockedKey(LockedKey&& other) noexcept
      : arena_(other.arena_), slot_(std::exchange(other.slot_, nullptr)) {}
  LockedKey& operator=(LockedKey&& other) noexcept {
    if (this != &other) {
      wipe();
      arena_ = other.arena_;
      slot_ = std::exchange(other.slot_, nullptr);
    }
    return *this;
  }
  LockedKey(const LockedKey&) = delete;
  LockedKey& operator=(const LockedKey&) = delete;
  ~LockedKey() { wipe(); }

  LockedKey clone() const;
  // Empty in a key that was moved from.
  std::string_view expose() const {
    return slot_ == nullptr ? std::string_view() : std::string_view(slot_, kLockedKeyBytes);
  }

 private:
  explicit LockedKey(KeyArena& arena) : arena_(&arena), slot_(arena.take()) {}
  void wipe() {
    if (slot_ != nullptr) arena_->give(slot_);
    slot_ = nullptr;
  }
  KeyArena* arena_;
  char* slot_;
};

}  // namespace guildhall::crypto
