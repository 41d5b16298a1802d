// Marks a thread that is inside a write closure, so that a second `write` from there is refused
// instead of waiting for itself.
#pragma once

#include "base/result.h"

namespace guildhall::store {

inline thread_local bool inside_write = false;

class InsideWrite {
 public:
  InsideWrite() { inside_write = true; }
  ~InsideWrite() { inside_write = false; }
  InsideWrite(const InsideWrite&) = delete;
  InsideWrite& operator=(const InsideWrite&) = delete;
};

inline Result<void> refuse_nested() {
  if (!inside_write) return {};
  return fail(Fault::internal, "store-nested", "a write closure may not write through Database");
}

}  // namespace guildhall::store
