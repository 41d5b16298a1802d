// The judgments of one project as they are held in memory: who answered what, as numbers, with the
// words behind the numbers. No text that a person wrote but the labels of the form and of tasks.
//
// An answer counts while it is submitted, in review, accepted or fixed; of a fixed one its author's
// own newest revision is theirs, not the reviewer's. What is returned or rejected is dropped.
//
// Concurrency: one thread at a time (live.h sees to it).
// Limits: kMaxQualityAnswers, kMaxQualityLabels.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "work/assignment.h"
#include "work/template/judgments.h"

namespace guildhall::room {

// What is known of an answer without opening it.
struct AnswerRow {
  AssignmentId id;
  TaskId task;
  MemberId member;
  std::int64_t vendor = 0;
  bool gold = false;  // to a task whose right answer is known
  work::AssignmentState state = work::AssignmentState::accepted;
  std::int64_t guidelines_version = 0;
  std::int64_t template_version = 0;
  ContentRef ref;  // the author's newest answers
  TimeMs submitted_at = 0;
  std::int64_t active_ms = 0;
};

bool counts_for_quality(const AnswerRow& row);

// Words by number, in the order in which they came.
class Words {
 public:
  Words() = default;
  Words(Words&&) = default;
  Words& operator=(Words&&) = default;

  // nullopt once there are kMaxQualityLabels.
  std::optional<std::uint16_t> number(std::string_view word);
  const std::string& word(std::uint16_t number) const { return *words_[number]; }
  std::size_t size() const { return words_.size(); }

 private:
  std::map<std::string, std::uint16_t, std::less<>> known_;
  std::vector<const std::string*> words_;  // the map's own
};

struct HeldLabel {
  std::uint16_t question = 0;
  std::uint16_t part = 0;  // of HeldProject::parts; 0: none
  std::uint16_t label = 0;
};

struct HeldAnswer {
  AnswerRow row;
  bool read = false;  // its labels are known
  bool damaged = false;
  std::vector<HeldLabel> labels;
};

struct HeldQuestion {
  work::ClosedQuestion form;  // as the newest version of the form that was met has it
  Words labels;
};

class HeldProject {
 public:
  HeldProject();

  // The row as it stands now: drops what does not count, keeps what was read of the same answers.
  // False where there is no room for another.
  bool keep(const AnswerRow& row);
  // What the answers of `ref` say. False, and nothing happens, where those are not held.
  bool read(AssignmentId id, ContentRef ref, const std::vector<work::ClosedQuestion>& questions,
            const std::vector<work::Judgment>& judgments);
  // Those answers do not open: they are asked for no more, and count as damaged.
  void give_up(AssignmentId id, ContentRef ref);
  // What is right for a task; replaces what was known of it.
  void keep_gold(TaskId task, ContentRef ref, const std::vector<work::ClosedQuestion>& questions,
                 const std::vector<work::Judgment>& judgments, bool damaged = false);
  std::optional<ContentRef> gold_ref(TaskId task) const;

  // Grows with whatever changes a figure.
  std::uint64_t version() const { return version_; }
  std::size_t answers() const { return answers_.size(); }
  std::size_t answers_read() const { return answers_.size() - unread_.size(); }
  std::size_t left_out() const { return left_out_; }  // answers, over the limit
  std::size_t damaged() const;  // answers and right answers that were altered in the store
  std::size_t judgments() const { return judgments_; }  // held

  // Of what is not read yet, the oldest; at most `most`.
  std::vector<AnswerRow> unread(std::size_t most) const;

  const std::map<std::int64_t, HeldAnswer>& all() const { return answers_; }
  const std::vector<HeldQuestion>& questions() const { return questions_; }
  const Words& parts() const { return parts_; }
  struct HeldGold {
    ContentRef ref;
    std::vector<HeldLabel> labels;
    bool damaged = false;
  };
  const std::unordered_map<std::int64_t, HeldGold>& gold() const { return gold_; }

 private:
  std::uint16_t question(const work::ClosedQuestion& asked);
  std::vector<HeldLabel> numbers(const std::vector<work::ClosedQuestion>& questions,
                                 const std::vector<work::Judgment>& judgments);

  std::map<std::int64_t, HeldAnswer> answers_;  // by assignment
  std::map<std::int64_t, bool> unread_;
  std::unordered_map<std::int64_t, HeldGold> gold_;  // by task
  std::vector<HeldQuestion> questions_;
  Words parts_;
  std::uint64_t version_ = 1;
  std::size_t judgments_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace guildhall::room
