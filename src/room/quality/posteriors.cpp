#include "room/quality/posteriors.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace guildhall::room {
namespace {

constexpr int kLookAgainMs = 200;

work::Posteriors read_posteriors(const QuestionFigures& figures) {
  work::Posteriors out;
  out.parts = figures.parts;
  out.labels = figures.data.labels;
  auto classes = figures.judgments->classes();
  for (quality::Index item = 0; item < figures.judgments->items(); ++item) {
    auto row = figures.truth.of_item(item, classes);
    auto best = std::ranges::max_element(row);
    work::Posteriors::Of one{static_cast<std::uint16_t>(best - row.begin()),
                             static_cast<float>(*best)};
    auto [at, added] = out.by_task.try_emplace(figures.data.items[item].task.value, one);
    if (!added && one.p < at->second.p) at->second = one;
  }
  return out;
}

}  // namespace

Result<work::Posteriors> posteriors_of(const work::Context& ctx, LiveQuality& live,
                                       ProjectId project, const std::string& question,
                                       const std::function<bool()>& stopping) {
  auto asked = TRY(ctx.db.read_as([](store::Tx& tx) { return Result<TimeMs>(tx.now()); }));
  while (!stopping()) {
    auto [figures, reading, fresh] = TRY(live.look(ctx, project, MemberId{}));
    if (!figures->whole || (!fresh && figures->computed_at < asked)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kLookAgainMs));
      continue;
    }
    auto found = std::ranges::find_if(figures->questions, [&](const QuestionFigures& one) {
      return one.judgments && (question.empty() || one.id == question);
    });
    bool any = found != figures->questions.end();
    work::Posteriors out = any ? read_posteriors(*found) : work::Posteriors();
    out.question = any ? found->id : question;
    out.method = "auto";
    out.computed_at = figures->computed_at;
    return out;
  }
  return fail(Fault::unavailable, "stopping", "The server is stopping.");
}

}  // namespace guildhall::room
