#include "base/utf8.h"

#include <cstdint>
#include <optional>

namespace guildhall {
namespace {

// Bytes that follow the lead byte, the least code point of that length, and the lead's own bits.
struct Lead {
  int more;
  std::uint32_t least;
  std::uint32_t bits;
};

std::optional<Lead> lead_of(unsigned char c) {
  if (c < 0x80) return Lead{0, 0, c};
  if ((c & 0xe0) == 0xc0) return Lead{1, 0x80, c & 0x1fU};
  if ((c & 0xf0) == 0xe0) return Lead{2, 0x800, c & 0x0fU};
  if ((c & 0xf8) == 0xf0) return Lead{3, 0x10000, c & 0x07U};
  return std::nullopt;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto lead = lead_of(static_cast<unsigned char>(text[i++]));
    if (!lead) return false;
    std::uint32_t point = lead->bits;
    for (int k = 0; k < lead->more; ++k, ++i) {
      if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return false;
      point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    if (point < lead->least || point > 0x10ffff || surrogate) return false;
  }
  return true;
}

}  // namespace guildhall
