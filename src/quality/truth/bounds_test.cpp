// What variational methods maximise never falls from one sweep to the next; a likelihood under
// their parameters alone, or a divergence that lacks a part, does.
#include <doctest/doctest.h>

#include "quality/real_sets.h"
#include "quality/truth/ebcc.h"
#include "quality/truth/mace.h"

namespace guildhall::quality {
namespace {

template <class Options>
void check_rises(const char* name, Result<Truth> (*method)(const Judgments&, Gold, const Options&),
                 std::initializer_list<int> sweeps) {
  auto set = real_set(name);
  if (!set) {
    MESSAGE("skipped: no test data");
    return;
  }
  CAPTURE(std::string(name));
  Options options;
  options.starts = 1;
  double before = -1e300;
  for (int most : sweeps) {
    CAPTURE(most);
    options.stopping = {0, most};
    auto truth = *method(set->judgments, {}, options);
    CHECK(truth.objective > before - 1e-3);
    before = truth.objective;
  }
}

TEST_CASE("MACE's bound rises") {
  check_rises<MaceOptions>("bluebird", mace, {1, 2, 4, 8, 16, 32, 64});
  check_rises<MaceOptions>("zencrowd_in", mace, {1, 2, 5, 10, 20, 50, 100, 150, 250});
}

TEST_CASE("EBCC's bound rises") {
  check_rises<EbccOptions>("bluebird", ebcc, {1, 2, 4, 8, 16, 32});
  check_rises<EbccOptions>("quiz_english", ebcc, {1, 2, 4, 8});
}

TEST_CASE("more starts never end in a lower bound") {
  auto set = real_set("bluebird");
  if (!set) {
    MESSAGE("skipped: no test data");
    return;
  }
  EbccOptions options;
  options.starts = 1;
  const double one = ebcc(set->judgments, {}, options)->objective;
  options.starts = 4;
  CHECK(ebcc(set->judgments, {}, options)->objective > one + 1);
}

}  // namespace
}  // namespace guildhall::quality
