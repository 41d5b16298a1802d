// Randomness as a port: the kernel's in the product, a seeded stream in tests and simulations.
//
// Concurrency: system_random() from any thread; a SeededRandom belongs to one thread.
#pragma once

#include <cstdint>
#include <string>

namespace guildhall {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(void* out, std::size_t bytes) = 0;

  std::uint64_t next_u64();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  std::string bytes(std::size_t count);
};

// getrandom(2), buffered per thread.
Random& system_random();

// SplitMix64. Not for keys.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* out, std::size_t bytes) override;

 private:
  std::uint64_t state_;
};

}  // namespace guildhall
