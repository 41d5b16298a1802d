#include "crypto/xchacha.h"

#include <sodium.h>

#include <cstdlib>

namespace guildhall::crypto {
namespace {

static_assert(kXChaChaKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kXChaChaNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kXChaChaTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

void check_lengths(std::string_view key, std::string_view nonce) {
  if (key.size() != kXChaChaKeyBytes || nonce.size() != kXChaChaNonceBytes) std::abort();
}

}  // namespace

std::string xchacha_seal(std::string_view key, std::string_view nonce, std::string_view aad,
                         std::string_view plain) {
  check_lengths(key, nonce);
  std::string out(plain.size() + kXChaChaTagBytes, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out), nullptr, raw(plain), plain.size(), raw(aad),
                                             aad.size(), nullptr, raw(nonce), raw(key));
  return out;
}

Result<Secret> xchacha_open(std::string_view key, std::string_view nonce, std::string_view aad,
                            std::string_view sealed) {
  check_lengths(key, nonce);
  auto refused = [] {
    return fail(Fault::malformed, "bad-seal", "The sealed bytes do not open: they were changed.");
  };
  if (sealed.size() < kXChaChaTagBytes) return refused();
  std::string out(sealed.size() - kXChaChaTagBytes, '\0');
  // The tag is checked first: nothing is decrypted where it is wrong.
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(out), nullptr, nullptr, raw(sealed),
                                                 sealed.size(), raw(aad), aad.size(), raw(nonce),
                                                 raw(key)) != 0) {
    return refused();
  }
  return Secret(std::move(out));
}

}  // namespace guildhall::crypto
