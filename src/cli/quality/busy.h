// A line on standard error that says what is being done and for how long, where a person looks on.
//
// Concurrency: one thread of its own draws; the owner's methods from one thread.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

namespace guildhall::cli {

class Busy {
 public:
  // Draws only on a terminal, and nothing before the first second is over.
  explicit Busy(std::string what);
  ~Busy();  // wipes the line
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

  void now(std::string what);
  void share(double done) { done_ = done; }  // 0 to 1; below 0: not known

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::string what_;
  std::atomic<double> done_ = -1;
  bool drawn_ = false;
  std::jthread thread_;
};

}  // namespace guildhall::cli
