#include "crypto/x25519.h"

#include <sodium.h>

namespace guildhall::crypto {
namespace {

static_assert(kX25519Bytes == crypto_scalarmult_curve25519_BYTES);
static_assert(kX25519Bytes == crypto_scalarmult_curve25519_SCALARBYTES);

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

std::unexpected<Error> bad_length() {
  return fail(Fault::invalid, "bad-key", "An X25519 key has 32 bytes.");
}

}  // namespace

Result<std::string> x25519_public_key(std::string_view private_key) {
  if (private_key.size() != kX25519Bytes) return bad_length();
  std::string out(kX25519Bytes, '\0');
  crypto_scalarmult_curve25519_base(raw(out), raw(private_key));
  return out;
}

Result<Secret> x25519(std::string_view private_key, std::string_view public_key) {
  if (private_key.size() != kX25519Bytes || public_key.size() != kX25519Bytes) return bad_length();
  std::string out(kX25519Bytes, '\0');
  // Refuses points of small order, and a result of zeros.
  if (crypto_scalarmult_curve25519(raw(out), raw(private_key), raw(public_key)) != 0) {
    return fail(Fault::invalid, "bad-key", "The X25519 public key has small order.");
  }
  return Secret(std::move(out));
}

}  // namespace guildhall::crypto
