#include "crypto/sign.h"

#include <sodium.h>

namespace guildhall::crypto {
namespace {

static_assert(kSigningSeedBytes == crypto_sign_ed25519_SEEDBYTES);
static_assert(kPublicKeyBytes == crypto_sign_ed25519_PUBLICKEYBYTES);
static_assert(kSignatureBytes == crypto_sign_ed25519_BYTES);

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Secret expand(std::string_view seed) {
  std::string key(crypto_sign_ed25519_SECRETKEYBYTES, '\0');
  std::string public_key(kPublicKeyBytes, '\0');
  crypto_sign_ed25519_seed_keypair(raw(public_key), raw(key), raw(seed));
  return Secret(std::move(key));
}

}  // namespace

SigningKey::SigningKey(std::string_view seed) : key_(expand(seed)) {}

SigningKey SigningKey::generate(Random& random) {
  return SigningKey(Secret(random.bytes(kSigningSeedBytes)).expose());
}

Result<SigningKey> SigningKey::from_seed(const Secret& seed) {
  if (seed.size() != kSigningSeedBytes) {
    return fail(Fault::invalid, "bad-key", "An Ed25519 seed has 32 bytes.");
  }
  return SigningKey(seed.expose());
}

std::string SigningKey::sign(std::string_view message) const {
  std::string out(kSignatureBytes, '\0');
  crypto_sign_ed25519_detached(raw(out), nullptr, raw(message), message.size(), raw(key_.expose()));
  return out;
}

std::string SigningKey::public_key() const {
  return std::string(key_.expose().substr(kSigningSeedBytes));
}

Secret SigningKey::seed() const {
  return Secret(std::string(key_.expose().substr(0, kSigningSeedBytes)));
}

bool verify_signature(std::string_view public_key, std::string_view message,
                      std::string_view signature) {
  return public_key.size() == kPublicKeyBytes && signature.size() == kSignatureBytes &&
         crypto_sign_ed25519_verify_detached(raw(signature), raw(message), message.size(),
                                             raw(public_key)) == 0;
}

}  // namespace guildhall::crypto
