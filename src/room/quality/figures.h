// The figures on a project's quality, computed from its held judgments by the engine (src/quality):
// how far people agree, what is right and how sure that is, who is good. Question by question;
// nothing is mixed that was not asked alike.
//
// Each figure names its method (docs/quality.md says it in plain words), and what it was computed
// from stands beside it: tasks, people, judgments.
//
// Concurrency: pure, parallel inside; the result is immutable.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "quality/contributors/scorecard.h"
#include "quality/contributors/vendors.h"
#include "quality/truth/auto.h"
#include "room/quality/held.h"

namespace guildhall::room {

// One question's judgments as columns, with what the numbers stand for.
struct QuestionColumns {
  struct Item {
    TaskId task;
    std::uint16_t part = 0;
  };
  struct Judged {  // one a judgment, in the order of `columns`
    AssignmentId submission;
    TimeMs at = 0;
    std::int64_t guidelines = 0;
  };
  std::vector<Item> items;
  std::vector<MemberId> people;
  std::vector<std::int64_t> vendor;  // of people: the one of their newest judgment; 0: none
  std::vector<std::string> labels;
  quality::Columns columns;
  std::vector<Judged> judged;
  std::vector<quality::Label> gold;  // items
  // The judgments of an item: by_item[item_starts[i]] to by_item[item_starts[i + 1]] of `columns`.
  std::vector<std::uint32_t> item_starts;
  std::vector<std::uint32_t> by_item;
};

struct Agreement {
  std::optional<double> alpha;  // nothing where no two people judged the same, or one label is all
  double error = 0;             // standard error
  std::size_t items = 0;        // that two people or more judged
  std::size_t judgments = 0;    // of those
};

// The same over a stretch of time: by when an item's last judgment came.
struct AgreementThen {
  TimeMs from = 0;
  TimeMs to = 0;
  Agreement agreement;
};

struct PersonFigures {
  MemberId member;
  std::int64_t vendor = 0;
  quality::Contributor skill;
  std::int64_t median_ms = 0;     // of the time their submissions took
  std::vector<double> confusion;  // classes x classes: expected judgments [right][given]
};

struct VendorFigures {
  std::int64_t vendor = 0;
  quality::HallScore score;
  // Its people against all others, on the tasks that both judged.
  quality::HallComparison against;
};

struct QuestionFigures {
  std::string id;
  bool parts = false;
  bool ordered = false;
  QuestionColumns data;
  std::optional<quality::Judgments> judgments;
  Agreement agreement;
  std::vector<AgreementThen> over_time;
  quality::Truth truth;  // the mean of several models, by how well each predicts (truth/auto.h)
  std::vector<quality::Candidate> candidates;  // best first
  std::string why;
  std::vector<quality::Index> unsure_first;  // items
  double sure = 0;   // share of the items whose label is right with 0.9 and more
  double right = 0;  // the share of labels that is right, as the posterior expects it
  quality::ConsensusCheck consensus;
  double best_fdr = 0;
  std::vector<PersonFigures> people;  // as data.people
  std::vector<quality::Index> order;  // of people, best first
  std::vector<VendorFigures> vendors;
};

enum class AlertKind : unsigned char {
  agreement_falls,     // of late, against before
  guidelines_version,  // under its newest version people agree less than under the one before
  consensus_wrong,     // gold says that what most people say is not to be believed
  low_skill,           // a person nearer to guessing than to the middle of the others
  too_fast,            // a person far faster than the others
  copying,             // people whose answers are more alike than chance and their habits explain
};
std::string_view word(AlertKind kind);

struct Alert {
  AlertKind kind;
  std::size_t question = 0;
  MemberId member;               // low_skill, too_fast, copying: the first of them
  std::int64_t guidelines = 0;   // guidelines_version
  double value = 0;              // what was found
  double against = 0;            // what it is compared with
  std::vector<MemberId> others;  // copying: the other people
  std::vector<TaskId> tasks;     // copying: where it shows best
};

struct Figures {
  std::uint64_t version = 0;
  TimeMs computed_at = 0;
  bool whole = false;              // of all answers there were: none was left to be read
  std::vector<std::string> parts;  // what QuestionColumns::Item::part numbers
  std::map<MemberId, std::int64_t> median_ms;  // of the submissions that have a time
  std::vector<QuestionFigures> questions;
  std::vector<Alert> alerts;
};

// The member "computed_at": null while the first figures are being computed.
void write_computed_at(JsonWriter& out, const Figures& figures);

// A copy of what is held, as columns and nothing else: quick. `computed` fills in the rest:
// seconds, where there are a million judgments.
Figures data_of(const HeldProject& held);
Result<Figures> computed(Figures data);

// ---- the steps, each in a file of its own
QuestionColumns columns_of(const HeldProject& held, std::size_t question);
std::map<MemberId, std::int64_t> median_times(const HeldProject& held);
// Krippendorff's alpha over the items that `counts` says, nominal, or ordinal over a scale.
Agreement agreement_of(const QuestionFigures& figures, const std::vector<bool>* counts = nullptr);
std::vector<AgreementThen> agreement_over_time(const QuestionFigures& figures);
Result<void> infer_truth(QuestionFigures& figures);
Result<void> score(QuestionFigures& figures, const std::map<MemberId, std::int64_t>& median_ms);
Result<void> add_alerts(Figures& figures);
// People who may copy from one another (quality/anomalies/rings.h).
Result<void> add_rings(Figures& figures, std::size_t question);

}  // namespace guildhall::room
