// The main of unit-tests: runs every *_test.cpp and ends with the line that scripts/test.sh sums.
// Without arguments it runs them in as many processes as there are processors (at most kMaxShares),
// a few cases each in turn; with doctest's arguments in this one.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr unsigned kMaxShares = 4;
constexpr unsigned kAtOnce = 10;  // cases of a share, before the other shares' turn

struct Tally {
  unsigned known = 0;  // cases that the arguments choose
  unsigned ran = 0;
  unsigned failed = 0;
};
Tally g_tally;  // doctest runs its cases on one thread, before main reads this

// Keeps the figures of the run; doctest's console reporter prints the failures themselves.
class Counter : public doctest::IReporter {
 public:
  explicit Counter(const doctest::ContextOptions& /*options*/) {}
  void report_query(const doctest::QueryData& /*data*/) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats& stats) override {
    g_tally.known = stats.numTestCasesPassingFilters;
    g_tally.failed += stats.numTestCasesFailed;
  }
  void test_case_start(const doctest::TestCaseData& /*data*/) override { ++g_tally.ran; }
  void test_case_reenter(const doctest::TestCaseData& /*data*/) override {}
  void test_case_end(const doctest::CurrentTestCaseStats& /*stats*/) override {}
  void test_case_exception(const doctest::TestCaseException& /*error*/) override {}
  void subcase_start(const doctest::SubcaseSignature& /*signature*/) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData& /*data*/) override {}
  void log_message(const doctest::MessageData& /*data*/) override {}
  void test_case_skipped(const doctest::TestCaseData& /*data*/) override {}
};

DOCTEST_REGISTER_LISTENER("counter", 1, Counter);

// Those whose turn is this share's.
int run_share(unsigned share, unsigned shares) {
  int code = 0;
  unsigned first = 1 + share * kAtOnce;
  do {
    doctest::Context context;
    context.setOption("first", static_cast<int>(first));
    context.setOption("last", static_cast<int>(first + kAtOnce - 1));
    context.setOption("minimal", true);
    code |= context.run();
    first += shares * kAtOnce;
  } while (first <= g_tally.known);
  return code;
}

// What a share's process says at its end; one that dies says nothing.
bool take_share(int from, Tally& all) {
  Tally share;
  bool said = read(from, &share, sizeof share) == sizeof share;
  close(from);
  all.known = std::max(all.known, share.known);
  all.ran += share.ran;
  all.failed += share.failed;
  return said;
}

int run_shares(unsigned shares) {
  std::vector<int> pipes;
  for (unsigned share = 0; share < shares; ++share) {
    int ends[2];
    if (pipe(ends) != 0) return 1;
    if (fork() == 0) {
      int code = run_share(share, shares);
      bool told = write(ends[1], &g_tally, sizeof g_tally) == sizeof g_tally;
      std::exit(told ? code : 1);
    }
    close(ends[1]);
    pipes.push_back(ends[0]);
  }
  bool good = true;
  for (int from : pipes) good = take_share(from, g_tally) && good;
  for (int status = 0; wait(&status) > 0;) good = good && status == 0;
  if (!good && g_tally.failed == 0) g_tally.failed = 1;  // one died before it could tell
  good = good && g_tally.ran == g_tally.known;
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int code = 0;
  if (argc == 1) {
    code = run_shares(std::clamp(std::thread::hardware_concurrency(), 1U, kMaxShares));
  } else {
    doctest::Context context(argc, argv);
    code = context.run();
  }
  if (g_tally.ran > 0) {
    std::printf("%u passed, %u failed, 0 skipped\n", g_tally.ran - g_tally.failed, g_tally.failed);
  }
  return code;
}
