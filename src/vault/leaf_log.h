// The log as a vault sees it: leaves go in, durable when the call returns.
//
// Concurrency: any thread. Limits: none of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::vault {

class LeafLog {
 public:
  virtual ~LeafLog() = default;
  // `mark`, where it is not empty, becomes the newest mark together with the leaves.
  virtual Result<void> append(std::span<const std::string> leaves, std::string_view mark) = 0;
  virtual Result<std::string> mark() const = 0;
  // What verifies its checkpoints; empty where there is no log.
  virtual std::string vkey() const { return {}; }
};

}  // namespace guildhall::vault
