#include "crypto/password.h"

#include <sodium.h>

#include <cstdlib>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mutex.h"

namespace guildhall::crypto {
namespace {

static_assert(kPasswordOperations == crypto_pwhash_OPSLIMIT_INTERACTIVE);
static_assert(kPasswordMemoryBytes == crypto_pwhash_MEMLIMIT_INTERACTIVE);

void make_sodium_ready() {
  static const int state = sodium_init();  // picks the vectorised Argon2 for this processor
  if (state < 0) std::abort();
}

// The places in which Argon2 may run.
class Places {
 public:
  bool enter() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (running_ < kMaxPasswordChecks) {
      ++running_;
      return true;
    }
    if (waiting_ >= kMaxPasswordWaiters) return false;
    ++waiting_;
    std::int64_t deadline_ms = monotonic_ms() + kPasswordWaitMs;
    while (running_ >= kMaxPasswordChecks) {
      std::int64_t left_ms = deadline_ms - monotonic_ms();
      if (left_ms <= 0) break;
      freed_.wait_for_ms(mutex_, left_ms);
    }
    --waiting_;
    if (running_ >= kMaxPasswordChecks) return false;
    ++running_;
    return true;
  }

  void leave() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    --running_;
    freed_.notify_one();
  }

 private:
  Mutex mutex_;
  CondVar freed_;
  int running_ GUARDED_BY(mutex_) = 0;
  int waiting_ GUARDED_BY(mutex_) = 0;
};

class Place {
 public:
  Place() : held_(places().enter()) {}
  ~Place() {
    if (held_) places().leave();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool held() const { return held_; }

 private:
  static Places& places() {
    static Places all;
    return all;
  }
  bool held_;
};

std::unexpected<Error> busy() {
  return fail(Fault::unavailable, "busy", "Too many sign-ins at this moment. Try again shortly.");
}

}  // namespace

Result<std::string> hash_password(const Secret& password) {
  if (password.size() > kMaxPasswordBytes) {
    return fail(Fault::invalid, "bad-password", "The password is too long.", "/password");
  }
  make_sodium_ready();
  Place place;
  if (!place.held()) return busy();
  char out[crypto_pwhash_STRBYTES] = {};
  if (crypto_pwhash_str_alg(out, password.expose().data(), password.size(), kPasswordOperations,
                            kPasswordMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Fault::unavailable, "busy", "No memory for the password hash.");
  }
  return std::string(out);
}

Result<bool> check_password(std::string_view hash, const Secret& password) {
  if (hash.size() >= crypto_pwhash_STRBYTES || password.size() > kMaxPasswordBytes) return false;
  make_sodium_ready();
  Place place;
  if (!place.held()) return busy();
  std::string text(hash);  // libsodium wants the terminating zero
  return crypto_pwhash_str_verify(text.c_str(), password.expose().data(), password.size()) == 0;
}

}  // namespace guildhall::crypto
