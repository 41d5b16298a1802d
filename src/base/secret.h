// Bytes that must not be printed, formatted, compared carelessly or left in memory.
//
// A Secret is wiped when it dies, has no stream, no formatter and no conversion to a string;
// whoever needs the bytes says so by calling `expose()`. A Plaintext is content on its way between
// a request and `put_content`/`open_content`; it can be exposed, and nothing else.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace guildhall {

template <class Tag>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(std::string bytes) : bytes_(std::move(bytes)) { wipe(bytes); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  Guarded(Guarded&& other) noexcept : bytes_(std::move(other.bytes_)) { wipe(other.bytes_); }
  Guarded& operator=(Guarded&& other) noexcept {
    if (this != &other) {
      wipe(bytes_);
      bytes_ = std::move(other.bytes_);
      wipe(other.bytes_);
    }
    return *this;
  }
  ~Guarded() { wipe(bytes_); }

  std::string_view expose() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

 private:
  // To its capacity: a short string that was moved from still holds its bytes, with a size of 0.
  static void wipe(std::string& bytes) {
    if constexpr (Tag::kWipe) {
      bytes.resize(bytes.capacity());
      volatile char* at = bytes.data();
      for (std::size_t i = 0; i < bytes.size(); ++i) at[i] = 0;
    }
    bytes.clear();
  }
  std::string bytes_;
};

struct SecretTag {
  static constexpr bool kWipe = true;
};
struct PlaintextTag {
  static constexpr bool kWipe = false;
};

using Secret = Guarded<SecretTag>;
using Plaintext = Guarded<PlaintextTag>;

}  // namespace guildhall
