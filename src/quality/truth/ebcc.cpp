#include "quality/truth/ebcc.h"

#include <algorithm>

#include "quality/seeded.h"
#include "quality/truth/dirichlet_rows.h"

namespace guildhall::quality {
namespace {

class Ebcc {
 public:
  Ebcc(Messages& messages, const Judgments& judgments, const EbccOptions& options)
      : messages_(messages), judgments_(judgments), options_(options) {}

  Iterated run(std::uint64_t start) {
    const std::size_t states = messages_.states();
    const std::size_t subtypes = options_.subtypes;
    std::vector<double> share(states);
    Index drawn = judgments_.items();
    auto shares_of = [&](Index item, std::size_t state) {
      if (item != drawn) {
        Seeded draw(options_.seed * 1'000'003 + start, item);
        for (std::size_t from = 0; from < states; from += subtypes) {
          double sum = 0;
          for (std::size_t s = from; s < from + subtypes; ++s) sum += share[s] = draw.exponential();
          for (std::size_t s = from; s < from + subtypes; ++s) share[s] /= sum;
        }
        drawn = item;
      }
      return share[state];
    };
    messages_.start(shares_of);
    auto done = iterate(messages_, [&] { refit(); }, options_.stopping);
    refit();
    const double away = divergence();
    done.last = messages_.sweep();
    done.last.log_likelihood -= away;
    ++done.sweeps;
    return done;
  }

  void prior(Index /*worker*/, std::span<double> alpha) const {
    const std::size_t classes = judgments_.classes();
    for (std::size_t s = 0; s < messages_.states(); ++s) {
      for (std::size_t l = 0; l < classes; ++l) {
        alpha[s * classes + l] = messages_.class_of(s) == l ? options_.right : options_.wrong;
      }
    }
  }

 private:
  void refit() {
    const std::size_t subtypes = options_.subtypes;
    const std::size_t classes = judgments_.classes();
    auto count = messages_.state_count();
    auto log_prior = messages_.log_prior();
    const double all = static_cast<double>(messages_.judged()) + options_.prior * double(classes);
    for (std::size_t k = 0; k < classes; ++k) {
      double of_class = 0;
      for (std::size_t m = 0; m < subtypes; ++m) of_class += count[k * subtypes + m];
      const double share = digamma(of_class + options_.prior) - digamma(all);
      const double whole = digamma(of_class + options_.subtype);
      for (std::size_t s = k * subtypes; s < (k + 1) * subtypes; ++s) {
        double part = digamma(count[s] + options_.subtype / static_cast<double>(subtypes)) - whole;
        log_prior[s] = static_cast<float>(share + part);
      }
    }
    refit_rows(messages_, judgments_.classes(), RowEstimate::variational,
               [this](Index worker, std::span<double> alpha) { prior(worker, alpha); });
  }

  double divergence() const {
    const std::size_t subtypes = options_.subtypes;
    const std::size_t classes = judgments_.classes();
    auto count = messages_.state_count();
    double total = 0;
    DirichletDivergence of_classes;
    for (std::size_t k = 0; k < classes; ++k) {
      double of_class = 0;
      DirichletDivergence of_subtypes;
      for (std::size_t s = k * subtypes; s < (k + 1) * subtypes; ++s) {
        of_class += count[s];
        of_subtypes.part(options_.subtype / static_cast<double>(subtypes), count[s]);
      }
      total += of_subtypes.total();
      of_classes.part(options_.prior, of_class);
    }
    total += of_classes.total();
    std::vector<double> rows(judgments_.workers());
    messages_.for_workers([&](Index worker) { rows[worker] = rows_divergence(worker); });
    for (double one : rows) total += one;
    return total;
  }

  // Cells without a count add nothing but their prior.
  double rows_divergence(Index worker) const {
    const double prior_sum = options_.right + options_.wrong * (judgments_.classes() - 1.0);
    double total = 0;
    for (std::size_t s = 0; s < messages_.states(); ++s) {
      double whole = 0;
      for (auto r = messages_.first_row(worker); r < messages_.first_row(worker + 1); ++r) {
        const double n = messages_.count(r)[s];
        const double a =
            messages_.label_of(r) == messages_.class_of(s) ? options_.right : options_.wrong;
        whole += n;
        if (n > 1e-9) total += log_gamma(a) - log_gamma(a + n) + n * digamma(a + n);
      }
      if (whole > 1e-9) {
        total += log_gamma(prior_sum + whole) - log_gamma(prior_sum) -
                 whole * digamma(prior_sum + whole);
      }
    }
    return total;
  }

  Messages& messages_;
  const Judgments& judgments_;
  EbccOptions options_;
};

// The rows of a class: the mean over its subtypes, each as often as it occurs.
void ebcc_confusion(Truth& truth, const Messages& messages, const Judgments& judgments,
                    const EbccOptions& options) {
  const std::size_t classes = judgments.classes();
  std::vector<double> weight(messages.states());
  for (std::size_t k = 0; k < classes; ++k) {
    double sum = 0;
    for (std::size_t s = k * options.subtypes; s < (k + 1) * options.subtypes; ++s) {
      sum += weight[s] =
          messages.state_count()[s] + options.subtype / static_cast<double>(options.subtypes);
    }
    for (std::size_t s = k * options.subtypes; s < (k + 1) * options.subtypes; ++s) {
      weight[s] /= sum;
    }
  }
  const double whole = options.right + options.wrong * (double(classes) - 1);
  fill_confusion(truth, judgments, [&](Index worker, std::span<float> into) {
    for (std::size_t s = 0; s < messages.states(); ++s) {
      const std::size_t k = messages.class_of(s);
      double sum = whole;
      for (auto r = messages.first_row(worker); r < messages.first_row(worker + 1); ++r) {
        sum += messages.count(r)[s];
      }
      for (std::size_t l = 0; l < classes; ++l) {
        double prior = l == k ? options.right : options.wrong;
        into[k * classes + l] += static_cast<float>(weight[s] * prior / sum);
      }
      for (auto r = messages.first_row(worker); r < messages.first_row(worker + 1); ++r) {
        into[k * classes + messages.label_of(r)] +=
            static_cast<float>(weight[s] * messages.count(r)[s] / sum);
      }
    }
  });
  skill_of_confusion(truth, judgments.workers(), judgments.classes());
}

}  // namespace

Result<Truth> ebcc(const Judgments& judgments, Gold gold, const EbccOptions& options) {
  auto messages = TRY(Messages::make(judgments, gold, std::max<std::size_t>(1, options.subtypes)));
  Ebcc model(messages, judgments, options);
  Truth best;
  for (int start = 0; start < std::max(1, options.starts); ++start) {
    auto done = model.run(static_cast<std::uint64_t>(start));
    if (start > 0 && done.last.log_likelihood <= best.objective) continue;
    best = messages.truth(done.last, done.sweeps, done.converged);
    ebcc_confusion(best, messages, judgments, options);
  }
  return best;
}

}  // namespace guildhall::quality
