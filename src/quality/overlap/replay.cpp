#include "quality/overlap/replay.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "base/limits.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

// One run: who has been drawn so far, in what order the others stand.
class ReplayRun {
 public:
  ReplayRun(const Judgments& all, Gold gold, const ReplayOptions& options)
      : all_(all), gold_(gold), options_(options), order_(all.size()) {
    drawn_.judged.resize(all.items());
    for (Index item = 0; item < all.items(); ++item) {
      auto votes = all.of_item(item);
      auto* row = order_.data() + all.item_starts()[item];
      std::iota(row, row + votes.size(), std::uint32_t{0});
      Seeded stream(options.seed, item);
      for (auto left = votes.size(); left > 1; --left) {
        std::swap(row[left - 1], row[stream.below(left)]);
      }
    }
  }

  Result<Replay> run() {
    floor_ = options_.rules.floor;
    if (!gold_.empty()) TRY(warm());
    for (Index item = 0; item < all_.items(); ++item) draw_to(item, floor_);
    drawn_.finished = false;
    while (drawn_.rounds < kOverlapRounds && !drawn_.finished) {
      ++drawn_.rounds;
      auto judgments = TRY(seen());
      drawn_.belief = TRY(believe(judgments, gold_));
      auto wanted = wants(judgments);
      auto most = std::max<double>(1, options_.step * all_.items());
      if (options_.budget > 0) {
        most =
            std::min(most, options_.budget * all_.items() - static_cast<double>(drawn_.judgments));
      }
      auto count = std::min(wanted.size(), static_cast<std::size_t>(std::max(0.0, most)));
      for (std::size_t i = 0; i < count; ++i) draw(wanted[i]);
      drawn_.finished = count == 0;
    }
    drawn_.labels = labels_of(drawn_.belief.truth, all_.items(), all_.classes());
    return std::move(drawn_);
  }

 private:
  struct Want {
    Index item;
    std::uint32_t place;  // in the item's order
    double gain;
  };

  // Gold items first: how they are met may lower the floor of the others.
  Result<> warm() {
    for (Index item = 0; item < all_.items(); ++item) {
      if (gold_of(gold_, item) != kNoLabel) draw_to(item, floor_);
    }
    auto judgments = TRY(seen());
    drawn_.belief = TRY(believe(judgments, gold_));
    floor_ = floor_of(options_.rules, drawn_.belief);
    return {};
  }

  Result<Judgments> seen() const {
    Columns columns;
    for (Index item = 0; item < all_.items(); ++item) {
      auto votes = all_.of_item(item);
      for (std::uint32_t at = 0; at < drawn_.judged[item]; ++at) {
        auto vote = order_[all_.item_starts()[item] + at];
        columns.item.push_back(item);
        columns.worker.push_back(votes.other[vote]);
        columns.label.push_back(votes.label[vote]);
      }
    }
    return Judgments::make(columns, all_.items(), all_.workers(), all_.classes());
  }

  // What pays, best first.
  std::vector<Want> wants(const Judgments& judgments) const {
    std::vector<float> rows;
    auto average = average_source(drawn_.belief, judgments, rows);
    std::vector<Want> wanted;
    for (Index item = 0; item < all_.items(); ++item) {
      auto votes = all_.of_item(item);
      auto judged = drawn_.judged[item];
      if (judged >= votes.size() || gold_of(gold_, item) != kNoLabel) continue;
      auto last = options_.choose ? votes.size() : judged + std::size_t{1};
      std::optional<Want> best;
      for (auto place = judged; place < last; ++place) {
        auto worker = votes.other[order_[all_.item_starts()[item] + place]];
        auto source = options_.choose ? source_of(drawn_.belief, all_.classes(), worker) : average;
        auto verdict =
            verdict_of(options_.rules, floor_, drawn_.belief.truth.of_item(item, all_.classes()),
                       judged, source);
        if (verdict.need != Need::pays || (best && verdict.gain <= best->gain)) continue;
        best = Want{item, place, verdict.gain};
      }
      if (best) wanted.push_back(*best);
    }
    std::ranges::sort(wanted, [](const Want& one, const Want& other) {
      return one.gain != other.gain ? one.gain > other.gain : one.item < other.item;
    });
    return wanted;
  }

  void draw(const Want& want) {
    auto* row = order_.data() + all_.item_starts()[want.item];
    std::swap(row[drawn_.judged[want.item]++], row[want.place]);
    ++drawn_.judgments;
  }

  void draw_to(Index item, int count) {
    auto most = std::min(all_.of_item(item).size(), static_cast<std::size_t>(std::max(count, 0)));
    while (drawn_.judged[item] < most) draw({item, drawn_.judged[item], 0});
  }

  const Judgments& all_;
  Gold gold_;
  ReplayOptions options_;
  std::vector<std::uint32_t> order_;  // rows as the items'; of each, the drawn ones first
  int floor_ = 0;
  Replay drawn_;
};

}  // namespace

Result<Replay> replay(const Judgments& judgments, Gold gold, const ReplayOptions& options) {
  if (!(options.step > 0 && options.step <= 1)) {
    return fail(Fault::invalid, "quality-input", "The step is a share of the items.");
  }
  if (!gold.empty() && gold.size() != judgments.items()) {
    return fail(Fault::invalid, "quality-input", "There are not as many known labels as items.");
  }
  return ReplayRun(judgments, gold, options).run();
}

}  // namespace guildhall::quality
