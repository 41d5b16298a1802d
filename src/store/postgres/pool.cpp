#include "store/postgres/pool.h"

#include "base/clock.h"
#include "base/limits.h"

namespace guildhall::store::postgres {

Outcome<> Slot::ready(const std::string& url, const char* settings) {
  if (connection) return {};
  auto opened = Connection::open(url, settings);
  if (!opened) return std::unexpected(std::move(opened).error());
  connection = *std::move(opened);
  return {};
}

Pool::~Pool() {
  MutexLock lock(mutex_);
  while (slots_.size() < size_) freed_.wait(mutex_);
}

Result<Slot> Pool::take() {
  MutexLock lock(mutex_);
  std::int64_t until_ms = monotonic_ms() + kReadWaitMs;
  while (slots_.empty()) {
    std::int64_t left_ms = until_ms - monotonic_ms();
    if (left_ms <= 0) return fail(Fault::unavailable, "store-busy", "too many reads run");
    freed_.wait_for_ms(mutex_, left_ms);
  }
  Slot slot = std::move(slots_.back());
  slots_.pop_back();
  return slot;
}

void Pool::give_back(Slot slot) {
  MutexLock lock(mutex_);
  slots_.push_back(std::move(slot));
  freed_.notify_all();
}

}  // namespace guildhall::store::postgres
