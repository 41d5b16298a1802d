#include "crypto/hmac.h"

#include <sodium.h>

#include <algorithm>

namespace guildhall::crypto {
namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Digest hmac_sha256(std::string_view key, std::string_view message) {
  return hmac_sha256(key, {message});
}

// libsodium's state lives on the stack: nothing to allocate, nothing that can fail.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> pieces) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, raw(key), key.size());
  for (std::string_view piece : pieces) {
    crypto_auth_hmacsha256_update(&state, raw(piece), piece.size());
  }
  Digest out;
  crypto_auth_hmacsha256_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

Secret hkdf_extract(std::string_view salt, std::string_view key_material) {
  Digest key = hmac_sha256(salt, key_material);
  Secret out{std::string(view(key))};
  sodium_memzero(key.data(), key.size());
  return out;
}

Result<Secret> hkdf_expand(std::string_view pseudorandom_key, std::string_view info,
                           std::size_t length_bytes) {
  if (length_bytes > 255 * sizeof(Digest)) {
    return fail(Fault::invalid, "bad-key-length", "HKDF-SHA-256 gives at most 8160 bytes.");
  }
  std::string out;
  out.reserve(length_bytes);  // no reallocation: it would leave a copy of the key behind
  Digest block{};
  for (unsigned char counter = 1; out.size() < length_bytes; ++counter) {
    std::string_view previous = counter == 1 ? std::string_view() : view(block);
    char tail = static_cast<char>(counter);
    block = hmac_sha256(pseudorandom_key, {previous, info, {&tail, 1}});
    out.append(view(block).substr(0, std::min(sizeof(Digest), length_bytes - out.size())));
  }
  sodium_memzero(block.data(), block.size());
  return Secret(std::move(out));
}

Result<Secret> hkdf(std::string_view salt, std::string_view key_material, std::string_view info,
                    std::size_t length_bytes) {
  return hkdf_expand(hkdf_extract(salt, key_material).expose(), info, length_bytes);
}

}  // namespace guildhall::crypto
