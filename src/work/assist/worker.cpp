#include "work/assist/worker.h"

#include <algorithm>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "work/assist/asks.h"

namespace guildhall::work::assist {
namespace {

using dialogue::Ended;
using dialogue::NodeState;
using store::Tx;

constexpr std::int64_t kTasksAtOnce = 64;  // rows of one look

// The model was there and did not do it: that is a try. Anything else is no word about the task.
bool is_a_try(std::string_view type) {
  return type == "refused-by-policy" || type == "upstream-cut" || type == "upstream-timeout" ||
         type == "upstream-malformed";
}

// So many asks at most make up the tasks that are wanted, whatever comes of each.
std::int64_t most_asks(const WorkTerms& terms) {
  return 2 * ((terms.count + kMadeUpAtOnce - 1) / kMadeUpAtOnce);
}

}  // namespace

struct Worker::Bell {
  Mutex mutex;
  CondVar rung;
  bool news GUARDED_BY(mutex) = false;
  bool stopping GUARDED_BY(mutex) = false;

  void ring(bool stop = false) {
    MutexLock lock(mutex);
    news = true;
    stopping = stopping || stop;
    rung.notify_one();
  }
  // False when it is to stop.
  bool wait(std::int64_t ms) {
    MutexLock lock(mutex);
    if (!news && !stopping) rung.wait_for_ms(mutex, ms);
    news = false;
    return !stopping;
  }
};

// One task that a model is asked about.
struct Worker::Job {
  struct Replies {
    Mutex mutex;
    std::vector<std::string> texts GUARDED_BY(mutex);
    std::vector<Ended> ends GUARDED_BY(mutex);
  };

  std::shared_ptr<const ModelWork> work;
  WantedTask task;
  Question question;
  std::shared_ptr<Replies> replies;
  std::vector<std::shared_ptr<dialogue::Call>> calls;

  bool over() const {
    MutexLock lock(replies->mutex);
    return replies->ends.size() == question.bodies.size();
  }
};

class Worker::Ear final : public dialogue::Listener {
 public:
  Ear(std::shared_ptr<Job::Replies> replies, std::shared_ptr<Bell> bell, std::size_t which)
      : replies_(std::move(replies)), bell_(std::move(bell)), which_(which) {}

  void on_text(std::string_view delta) override {
    MutexLock lock(replies_->mutex);
    auto& text = replies_->texts[which_];
    text += delta.substr(0, kMaxWorkReply - std::min(kMaxWorkReply, text.size()));
  }
  void on_end(const Ended& ended) override {
    {
      MutexLock lock(replies_->mutex);
      replies_->ends.push_back(ended);
    }
    bell_->ring();
  }

