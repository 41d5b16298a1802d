#include "crypto/token.h"

#include <algorithm>
#include <array>

namespace guildhall::crypto {
namespace {

constexpr std::size_t kRandomChars = 30;
constexpr std::size_t kChecksumChars = 6;
static_assert(kTokenPrefix.size() + kRandomChars + kChecksumChars == kTokenChars);

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320U : 0);
    table[byte] = value;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

std::string checksum(std::string_view chars) {
  std::uint32_t value = crc32(chars);
  std::string out(kChecksumChars, '0');
  for (std::size_t i = kChecksumChars; i-- > 0; value /= 62) out[i] = kBase62Digits[value % 62];
  return out;
}

bool is_base62(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t value = 0xffffffffU;
  for (char c : bytes) {
    value = (value >> 8) ^ kCrcTable[(value ^ static_cast<unsigned char>(c)) & 255];
  }
  return value ^ 0xffffffffU;
}

std::string random_base62(Random& random, std::size_t chars) {
  std::string out;
  out.reserve(chars);
  std::array<unsigned char, 64> buffer;
  while (out.size() < chars) {
    random.fill(buffer.data(), buffer.size());
    for (unsigned char byte : buffer) {
      unsigned value = byte & 63U;
      if (value < 62 && out.size() < chars) out += kBase62Digits[value];
    }
  }
  volatile unsigned char* at = buffer.data();
  for (std::size_t i = 0; i < buffer.size(); ++i) at[i] = 0;
  return out;
}

Secret make_token(Random& random) {
  Secret middle(random_base62(random, kRandomChars));
  std::string out;
  out.reserve(kTokenChars);  // one buffer, so that no copy stays behind in freed memory
  out += kTokenPrefix;
  out += middle.expose();
  out += checksum(middle.expose());
  return Secret(std::move(out));
}

bool token_shape_ok(std::string_view text) {
  if (text.size() != kTokenChars || !text.starts_with(kTokenPrefix)) return false;
  std::string_view middle = text.substr(kTokenPrefix.size(), kRandomChars);
  return is_base62(middle) && text.substr(kTokenPrefix.size() + kRandomChars) == checksum(middle);
}

Secret make_code(Random& random) { return Secret(random_base62(random, kCodeChars)); }

bool code_shape_ok(std::string_view text) { return text.size() == kCodeChars && is_base62(text); }

}  // namespace guildhall::crypto
