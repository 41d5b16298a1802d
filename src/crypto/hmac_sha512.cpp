#include "crypto/hmac_sha512.h"

#include <sodium.h>

#include <algorithm>

namespace guildhall::crypto {
namespace {

constexpr std::size_t kBytes = crypto_auth_hmacsha512_BYTES;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Secret hmac_sha512(std::string_view key, std::initializer_list<std::string_view> pieces) {
  crypto_auth_hmacsha512_state state;
  crypto_auth_hmacsha512_init(&state, raw(key), key.size());
  for (std::string_view piece : pieces) {
    crypto_auth_hmacsha512_update(&state, raw(piece), piece.size());
  }
  std::string out(kBytes, '\0');
  crypto_auth_hmacsha512_final(&state, reinterpret_cast<unsigned char*>(out.data()));
  sodium_memzero(&state, sizeof state);
  return Secret(std::move(out));
}

Result<Secret> hkdf_sha512_expand(std::string_view pseudorandom_key, std::string_view info,
                                  std::size_t length_bytes) {
  if (length_bytes > 255 * kBytes) {
    return fail(Fault::invalid, "bad-key-length", "HKDF-SHA-512 gives at most 16320 bytes.");
  }
  std::string out;
  out.reserve(length_bytes);  // no reallocation: it would leave a copy of the key behind
  Secret block;
  for (unsigned char counter = 1; out.size() < length_bytes; ++counter) {
    const char tail = static_cast<char>(counter);
    block = hmac_sha512(pseudorandom_key, {block.expose(), info, {&tail, 1}});
    out.append(block.expose().substr(0, std::min(kBytes, length_bytes - out.size())));
  }
  return Secret(std::move(out));
}

}  // namespace guildhall::crypto
