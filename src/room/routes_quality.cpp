#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/limits.h"
#include "room/quality/live.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using quality::Index;
using quality::Label;
using store::Tx;

constexpr std::size_t kMostShownVotes = 50;   // of one task
constexpr std::size_t kMostShownLabels = 12;  // of one posterior
constexpr double kLeastShown = 0.001;

Result<Look> look(Call& call) {
  return call.room.quality().look(call.room.work(), call.project, call.who.member);
}

// The question that is asked for; without one the first that anybody answered.
Result<const QuestionFigures*> question_of(const Call& call, const Figures& figures) {
  auto wanted = call.request.param("question");
  for (const auto& one : figures.questions) {
    if (wanted ? one.id == *wanted : one.judgments.has_value()) return &one;
  }
  if (!wanted) return nullptr;
  return fail(Fault::invalid, "bad-parameter", "No such question with a closed set of answers.",
              "question");
}

void write_interval(JsonWriter& out, std::string_view name, const quality::Interval& interval) {
  out.key(name).begin_object().field("mean", double{interval.mean});
  out.field("lower", double{interval.lower}).field("upper", double{interval.upper}).end_object();
}

void write_agreement(JsonWriter& out, const QuestionFigures& one, const Agreement& agreement) {
  out.begin_object();
  out.field("method", one.ordered ? "krippendorff-alpha-ordinal" : "krippendorff-alpha-nominal");
  out.key("value");
  agreement.alpha ? out.number(*agreement.alpha) : out.null();
  out.key("error");
  agreement.alpha ? out.number(agreement.error) : out.null();
  out.field("tasks", agreement.items).field("judgments", agreement.judgments);
}

void write_labels(JsonWriter& out, const QuestionFigures& one) {
  out.key("labels").begin_array();
  for (const auto& label : one.data.labels) out.string(label);
  out.end_array();
}

void write_question(JsonWriter& out, const QuestionFigures& one) {
  const auto& data = one.data;
  out.begin_object().field("id", one.id).field("parts", one.parts).field("ordered", one.ordered);
  write_labels(out, one);
  out.field("judgments", data.columns.item.size()).field("tasks", data.items.size());
  out.field("people", data.people.size());
  out.field("gold", std::ranges::count_if(data.gold,
                                          [](Label label) { return label != quality::kNoLabel; }));
  out.key("agreement");
  write_agreement(out, one, one.agreement);
  out.end_object().key("agreement_over_time").begin_array();
  for (const auto& then : one.over_time) {
    write_agreement(out, one, then.agreement);
    out.field("from", rfc3339(then.from)).field("to", rfc3339(then.to)).end_object();
  }
  out.end_array().key("truth");
  if (!one.judgments) {
    out.null().end_object();
    return;
  }
  out.begin_object().field("method", "auto").field("why", one.why).key("weights").begin_array();
  for (const auto& model : one.candidates) {
    out.begin_object().field("method", model.name).field("weight", model.weight).end_object();
  }
  out.end_array();
  out.field("sweeps", one.truth.sweeps).field("converged", one.truth.converged);
  out.field("sure", one.sure).field("right", one.right).end_object();
  const auto& check = one.consensus;
  out.key("consensus").begin_object().field("gold_tasks", check.gold_items);
  out.field("expected", check.expected).field("found", check.found);
  out.field("believed", check.believed).end_object();
  out.field("best_fdr", one.best_fdr).end_object();
}

void write_alert(JsonWriter& out, const Call& call, const Figures& figures, const Alert& alert) {
  out.begin_object().field("kind", word(alert.kind));
  out.field("question", figures.questions[alert.question].id).key("member");
  alert.member ? out.string(call.room.ids().show(alert.member)) : out.null();
  out.key("guidelines_version");
  alert.guidelines > 0 ? out.integer(alert.guidelines) : out.null();
  out.field("value", alert.value).field("against", alert.against).key("others").begin_array();
  for (MemberId other : alert.others) out.string(call.room.ids().show(other));
  out.end_array().key("tasks").begin_array();
  for (TaskId task : alert.tasks) out.string(call.room.ids().show(call.project, task));
  out.end_array().end_object();
}

Result<Reply> summary(Call& call) {
  auto [figures, reading, fresh] = TRY(look(call));
  JsonWriter out;
  out.begin_object();
  write_computed_at(out, *figures);
  out.field("fresh", fresh);
  out.key("reading").begin_object().field("done", reading.done);
  out.field("answers", reading.answers).field("read", reading.read);
  out.field("left_out", reading.left_out)
      .field("damaged", reading.damaged)
      .end_object()
      .key("questions")
      .begin_array();
  for (const auto& one : figures->questions) write_question(out, one);
  out.end_array().key("alerts").begin_array();
  for (const auto& alert : figures->alerts) write_alert(out, call, *figures, alert);
  out.end_array().end_object();
  return json_reply(200, out.take());
}

// ---- tasks

void write_posterior(JsonWriter& out, const QuestionFigures& one, Index item) {
  auto posterior = one.truth.of_item(item, one.judgments->classes());
  std::vector<Label> order(posterior.size());
  std::iota(order.begin(), order.end(), Label{0});
  std::ranges::sort(order, {}, [&](Label at) { return std::pair(-posterior[at], at); });
  out.field("label", one.data.labels[order.front()])
      .field("sure", std::min(1.0, posterior[order.front()]));
  out.key("posterior").begin_array();
  for (std::size_t i = 0; i < std::min(order.size(), kMostShownLabels); ++i) {
    if (i > 0 && posterior[order[i]] < kLeastShown) break;
    out.begin_object().field("label", one.data.labels[order[i]]);
    out.field("p", std::min(1.0, posterior[order[i]])).end_object();
  }
  out.end_array();
}

