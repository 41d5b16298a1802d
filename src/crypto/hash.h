// SHA-256, and the text forms of bytes (hex, base64url, base64).
//
// Concurrency: free functions from any thread (one digest context per thread is kept and reused:
// making one costs more than hashing 64 bytes); a Sha256 belongs to one thread.
// Limits: none of its own. A failure inside OpenSSL ends the process: nothing could be trusted.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

// The digest's bytes as a view; the digest must outlive it.
inline std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Hashes a stream. `finish` gives the digest and makes the object ready for another stream.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  Sha256(Sha256&& other) noexcept : context_(other.context_) { other.context_ = nullptr; }
  Sha256& operator=(Sha256&& other) noexcept {
    std::swap(context_, other.context_);
    return *this;
  }

  Sha256& update(std::string_view bytes);
  Digest finish();

 private:
  void* context_;  // EVP_MD_CTX; null only in a moved-from object
};

// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);
inline std::string to_hex(const Digest& digest) { return to_hex(view(digest)); }
// Either case; nothing where the text is not pairs of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view text);

// RFC 4648 §5 without padding. Decoding takes the canonical form only: no padding, no bits left
// over that are not zero, so that a value has exactly one text.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// RFC 4648 §4 with padding; decoding is as strict as above.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace guildhall::crypto
