// The quality of a room's projects, live: their judgments held in memory while the key is, brought
// up to date when somebody looks, and the figures made of them, kept until a judgment changes.
// Nothing of it runs inside a claim or a submission: what was submitted here is put down (`note`)
// and taken in at the next look, without a second opening. The figures are computed by a thread of
// this object: who looks waits for them a moment, and gets those of before where they take longer.
//
// With several processes each holds its own; what others took is seen by its deeds.
//
// Concurrency: any thread. One at a time reads a project up to date; others wait for it, `note`
// never does. What is being computed when a key goes is thrown away when it is done.
// Limits: kMaxHeldJudgments over all projects: the one looked at longest ago is forgotten.
// kQualityWaitMs, kQualityEveryMs.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <thread>

#include "base/mutex.h"
#include "room/quality/figures.h"
#include "room/quality/reader.h"

namespace guildhall::room {

// What a submission in hand says, so that nobody opens it again.
struct NotedAnswer {
  AssignmentId id;
  TaskId task;
  bool gold = false;
  ContentRef ref;
  TimeMs at = 0;
  std::vector<work::ClosedQuestion> questions;
  std::vector<work::Judgment> judgments;
};

// How far the answers are read, now; the figures may be some seconds older.
struct Reading {
  bool done = true;  // everything there is
  std::size_t answers = 0;
  std::size_t read = 0;
  std::size_t left_out = 0;
  std::size_t damaged = 0;
};

struct Look {
  std::shared_ptr<const Figures> figures;  // computed_at 0: the first are still being computed
  Reading reading;
  bool fresh = true;  // nothing was judged since they were computed
};

class LiveQuality {
 public:
  LiveQuality() = default;
  ~LiveQuality() { stop(); }

  // After the commit. Kept where the project is held already.
  void note(ProjectId project, NotedAnswer answer) EXCLUDES(mutex_);
  bool holds(ProjectId project) EXCLUDES(mutex_);

  // The figures as of now, or of the last seconds. locked/"locked" while the key is away.
  Result<Look> look(const work::Context& ctx, ProjectId project, MemberId whom) EXCLUDES(mutex_);

  // Of all that is opened for figures.
  OpeningPace& pace() { return pace_; }

  // When a key goes.
  void forget(ProjectId project) EXCLUDES(mutex_);
  void forget() EXCLUDES(mutex_);

  // Waits for what is being computed; nothing is after it.
  void stop() EXCLUDES(mutex_);

 private:
  struct Live;
  void run() EXCLUDES(mutex_);
  static void compute(Live& live);
  void ask_for(const std::shared_ptr<Live>& live) EXCLUDES(mutex_);
  std::shared_ptr<Live> live_of(ProjectId project) EXCLUDES(mutex_);
  Result<Reading> catch_up(const work::Context& ctx, ProjectId project, MemberId whom, Live& live,
                           TimeMs now);
  std::vector<NotedAnswer> take_noted(ProjectId project) EXCLUDES(mutex_);
  void make_way(ProjectId project) EXCLUDES(mutex_);

  Mutex mutex_;
  std::map<ProjectId, std::shared_ptr<Live>> projects_ GUARDED_BY(mutex_);
  std::map<ProjectId, std::vector<NotedAnswer>> noted_ GUARDED_BY(mutex_);
  std::uint64_t looks_ GUARDED_BY(mutex_) = 0;
  std::deque<std::shared_ptr<Live>> asked_ GUARDED_BY(mutex_);
  CondVar wanted_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread computing_ GUARDED_BY(mutex_);
  OpeningPace pace_;
};

}  // namespace guildhall::room
