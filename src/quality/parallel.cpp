#include "quality/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/limits.h"

namespace guildhall::quality {
namespace {

std::atomic<int> wanted_threads{0};

}  // namespace

void set_threads(int threads) { wanted_threads = threads; }

int threads() {
  int wanted = wanted_threads;
  if (wanted <= 0) wanted = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(wanted, 1, kQualityThreads);
}

std::size_t block_count(std::size_t rows, std::size_t least, std::size_t most) {
  return std::clamp<std::size_t>(rows / least, 1, most);
}

void in_blocks(std::size_t rows, std::size_t blocks, const std::function<void(Block)>& work) {
  auto run = [&](std::size_t number) {
    work({number, rows * number / blocks, rows * (number + 1) / blocks});
  };
  std::atomic<std::size_t> next{0};
  auto take = [&] {
    for (std::size_t number = next++; number < blocks; number = next++) run(number);
  };
  std::vector<std::jthread> others;
  auto helpers = std::min<std::size_t>(static_cast<std::size_t>(threads()), blocks);
  for (std::size_t i = 1; i < helpers; ++i) others.emplace_back(take);
  take();
}

}  // namespace guildhall::quality
