#include "room/shown_tasks.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace guildhall::room {
namespace {

constexpr ProjectId kOne{1};
constexpr ProjectId kTwo{2};

TEST_CASE("what was shown is held until its project's key goes") {
  ShownTasks shown;
  shown.keep(kOne, ContentRef{7}, "{\"a\":1}", shown.forgettings());
  shown.keep(kTwo, ContentRef{7}, "{\"b\":2}", shown.forgettings());
  CHECK(shown.find(kOne, ContentRef{7}) == "{\"a\":1}");
  CHECK_FALSE(shown.find(kOne, ContentRef{8}));
  shown.forget(kOne);
  CHECK_FALSE(shown.find(kOne, ContentRef{7}));
  CHECK(shown.find(kTwo, ContentRef{7}) == "{\"b\":2}");
  shown.forget();
  CHECK_FALSE(shown.find(kTwo, ContentRef{7}));
}

TEST_CASE("what was opened before the key went is not kept after it") {
  ShownTasks shown;
  auto since = shown.forgettings();
  shown.forget(kTwo);
  shown.keep(kOne, ContentRef{7}, "{}", since);
  CHECK_FALSE(shown.find(kOne, ContentRef{7}));
}

TEST_CASE("the oldest make way, and large ones are not held") {
  ShownTasks shown;
  std::string large(kMaxShownTask, ' ');
  shown.keep(kOne, ContentRef{1}, large + " ", 0);
  CHECK_FALSE(shown.find(kOne, ContentRef{1}));
  auto count = static_cast<std::int64_t>(kMaxShownTasks / kMaxShownTask);
  for (std::int64_t i = 0; i <= count; ++i) shown.keep(kOne, ContentRef{10 + i}, large, 0);
  CHECK_FALSE(shown.find(kOne, ContentRef{10}));
  CHECK(shown.find(kOne, ContentRef{11}));
  CHECK(shown.find(kOne, ContentRef{10 + count}));
  shown.forget(kOne);
  for (std::int64_t i = 0; i < count; ++i) shown.keep(kTwo, ContentRef{10 + i}, large, 1);
  CHECK(shown.find(kTwo, ContentRef{10}));  // what was forgotten takes no room
}

}  // namespace
}  // namespace guildhall::room