void write_item(JsonWriter& out, const Call& call, const QuestionFigures& one, Index item,
                const std::vector<std::string>& parts) {
  const auto& data = one.data;
  const auto& ids = call.room.ids();
  out.begin_object().field("task", ids.show(call.project, data.items[item].task));
  out.field("part", parts[data.items[item].part]).key("gold");
  bool known = data.gold[item] != quality::kNoLabel;
  known ? out.string(data.labels[data.gold[item]]) : out.null();
  write_posterior(out, one, item);
  auto from = data.item_starts[item], to = data.item_starts[item + 1];
  out.field("judgments", to - from).key("votes").begin_array();
  for (auto i = from; i < to && i - from < kMostShownVotes; ++i) {
    auto at = data.by_item[i];
    out.begin_object();
    out.field("submission", ids.show_submission(call.project, data.judged[at].submission));
    out.field("member", ids.show(data.people[data.columns.worker[at]]));
    out.field("label", data.labels[data.columns.label[at]]).end_object();
  }
  out.end_array().end_object();
}

Result<bool> unsure_first(const Call& call) {
  auto order = call.request.param("order").value_or("unsure");
  if (order == "unsure" || order == "oldest") return order == "unsure";
  return fail(Fault::invalid, "bad-parameter", "order is unsure or oldest.", "order");
}

// A page of `order`, whose cursor is how many came before.
template <class Write>
Result<Reply> write_page(const Call& call, std::size_t all, Write write) {
  auto page = TRY(page_of(call));
  auto from = static_cast<std::size_t>(std::max<std::int64_t>(0, page.after));
  auto to = std::min(all, from + static_cast<std::size_t>(page.limit));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (auto at = from; at < to; ++at) TRY(write(out, at));
  out.end_array().key("next");
  to < all ? out.string(next_cursor(call, static_cast<std::int64_t>(to))) : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

Result<Reply> tasks(Call& call) {
  bool unsure = TRY(unsure_first(call));
  auto [figures, reading, fresh] = TRY(look(call));
  const auto* one = TRY(question_of(call, *figures));
  if (!one || !one->judgments)
    return write_page(call, 0, [](auto&, auto) { return Result<void>(); });
  return write_page(call, one->data.items.size(),
                    [&](JsonWriter& out, std::size_t at) -> Result<void> {
                      auto item = unsure ? one->unsure_first[at] : static_cast<Index>(at);
                      write_item(out, call, *one, item, figures->parts);
                      return {};
                    });
}

// ---- people

void write_confusion(JsonWriter& out, const QuestionFigures& one, const PersonFigures& person) {
  out.key("confusion").begin_array();
  auto classes = person.confusion.empty() ? 0 : one.data.labels.size();
  for (std::size_t right = 0; right < classes; ++right) {
    out.begin_array();
    for (std::size_t said = 0; said < classes; ++said) {
      out.number(person.confusion[right * classes + said]);
    }
    out.end_array();
  }
  out.end_array();
}

Result<Reply> members(Call& call) {
  auto [figures, reading, fresh] = TRY(look(call));
  const auto* one = TRY(question_of(call, *figures));
  std::size_t all = one && one->judgments ? one->order.size() : 0;
  return write_page(call, all, [&](JsonWriter& out, std::size_t at) -> Result<void> {
    const auto& person = one->people[one->order[at]];
    auto vendor = TRY(call.room.db().read_as([&](Tx& tx) {
      return identity::vendor_name(tx, call.room.id(), person.vendor, store::Reason::quality);
    }));
    out.begin_object().field("member", call.room.ids().show(person.member));
    out.field("vendor", vendor).field("rank", at + 1);
    out.field("judgments", person.skill.judged).field("gold_seen", person.skill.gold_judged);
    out.field("gold_right", person.skill.gold_right);
    write_interval(out, "skill", person.skill.skill);
    write_interval(out, "accuracy", person.skill.accuracy);
    out.field("best", double{person.skill.top}).field("median_ms", person.median_ms);
    write_confusion(out, *one, person);
    out.end_object();
    return {};
  });
}

Result<Reply> vendors(Call& call) {
  auto [figures, reading, fresh] = TRY(look(call));
  const auto* one = TRY(question_of(call, *figures));
  std::size_t all = one ? one->vendors.size() : 0;
  return write_page(call, all, [&](JsonWriter& out, std::size_t at) -> Result<void> {
    const auto& vendor = one->vendors[at];
    auto name = TRY(call.room.db().read_as([&](Tx& tx) {
      return identity::vendor_name(tx, call.room.id(), vendor.vendor, store::Reason::quality);
    }));
    out.begin_object().field("vendor", name).field("people", vendor.score.people);
    out.field("judgments", vendor.score.judged);
    write_interval(out, "skill", vendor.score.skill);
    write_interval(out, "accuracy", vendor.score.accuracy);
    out.key("against").begin_object().field("tasks", vendor.against.items);
    write_interval(out, "difference", vendor.against.difference);
    out.field("p", vendor.against.p).end_object().end_object();
    return {};
  });
}

}  // namespace

void add_quality_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::project);
  routes.push_back({Method::get, "/projects/{project}/quality", read, summary,
                    "How far people agree, what is right, and what to look at", "Quality"});
  routes.push_back({Method::get, "/projects/{project}/quality/tasks", read, tasks,
                    "What is right, task by task", "QualityTaskList"});
  routes.push_back({Method::get, "/projects/{project}/quality/members", read, members,
                    "Who is good, best first", "QualityMemberList"});
  routes.push_back({Method::get, "/projects/{project}/quality/vendors", read, vendors,
                    "Whose people are good", "QualityVendorList"});
}

}  // namespace guildhall::room
