#include "net/source_stream.h"

#include "base/clock.h"

namespace guildhall::net {
namespace {

constexpr std::size_t kBatchBytes = 64U << 10;  // small pieces are sent together
constexpr std::int64_t kBatchMs = 20;           // but not held back longer

}  // namespace

RawStream::Fed SourceStream::feed() {
  const std::int64_t batch_ms = monotonic_ms() + kBatchMs;
  while (out_.size() < kBatchBytes && monotonic_ms() < batch_ms) {
    const std::size_t at = open_chunk();
    if (!reply_.source->next(out_)) return Fed::broken;
    auto more = close_chunk(at);
    if (!more) return Fed::broken;
    if (*more) continue;
    last_chunk();
    return Fed::over;
  }
  return Fed::some;
}

}  // namespace guildhall::net
