#include "quality/truth/mace.h"

#include <algorithm>

#include "quality/seeded.h"
#include "quality/truth/dirichlet_rows.h"

namespace guildhall::quality {
namespace {

// What is believed of each person: exp of expected logarithms, so they need not sum to 1.
struct MaceWorkers {
  std::vector<double> knows;  // a worker
  std::vector<double> guesses;
  std::vector<double> habit;  // a row: P(label | guesses)

  void write(Messages& messages, Index worker) const {
    for (auto row = messages.first_row(worker); row < messages.first_row(worker + 1); ++row) {
      const double guess = guesses[worker] * habit[row];
      std::ranges::fill(messages.message(row), static_cast<float>(std::log(guess + 1e-30)));
      messages.message(row)[messages.label_of(row)] =
          static_cast<float>(std::log(guess + knows[worker] + 1e-30));
    }
  }

  // Expected judgments of a row that were known.
  double known(const Messages& messages, Index worker, std::size_t row) const {
    const double guess = guesses[worker] * habit[row];
    return messages.count(row)[messages.label_of(row)] * knows[worker] /
           (knows[worker] + guess + 1e-300);
  }
};

MaceWorkers mace_start(const Messages& messages, const Judgments& judgments, std::uint64_t seed,
                       int start) {
  const auto workers = judgments.workers();
  const double even = 1.0 / judgments.classes();
  MaceWorkers made{std::vector(workers, 0.5), std::vector(workers, 0.5),
                   std::vector(messages.first_row(workers), even)};
  if (start == 0) return made;  // even
  for (Index w = 0; w < workers; ++w) {
    Seeded draw(seed + static_cast<std::uint64_t>(start), w);
    double knows = 1 + 1.5 * draw.uniform();
    double guesses = 1 + 1.5 * draw.uniform();
    made.knows[w] = knows / (knows + guesses);
    made.guesses[w] = 1 - made.knows[w];
    // A label's share by its number, so that labels never used take theirs too.
    double sum = 0;
    std::vector<double> habit(judgments.classes());
    for (double& one : habit) sum += one = 1 + 1.5 * draw.uniform();
    for (auto row = messages.first_row(w); row < messages.first_row(w + 1); ++row) {
      made.habit[row] = habit[messages.label_of(row)] / sum;
    }
  }
  return made;
}

// The variational step of one worker, or with `mean` the means that it ends in. `away`, if any,
// gets how far the worker's parameters are from their prior.
void mace_refit(const Messages& messages, const Judgments& judgments, const MaceOptions& options,
                MaceWorkers& workers, Index w, bool mean, double* away = nullptr) {
  const double made = static_cast<double>(judgments.of_worker(w).size());
  double known = 0;
  for (auto row = messages.first_row(w); row < messages.first_row(w + 1); ++row) {
    known += workers.known(messages, w, row);
  }
  auto part = [&](double of, double all) {
    return mean ? of / all : std::exp(digamma(of) - digamma(all));
  };
  const double missed = std::max(0.0, made - known);
  const double habits = missed + options.habit * judgments.classes();
  DirichletDivergence of_habit;
  double unused = judgments.classes();
  for (auto row = messages.first_row(w); row < messages.first_row(w + 1); ++row) {
    double votes = 0;
    for (double count : messages.count(row)) votes += count;
    double guessed = std::max(0.0, votes - workers.known(messages, w, row));
    workers.habit[row] = part(guessed + options.habit, habits);
    unused -= 1;
    if (away != nullptr) of_habit.part(options.habit, guessed);
  }
  workers.knows[w] = part(known + options.knows, made + 2 * options.knows);
  workers.guesses[w] = part(missed + options.knows, made + 2 * options.knows);
  if (away == nullptr || made == 0) return;
  of_habit.rest(options.habit * unused);
  DirichletDivergence of_coin;
  of_coin.part(options.knows, known);
  of_coin.part(options.knows, missed);
  *away = of_habit.total() + of_coin.total();
}

}  // namespace

Result<Truth> mace(const Judgments& judgments, Gold gold, const MaceOptions& options) {
  auto messages = TRY(Messages::make(judgments, gold));
  Truth best;
  for (int start = 0; start < std::max(1, options.starts); ++start) {
    auto workers = mace_start(messages, judgments, options.seed, start);
    messages.start();
    bool first = true;
    auto refit = [&] {
      if (options.learn_prior) refit_prior(messages, 1);
      messages.for_workers([&](Index w) {
        if (!first) mace_refit(messages, judgments, options, workers, w, false);
        workers.write(messages, w);
      });
      first = false;
    };
    auto done = iterate(messages, refit, options.stopping);
    std::vector<double> away(judgments.workers());
    messages.for_workers([&](Index w) {
      mace_refit(messages, judgments, options, workers, w, false, &away[w]);
      workers.write(messages, w);
    });
    done.last = messages.sweep();
    for (double one : away) done.last.log_likelihood -= one;
    ++done.sweeps;
    if (start > 0 && done.last.log_likelihood <= best.objective) continue;
    best = messages.truth(done.last, done.sweeps, done.converged);
    for (Index w = 0; w < judgments.workers(); ++w) {
      mace_refit(messages, judgments, options, workers, w, true);
    }
    const std::size_t classes = judgments.classes();
    best.confusion.clear();
    fill_confusion(best, judgments, [&](Index w, std::span<float> into) {
      const double made = static_cast<double>(judgments.of_worker(w).size());
      double unused = options.habit / (made * workers.guesses[w] + options.habit * double(classes));
      std::vector<double> habit(classes, unused);
      for (auto row = messages.first_row(w); row < messages.first_row(w + 1); ++row) {
        habit[messages.label_of(row)] = workers.habit[row];
      }
      double sum = 0;
      for (double one : habit) sum += one;
      for (std::size_t k = 0; k < classes; ++k) {
        for (std::size_t l = 0; l < classes; ++l) {
          double is = workers.guesses[w] * habit[l] / sum + (k == l ? workers.knows[w] : 0);
          into[k * classes + l] = static_cast<float>(is);
        }
      }
    });
    skill_of_confusion(best, judgments.workers(), judgments.classes());
  }
  return best;
}

}  // namespace guildhall::quality
