#include "cli/quality/aggregate.h"

#include <fmt/format.h>

#include <optional>

#include "base/json.h"
#include "cli/quality/busy.h"
#include "cli/quality/output.h"
#include "quality/contributors/scorecard.h"
#include "quality/truth/auto.h"
#include "quality/truth/methods.h"

namespace guildhall::cli {
namespace {

struct Aggregated {
  quality::Truth truth;
  std::vector<quality::Label> labels;
  std::vector<quality::Candidate> candidates;  // of auto
  std::string why;
};

quality::Gold gold_in(const JudgmentsFile& file, const AggregateArgs& args) {
  return args.gold ? quality::Gold(file.truth) : quality::Gold();
}

Result<Aggregated> infer(const JudgmentsFile& file, const AggregateArgs& args) {
  Aggregated out;
  const auto gold = gold_in(file, args);
  if (args.method == "auto") {
    auto chosen = TRY(quality::choose(file.judgments, gold));
    out.truth = std::move(chosen.truth);
    out.candidates = std::move(chosen.candidates);
    out.why = std::move(chosen.why);
  } else {
    out.truth = TRY(quality::method(args.method)->run(file.judgments, gold));
  }
  out.labels = quality::labels_of(out.truth, file.judgments.items(), file.judgments.classes());
  return out;
}

void write_items(Output& out, const JudgmentsFile& file, const Aggregated& found) {
  out.cell("item").cell("label").cell("posterior").cell("judgments").end();
  for (quality::Index item = 0; item < file.judgments.items(); ++item) {
    const auto label = found.labels[item];
    out.cell(file.items.name(item)).cell(file.labels[label]);
    out.number(found.truth.of_item(item, file.judgments.classes())[label]);
    out.count(file.judgments.of_item(item).size()).end();
  }
}

// By the lower end of the skill's interval: who is surely good stands before who may be.
void write_workers(Output& out, const JudgmentsFile& file, const quality::Scorecard& card) {
  for (const char* name : {"worker", "skill", "low", "high", "top_20_percent", "judgments", "right",
                           "right_low", "right_high"}) {
    out.cell(name);
  }
  out.end();
  for (auto worker : card.order) {
    const auto& one = card.people[worker];
    out.cell(file.workers.name(worker)).number(one.skill.mean).number(one.skill.lower);
    out.number(one.skill.upper).number(one.top).count(one.judged);
    out.number(one.accuracy.mean).number(one.accuracy.lower).number(one.accuracy.upper).end();
  }
}

void write_people(JsonWriter& out, const JudgmentsFile& file, const quality::Scorecard& card) {
  auto interval = [&](const char* name, const quality::Interval& is) {
    out.key(name).begin_object().field("mean", is.mean).field("low", is.lower);
    out.field("high", is.upper).end_object();
  };
  for (auto worker : card.order) {
    const auto& one = card.people[worker];
    out.begin_object().field("worker", file.workers.name(worker));
    interval("skill", one.skill);
    interval("right", one.accuracy);
    out.field("top_20_percent", one.top).field("judgments", one.judged).end_object();
  }
}

void write_skills(JsonWriter& out, const JudgmentsFile& file, const Aggregated& found) {
  for (auto worker : best_first(found.truth.skill)) {
    out.begin_object().field("worker", file.workers.name(worker));
    out.field("skill", found.truth.skill[worker]);
    out.field("judgments", file.judgments.of_worker(worker).size()).end_object();
  }
}

std::string json_of(const JudgmentsFile& file, const Aggregated& found, const AggregateArgs& args,
                    const quality::Scorecard* card) {
  JsonWriter out;
  out.begin_object().field("method", args.method).field("sweeps", found.truth.sweeps);
  out.field("converged", found.truth.converged);
  if (!found.why.empty()) out.field("why", found.why);
  out.key("candidates").begin_array();
  for (const auto& one : found.candidates) {
    out.begin_object().field("name", one.name).field("held_out", one.held_out);
    out.field("weight", one.weight).end_object();
  }
  out.end_array().field("judgments", file.judgments.size());
  out.field("left_out", file.incomplete).field("doubled", file.doubled);
  out.key("items").begin_array();
  for (quality::Index item = 0; item < file.judgments.items(); ++item) {
    out.begin_object().field("item", file.items.name(item));
    out.field("label", file.labels[found.labels[item]]).key("posterior").begin_object();
    auto row = found.truth.of_item(item, file.judgments.classes());
    for (std::size_t label = 0; label < row.size(); ++label) {
      if (row[label] >= 1e-6) out.field(file.labels[label], row[label]);
    }
    out.end_object().end_object();
  }
  out.end_array().key("workers").begin_array();
  if (card) write_people(out, file, *card);
  if (!card) write_skills(out, file, found);
  out.end_array().end_object();
  return out.take() + "\n";
}

// What a person wants to know before the rows: on standard error, so that rows stay rows.
void tell(const JudgmentsFile& file, const Aggregated& found, const AggregateArgs& args) {
  fmt::print(stderr, "{}", told(file));
  fmt::print(stderr, "Method {}: {}\n", args.method,
             found.why.empty() ? std::string(quality::method(args.method)->what) : found.why);
  if (!found.truth.converged) {
    fmt::print(stderr, "It was ended by its limit of {} sweeps, before it had converged.\n",
               found.truth.sweeps);
  }
  std::size_t known = 0;
  std::size_t right = 0;
  for (quality::Index item = 0; item < file.truth.size(); ++item) {
    if (file.truth[item] == quality::kNoLabel || file.judgments.of_item(item).size() == 0) continue;
    ++known;
    right += found.labels[item] == file.truth[item] ? 1 : 0;
  }
  if (known > 0 && !args.gold) {
    fmt::print(stderr, "Right on {:.2f} % of the {} items whose truth is stated.\n",
               100.0 * static_cast<double>(right) / static_cast<double>(known), known);
  }
}

void tell_people(const quality::Scorecard& card) {
  fmt::print(
      stderr,
      "People by draws of the truth, whatever the method; intervals of 90 %: skill is of the "
      "next judgment, right the share of those handed in.\n{} are in the top 20 % with a "
      "chance of 80 % and more; {:.0f} % of those may not be.\n",
      card.best.size(), 100 * card.best_fdr);
  if (!card.consensus.believed) {
    fmt::print(stderr, "The truth contradicts what people agree on: it alone counted.\n");
  }
}

Result<void> run(const AggregateArgs& args) {
  std::optional<Busy> busy(std::in_place, "Reading");
  auto file = TRY(read_judgments(args.source, [&](std::size_t read, std::size_t all) {
    busy->share(static_cast<double>(read) / static_cast<double>(all));
  }));
  if (args.gold && file.truth.empty()) {
    return fail(Fault::invalid, "quality-input", "--gold needs a column truth, or --truth FILE.");
  }
  busy->now(fmt::format("Aggregating {} judgments", file.judgments.size()));
  auto found = TRY(infer(file, args));
  std::optional<quality::Scorecard> card;
  if (args.workers) {
    busy->now("Weighing what each person's judgments say");
    card = TRY(quality::score_people(file.judgments, {.gold = gold_in(file, args)}));
  }
  busy.reset();
  Output out(args.output);
  if (args.json) {
    out.text(json_of(file, found, args, card ? &*card : nullptr));
  } else if (card) {
    write_workers(out, file, *card);
  } else {
    write_items(out, file, found);
  }
  tell(file, found, args);
  if (card) tell_people(*card);
  return out.write();
}

}  // namespace

int aggregate(const AggregateArgs& args) { return ended(run(args)); }

}  // namespace guildhall::cli
