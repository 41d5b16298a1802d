// What is wrong in the vaults that tests/fault must catch, one fault each. Linked into test builds
// only (guildhall-vault-late, guildhall-vault-twice), where Log::append is wrapped.
//
//   late    an opening is answered before its leaf is durable, 100 ms before
//   twice   where the deeds stand is written after them, so that a death between makes them anew
#include <chrono>
#include <deque>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "tlog/log.h"

namespace guildhall::tlog {
namespace {

using Appended = Result<std::uint64_t>;
using Leaves = std::span<const std::string>;

}  // namespace

// What the linker's --wrap calls them (CMakeLists.txt).
#define GH_APPEND                                                    \
  "_ZN9guildhall4tlog3Log6appendESt4spanIKNSt7__cxx1112basic_string" \
  "IcSt11char_traitsIcESaIcEEELm18446744073709551615EESt17basic_string_viewIcS6_E"
Appended real_append(Log* log, Leaves leaves, std::string_view mark) asm("__real_" GH_APPEND);
Appended wrapped_append(Log* log, Leaves leaves, std::string_view mark) asm("__wrap_" GH_APPEND);

#ifdef GUILDHALL_MUTANT_LATE
struct Waiting {
  Log* log;
  std::vector<std::string> leaves;
  std::int64_t due_ms;
};

class Lates {
 public:
  void take(Waiting one) {
    MutexLock lock(mutex_);
    waiting_.push_back(std::move(one));
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      MutexLock lock(mutex_);
      for (; !waiting_.empty() && waiting_.front().due_ms <= monotonic_ms(); waiting_.pop_front()) {
        (void)real_append(waiting_.front().log, waiting_.front().leaves, {});
      }
    }
  }

  Mutex mutex_;
  std::deque<Waiting> waiting_ GUARDED_BY(mutex_);
  std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};
};

constexpr std::int64_t kLateMs = 100;

Appended wrapped_append(Log* log, Leaves leaves, std::string_view mark) {
  static Lates lates;
  bool opening = !leaves.empty() && leaves[0].find(R"("verb":"content.open")") != std::string::npos;
  if (!opening) return real_append(log, leaves, mark);
  lates.take({log, {leaves.begin(), leaves.end()}, monotonic_ms() + kLateMs});
  return 0;
}
#else
constexpr auto kBetween = std::chrono::milliseconds(60);

Appended wrapped_append(Log* log, Leaves leaves, std::string_view mark) {
  if (mark.empty() || leaves.empty()) return real_append(log, leaves, mark);
  auto done = real_append(log, leaves, {});
  std::this_thread::sleep_for(kBetween);
  if (done) TRY(real_append(log, {}, mark));
  return done;
}
#endif

}  // namespace guildhall::tlog
