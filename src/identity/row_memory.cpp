#include "identity/row_memory.h"

#include <utility>

#include "base/limits.h"
#include "crypto/hash.h"

namespace guildhall::identity {

bool RowMemory::is_newest(MemberId member, Stand stand, bool committed, TimeMs now) {
  MutexLock lock(mutex_);
  auto at = newest_.find(member.value);
  if (at != newest_.end()) {
    const auto& [seen, since] = at->second;
    if (stand.version < seen.version || stand.epoch < seen.epoch) {
      return now <= since + kRowSettleMs;
    }
    if (stand.version == seen.version && stand.epoch == seen.epoch) return true;
  }
  if (!committed) return true;
  if (newest_.size() >= kMaxKnownRows) newest_.clear();
  newest_.insert_or_assign(member.value, Seen{stand, now});
  return true;
}

void RowMemory::refuse(MemberId member, std::string_view bytes) {
  auto hash = crypto::sha256(bytes);
  MutexLock lock(mutex_);
  ++refusals_;
  if (known_.size() >= kMaxRefusedRows) return;
  if (!known_.emplace(crypto::view(hash)).second) return;
  waiting_.push_back({member, std::string(crypto::view(hash))});
}

std::vector<RowMemory::Refused> RowMemory::take() {
  MutexLock lock(mutex_);
  return std::exchange(waiting_, {});
}

std::int64_t RowMemory::refusals() const {
  MutexLock lock(mutex_);
  return refusals_;
}

}  // namespace guildhall::identity
