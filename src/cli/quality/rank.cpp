#include "cli/quality/rank.h"

#include <fmt/format.h>

#include <optional>

#include "base/json.h"
#include "cli/quality/busy.h"
#include "cli/quality/output.h"
#include "quality/pairwise/crowd_rank.h"
#include "quality/pairwise/next_pair.h"
#include "quality/pairwise/scores.h"
#include "quality/pairwise/spread.h"

namespace guildhall::cli {
namespace {

constexpr RankMethod kMethods[] = {
    {"bradley-terry", "Davidson's ties; intervals by the sandwich, by person where named"},
    {"crowd", "Bradley-Terry with each person's reliability and side bias; no intervals"},
    {"newman", "Newman's iteration with ties"},
    {"average-win-rate", "the mean over opponents of the share of wins"},
    {"counting", "wins, and half the ties"},
    {"eigenvector", "wins weighed by who was beaten"},
    {"pagerank", "a walk towards who won"},
};

struct Ranked {
  std::vector<double> score;                     // items
  std::vector<quality::ScoreInterval> interval;  // items; empty: the method has none
  std::optional<quality::Ranking> ranking;
  std::optional<quality::RankingSpread> spread;
  std::vector<quality::WorkerHabit> habits;  // workers; empty: the method has none
  bool converged = true;
};

Result<void> add_spread(Ranked& out, const PairsFile& file) {
  const bool by_worker = file.workers.count() > 1;
  out.spread = TRY(quality::spread_of(file.comparisons, *out.ranking, {.by_worker = by_worker}));
  for (quality::Index item = 0; item < file.items.count(); ++item) {
    out.interval.push_back(quality::score_interval(*out.ranking, *out.spread, item));
  }
  return {};
}

quality::Scores simple_scores(const std::string& method, const quality::Comparisons& data) {
  if (method == "newman") {
    const auto scores = quality::newman(data);
    return {scores.score, scores.sweeps, scores.converged};
  }
  if (method == "average-win-rate") return quality::average_win_rate(data);
  if (method == "eigenvector") return quality::eigenvector(data, quality::EigenOf::wins);
  if (method == "pagerank") return quality::pagerank(data);
  return quality::counting(data);
}

Result<Ranked> ranked(const PairsFile& file, const RankArgs& args) {
  Ranked out;
  if (args.method == "crowd") {
    auto crowd = TRY(quality::crowd_rank(file.comparisons));
    out.ranking = std::move(crowd.ranking);
    out.habits = std::move(crowd.worker);
  } else if (args.method == "bradley-terry") {
    out.ranking = TRY(quality::bradley_terry(file.comparisons));
    TRY(add_spread(out, file));
  } else {
    auto scores = simple_scores(args.method, file.comparisons);
    out.score = std::move(scores.score);
    out.converged = scores.converged;
  }
  if (out.ranking) {
    out.score = out.ranking->score;
    out.converged = out.ranking->converged;
  }
  return out;
}

void write_table(Output& out, const PairsFile& file, const Ranked& found) {
  out.cell("rank").cell("item").cell("score");
  if (!found.interval.empty()) out.cell("low").cell("high");
  out.end();
  std::uint64_t place = 0;
  for (auto item : best_first(found.score)) {
    out.count(++place).cell(file.items.name(item)).number(found.score[item]);
    if (!found.interval.empty()) {
      out.number(found.interval[item].low).number(found.interval[item].high);
    }
    out.end();
  }
}

std::string json_of(const PairsFile& file, const Ranked& found, const RankArgs& args) {
  JsonWriter out;
  out.begin_object().field("method", args.method).field("converged", found.converged);
  out.key("items").begin_array();
  for (auto item : best_first(found.score)) {
    out.begin_object().field("item", file.items.name(item)).field("score", found.score[item]);
    if (!found.interval.empty()) {
      out.field("low", found.interval[item].low).field("high", found.interval[item].high);
    }
    out.field("group", file.comparisons.parts()[item]).end_object();
  }
  out.end_array().key("workers").begin_array();
  for (std::uint32_t worker = 0; worker < found.habits.size(); ++worker) {
    const auto& habit = found.habits[worker];
    out.begin_object().field("worker", file.workers.name(worker)).field("follows", habit.follow);
    out.field("reverses", habit.reverse).field("guesses", habit.guess);
    out.field("guesses_left", habit.left).end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

Result<void> write_next(Output& out, const PairsFile& file, const Ranked& found, int count) {
  if (!found.spread) {
    return fail(Fault::invalid, "quality-input",
                "--next needs a method that knows how sure it is: bradley-terry.");
  }
  auto pairs =
      TRY(quality::next_pairs(*found.ranking, *found.spread, static_cast<std::size_t>(count)));
  out.cell("left").cell("right").cell("gain_nats").end();
  for (const auto& pair : pairs) {
    out.cell(file.items.name(pair.first)).cell(file.items.name(pair.second));
    out.number(pair.gain).end();
  }
  return {};
}

Result<void> run(const RankArgs& args) {
  std::optional<Busy> busy(std::in_place, "Reading");
  auto file = TRY(read_pairs(args.source, [&](std::size_t read, std::size_t all) {
    busy->share(static_cast<double>(read) / static_cast<double>(all));
  }));
  busy->now(fmt::format("Ranking by {} comparisons", file.comparisons.size()));
  auto found = TRY(ranked(file, args));
  busy.reset();
  fmt::print(stderr, "{}Method {}.\n", told(file), args.method);
  if (!found.converged) fmt::print(stderr, "It was ended by its limit before it had converged.\n");
  if (found.ranking && found.ranking->separated) {
    fmt::print(stderr, "Some items never lost: only the prior keeps their scores finite.\n");
  }
  Output out(args.output);
  if (args.next > 0) {
    TRY(write_next(out, file, found, args.next));
  } else if (args.json) {
    out.text(json_of(file, found, args));
  } else {
    write_table(out, file, found);
  }
  return out.write();
}

}  // namespace

std::span<const RankMethod> rank_methods() { return kMethods; }

int rank(const RankArgs& args) { return ended(run(args)); }

}  // namespace guildhall::cli
