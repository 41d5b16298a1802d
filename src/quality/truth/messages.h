// The engine under the methods that say: an item is in one hidden state, and each judgment of it
// is drawn from its worker's row for that state. A state is a class, or a subtype of one.
//
// What a judgment says about its item is a message: log P(label | worker, state), one row of
// floats for each label that a worker has used. A sweep reads the judgments once, item by item:
// adds up the messages, takes the posterior of the states, and adds it to the worker's expected
// counts, which stand in rows like the messages. The method then makes messages of counts.
//
// Rows exist only where a worker has used a label: memory is 4 bytes a judgment, 4 bytes an item
// and state, 12 bytes a row and state; ten million workers of one judgment need no more.
//
// Concurrency: a value of one thread; sweeps and for_workers run on several, in blocks that the
// data alone decide, so the result does not depend on their number.
// Limits: kMaxTruthCells.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

class Messages {
 public:
  struct Sweep {
    double log_likelihood = 0;  // of the items' judgments, under the messages and the prior
    double change = 0;          // mean over judged items of the posterior's total variation
  };

  // Refused (quality-input): no class though there are items, gold of another length than the
  // items or with a class that there is not, more than kMaxTruthCells.
  static Result<Messages> make(const Judgments& judgments, Gold gold, std::size_t subtypes = 1);

  std::size_t states() const { return states_; }
  std::size_t subtypes() const { return subtypes_; }
  std::size_t class_of(std::size_t state) const { return state / subtypes_; }
  std::size_t judged() const { return judged_; }  // items with a judgment

  // Rows of a worker: [first_row(w), first_row(w + 1)), one a label, ascending.
  std::size_t first_row(Index worker) const { return worker_row_[worker]; }
  Label label_of(std::size_t row) const { return row_label_[row]; }
  std::span<const double> count(std::size_t row) const {
    return {counts_.data() + row * stride_, states_};
  }
  std::span<float> message(std::size_t row) { return {messages_.data() + row * stride_, states_}; }
  std::span<const float> message(std::size_t row) const {
    return {messages_.data() + row * stride_, states_};
  }
  std::span<float> posterior(Index item) { return {posterior_.data() + item * stride_, states_}; }
  std::span<const float> posterior(Index item) const {
    return {posterior_.data() + item * stride_, states_};
  }
  std::span<float> log_prior() { return {log_prior_.data(), states_}; }
  std::span<const double> state_count() const { return {state_count_.data(), states_}; }

  // Posterior: the shares of each class among an item's votes, over its subtypes as
  // `subtype_share` (item, state) says, or evenly; gold clamped. Then the counts of that.
  void start(const std::function<double(Index, std::size_t)>& subtype_share = {});
  Sweep sweep();

  // Calls work(worker) once for each, in blocks; it may write that worker's messages only.
  void for_workers(const std::function<void(Index)>& work) const;

  // Posterior of classes, prior, objective and the rest; skill and confusion are left empty.
  Truth truth(const Sweep& last, int sweeps, bool converged) const;

 private:
  struct Sums {
    double log_likelihood = 0;
    double change = 0;
    std::vector<double> state_count;
  };

  explicit Messages(const Judgments& judgments, Gold gold) : judgments_(&judgments), gold_(gold) {}
  void lay_rows();
  void count_posteriors();
  template <int kStride, bool kFromMessages>
  void pass(std::size_t from, std::size_t to, double* counts, Sums& sums);
  template <bool kFromMessages>
  Sweep over_items();

  const Judgments* judgments_;
  Gold gold_;
  std::size_t subtypes_ = 1;
  std::size_t states_ = 0;
  std::size_t stride_ = 0;  // states, filled up so that rows suit the vector unit
  std::size_t judged_ = 0;
  std::size_t blocks_ = 1;
  std::vector<std::uint32_t> row_of_;  // a judgment, in the order of the items
  std::vector<std::uint32_t> worker_row_;
  std::vector<Label> row_label_;
  std::vector<float> messages_;
  std::vector<double> counts_;  // the blocks' own, one after the other; the first: the sums
  std::vector<float> posterior_;
  std::vector<float> log_prior_;
  std::vector<double> state_count_;
};

// What every method refuses (quality-input): items without any class, gold that does not fit.
Result<> check_gold(const Judgments& judgments, Gold gold);

// The table workers × classes × classes of a method with one, from each worker's filler; left
// empty above kMaxTruthCells.
void fill_confusion(Truth& truth, const Judgments& judgments,
                    const std::function<void(Index, std::span<float>)>& fill);

// Skill from a filled confusion: the sum over classes of prior × diagonal.
void skill_of_confusion(Truth& truth, Index workers, Label classes);

}  // namespace guildhall::quality
