// What the reference implementations reach on the real sets, in % (crowd-kit 1.4.1 as it comes, and
// the authors' programs of BWA, iBCC and EBCC with one seed), and where they stopped: measured on
// another two-core machine.
#pragma once

#include <string_view>

namespace guildhall::bench {

inline constexpr const char* kPeers[] = {"majority", "wawa", "zbs",   "ds",  "one-coin", "glad",
                                         "mace",     "kos",  "m-msr", "bwa", "ibcc",     "ebcc"};
inline constexpr double kNone = 0;

struct Reference {
  const char* set;
  double accuracy[12];  // in the order of kPeers
};

inline constexpr Reference kReferences[] = {
    {"bluebird",
     {75.93, 75.93, 75.93, 88.89, 58.33, 72.22, 72.22, 72.22, 71.30, 75.93, 88.89, 86.11}},
    {"rte", {91.88, 92.12, 92.12, 92.75, 92.50, 92.62, 92.50, 49.75, 85.75, 92.75, 92.75, 93.00}},
    {"temp", {93.94, 94.37, 94.37, 94.16, 93.94, 93.51, 93.94, 56.93, 92.42, 93.94, 94.16, 94.16}},
    {"dog", {81.78, 82.90, 83.02, 84.26, 83.02, 83.40, 83.02, kNone, kNone, 83.15, 83.89, 84.14}},
    {"tweet_sentiment",
     {93.20, 95.10, 95.30, 96.00, 94.90, 94.80, 95.60, 93.30, 93.70, 95.60, 96.00, 96.00}},
    {"music_genre",
     {71.00, 79.86, 80.00, 76.86, 79.29, 78.86, 80.00, kNone, kNone, 78.57, 79.00, 78.71}},
    {"web", {77.65, 81.68, 82.62, 82.92, 74.86, 82.17, 82.96, kNone, kNone, 82.25, 75.08, 74.37}},
    {"zencrowd_in",
     {74.51, 74.75, 74.51, 75.64, 79.26, 77.16, 77.30, kNone, kNone, 76.37, 76.96, 78.04}},
    {"product",
     {89.66, 89.66, 89.66, 93.97, 90.84, 92.83, 93.04, 89.55, kNone, 91.94, 93.83, 93.51}},
    {"relevance_trec_rf10",
     {53.57, 55.78, 55.63, 61.73, 25.78, 56.46, 49.42, kNone, kNone, 42.78, 58.57, 59.84}},
    {"quiz_english",
     {46.67, 46.67, 46.67, 46.67, 53.33, 53.33, 56.67, kNone, kNone, 40.00, 43.33, 43.33}},
    {"quiz_medicine",
     {66.67, 66.67, 66.67, 77.78, 80.56, 66.67, 77.78, kNone, kNone, 66.67, 66.67, 66.67}},
    {"quiz_science",
     {55.00, 55.00, 55.00, 60.00, 60.00, 55.00, 60.00, kNone, kNone, 55.00, 55.00, 60.00}},
    {"vaccine_llm_crowd_expert",
     {73.71, 74.50, kNone, 63.67, 76.09, 75.03, 72.39, kNone, kNone, 75.17, 64.86, 73.45}},
};

// Where a reference stopped short, or went another way.
struct Stop {
  const char* set;
  const char* method;
  int sweeps;        // after which it stopped (its own rule); 0: not told
  double objective;  // of its solution, by our formula; 0: not computed
  double mended;     // what it reaches once a defect is mended; 0: none is known
};

// Sweeps: the length of crowd-kit 1.4.2's loss_history_. GLAD: the likelihood with priors of its
// abilities and eases. MACE: crowd-kit adds up what people guessed in the order of their names but
// reads it in the order in which they first appear; mended: people and labels named so that the two
// are the same.
inline constexpr Stop kStops[] = {
    {"bluebird", "ds", 2, 0, 0},
    {"web", "ds", 37, 0, 0},
    {"relevance_trec_rf10", "ds", 24, 0, 0},
    {"vaccine_llm_crowd_expert", "ds", 2, 0, 0},
    {"web", "one-coin", 2, 0, 0},
    {"relevance_trec_rf10", "one-coin", 100, 0, 0},
    {"quiz_english", "one-coin", 6, 0, 0},
    {"zencrowd_in", "one-coin", 61, 0, 0},
    {"music_genre", "glad", 0, -4767.89, 0},
    {"relevance_trec_rf10", "glad", 0, -126131.78, 0},
    {"quiz_english", "glad", 0, -2977.33, 0},
    {"quiz_medicine", "glad", 0, -1942.66, 0},
    {"quiz_science", "glad", 0, -3462.05, 0},
    {"bluebird", "mace", 0, 0, 86.11},
    {"tweet_sentiment", "mace", 0, 0, 95.70},
    {"web", "mace", 0, 0, 83.87},
    {"zencrowd_in", "mace", 0, 0, 71.57},
    {"product", "mace", 0, 0, 82.73},
    {"relevance_trec_rf10", "mace", 0, 0, 60.85},
    {"vaccine_llm_crowd_expert", "mace", 0, 0, 64.73},
};

}  // namespace guildhall::bench
