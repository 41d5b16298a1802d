// A script, played as a live body: each cue at its time, by the clock and not by the last one, so
// that a slow reader does not shift what follows.
//
// Concurrency: LiveBody's. Limits: kMockTakeBytes a take.
#pragma once

#include <functional>

#include "mock_model/script.h"
#include "mock_model/timer.h"
#include "net/http.h"

namespace guildhall::mock_model {

class PlayedBody final : public net::LiveBody {
 public:
  PlayedBody(Script script, Timer& timer) : script_(std::move(script)), timer_(timer) {}
  void start(std::function<void()> wake) override;
  Result<bool> take(std::string& out) override;

 private:
  Result<bool> end();

  Script script_;
  Timer& timer_;
  std::function<void()> wake_;
  std::int64_t start_ms_ = 0;
  std::size_t next_ = 0;
};

}  // namespace guildhall::mock_model
