#include "crypto/equal.h"

#include <sodium.h>

namespace guildhall::crypto {

bool equal_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace guildhall::crypto
