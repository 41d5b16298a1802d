#include "crypto/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace guildhall::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

// Fetched once: the implicit fetch of EVP_sha256() takes locks on every init. Never freed, since
// threads may still hash while static objects die.
const EVP_MD* sha256_method() {
  static EVP_MD* method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (method == nullptr) std::abort();
  return method;
}

EVP_MD_CTX* new_context() {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  if (context == nullptr || EVP_DigestInit_ex2(context, sha256_method(), nullptr) != 1) {
    std::abort();
  }
  return context;
}

EVP_MD_CTX* as_context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

Digest finish_and_reset(EVP_MD_CTX* context) {
  Digest out;
  if (EVP_DigestFinal_ex(context, out.data(), nullptr) != 1 ||
      EVP_DigestInit_ex2(context, nullptr, nullptr) != 1) {
    std::abort();
  }
  return out;
}

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  if (c == '_') return 63;
  return -1;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  thread_local Context context(new_context());
  if (EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1) std::abort();
  return finish_and_reset(context.get());
}

Sha256::Sha256() : context_(new_context()) {}

Sha256::~Sha256() { EVP_MD_CTX_free(as_context(context_)); }

Sha256& Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(as_context(context_), bytes.data(), bytes.size()) != 1) std::abort();
  return *this;
}

Digest Sha256::finish() { return finish_and_reset(as_context(context_)); }

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int high = hex_value(text[i]);
    int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string to_base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t held = 0;
  int held_bits = 0;
  for (char c : bytes) {
    held = (held << 8) | static_cast<unsigned char>(c);
    held_bits += 8;
    while (held_bits >= 6) {
      held_bits -= 6;
      out += kBase64Digits[(held >> held_bits) & 63];
    }
  }
  if (held_bits > 0) out += kBase64Digits[(held << (6 - held_bits)) & 63];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t held = 0;
  int held_bits = 0;
  for (char c : text) {
    int value = base64_value(c);
    if (value < 0) return std::nullopt;
    held = (held << 6) | static_cast<std::uint32_t>(value);
    held_bits += 6;
    if (held_bits >= 8) {
      held_bits -= 8;
      out += static_cast<char>((held >> held_bits) & 255);
    }
  }
  if ((held & ((1U << held_bits) - 1)) != 0) return std::nullopt;
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out = to_base64url(bytes);
  std::ranges::replace(out, '-', '+');
  std::ranges::replace(out, '_', '/');
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos) {
    return std::nullopt;
  }
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string url(text);
  std::ranges::replace(url, '+', '-');
  std::ranges::replace(url, '/', '_');
  return from_base64url(url);
}

}  // namespace guildhall::crypto
