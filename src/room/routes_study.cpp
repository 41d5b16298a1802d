#include <algorithm>
#include <optional>

#include "room/render.h"
#include "room/room.h"
#include "work/project.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr double kHourMs = 3'600'000;

// The question that is asked for; without one the first answered one that `fits`.
template <class Fits>
Result<const QuestionFigures*> study_of(const Call& call, const Figures& figures, Fits fits) {
  auto wanted = call.request.param("question");
  for (const auto& one : figures.questions) {
    bool asked = wanted ? one.id == *wanted : one.judgments.has_value() && fits(one);
    if (asked) return one.judgments ? &one : nullptr;
  }
  if (!wanted) return nullptr;
  return fail(Fault::invalid, "bad-parameter", "No such question with a closed set of answers.",
              "question");
}

Result<work::Project> project_of(const Call& call) {
  return call.room.db().read_as(
      [&](Tx& tx) { return call.room.work().projects.find(tx, call.project); });
}

void write_between(JsonWriter& out, std::string_view name, const Between& between) {
  out.key(name).begin_object().field("mean", between.mean);
  out.field("lower", between.lower).field("upper", between.upper).end_object();
}

void write_ranking(JsonWriter& out, const RankingLook& seen) {
  const auto& ranking = *seen.ranking;
  out.key("reading").begin_object().field("done", seen.done);
  out.field("tasks", seen.tasks).field("read", seen.read).end_object();
  out.field("method", ranking.davidson ? "bradley-terry-davidson" : "bradley-terry");
  out.field("error", ranking.by_person ? "sandwich-by-person" : "sandwich");
  out.field("separated", ranking.separated).field("converged", ranking.converged);
  out.field("groups", ranking.groups).field("judgments", ranking.judgments);
  out.field("comparisons", ranking.comparisons).field("both_bad", ranking.both_bad);
  out.field("unnamed", ranking.unnamed).key("models").begin_array();
  std::size_t rank = 0;
  std::size_t group = 0;
  for (const auto& model : ranking.models) {
    rank = model.group == group ? rank + 1 : 1;
    group = model.group;
    out.begin_object().field("model", model.name).field("rank", rank).field("group", group);
    out.field("wins", model.wins).field("ties", model.ties).field("losses", model.losses);
    write_between(out, "strength", model.strength);
    write_between(out, "win_rate", model.win_rate);
    out.end_object();
  }
  out.end_array();
}

Result<Reply> see_ranking(Call& call) {
  auto& live = call.room.quality();
  auto [figures, reading, fresh] = TRY(live.look(call.room.work(), call.project, call.who.member));
  auto form = TRY(project_of(call))
  .form;
  auto compares = form->comparisons();
  const auto* one = TRY(study_of(call, *figures, [&](const QuestionFigures& question) {
    return std::ranges::find(compares, question.id) != compares.end();
  }));
  RankingLook seen{std::make_shared<const ModelRanking>()};
  if (one && std::ranges::find(compares, one->id) != compares.end()) {
    seen = TRY(call.room.studies().ranking(call.room.work(), call.project, call.who.member,
                                           *figures, *one, live.pace()));
  }
  JsonWriter out;
  out.begin_object().field("question", one ? one->id : "");
  write_computed_at(out, *figures);
  write_ranking(out, seen);
  out.end_object();
  return json_reply(200, out.take());
}

// ---- cost against accuracy

struct JudgmentPay {
  double minor = 0;
  std::string currency;
  std::string per;
};

// Of one judgment: the rate of a task, or of the time that one takes in the middle.
std::optional<JudgmentPay> pay_of(const work::Settings& settings, const QuestionFigures& question) {
  if (settings.pay_minor <= 0) return std::nullopt;
  auto rate = static_cast<double>(settings.pay_minor);
  JudgmentPay pay{rate, settings.pay_currency, settings.pay_per};
  if (settings.pay_per == "task") return pay;
  double judged = 0;
  double time_ms = 0;
  for (const auto& person : question.people) {
    if (person.median_ms <= 0) continue;
    judged += static_cast<double>(person.skill.judged);
    time_ms += static_cast<double>(person.skill.judged) * static_cast<double>(person.median_ms);
  }
  if (judged <= 0) return std::nullopt;
  pay.minor = rate * time_ms / judged / kHourMs;
  return pay;
}

void write_point(JsonWriter& out, std::string_view name, const CostPoint& point) {
  out.key(name).begin_object().field("judgments", point.judgments);
  out.field("right", std::min(1.0, point.right)).end_object();
}

Result<Reply> see_cost(Call& call) {
  auto [figures, reading, fresh] =
      TRY(call.room.quality().look(call.room.work(), call.project, call.who.member));
  const auto* one = TRY(study_of(call, *figures, [](const auto&) { return true; }));
  auto curve = std::make_shared<const CostCurve>();
  std::optional<JudgmentPay> pay;
  if (one) {
    curve = TRY(call.room.studies().cost(call.project, *figures, *one));
    pay = pay_of(*TRY(project_of(call)).settings, *one);
  }
  JsonWriter out;
  out.begin_object().field("question", one ? one->id : "");
  write_computed_at(out, *figures);
  out.field("method", "replay");
  out.field("tasks", curve->tasks).field("judgments", curve->judgments);
  out.field("single", curve->single).field("check", curve->check);
  out.field("sampled", curve->sampled).key("pay");
  if (pay) {
    out.begin_object().field("minor", pay->minor).field("currency", pay->currency);
    out.field("per", pay->per).end_object();
  } else {
    out.null();
  }
  out.key("points").begin_array();
  for (std::size_t i = 0; i < curve->same.size(); ++i) {
    out.begin_object().field("judgments", i + 1);
    write_point(out, "same", curve->same[i]);
    write_point(out, "adaptive", curve->adaptive[i]);
    out.end_object();
  }
  out.end_array().end_object();
  return json_reply(200, out.take());
}

}  // namespace

void add_study_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::project);
  routes.push_back({Method::get, "/projects/{project}/quality/ranking", read, see_ranking,
                    "How the compared models stand", "QualityRanking"});
  routes.push_back({Method::get, "/projects/{project}/quality/cost", read, see_cost,
                    "What more judgments would buy", "QualityCost"});
}

}  // namespace guildhall::room
