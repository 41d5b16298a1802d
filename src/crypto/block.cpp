#include "crypto/block.h"

#include <openssl/evp.h>

#include <atomic>
#include <cstdlib>
#include <memory>

#include "base/limits.h"

namespace guildhall::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

Context make_context(const Block& key, int encrypt) {
  static EVP_CIPHER* method = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
  Context context(EVP_CIPHER_CTX_new());
  if (method == nullptr || context == nullptr ||
      EVP_CipherInit_ex2(context.get(), method, key.data(), nullptr, encrypt, nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
    std::abort();
  }
  return context;
}

struct Schedule {
  std::uint64_t serial = 0;
  Context encrypt;
  Context decrypt;
};

// This thread's contexts for the cipher; the oldest slot makes room for a new cipher.
Schedule& schedule_of(std::uint64_t serial, const Block& key) {
  thread_local std::array<Schedule, kMaxBlockSchedules> slots;
  thread_local std::size_t next = 0;
  for (Schedule& slot : slots) {
    if (slot.serial == serial) return slot;
  }
  Schedule& slot = slots[next];
  next = (next + 1) % slots.size();
  slot = Schedule{serial, make_context(key, 1), make_context(key, 0)};
  return slot;
}

Block run(EVP_CIPHER_CTX* context, const Block& in) {
  Block out;
  int written = 0;
  if (EVP_CipherUpdate(context, out.data(), &written, in.data(), static_cast<int>(in.size())) !=
          1 ||
      written != static_cast<int>(out.size())) {
    std::abort();
  }
  return out;
}

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

BlockCipher::BlockCipher(const Block& key) : key_(key), serial_(next_serial()) {}

BlockCipher::~BlockCipher() {
  volatile std::uint8_t* at = key_.data();
  for (std::size_t i = 0; i < key_.size(); ++i) at[i] = 0;
}

Block BlockCipher::encrypt(const Block& in) const {
  return run(schedule_of(serial_, key_).encrypt.get(), in);
}

Block BlockCipher::decrypt(const Block& in) const {
  return run(schedule_of(serial_, key_).decrypt.get(), in);
}

}  // namespace guildhall::crypto
