// The bytes of an authority row, over which its MAC and its deed's hash are made: the table's word,
// the room, then every column in order; integers as 8 bytes big-endian, texts with their length in
// 8 bytes in front. Fields cannot run into one another.
//
// Concurrency: a value. Limits: none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"

namespace guildhall::identity {

class CanonicalBytes {
 public:
  explicit CanonicalBytes(std::string begun) : out_(std::move(begun)) {}
  CanonicalBytes(std::string_view table, RoomId room) { text(table).integer(room.value); }
  CanonicalBytes& integer(std::int64_t value) {
    auto bits = static_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>((bits >> shift) & 255);
    return *this;
  }
  CanonicalBytes& text(std::string_view value) {
    integer(static_cast<std::int64_t>(value.size()));
    out_ += value;
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace guildhall::identity
