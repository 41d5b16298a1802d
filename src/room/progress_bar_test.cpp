#include "room/progress_bar.h"

#include <doctest/doctest.h>

namespace guildhall::room {

TEST_CASE("progress is told with its rate and what is left") {
  CHECK(progress_text(0, 20, 5'000, "rows") ==
        "[                              ]   0 %  0 of 20 rows");
  CHECK(progress_text(10, 20, 5'000, "rows") ==
        "[###############               ]  50 %  10 of 20 rows, 2/s, 5 s left");
  CHECK(progress_text(1, 1'000, 60'000, "rows").ends_with("16 h 39 min left"));
  CHECK(progress_text(0, 0, 0, "rows").starts_with("[##############################] 100 %"));
  CHECK(progress_text(9, 3, 1'000, "rows").find("3 of 3") != std::string::npos);
}

}  // namespace guildhall::room