 private:
  const std::shared_ptr<Job::Replies> replies_;
  const std::shared_ptr<Bell> bell_;
  const std::size_t which_;
};

Worker::Worker(const Context& ctx, dialogue::Models& judges, dialogue::Models& drafters)
    : ctx_(ctx), judges_(judges), drafters_(drafters), bell_(std::make_shared<Bell>()) {}

Worker::~Worker() { stop(); }

void Worker::start(May may) {
  may_ = std::move(may);
  thread_ = std::thread([this] { run(); });
}

void Worker::stop() {
  bell_->ring(true);
  if (thread_.joinable()) thread_.join();
}

void Worker::changed(ProjectId project) {
  MutexLock lock(mutex_);
  changed_.insert(project);
}

void Worker::run() {
  while (bell_->wait(kModelWorkLookMs)) {
    if (!may_({})) {  // what is under way is another's now, or nobody's
      jobs_.clear();
      places_.clear();
      continue;
    }
    finish();
    look();
  }
  jobs_.clear();
}

// ---- what is to be asked
void Worker::look() {
  auto works = ctx_.db.read_as([&](Tx& tx) { return running_work(tx, ctx_); });
  if (!works) return;
  std::set<ProjectId> changed;
  {
    MutexLock lock(mutex_);
    changed.swap(changed_);
  }
  std::set<ModelWorkId> running;
  for (const auto& work : *works) {
    running.insert(work.id);
    if (!changed.contains(work.project)) continue;
    places_[work.id].look_again = true;
  }
  std::erase_if(jobs_, [&](const auto& job) { return !running.contains(job.first.first); });
  std::erase_if(places_, [&](const auto& place) { return !running.contains(place.first); });
  // Each has its part, and the first of one look is the last of the next.
  if (works->empty()) return;
  auto part = std::max<std::size_t>(1, kModelWorkAtOnce / works->size());
  std::ranges::rotate(*works,
                      works->begin() + static_cast<std::ptrdiff_t>(++turn_ % works->size()));
  for (auto& work : *works) {
    if (!may_(work.project)) {
      drop(work.id);
    } else if (auto looked = look_at(work, part); !looked) {
      rest(work, looked.error().type);
    }
  }
}

Result<void> Worker::look_at(const ModelWork& work, std::size_t part) {
  auto& place = places_[work.id];
  if (monotonic_ms() < place.rest_until_ms) return {};
  if (std::exchange(place.answered, false) && work.phase != kGoesOn) {
    say(work, kGoesOn);
    return {};  // what else there is to say of it is said at the next look
  }
  auto held = static_cast<std::size_t>(
      std::ranges::count_if(jobs_, [&](const auto& job) { return job.first.first == work.id; }));
  auto free = kModelWorkAtOnce - std::min(kModelWorkAtOnce, jobs_.size());
  auto most = std::min(free, part - std::min(part, held));
  if (most == 0) return {};
  if (place.ended && !std::exchange(place.look_again, false)) return {};
  if (place.ended) place.after = {};
  place.ended = false;
  auto whole = std::make_shared<ModelWork>(work);
  if (place.terms_version != work.version) {
    place.terms = TRY(
        ctx_.db.read_as([&](Tx& tx) { return open_terms(tx, ctx_, work, store::Reason::work); }));
    place.terms_version = work.version;
  }
  whole->terms = place.terms;
  auto tasks = TRY(find(*whole, place, most));
  for (const auto& task : tasks) TRY(begin(whole, task));
  if (place.ended && tasks.empty() && held == 0) say(work, kDone);
  return {};
}

Result<std::vector<WantedTask>> Worker::find(const ModelWork& work, Place& place,
                                             std::size_t most) {
  std::vector<WantedTask> found;
  auto keep = [&](const WantedTask& task) {
    if (!jobs_.contains({work.id, task.task})) found.push_back(task);
  };
  if (work.kind == WorkKind::generate) {
    auto left = work.terms.count - work.counts.made;
    auto asks = std::min<std::int64_t>((left + kMadeUpAtOnce - 1) / kMadeUpAtOnce,
                                       std::ssize(jobs_) + static_cast<std::int64_t>(most));
    auto all = TRY(ctx_.db.read_as(
        [&](Tx& tx) { return wanted_asks(tx, ctx_, work, most_asks(work.terms), asks); }));
    for (const auto& task : all) {
      if (found.size() < most) keep(task);
    }
    place.ended = all.empty();
    return found;
  }
  while (found.size() < most && !place.ended) {
    auto tasks = TRY(ctx_.db.read_as(
        [&](Tx& tx) { return wanted_tasks(tx, ctx_, work, place.after, kTasksAtOnce); }));
    place.ended = std::ssize(tasks) < kTasksAtOnce;
    for (const auto& task : tasks) {
      if (found.size() == most) {
        place.ended = false;
        break;
      }
      place.after = task.task;
      if (is_drawn(work.id, task.task, work.terms.share)) keep(task);
    }
  }
  return found;
}

// ---- asking
Result<void> Worker::begin(const std::shared_ptr<const ModelWork>& work, const WantedTask& task) {
  auto job = std::make_shared<Job>();
  job->work = work;
  job->task = task;
  auto question = make_question(ctx_, *work, task);
  if (question) {
    job->question = *std::move(question);
    TRY(ask(job));
    jobs_[{work->id, task.task}] = job;
    return {};
  }
  bool about_the_task =
      question.error().fault == Fault::invalid || question.error().fault == Fault::too_large;
  if (!about_the_task) return std::unexpected(question.error());
  Outcome outcome;
  outcome.state = AnswerState::left;
  outcome.reason = question.error().type;
  TRY(put(*job, std::move(outcome)));
  return {};
}

Result<void> Worker::ask(const std::shared_ptr<Job>& job) {
  const auto& bodies = job->question.bodies;
  job->calls.clear();
  job->replies = std::make_shared<Job::Replies>();
  {
    MutexLock lock(job->replies->mutex);
    job->replies->texts.resize(bodies.size());
  }
  auto& models = job->work->kind == WorkKind::judge ? judges_ : drafters_;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    job->calls.push_back(
        TRY(models.ask({job->work->project, MemberId{}, job->work->terms.model, bodies[i]},
                       std::make_shared<Ear>(job->replies, bell_, i))));
  }
  return {};
}

