#include "room/review_words.h"

#include <algorithm>

namespace guildhall::room {
namespace {

constexpr std::string_view kReasons[] = {"wrong",   "guidelines", "incomplete",
                                         "quality", "spam",       "other"};

}  // namespace

Result<work::Verdict> verdict_of(const Call& call) {
  if (auto verdict = work::from_word<work::Verdict>(text_or(call.body, "verdict", ""))) {
    return *verdict;
  }
  return fail(Fault::invalid, "bad-verdict", "verdict is accept, fix, return or reject.",
              "/verdict");
}

Result<void> check_reason(std::string_view reason, bool needed) {
  bool known = std::ranges::find(kReasons, reason) != std::ranges::end(kReasons);
  if (known || (!needed && reason.empty())) return {};
  return fail(Fault::invalid, "bad-reason",
              "reason is wrong, guidelines, incomplete, quality, spam or other.", "/reason");
}

}  // namespace guildhall::room
