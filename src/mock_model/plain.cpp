#include "mock_model/plain.h"

#include <array>
#include <cstdint>
#include <utility>

namespace guildhall::mock_model {
namespace {

// Cyrillic and Greek letters that are drawn as Latin ones.
constexpr std::array<std::pair<char32_t, char>, 22> kAlike = {{
    {U'\u0430', 'a'}, {U'\u0435', 'e'}, {U'\u043E', 'o'}, {U'\u0440', 'p'}, {U'\u0441', 'c'},
    {U'\u0443', 'y'}, {U'\u0445', 'x'}, {U'\u0456', 'i'}, {U'\u0455', 's'}, {U'\u04BB', 'h'},
    {U'\u0501', 'd'}, {U'\u051D', 'w'}, {U'\u0410', 'a'}, {U'\u0412', 'b'}, {U'\u0415', 'e'},
    {U'\u041E', 'o'}, {U'\u0420', 'p'}, {U'\u0421', 'c'}, {U'\u0391', 'a'}, {U'\u0392', 'b'},
    {U'\u03BF', 'o'}, {U'\u03B1', 'a'},
}};

struct Range {
  char32_t first, last;
};
// Soft hyphen, zero widths, directions, joiners, variation selectors, byte order mark.
constexpr std::array kUnseen = {Range{0xAD, 0xAD},     Range{0x200B, 0x200F},
                                Range{0x202A, 0x202E}, Range{0x2060, 0x206F},
                                Range{0xFE00, 0xFE0F}, Range{0xFEFF, 0xFEFF}};
constexpr Range kFullWidth{0xFF01, 0xFF5E};
constexpr Range kTags{0xE0020, 0xE007E};  // ASCII once more, which no font draws

constexpr bool in(Range range, char32_t c) { return c >= range.first && c <= range.last; }

// The next code point; a byte that begins none stands for itself.
char32_t take(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t out = size == 1 ? first : first & (0x7FU >> size);
  std::size_t i = 1;
  for (; i < size && i < text.size() && (byte(i) & 0xC0U) == 0x80U; ++i) {
    out = (out << 6U) | (byte(i) & 0x3FU);
  }
  text.remove_prefix(i);
  return i == size ? out : first;
}

// A line's end as JSON writes it.
bool escaped_space(std::string_view text) {
  return text.starts_with("\\n") || text.starts_with("\\r") || text.starts_with("\\t");
}

// 0: it cannot be seen. A character that is no word's: a space.
char plain(char32_t c) {
  for (const Range& range : kUnseen) {
    if (in(range, c)) return 0;
  }
  for (const auto& [alike, latin] : kAlike) {
    if (c == alike) return latin;
  }
  if (in(kFullWidth, c)) c = c - 0xFF01 + '!';
  if (in(kTags, c)) c -= 0xE0000;
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  return kept ? static_cast<char>(c) : ' ';
}

}  // namespace

std::vector<std::string> plain_words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && word != "-") out.push_back(word);
    word.clear();
  };
  while (!text.empty()) {
    const bool escaped = escaped_space(text);
    if (escaped) text.remove_prefix(2);
    const char c = escaped ? ' ' : plain(take(text));
    const bool digit = c >= '0' && c <= '9';
    if (c == 0) continue;
    if (word == "-" && !digit) word.clear();
    if (c == '-' || c == ' ') end_word();
    if (c != ' ') word += c;
  }
  end_word();
  return out;
}

}  // namespace guildhall::mock_model
