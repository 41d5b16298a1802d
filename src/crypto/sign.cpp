#include "crypto/sign.h"

#include <sodium.h>

namespace guildhall::crypto {
namespace {

static_assert(kSigningSeedBytes == crypto_sign_ed25519_SEEDBYTES);
static_assert(kSigningSeedBytes == kLockedKeyBytes);
static_assert(kPublicKeyBytes == crypto_sign_ed25519_PUBLICKEYBYTES);
static_assert(kSignatureBytes == crypto_sign_ed25519_BYTES);

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

std::string public_key_of(std::string_view seed) {
  std::string out(kPublicKeyBytes, '\0');
  unsigned char expanded[crypto_sign_ed25519_SECRETKEYBYTES];
  crypto_sign_ed25519_seed_keypair(raw(out), expanded, raw(seed));
  sodium_memzero(expanded, sizeof expanded);
  return out;
}

}  // namespace

SigningKey::SigningKey(LockedKey seed)
    : seed_(std::move(seed)), public_key_(public_key_of(seed_.expose())) {}

SigningKey SigningKey::generate(Random& random) { return SigningKey(LockedKey::generate(random)); }

Result<SigningKey> SigningKey::from_seed(const Secret& seed) {
  return SigningKey(TRY(LockedKey::from(seed.expose())));
}

std::string SigningKey::sign(std::string_view message) const {
  // libsodium's form of a key: the seed, then the public key.
  unsigned char expanded[crypto_sign_ed25519_SECRETKEYBYTES];
  seed_.expose().copy(reinterpret_cast<char*>(expanded), kSigningSeedBytes);
  public_key_.copy(reinterpret_cast<char*>(expanded) + kSigningSeedBytes, kPublicKeyBytes);
  std::string out(kSignatureBytes, '\0');
  crypto_sign_ed25519_detached(raw(out), nullptr, raw(message), message.size(), expanded);
  sodium_memzero(expanded, sizeof expanded);
  return out;
}

Secret SigningKey::seed() const { return Secret(std::string(seed_.expose())); }

bool verify_signature(std::string_view public_key, std::string_view message,
                      std::string_view signature) {
  return public_key.size() == kPublicKeyBytes && signature.size() == kSignatureBytes &&
         crypto_sign_ed25519_verify_detached(raw(signature), raw(message), message.size(),
                                             raw(public_key)) == 0;
}

}  // namespace guildhall::crypto
