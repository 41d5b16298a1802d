// A line that tells how far a long command is: a bar, the rate and the time that is left. On a
// terminal it is rewritten twice a second; elsewhere there is a line every ten seconds.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <cstdint>
#include <string>

namespace guildhall::room {

class ProgressBar {
 public:
  explicit ProgressBar(std::string unit);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::int64_t done, std::int64_t all);

 private:
  const std::string unit_;
  const bool terminal_;
  const std::int64_t began_ms_;
  std::int64_t next_ms_ = 0;
  bool shown_ = false;
};

// "[#####     ]  50 %  12 of 24 rows, 4/s, 3 s left"
std::string progress_text(std::int64_t done, std::int64_t all, std::int64_t passed_ms,
                          const std::string& unit);

}  // namespace guildhall::room