// ---- what came of it
void Worker::finish() {
  std::vector<JobKey> over;
  for (const auto& [key, job] : jobs_) {
    if (job->over()) over.push_back(key);
  }
  for (const auto& key : over) {
    auto at = jobs_.find(key);
    if (at == jobs_.end()) continue;  // its work rests
    auto job = at->second;
    auto done = finish_one(*job);
    if (!done) {
      rest(*job->work, done.error().type);
      continue;
    }
    if (*done) {
      jobs_.erase(key);
    } else if (auto asked = ask(job); !asked) {
      rest(*job->work, asked.error().type);
    }
  }
}

Result<bool> Worker::finish_one(Job& job) {
  std::vector<std::string> texts;
  std::vector<Ended> ends;
  {
    MutexLock lock(job.replies->mutex);
    texts = job.replies->texts;
    ends = job.replies->ends;
  }
  Outcome outcome;
  const Ended* failed = nullptr;
  for (const auto& end : ends) {
    outcome.cost += end.cost;
    if (end.exchange) outcome.origin.exchanges.push_back(end.exchange);
    if (end.state == NodeState::complete) continue;
    if (failed == nullptr || !is_a_try(end.type)) failed = &end;
  }
  if (failed != nullptr && !is_a_try(failed->type)) {
    return fail(Fault::unavailable, failed->type, failed->why);
  }
  bool again = true;
  if (failed != nullptr) {
    outcome.reason = failed->type;
  } else if (auto read = read_replies(*job.work, job.question, texts, outcome); read) {
    outcome.state = AnswerState::answered;
  } else {
    outcome.reason = read.error().type;
    again = is_worth_another_try(read.error());
  }
  bool answered = outcome.state == AnswerState::answered;
  bool last = !again || job.task.tries + 1 >= job.work->terms.tries;
  if (!answered && last) outcome.state = AnswerState::left;
  bool written = TRY(put(job, std::move(outcome)));
  auto& place = places_[job.work->id];
  place.rest_ms = 0;
  place.answered = true;
  ++job.task.tries;
  return !written || answered || last;
}

Result<bool> Worker::put(Job& job, Outcome outcome) {
  outcome.work = job.work.get();
  outcome.task = job.task.task;
  outcome.template_version = job.question.form_version;
  outcome.origin.model = job.work->terms.model;
  outcome.origin.prompt = job.work->terms.prompt;
  outcome.origin.prompt_version = job.work->terms.prompt_version;
  return put_outcome(ctx_, outcome);
}

// ---- waiting
void Worker::rest(const ModelWork& work, std::string_view why) {
  drop(work.id);
  auto& place = places_[work.id];
  place.rest_ms = std::clamp(2 * place.rest_ms, kModelWorkRestMs, kModelWorkMostRestMs);
  place.rest_until_ms = monotonic_ms() + place.rest_ms;
  place.after = {};
  place.ended = false;
  say(work, why);
}

void Worker::say(const ModelWork& work, std::string_view phase) {
  if (work.phase == phase) return;  // as it was when it was read, at the last look
  if (auto set = set_phase(ctx_, work, phase); !set) {
    log_line(LogLevel::warning, "a model's work could not say how it stands",
             {{"type", set.error().type}});
  }
}

void Worker::drop(ModelWorkId work) {
  std::erase_if(jobs_, [&](const auto& job) { return job.first.first == work; });
  if (auto at = places_.find(work); at != places_.end()) {
    at->second.terms = {};
    at->second.terms_version = 0;
    at->second.after = {};
    at->second.ended = false;
  }
}

}  // namespace guildhall::work::assist
