// Fields of a binary message: big-endian numbers, and bytes behind a 32-bit length. What is written
// has one form only, so a signature over it covers one meaning only.
//
// Concurrency: plain values. Limits: the caller's; a reader goes no further than its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guildhall {

class FieldWriter {
 public:
  FieldWriter& u8(std::uint8_t value) { return number(value, 1); }
  FieldWriter& u32(std::uint32_t value) { return number(value, 4); }
  FieldWriter& u64(std::uint64_t value) { return number(value, 8); }
  FieldWriter& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  FieldWriter& bytes(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    out_ += value;
    return *this;
  }
  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  FieldWriter& number(std::uint64_t value, int size) {
    while (size-- > 0) out_ += static_cast<char>(value >> (8 * size));
    return *this;
  }
  std::string out_;
};

// After something that was not there, everything reads as nothing and ok() is false.
class FieldReader {
 public:
  explicit FieldReader(std::string_view in) : in_(in) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  // Never negative: a number beyond 2^63 - 1 is none.
  std::int64_t i64() {
    std::uint64_t value = number(8);
    if (value >> 63 != 0) ok_ = false;
    return ok_ ? static_cast<std::int64_t>(value) : 0;
  }
  std::string_view bytes() { return raw(u32()); }
  // Bytes that must be so many.
  std::string_view bytes(std::size_t size) {
    auto got = bytes();
    if (got.size() != size) ok_ = false;
    return ok_ ? got : std::string_view{};
  }
  std::string_view raw(std::size_t size) {
    if (size > in_.size()) ok_ = false;
    if (!ok_) return {};
    auto got = in_.substr(0, size);
    in_.remove_prefix(size);
    return got;
  }
  void expect(bool condition) { ok_ = ok_ && condition; }

  std::size_t left() const { return in_.size(); }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && in_.empty(); }  // read whole, nothing left over

 private:
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (char byte : raw(size)) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
  }
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace guildhall
