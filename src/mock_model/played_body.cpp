#include "mock_model/played_body.h"

#include "base/clock.h"
#include "base/limits.h"

namespace guildhall::mock_model {

void PlayedBody::start(std::function<void()> wake) {
  wake_ = std::move(wake);
  start_ms_ = monotonic_ms();
}

Result<bool> PlayedBody::take(std::string& out) {
  const std::size_t from = out.size();
  const std::int64_t now_ms = monotonic_ms() - start_ms_;
  while (next_ < script_.cues.size() && script_.cues[next_].due_ms <= now_ms &&
         out.size() - from < kMockTakeBytes) {
    out += script_.cues[next_++].text;
  }
  const bool whole = next_ == script_.cues.size();
  if (whole && script_.end == Script::End::whole) return true;
  if (out.size() > from) return false;  // asked again when that is sent
  if (whole) return end();
  timer_.at(start_ms_ + script_.cues[next_].due_ms, wake_);
  return false;
}

Result<bool> PlayedBody::end() {
  switch (script_.end) {
    case Script::End::cut: return fail(Fault::internal, "cut", {});
    case Script::End::reset: return fail(Fault::gone, "reset", {});
    case Script::End::whole:
    case Script::End::stall: break;
  }
  return false;
}

}  // namespace guildhall::mock_model
