#include "room/quality/live.h"

#include <algorithm>
#include <atomic>

#include "base/clock.h"
#include "base/limits.h"

namespace guildhall::room {
namespace {

constexpr std::size_t kMostNoted = 65'536;  // of one project; what is beyond is opened later
constexpr std::int64_t kNotedMs = 600'000;  // how long one waits for its row to be seen
constexpr std::int64_t kRest = 10;          // computing takes at most a tenth of the time

}  // namespace

struct LiveQuality::Live {
  Mutex mutex;
  HeldProject held GUARDED_BY(mutex);
  ReadMark mark GUARDED_BY(mutex);
  std::vector<NotedAnswer> noted GUARDED_BY(mutex);
  std::shared_ptr<const Figures> figures GUARDED_BY(mutex);
  TimeMs now GUARDED_BY(mutex) = 0;  // of the last look
  bool reading_done GUARDED_BY(mutex) = false;
  bool asked GUARDED_BY(mutex) = false;  // figures are, or will be, computed
  std::optional<Error> failed GUARDED_BY(mutex);
  CondVar computed;
  std::int64_t next_ms GUARDED_BY(mutex) = 0;  // not computed again before
  std::atomic<std::size_t> judgments = 0;
  std::uint64_t looked = 0;  // under the collection's mutex
};

void LiveQuality::note(ProjectId project, NotedAnswer answer) {
  MutexLock lock(mutex_);
  if (!projects_.contains(project)) return;
  auto& noted = noted_[project];
  if (noted.size() < kMostNoted) noted.push_back(std::move(answer));
}

bool LiveQuality::holds(ProjectId project) {
  MutexLock lock(mutex_);
  return projects_.contains(project);
}

std::shared_ptr<LiveQuality::Live> LiveQuality::live_of(ProjectId project) {
  MutexLock lock(mutex_);
  auto& live = projects_[project];
  if (!live) live = std::make_shared<Live>();
  live->looked = ++looks_;
  return live;
}

std::vector<NotedAnswer> LiveQuality::take_noted(ProjectId project) {
  MutexLock lock(mutex_);
  auto taken = noted_.extract(project);
  return taken ? std::move(taken.mapped()) : std::vector<NotedAnswer>();
}

// Others are forgotten, the one looked at longest ago first, until what is held is within bounds.
void LiveQuality::make_way(ProjectId project) {
  MutexLock lock(mutex_);
  while (projects_.size() > 1) {
    std::size_t held = 0;
    auto oldest = projects_.end();
    for (auto at = projects_.begin(); at != projects_.end(); ++at) {
      held += at->second->judgments;
      bool older = oldest == projects_.end() || at->second->looked < oldest->second->looked;
      if (at->first != project && older) oldest = at;
    }
    if (held <= kMaxHeldJudgments || oldest == projects_.end()) return;
    noted_.erase(oldest->first);
    projects_.erase(oldest);
  }
}

Result<Reading> LiveQuality::catch_up(const work::Context& ctx, ProjectId project, MemberId whom,
                                      Live& live, TimeMs now) {
  live.mutex.assert_held();
  auto noted = take_noted(project);  // before the rows are read, which then have them
  std::ranges::move(noted, std::back_inserter(live.noted));
  TRY(follow_rows(ctx, project, live.mark, live.held));
  std::erase_if(live.noted, [&](const NotedAnswer& one) {
    live.mutex.assert_held();
    bool known = live.held.read(one.id, one.ref, one.questions, one.judgments);
    if (known && one.gold && !live.held.gold_ref(one.task)) {
      live.mark.amended.insert(one.task.value);
    }
    return known || one.at < now - kNotedMs;
  });
  bool done = TRY(open_unread(ctx, project, whom, pace_, live.mark, live.held));
  live.judgments = live.held.judgments();
  return Reading{done, live.held.answers(), live.held.answers_read(), live.held.left_out(),
                 live.held.damaged()};
}

Result<Look> LiveQuality::look(const work::Context& ctx, ProjectId project, MemberId whom) {
  auto live = live_of(project);
  MutexLock lock(live->mutex);
  live->now = TRY(ctx.db.read_as([](store::Tx& tx) { return Result<TimeMs>(tx.now()); }));
  auto reading = TRY(catch_up(ctx, project, whom, *live, live->now));
  live->reading_done = reading.done;
  make_way(project);
  bool fresh = live->figures && live->figures->version == live->held.version();
  bool first = !live->figures || (reading.done && !live->figures->whole);
  if (!fresh && !live->asked && (first || monotonic_ms() >= live->next_ms)) {
    live->asked = true;
    ask_for(live);
  }
  auto until_ms = monotonic_ms() + kQualityWaitMs;
  for (auto now_ms = monotonic_ms(); live->asked && now_ms < until_ms; now_ms = monotonic_ms()) {
    live->computed.wait_for_ms(live->mutex, until_ms - now_ms);
  }
  if (live->failed) return std::unexpected(*live->failed);
  static const auto kNone = std::make_shared<const Figures>();
  auto figures = live->figures ? live->figures : kNone;
  return Look{figures, reading, figures->version == live->held.version()};
}

void LiveQuality::ask_for(const std::shared_ptr<Live>& live) {
  MutexLock lock(mutex_);
  if (stopping_) return;
  asked_.push_back(live);
  if (!computing_.joinable()) computing_ = std::thread([this] { run(); });
  wanted_.notify_one();
}

void LiveQuality::run() {
  while (true) {
    std::shared_ptr<Live> live;
    {
      MutexLock lock(mutex_);
      while (asked_.empty() && !stopping_) wanted_.wait(mutex_);
      if (stopping_) return;
      live = std::move(asked_.front());
      asked_.pop_front();
    }
    compute(*live);
  }
}

void LiveQuality::compute(Live& live) {
  Figures data;
  {
    MutexLock lock(live.mutex);
    data = data_of(live.held);
    data.computed_at = live.now;
    data.whole = live.reading_done;
  }
  auto began_ms = monotonic_ms();
  auto made = room::computed(std::move(data));
  auto cost_ms = monotonic_ms() - began_ms;
  MutexLock lock(live.mutex);
  live.asked = false;
  live.failed.reset();
  live.next_ms = monotonic_ms() + std::min(kRest * cost_ms, kQualityEveryMs);
  if (made) {
    live.figures = std::make_shared<const Figures>(std::move(*made));
  } else {
    live.failed = std::move(made).error();
  }
  live.computed.notify_all();
}

void LiveQuality::stop() {
  std::thread computing;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    asked_.clear();
    computing.swap(computing_);
    wanted_.notify_all();
  }
  if (computing.joinable()) computing.join();
}

void LiveQuality::forget(ProjectId project) {
  MutexLock lock(mutex_);
  projects_.erase(project);
  noted_.erase(project);
}

void LiveQuality::forget() {
  MutexLock lock(mutex_);
  projects_.clear();
  noted_.clear();
}

}  // namespace guildhall::room
