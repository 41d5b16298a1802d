// How the models stand whose responses people compared: Bradley-Terry strengths with Davidson's
// ties, with what the names stand for, and how often each is expected to win against the others.
//
// Who chose one of several responses preferred it to each of the others; a tie is one of each pair.
// What says "both bad" or "not applicable" ranks nobody. All answers count, those to check tasks
// too.
//
// Concurrency: pure. Limits: kMaxRankedModels.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "room/quality/figures.h"

namespace guildhall::room {

struct Between {
  double mean = 0;
  double lower = 0;  // of an interval of 95 %
  double upper = 0;
};

struct RankedModel {
  std::string name;
  std::size_t group = 0;  // models of different groups never met, even over others
  std::size_t wins = 0;
  std::size_t ties = 0;
  std::size_t losses = 0;
  Between strength;  // log odds against the mean of its group
  Between win_rate;  // against each other model of its group alike; a tie is half a win
};

struct ModelRanking {
  std::string question;
  bool davidson = false;   // ties are modelled; there were some
  bool by_person = false;  // intervals by person: one's judgments lean on each other
  bool separated = false;  // some group never lost: only the prior keeps it from infinity
  bool converged = true;
  std::size_t groups = 0;
  std::size_t judgments = 0;        // that say something of named models
  std::size_t comparisons = 0;      // of two models that come from them
  std::size_t both_bad = 0;         // left out
  std::size_t unnamed = 0;          // left out: of responses whose models are not told, or the same
  std::vector<RankedModel> models;  // best first, group by group
};

// The models of the responses that an answer was about, by letter, as numbers of `names`; 0 where
// none is told.
using ModelsOf = std::function<std::span<const std::uint16_t>(AssignmentId)>;

Result<ModelRanking> rank_models(const QuestionFigures& figures, const Words& names,
                                 const ModelsOf& models_of);

}  // namespace guildhall::room
