// Results on standard output (or in a file): CSV rows with the quotes they need, or JSON.
//
// Concurrency: one thread. A file is there whole or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::cli {

class Output {
 public:
  explicit Output(std::string path) : path_(std::move(path)) {}  // empty: standard output

  // Cells of a row, one after another; end() ends it.
  Output& cell(std::string_view text);
  Output& number(double value);  // four places after the point
  Output& count(std::uint64_t value);
  void end();
  void text(std::string_view raw) { out_ += raw; }

  // Errors: unavailable/"file-failed", no_space/"disk-full".
  Result<void> write();

 private:
  std::string path_;
  std::string out_;
  bool begun_ = false;  // the row
};

// The numbers of scores, highest score first; of equal ones the lower number first.
std::vector<std::uint32_t> best_first(const std::vector<double>& score);

// The exit status of a command: 0, or 2 with the error's sentence on standard error.
int ended(const Result<void>& done);

}  // namespace guildhall::cli
