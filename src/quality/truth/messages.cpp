#include "quality/truth/messages.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "quality/parallel.h"
#include "quality/truth/special.h"

namespace guildhall::quality {
namespace {

constexpr float kNever = -1e30F;          // the log of a state that is ruled out
constexpr std::size_t kVotesAtOnce = 64;  // summed as floats before they enter a double
constexpr std::size_t kMostBlocks = 8;
constexpr std::size_t kCellsOfBlocks = std::size_t{1} << 23U;  // 64 MB of counts in all blocks

std::unexpected<Error> refuse_truth(const char* what) {
  return fail(Fault::invalid, "quality-input", what);
}

}  // namespace

Result<> check_gold(const Judgments& judgments, Gold gold) {
  if (judgments.classes() == 0 && judgments.items() > 0) {
    return refuse_truth("There are items, but no class that they could have.");
  }
  if (!gold.empty() && gold.size() != judgments.items()) {
    return refuse_truth("The known labels are not as many as the items.");
  }
  for (Label label : gold) {
    if (label != kNoLabel && label >= judgments.classes()) {
      return refuse_truth("A known label is a class that there is not.");
    }
  }
  return {};
}

Result<Messages> Messages::make(const Judgments& judgments, Gold gold, std::size_t subtypes) {
  TRY(check_gold(judgments, gold));
  Messages made(judgments, gold);
  made.subtypes_ = subtypes;
  made.states_ = judgments.classes() * subtypes;
  made.stride_ = made.states_ <= 2 ? 2 : (made.states_ + 3) / 4 * 4;
  made.lay_rows();
  auto rows = made.row_label_.size();
  if ((rows + judgments.items()) * made.stride_ > kMaxTruthCells) {
    return refuse_truth("Judgments and classes are more than this method can hold in memory.");
  }
  made.blocks_ = std::clamp<std::size_t>(
      std::min(judgments.size() / 8192, kCellsOfBlocks / (rows * made.stride_ + 1)), 1,
      kMostBlocks);
  made.messages_.assign(rows * made.stride_, 0);
  made.counts_.assign(rows * made.stride_ * made.blocks_, 0);
  made.posterior_.assign(judgments.items() * made.stride_, 0);
  made.log_prior_.assign(made.stride_, kNever);
  std::fill_n(made.log_prior_.begin(), made.states_,
              -std::log(static_cast<float>(std::max<std::size_t>(made.states_, 1))));
  made.state_count_.assign(made.states_, 0);
  for (Index item = 0; item < judgments.items(); ++item) {
    made.judged_ += judgments.of_item(item).size() > 0 ? 1 : 0;
  }
  return made;
}

// A row for each label that a worker has used, and each judgment's row in the items' order.
void Messages::lay_rows() {
  const auto& judgments = *judgments_;
  std::vector<std::uint32_t> row_of_label(judgments.classes());
  std::vector<Label> used;
  row_of_.resize(judgments.size());
  worker_row_.assign(std::size_t{judgments.workers()} + 1, 0);
  auto starts = judgments.item_starts();
  std::vector<std::uint64_t> next(starts.begin(), starts.end() - 1);
  // Workers ascend within an item: its next open place is this worker's.
  for (Index worker = 0; worker < judgments.workers(); ++worker) {
    auto votes = judgments.of_worker(worker);
    used.assign(votes.label.begin(), votes.label.end());
    std::ranges::sort(used);
    used.erase(std::ranges::unique(used).begin(), used.end());
    for (Label label : used) {
      row_of_label[label] = static_cast<std::uint32_t>(row_label_.size());
      row_label_.push_back(label);
    }
    worker_row_[worker + std::size_t{1}] = static_cast<std::uint32_t>(row_label_.size());
    for (std::size_t v = 0; v < votes.size(); ++v) {
      row_of_[next[votes.other[v]]++] = row_of_label[votes.label[v]];
    }
  }
}

template <int kStride, bool kFromMessages>
void Messages::pass(std::size_t from, std::size_t to, double* counts, Sums& sums) {
  const std::size_t stride = kStride > 0 ? kStride : stride_;
  const auto starts = judgments_->item_starts();
  std::vector<float> chunk_of(stride);
  std::vector<double> total_of(stride);
  std::vector<double> state_count(stride);
  float* __restrict chunk = chunk_of.data();
  double* __restrict total = total_of.data();
  double product = 1;  // of the items' sums: one logarithm for many
  int factors = 0;
  for (std::size_t item = from; item < to; ++item) {
    const std::size_t begin = starts[item];
    const std::size_t end = starts[item + 1];
    if (begin == end) continue;
    float* posterior = posterior_.data() + item * stride;
    if constexpr (kFromMessages) {
      for (std::size_t s = 0; s < stride; ++s) total[s] = log_prior_[s];
      for (std::size_t at = begin; at < end; at += kVotesAtOnce) {
        for (std::size_t s = 0; s < stride; ++s) chunk[s] = 0;
        const std::size_t stop = std::min(end, at + kVotesAtOnce);
        for (std::size_t v = at; v < stop; ++v) {
          const float* __restrict message = messages_.data() + row_of_[v] * stride;
          for (std::size_t s = 0; s < stride; ++s) chunk[s] += message[s];
        }
        for (std::size_t s = 0; s < stride; ++s) total[s] += static_cast<double>(chunk[s]);
      }
      if (!gold_.empty() && gold_[item] != kNoLabel) {
        for (std::size_t s = 0; s < states_; ++s) {
          if (class_of(s) != gold_[item]) total[s] = static_cast<double>(kNever);
        }
      }
      double most = total[0];
      for (std::size_t s = 1; s < stride; ++s) most = total[s] > most ? total[s] : most;
      float sum = 0;
      for (std::size_t s = 0; s < stride; ++s) {
        chunk[s] = fast_exp(static_cast<float>(total[s] - most));
      }
      for (std::size_t s = 0; s < stride; ++s) sum += chunk[s];
      const float scale = 1 / sum;
      float change = 0;
      for (std::size_t s = 0; s < stride; ++s) {
        const float now = chunk[s] * scale;
        change += std::abs(now - posterior[s]);
        posterior[s] = now;
      }
      sums.change += static_cast<double>(change);
      sums.log_likelihood += most;
      product *= static_cast<double>(sum);
      if (++factors == 16) {
        sums.log_likelihood += std::log(product);
        product = 1;
        factors = 0;
      }
    }
    for (std::size_t s = 0; s < stride; ++s) total[s] = static_cast<double>(posterior[s]);
    for (std::size_t v = begin; v < end; ++v) {
      double* __restrict count = counts + row_of_[v] * stride;
      for (std::size_t s = 0; s < stride; ++s) count[s] += total[s];
    }
    for (std::size_t s = 0; s < stride; ++s) state_count[s] += total[s];
  }
  sums.log_likelihood += std::log(product);
  sums.state_count = std::move(state_count);
}

template <bool kFromMessages>
Messages::Sweep Messages::over_items() {
  const std::size_t cells = row_label_.size() * stride_;
  std::vector<Sums> sums(blocks_);
  in_blocks(judgments_->items(), blocks_, [&](Block block) {
    double* counts = counts_.data() + block.number * cells;
    std::fill_n(counts, cells, 0.0);
    auto& own = sums[block.number];
    switch (stride_) {
      case 2: pass<2, kFromMessages>(block.from, block.to, counts, own); break;
      case 4: pass<4, kFromMessages>(block.from, block.to, counts, own); break;
      case 8: pass<8, kFromMessages>(block.from, block.to, counts, own); break;
      default: pass<0, kFromMessages>(block.from, block.to, counts, own);
    }
  });
  in_blocks(cells, blocks_ > 1 ? block_count(cells) : 1, [&](Block block) {
    for (std::size_t other = 1; other < blocks_; ++other) {
      const double* from = counts_.data() + other * cells;
      for (std::size_t c = block.from; c < block.to; ++c) counts_[c] += from[c];
    }
  });
  Sweep sweep;
  std::ranges::fill(state_count_, 0);
  for (const auto& own : sums) {
    sweep.log_likelihood += own.log_likelihood;
    sweep.change += own.change;
    for (std::size_t s = 0; s < states_; ++s) state_count_[s] += own.state_count[s];
  }
  if (judged_ > 0) sweep.change /= 2 * static_cast<double>(judged_);
  return sweep;
}

void Messages::start(const std::function<double(Index, std::size_t)>& subtype_share) {
  for (Index item = 0; item < judgments_->items(); ++item) {
    auto votes = judgments_->of_item(item);
    auto row = posterior(item);
    std::ranges::fill(row, 0.0F);
    Label known = gold_of(gold_, item);
    double share = known == kNoLabel ? 1 / static_cast<double>(votes.size()) : 1;
    auto add = [&](Label label) {
      for (std::size_t m = 0; m < subtypes_; ++m) {
        auto state = label * subtypes_ + m;
        double part = subtype_share ? subtype_share(item, state) : 1.0 / double(subtypes_);
        row[state] += static_cast<float>(share * part);
      }
    };
    if (known != kNoLabel) {
      add(known);
    } else {
      for (Label label : votes.label) add(label);
    }
  }
  over_items<false>();
}

Messages::Sweep Messages::sweep() { return over_items<true>(); }

void Messages::for_workers(const std::function<void(Index)>& work) const {
  const std::size_t workers = judgments_->workers();
  in_blocks(workers, block_count(row_label_.size() * states_, 8192), [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) work(static_cast<Index>(worker));
  });
}

