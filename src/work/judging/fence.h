// The two lines that content from outside stands between, in the prompt of one ask. Internal to
// judging.
//
// The lines hold a word that is drawn for the ask and occurs nowhere in what it fences, whatever
// the case: a text cannot end its fence, nor begin another, without knowing what is drawn later.
//
// Concurrency: values.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/random.h"

namespace guildhall::work::judging {

// What is shown. `heading` is ours, `text` may be anybody's.
struct Material {
  std::string heading;
  std::string text;
};

class Fence {
 public:
  Fence(std::span<const Material> materials, Random& random);

  const std::string& open() const { return open_; }
  const std::string& close() const { return close_; }
  // Each under its heading, between the lines.
  std::string around(std::span<const Material> materials) const;

 private:
  std::string open_;
  std::string close_;
};

}  // namespace guildhall::work::judging
