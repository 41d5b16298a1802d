#include "quality/overlap/next.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

Telling telling_by(const Source& source, std::span<const double> posterior) {
  auto classes = static_cast<Label>(posterior.size());
  return source.confusion.empty() ? telling_of(source.skill, classes)
                                  : telling_of(source.confusion, classes, leaders_of(posterior));
}

Result<> check_sources(std::span<const Source> sources, Label classes) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  auto rows = std::size_t{classes} * classes;
  for (const auto& source : sources) {
    if (!(source.price > 0 && source.price < 1e300)) return refuse("A source has no price.");
    if (!(source.skill >= 0 && source.skill <= 1)) return refuse("A skill is no probability.");
    if (!source.confusion.empty() && source.confusion.size() != rows) {
      return refuse("A source's confusion is not classes × classes.");
    }
  }
  return {};
}

// The source that an item is best given to, among those that may and still can.
std::optional<Ask> best_ask(const OverlapRules& rules, int floor, Index item, const Belief& belief,
                            std::size_t judged, std::span<const Source> sources,
                            std::span<const std::uint32_t> left, const MayJudge& may) {
  auto classes = static_cast<Label>(belief.truth.prior.size());
  std::optional<Ask> best;
  for (std::uint32_t at = 0; at < sources.size(); ++at) {
    if (left[at] == 0 || !may(item, at)) continue;
    auto verdict =
        verdict_of(rules, floor, belief.truth.of_item(item, classes), judged, sources[at]);
    if (verdict.need != Need::floor && verdict.need != Need::pays) continue;
    bool better = !best || verdict.gain > best->gain ||
                  (verdict.gain == best->gain && sources[at].price < sources[best->source].price);
    if (better) best = Ask{item, at, verdict.need, verdict.gain};
  }
  return best;
}

bool ask_before(const Ask& one, const Ask& other) {
  if (one.need != other.need) return one.need == Need::floor;
  return one.gain != other.gain ? one.gain > other.gain : one.item < other.item;
}

}  // namespace

int floor_of(const OverlapRules& rules, const Belief& belief) {
  return belief.gold_judgments >= rules.gold_warm ? std::min(rules.warm_floor, rules.floor)
                                                  : rules.floor;
}

Source source_of(const Belief& belief, Label classes, Index worker, double price) {
  auto rows = std::size_t{classes} * classes;
  std::span<const float> all(belief.truth.confusion);
  return {price, belief.truth.skill[worker], all.empty() ? all : all.subspan(worker * rows, rows)};
}

Verdict verdict_of(const OverlapRules& rules, int floor, std::span<const double> posterior,
                   std::size_t judgments, const Source& source, double worth) {
  Verdict verdict{Need::certain, expected_loss(posterior), 0};
  auto gain = gain_of(posterior, telling_by(source, posterior));
  verdict.gain = gain.each * worth / source.price;
  if (judgments < static_cast<std::size_t>(std::max(floor, 0))) {
    verdict.need = Need::floor;
  } else if (judgments >= static_cast<std::size_t>(std::max(rules.ceiling, 0))) {
    verdict.need = Need::ceiling;
  } else if (verdict.gain * rules.worth > 1) {
    verdict.need = Need::pays;
  } else if (verdict.loss * worth * rules.worth > source.price) {
    verdict.need = Need::hopeless;
  }
  return verdict;
}

std::vector<Verdict> verdicts(const OverlapRules& rules, const Judgments& judgments, Gold gold,
                              const Belief& belief, const Source& source) {
  std::vector<Verdict> all(judgments.items());
  int floor = floor_of(rules, belief);
  in_blocks(all.size(), block_count(all.size()), [&](Block block) {
    for (auto item = static_cast<Index>(block.from); item < block.to; ++item) {
      if (gold_of(gold, item) != kNoLabel) continue;
      all[item] = verdict_of(rules, floor, belief.truth.of_item(item, judgments.classes()),
                             judgments.of_item(item).size(), source);
    }
  });
  return all;
}

Source average_source(const Belief& belief, const Judgments& judgments, std::vector<float>& rows,
                      double price) {
  auto cells =
      belief.truth.confusion.empty() ? 0 : std::size_t{judgments.classes()} * judgments.classes();
  std::vector<double> sums(cells);
  double skill = 0;
  double all = 0;
  bool none = judgments.size() == 0;
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    double weight = none ? 1 : static_cast<double>(judgments.of_worker(worker).size());
    all += weight;
    skill += weight * belief.truth.skill[worker];
    for (std::size_t at = 0; at < cells; ++at) {
      sums[at] += weight * static_cast<double>(belief.truth.confusion[worker * cells + at]);
    }
  }
  if (all <= 0) return {price, 0.5, {}};
  rows.resize(cells);
  for (std::size_t at = 0; at < cells; ++at) rows[at] = static_cast<float>(sums[at] / all);
  return {price, std::clamp(skill / all, 0.0, 1.0), rows};
}

Result<std::vector<Ask>> next_asks(const OverlapRules& rules, const Judgments& judgments, Gold gold,
                                   const Belief& belief, std::span<const Source> sources,
                                   const MayJudge& may, double budget) {
  TRY(check_sources(sources, judgments.classes()));
  if (!(rules.worth >= 0 && rules.worth < 1e300) || !(budget >= 0)) {
    return fail(Fault::invalid, "quality-input", "Worth and budget are numbers from 0.");
  }
  std::vector<std::uint32_t> left;
  for (const auto& source : sources) left.push_back(source.capacity);
  int floor = floor_of(rules, belief);
  std::vector<Ask> wanted;
  for (Index item = 0; item < judgments.items(); ++item) {
    if (gold_of(gold, item) != kNoLabel) continue;
    auto judged = judgments.of_item(item).size();
    auto ask = best_ask(rules, floor, item, belief, judged, sources, left, may);
    if (ask) wanted.push_back(*ask);
  }
  std::ranges::sort(wanted, ask_before);
  std::vector<Ask> given;
  for (auto ask : wanted) {
    if (left[ask.source] == 0) {  // spent on better ones: whoever is next best
      auto judged = judgments.of_item(ask.item).size();
      auto other = best_ask(rules, floor, ask.item, belief, judged, sources, left, may);
      if (!other) continue;
      ask = *other;
    }
    if (sources[ask.source].price > budget) continue;
    budget -= sources[ask.source].price;
    --left[ask.source];
    given.push_back(ask);
  }
  return given;
}

}  // namespace guildhall::quality
