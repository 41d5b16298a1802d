#include "base/secret.h"

#include <doctest/doctest.h>

#include <new>
#include <type_traits>

namespace guildhall {
namespace {

template <class T>
bool leaves_bytes_behind() {
  alignas(T) unsigned char place[sizeof(T)] = {};
  auto* first = new (place) T(std::string("swordfish"));
  T second(std::move(*first));
  std::string_view raw(reinterpret_cast<const char*>(place), sizeof place);
  bool found =  // its first byte becomes the end of an empty string
      raw.find("wordfish") != std::string_view::npos;
  first->~T();
  return found;
}

}  // namespace

TEST_CASE("secret: a short one leaves nothing behind where it was moved from") {
  CHECK_FALSE(leaves_bytes_behind<Secret>());
  // The control: a string does, since short ones lie in the object itself and a size of 0 is said.
  CHECK(leaves_bytes_behind<std::string>());
}

TEST_CASE("secret: it is no string, and has no copy") {
  CHECK_FALSE(std::is_convertible_v<Secret, std::string>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string_view>);
  CHECK_FALSE(std::is_copy_constructible_v<Secret>);
  CHECK_FALSE(std::is_copy_constructible_v<Plaintext>);
  CHECK_FALSE(std::is_convertible_v<Plaintext, std::string_view>);
}

}  // namespace guildhall
