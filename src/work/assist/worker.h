// Does what models are to do in projects (model_work.h): finds the tasks that want it, asks, reads
// the replies, tries again what could not be read, and leaves to people what still cannot.
//
// One process of a room works at a time: the one for which `may` says so. Where two do after all
// (the turn went over while a model was asked) the answer that is written first stands. What was
// under way when a process ended was not counted: it is asked again.
//
// A model that cannot be had (no key, no budget, nothing that answers) is no try of a task: the
// work rests, longer each time, and its phase says why. Nothing is asked about while the key of
// the room or of the project is away.
//
// Concurrency: a thread of its own; start and stop from one, `changed` from any. Stopping cancels
// what is under way. Limits: kModelWorkAtOnce, kMaxWorkReply, kModelWorkLookMs, kModelWorkRestMs,
// kModelWorkMostRestMs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "work/assist/answers.h"
#include "work/dialogue/models.h"

namespace guildhall::work::assist {

class Worker {
 public:
  // `judges` are asked under a project's key for judging, `drafters` under that for drafting.
  Worker(const Context& ctx, dialogue::Models& judges, dialogue::Models& drafters);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // May this process work on this project now? With no project: on any.
  using May = std::function<bool(ProjectId)>;
  void start(May may);
  void stop();
  // Something was done there: there may be other tasks.
  void changed(ProjectId project) EXCLUDES(mutex_);

 private:
  struct Job;
  struct Bell;
  class Ear;
  using JobKey = std::pair<ModelWorkId, TaskId>;
  // What is known of a work beside its row.
  struct Place {
    TaskId after;             // tasks up to here were looked at
    bool ended = false;       // there were none after it
    bool look_again = false;  // something was done since
    bool answered = false;    // and a model came to an end with one of its tasks
    std::int64_t rest_until_ms = 0;
    std::int64_t rest_ms = 0;
    std::int64_t terms_version = 0;  // 0: not opened
    WorkTerms terms;
  };

  void run();
  void look();
  // Begins so many of its tasks at most that it has this part of all that are under way.
  Result<void> look_at(const ModelWork& work, std::size_t part);
  Result<std::vector<WantedTask>> find(const ModelWork& work, Place& place, std::size_t most);
  Result<void> begin(const std::shared_ptr<const ModelWork>& work, const WantedTask& task);
  Result<void> ask(const std::shared_ptr<Job>& job);
  void finish();
  // False where the job is asked once more.
  Result<bool> finish_one(Job& job);
  Result<bool> put(Job& job, Outcome outcome);
  // Nothing of it goes on for a while.
  void rest(const ModelWork& work, std::string_view why);
  void say(const ModelWork& work, std::string_view phase);
  void drop(ModelWorkId work);

  const Context& ctx_;
  dialogue::Models& judges_;
  dialogue::Models& drafters_;
  May may_;
  const std::shared_ptr<Bell> bell_;
  Mutex mutex_;
  std::set<ProjectId> changed_ GUARDED_BY(mutex_);
  // The thread's own.
  std::map<JobKey, std::shared_ptr<Job>> jobs_;
  std::map<ModelWorkId, Place> places_;
  std::size_t turn_ = 0;
  std::thread thread_;
};

}  // namespace guildhall::work::assist