Truth Messages::truth(const Sweep& last, int sweeps, bool converged) const {
  const std::size_t classes = judgments_->classes();
  Truth truth;
  truth.objective = last.log_likelihood;
  truth.sweeps = sweeps;
  truth.converged = converged;
  truth.prior.assign(classes, 0);
  double sum = 0;
  for (std::size_t s = 0; s < states_; ++s) {
    double share = std::exp(static_cast<double>(log_prior_[s]));
    truth.prior[class_of(s)] += share;
    sum += share;
  }
  for (double& share : truth.prior) share /= sum;
  truth.posterior.assign(classes * judgments_->items(), 0);
  for (Index item = 0; item < judgments_->items(); ++item) {
    double* row = truth.posterior.data() + item * classes;
    Label known = gold_of(gold_, item);
    if (known != kNoLabel) {
      row[known] = 1;
    } else if (judgments_->of_item(item).size() == 0) {
      std::ranges::copy(truth.prior, row);
    } else {
      double whole = 0;
      auto states = posterior(item);
      for (std::size_t s = 0; s < states_; ++s) {
        row[class_of(s)] += static_cast<double>(states[s]);
        whole += static_cast<double>(states[s]);
      }
      for (std::size_t k = 0; k < classes; ++k) row[k] /= whole;
    }
  }
  return truth;
}

void fill_confusion(Truth& truth, const Judgments& judgments,
                    const std::function<void(Index, std::span<float>)>& fill) {
  const std::size_t cells = std::size_t{judgments.classes()} * judgments.classes();
  if (cells > kMaxTruthCells / std::max<std::size_t>(judgments.workers(), 1)) return;
  truth.confusion.assign(judgments.workers() * cells, 0);
  const std::size_t workers = judgments.workers();
  in_blocks(workers, block_count(workers * cells), [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) {
      fill(static_cast<Index>(worker), {truth.confusion.data() + worker * cells, cells});
    }
  });
}

void skill_of_confusion(Truth& truth, Index workers, Label classes) {
  const std::size_t cells = std::size_t{classes} * classes;
  if (truth.confusion.empty()) return;
  truth.skill.assign(workers, 0);
  for (std::size_t worker = 0; worker < workers; ++worker) {
    for (std::size_t k = 0; k < classes; ++k) {
      truth.skill[worker] +=
          truth.prior[k] *
          static_cast<double>(truth.confusion[worker * cells + k * (std::size_t{classes} + 1)]);
    }
  }
}

}  // namespace guildhall::quality
