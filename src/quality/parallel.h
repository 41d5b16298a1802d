// Work in blocks on several cores, with the same result on one core or many: what a block is
// depends on the work alone, never on the number of threads, and whoever sums up over blocks does
// it in their order.
//
// Concurrency: each call starts its threads and joins them; `work` runs in several at once and
// must not touch what another block touches. Limits: kQualityThreads.
#pragma once

#include <cstddef>
#include <functional>

namespace guildhall::quality {

// How many threads the engine uses; 0 means as many as processors, at most kQualityThreads.
void set_threads(int threads);
int threads();

struct Block {
  std::size_t number;
  std::size_t from;  // of `rows`, the end excluded
  std::size_t to;
};

// How many blocks `rows` fall into: at most `most`, none smaller than `least` (but the only one).
std::size_t block_count(std::size_t rows, std::size_t least = 4096, std::size_t most = 64);

// Calls work once for each of `blocks` blocks of [0, rows), each in one thread.
void in_blocks(std::size_t rows, std::size_t blocks, const std::function<void(Block)>& work);

}  // namespace guildhall::quality
