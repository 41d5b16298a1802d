#include "room/demo_work.h"

#include <map>

#include "base/limits.h"
#include "room/demo_samples.h"
#include "work/delivery_job.h"
#include "work/import_job.h"
#include "work/place.h"
#include "work/project.h"
#include "work/submission.h"
#include "work/task_body.h"

namespace guildhall::room {
namespace {

using store::Tx;
using work::Actor;
using work::Assignment;
using work::TaskKind;
using work::Verdict;

constexpr std::int64_t kMinuteMs = 60'000;
// How far before now the last simulated person started.
constexpr std::int64_t kStillWorkingMs = 3 * kMinuteMs;
constexpr std::int64_t kDeliveryWaitMs = 10'000;

// One project with what its samples say.
struct Story {
  const work::Context& ctx;
  FakeClock& clock;
  const DemoPeople& people;
  ProjectId project;
  std::size_t samples = 0;
  std::string (*answers)(std::size_t sample, bool second);
  std::map<std::int64_t, std::size_t> sample_of;  // by task
  std::map<std::size_t, int> answered;
};

struct ReviewStep {
  Verdict verdict;
  const char* reason;
  const char* note;
};

std::string other_letter(std::string_view letter) { return letter == "a" ? "b" : "a"; }

std::string preference_answers(std::size_t index, bool second) {
  const auto& sample = preference_samples()[index];
  // One pair of people who see it differently, so that there is something to settle.
  bool differs = second && sample.key == "law-notice";
  JsonWriter out;
  out.begin_object().field("choice",
                           differs ? other_letter(sample.choice) : std::string(sample.choice));
  out.field("strength", differs ? 1 : sample.strength);
  std::string_view why = second ? sample.why_too : sample.why;
  if (!why.empty()) out.field("justification", why);
  out.end_object();
  return out.take();
}

std::string rubric_answers(std::size_t index, bool second) {
  const auto& sample = rubric_samples()[index];
  JsonWriter out;
  out.begin_object().key("criteria").begin_object();
  for (const auto& criterion : sample.criteria) {
    out.key(criterion.id);
    bool unsure = second && !criterion.met && criterion.points > 0;
    unsure ? out.null() : out.boolean(criterion.met);
  }
  out.end_object();
  if (!second && !sample.why.empty()) out.field("justification", sample.why);
  out.end_object();
  return out.take();
}

std::string preference_lines() {
  std::string lines;
  for (const auto& sample : preference_samples()) {
    JsonWriter out;
    out.begin_object().field("key", sample.key).key("data").begin_object();
    out.field("prompt", flowed(sample.prompt)).key("responses").begin_array();
    for (auto text : {sample.a, sample.b}) {
      out.begin_object().field("text", flowed(text)).end_object();
    }
    out.end_array().end_object();
    if (sample.check) {
      out.key("gold").begin_object().key("answers").begin_object();
      out.field("choice", sample.choice).end_object();
      out.field("reason", sample.why).end_object();
    }
    out.end_object();
    lines += out.text() + "\n";
  }
  return lines;
}

std::string rubric_lines() {
  std::string lines;
  for (const auto& sample : rubric_samples()) {
    JsonWriter out;
    out.begin_object().field("key", sample.key).key("data").begin_object();
    out.field("prompt", flowed(sample.prompt)).field("response", flowed(sample.response));
    out.key("rubric").begin_array();
    for (const auto& criterion : sample.criteria) {
      out.begin_object().field("id", criterion.id).field("criterion", criterion.criterion);
      out.field("points", criterion.points).field("gate", criterion.gate).end_object();
    }
    out.end_array().end_object().end_object();
    lines += out.text() + "\n";
  }
  return lines;
}

template <class Sample>
Result<void> find_tasks(Story& story, std::span<const Sample> samples) {
  return story.ctx.db.read([&](Tx& tx) -> Result<void> {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      auto task = TRY(work::find_task_by_key(tx, story.ctx, story.project, samples[i].key));
      story.sample_of[task.value] = i;
    }
    return {};
  });
}

Result<Assignment> claim_one(Story& story, const Actor& who, TaskKind kind) {
  auto claimed = TRY(work::claim(story.ctx, who, story.project, kind));
  if (claimed.assignment) return *claimed.assignment;
  return fail(Fault::internal, "demo", "The demo's story found no task.");
}

// Takes tasks until one of them was no check task, and answers each.
Result<void> answer_next(Story& story, std::size_t expert, bool to_review) {
  const Actor& who = story.people.experts[expert];
  for (bool counted = false; !counted;) {
    auto a = TRY(claim_one(story, who, TaskKind::work));
    counted = a.kind == TaskKind::work;
    std::size_t sample = story.sample_of[a.task.value];
    work::SubmitIn in;
    in.proof = {story.project, a.id, a.token};
    in.answers_json = story.answers(sample, counted && story.answered[sample]++ > 0);
    in.active_ms = kMinuteMs * (3 + static_cast<std::int64_t>(sample * 2 + expert) % 5);
    in.review_drawn = counted && to_review;
    if (!counted) in.gold_right = true;
    story.clock.advance_ms(in.active_ms + kMinuteMs);
    TRY(work::submit(story.ctx, who, in));
  }
  return {};
}

Result<void> review_next(Story& story, const ReviewStep& step) {
  const Actor& who = story.people.reviewer;
  auto lease = TRY(claim_one(story, who, TaskKind::review));
  auto task = TRY(story.ctx.db.read_as(
      [&](Tx& tx) { return work::find_task(tx, story.ctx.room, story.project, lease.task); }));
  work::Judgement judgement{story.project, task.origin, lease.token, step.verdict,
                            step.reason,   step.note,   {},          2 * kMinuteMs};
  if (step.verdict == Verdict::fix) {
    judgement.fixed_answers_json = story.answers(story.sample_of[task.parent.value], false);
  }
  story.clock.advance_ms(3 * kMinuteMs);
  TRY(work::judge(story.ctx, who, judgement));
  return {};
}

Result<void> play_preference(Story& story) {
  constexpr ReviewStep kAccepted{Verdict::accept, "", "Agreed, and well put."};
  constexpr ReviewStep kReturned{Verdict::give_back, "incomplete",
                                 "Right choice, but please say why it changes nothing: which "
                                 "level is the default here?"};
  constexpr ReviewStep kFixed{Verdict::fix, "quality", "Same choice; the reason made precise."};
  TRY(answer_next(story, 0, true));
  TRY(answer_next(story, 0, false));
  TRY(answer_next(story, 1, false));
  TRY(review_next(story, kAccepted));
  TRY(answer_next(story, 1, false));  // differs: to be settled
  TRY(answer_next(story, 0, true));
  TRY(review_next(story, kReturned));
  TRY(answer_next(story, 1, false));
  TRY(answer_next(story, 2, true));
  TRY(review_next(story, kFixed));
  TRY(answer_next(story, 1, false));
  TRY(answer_next(story, 0, true));  // these two wait for a reviewer
  return answer_next(story, 2, true);
}

Result<void> play_rubric(Story& story) {
  constexpr ReviewStep kAccepted{Verdict::accept, "", "Each criterion as I would have it."};
  TRY(answer_next(story, 0, true));
  TRY(review_next(story, kAccepted));
  TRY(answer_next(story, 1, false));
  TRY(answer_next(story, 1, true));  // waits for a reviewer
  return answer_next(story, 2, false);
}

// Somebody is in the middle of a task as the demo starts.
Result<void> start_draft(Story& story, TimeMs now_ms) {
  const Actor& who = story.people.experts[0];
  story.clock.advance_ms(now_ms - kStillWorkingMs - story.clock.now_ms());
  auto a = TRY(claim_one(story, who, TaskKind::work));
  return work::save_draft(story.ctx, who, {story.project, a.id, a.token}, 1,
                          R"({"justification":"Still reading the second one."})");
}

Result<void> deliver(const work::Context& ctx, const Actor& manager, ProjectId project) {
  work::DeliveryBuilder builder(ctx);
  auto id = TRY(builder.request(manager, project,
                                {"trl-preference", json::object(), "First look at the data"}));
  builder.wait_ms(id, kDeliveryWaitMs);
  return {};
}

// By its name, or as it is written.
Result<work::Template> form_of(std::string_view form) {
  if (!form.starts_with('{')) return work::Template::builtin(form);
  return work::Template::parse(TRY(parse_json(form)));
}

}  // namespace

