#include "identity/sign_in_limiter.h"

#include <arpa/inet.h>

#include "base/limits.h"

namespace guildhall::identity {

std::string peer_network(std::string_view address) {
  std::string text(address);
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return text;
  const auto* bytes = reinterpret_cast<const char*>(&six);
  // An IPv4 address in IPv6's clothes is that IPv4 address.
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    char four[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, bytes + 12, four, sizeof four);
    return four;
  }
  return std::string(bytes, 8);
}

bool SignInLimiter::admit(std::string key, int most, TimeMs now) {
  auto found = counters_.find(key);
  if (found == counters_.end()) {
    if (counters_.size() >= kMaxSignInCounters) {
      std::erase_if(counters_,
                    [&](const auto& item) { return item.second.since + kSignInWindowMs <= now; });
    }
    if (counters_.size() >= kMaxSignInCounters) return false;
    found = counters_.emplace(std::move(key), Counter{now, 0}).first;
  }
  Counter& counter = found->second;
  if (counter.since + kSignInWindowMs <= now) counter = {now, 0};
  if (counter.attempts >= most) return false;
  ++counter.attempts;
  return true;
}

Result<void> SignInLimiter::count(std::string_view email_hash, std::string_view peer, TimeMs now) {
  MutexLock lock(mutex_);
  // The network first: one that is at its end must not use up other people's attempts.
  if (!admit("p" + peer_network(peer), kMaxSignInAttemptsPeer, now) ||
      !admit("e" + std::string(email_hash), kMaxSignInAttempts, now)) {
    return fail(Fault::too_many, "too-many-attempts",
                "Too many attempts to sign in. Wait a quarter of an hour.");
  }
  return {};
}

void SignInLimiter::succeeded(std::string_view email_hash) {
  MutexLock lock(mutex_);
  counters_.erase("e" + std::string(email_hash));
}

}  // namespace guildhall::identity
