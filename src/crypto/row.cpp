#include "crypto/row.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <memory>

#include "crypto/equal.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"

namespace guildhall::crypto {
namespace {

constexpr std::size_t kHashBlock = 64;
constexpr char kPadMark = '\x80';

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

struct RowKeys {
  Secret bytes;
  std::string_view cipher() const { return bytes.expose().substr(0, 32); }
  std::string_view counter() const { return bytes.expose().substr(32, 16); }
  std::string_view mac() const { return bytes.expose().substr(48, 32); }
};

RowKeys keys_of(std::string_view key, std::string_view salt, std::string_view context) {
  if (key.size() != kRowKeyBytes) std::abort();
  std::string info("guildhall row v1");
  info.append(salt).append(context);
  return {*hkdf_expand(key, info, 80)};  // 80 bytes: it cannot refuse
}

// HMAC over OpenSSL's SHA-256, which uses what the processor has: these messages are long.
Digest mac_of(const RowKeys& keys, std::string_view context, std::string_view salt_and_cipher) {
  std::array<char, kHashBlock> inner{};
  std::array<char, kHashBlock> outer{};
  std::ranges::copy(keys.mac(), inner.begin());
  outer = inner;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  char length[8];
  for (int i = 0; i < 8; ++i) length[i] = static_cast<char>(context.size() >> (8 * (7 - i)));
  Sha256 hash;
  hash.update({inner.data(), inner.size()}).update({length, sizeof length});
  Digest within = hash.update(context).update(salt_and_cipher).finish();
  Digest out = hash.update({outer.data(), outer.size()}).update(view(within)).finish();
  std::ranges::fill(inner, 0);
  std::ranges::fill(outer, 0);
  return out;
}

// AES-256-CTR in place. A failure inside OpenSSL ends the process: nothing could be trusted.
void apply_cipher(const RowKeys& keys, char* bytes, std::size_t size) {
  static const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, "AES-256-CTR", nullptr);
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> own(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* context = own.get();
  auto* at = reinterpret_cast<unsigned char*>(bytes);
  bool ok = context != nullptr && EVP_EncryptInit_ex2(context, cipher, raw(keys.cipher()),
                                                      raw(keys.counter()), nullptr) == 1;
  while (ok && size > 0) {
    int part = static_cast<int>(std::min<std::size_t>(size, 1U << 30));
    int done = 0;
    ok = EVP_EncryptUpdate(context, at, &done, at, part) == 1 && done == part;
    at += part;
    size -= static_cast<std::size_t>(part);
  }
  if (!ok || EVP_CIPHER_CTX_reset(context) != 1) std::abort();  // its key schedule is wiped
}

std::unexpected<Error> broken() {
  return fail(Fault::internal, "seal-broken", "A sealed object was altered, moved or mixed up.");
}

}  // namespace

std::size_t padme(std::size_t bytes) {
  if (bytes < 2) return bytes;
  auto exponent = static_cast<unsigned>(std::bit_width(bytes)) - 1;
  auto digits = static_cast<unsigned>(std::bit_width(exponent));
  if (exponent < digits) return bytes;
  std::size_t mask = (std::size_t{1} << (exponent - digits)) - 1;
  return (bytes + mask) & ~mask;
}

std::string seal_row(std::string_view key, std::string_view context, std::string_view plain,
                     Random& random) {
  std::size_t padded = padme(plain.size() + 1);
  std::string out(kRowSaltBytes + padded, '\0');
  out.reserve(out.size() + kRowMacBytes);
  random.fill(out.data(), kRowSaltBytes);
  std::ranges::copy(plain, out.begin() + kRowSaltBytes);
  out[kRowSaltBytes + plain.size()] = kPadMark;
  auto keys = keys_of(key, std::string_view(out).substr(0, kRowSaltBytes), context);
  apply_cipher(keys, out.data() + kRowSaltBytes, padded);
  Digest mac = mac_of(keys, context, out);
  return std::move(out.append(view(mac)));
}

Result<Plaintext> open_row(std::string_view key, std::string_view context,
                           std::string_view sealed) {
  if (sealed.size() <= kRowOverhead) return broken();
  auto body = sealed.substr(0, sealed.size() - kRowMacBytes);
  auto keys = keys_of(key, body.substr(0, kRowSaltBytes), context);
  Digest mac = mac_of(keys, context, body);
  if (!equal_constant_time(view(mac), sealed.substr(body.size()))) return broken();
  std::string plain(body.substr(kRowSaltBytes));
  apply_cipher(keys, plain.data(), plain.size());
  auto end = plain.find_last_not_of('\0');
  if (end == std::string::npos || plain[end] != kPadMark) return broken();
  plain.resize(end);
  return Plaintext(std::move(plain));
}

}  // namespace guildhall::crypto