Result<ProjectId> make_demo_project(const work::Context& ctx, const Actor& manager,
                                    const NewDemoProject& in) {
  work::NewProject draft {
    std::string(in.title), TRY(form_of(in.form))
    , flowed(in.guidelines), TRY(work::patch_settings({}, TRY(parse_json(in.settings))))
  };
  auto project = TRY(work::create_project(ctx, manager, draft));
  work::ImportJob job(ctx, manager, project, {.content_type = "application/x-ndjson"});
  TRY(job.feed(in.lines));
  auto report = TRY(job.finish());
  if (report.rejected > 0) {
    return fail(Fault::internal, "demo", "A sample task does not fit its form.");
  }
  TRY(work::patch_project(ctx, manager, project, {.state = work::ProjectState::open}));
  return project;
}

Result<std::array<ProjectId, 2>> seed_work(const work::Context& ctx, FakeClock& clock,
                                           TimeMs now_ms, const DemoPeople& people) {
  auto preference = TRY(make_demo_project(
      ctx, people.manager,
      {"Helpful answers, first round", "preference", kPreferenceGuidelines,
       R"({"overlap":2,"lease_s":7200,"max_open":3,"review_percent":40,"gold_percent":10,
           "gold_feedback":true,"adjudicate":true})",
       preference_lines()}));
  auto rubric = TRY(make_demo_project(
      ctx, people.manager,
      {"Graded by specialists", "rubric", kRubricGuidelines,
       R"({"overlap":2,"lease_s":7200,"max_open":3,"review_percent":40,"adjudicate":true,
           "pay_minor":6500})",
       rubric_lines()}));
  Story first{ctx, clock, people, preference, preference_samples().size(), preference_answers,
              {},  {}};
  TRY(find_tasks(first, preference_samples()));
  TRY(play_preference(first));
  Story second{ctx, clock, people, rubric, rubric_samples().size(), rubric_answers, {}, {}};
  TRY(find_tasks(second, rubric_samples()));
  TRY(play_rubric(second));
  TRY(deliver(ctx, people.manager, preference));
  TRY(start_draft(first, now_ms));
  return std::array{preference, rubric};
}

}  // namespace guildhall::room
