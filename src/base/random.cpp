#include "base/random.h"

#include <sys/random.h>

#include <cstdlib>
#include <cstring>

namespace guildhall {
namespace {

class SystemRandom final : public Random {
 public:
  void fill(void* out, std::size_t bytes) override {
    auto* at = static_cast<char*>(out);
    while (bytes > 0) {
      ssize_t got = getrandom(at, bytes, 0);
      if (got < 0) std::abort();  // no randomness, no product
      at += got;
      bytes -= static_cast<std::size_t>(got);
    }
  }
};

}  // namespace

std::uint64_t Random::next_u64() {
  std::uint64_t value = 0;
  fill(&value, sizeof value);
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Rejection keeps it uniform (Lemire's bound, without the multiplication trick).
  std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = next_u64();
  while (value >= limit) value = next_u64();
  return value % bound;
}

std::string Random::bytes(std::size_t count) {
  std::string out(count, '\0');
  fill(out.data(), count);
  return out;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

void SeededRandom::fill(void* out, std::size_t bytes) {
  auto* at = static_cast<char*>(out);
  while (bytes > 0) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    std::size_t take = bytes < sizeof z ? bytes : sizeof z;
    std::memcpy(at, &z, take);
    at += take;
    bytes -= take;
  }
}

}  // namespace guildhall
