#include "work/import/record_text.h"

#include <cstdint>
#include <cstring>

#include "base/limits.h"

namespace guildhall::work {
namespace {

// Length of the UTF-8 sequence at `p`, 0 where there is none (overlong forms, surrogates and
// anything above U+10FFFF included).
std::size_t sequence_length(const unsigned char* p, std::size_t left) {
  auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < left && p[i] >= low && p[i] <= high;
  };
  const unsigned lead = p[0];
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool valid_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t left = text.size();
  while (left > 0) {
    if (left >= 8) {  // eight ASCII bytes at a time: most text is
      std::uint64_t word = 0;
      std::memcpy(&word, p, 8);
      if ((word & 0x8080808080808080ULL) == 0) {
        p += 8;
        left -= 8;
        continue;
      }
    }
    const std::size_t length = sequence_length(p, left);
    if (length == 0) return false;
    p += length;
    left -= length;
  }
  return true;
}

void RecordText::add(std::string_view piece) {
  size_ += piece.size();
  if (too_long_) return;
  if (size_ > kMaxImportLine) {
    too_long_ = true;
    buffer_.clear();
    return;
  }
  buffer_.append(piece);
}

std::string_view RecordText::complete(std::string_view last_piece) {
  if (size_ == 0 && last_piece.size() <= kMaxImportLine) {
    size_ = last_piece.size();
    return last_piece;
  }
  add(last_piece);
  return buffer_;
}

void RecordText::clear() {
  buffer_.clear();
  size_ = 0;
  too_long_ = false;
}

std::string_view ByteOrderMark::strip(std::string_view& chunk) {
  while (!done_ && !chunk.empty()) {
    if (chunk.front() != kByteOrderMark[matched_]) return rest();
    chunk.remove_prefix(1);
    if (++matched_ == kByteOrderMark.size()) done_ = true;
  }
  return {};
}

std::string_view ByteOrderMark::rest() {
  if (done_) return {};
  done_ = true;
  return kByteOrderMark.substr(0, matched_);
}

Error record_too_long() {
  return Error{Fault::too_large,
               "record-too-long",
               "Longer than " + std::to_string(kMaxImportLine) + " bytes.",
               {}};
}

Result<json::value> parse_record(std::string_view text, std::string_view what) {
  auto value = parse_json(text);
  if (value) return value;
  Error error = std::move(value).error();
  const auto colon = error.detail.find(':');
  if (error.type == "bad-json" && colon != std::string::npos) {
    error.detail = "The " + std::string(what) + " is not JSON" + error.detail.substr(colon);
  }
  return std::unexpected(std::move(error));
}

}  // namespace guildhall::work
