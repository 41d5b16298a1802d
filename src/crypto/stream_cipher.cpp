#include "crypto/stream_cipher.h"

#include <sodium.h>

#include <cstdlib>

namespace guildhall::crypto {

StreamCipher::StreamCipher(Random& random) : key_(random.bytes(crypto_stream_chacha20_KEYBYTES)) {}

void StreamCipher::apply(std::uint64_t offset, std::span<char> bytes) const {
  if (offset % kStreamBlock != 0) std::abort();
  // One stream a key: the nonce may stay zero, the block counter is the position.
  constexpr unsigned char kNonce[crypto_stream_chacha20_NONCEBYTES] = {};
  auto* at = reinterpret_cast<unsigned char*>(bytes.data());
  crypto_stream_chacha20_xor_ic(at, at, bytes.size(), kNonce, offset / kStreamBlock,
                                reinterpret_cast<const unsigned char*>(key_.expose().data()));
}

}  // namespace guildhall::crypto
