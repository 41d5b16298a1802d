// Which models wrote what was compared: the names in the data of the tasks of one project, opened
// once each (reason `quality`), and held as numbers. Of an answer the data counts that its author
// was shown.
//
// Concurrency: one thread at a time (studies.h sees to it).
// Limits: kQualityOpensAtOnce, kQualityOpensPerMinute, kMaxQualityLabels names.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "room/quality/reader.h"
#include "work/template/template.h"

namespace guildhall::room {

class ModelNames {
 public:
  ModelNames();

  // Opens what is not known of these answers' tasks, some at a time; nothing where the form
  // compares nothing. False where something is left for the next time.
  Result<bool> follow(const work::Context& ctx, ProjectId project, MemberId whom,
                      const work::Template& form, std::span<const AssignmentId> answers,
                      OpeningPace& pace);

  // By letter, as numbers of names(); 0 where none is told. Nothing where it is not known.
  std::span<const std::uint16_t> of(AssignmentId answer, std::string_view question) const;
  const Words& names() const { return names_; }  // 0: ""

  std::size_t tasks() const { return places_.size() + unopened_.size(); }  // versions of their data
  std::size_t tasks_read() const { return places_.size(); }
  std::size_t answers() const { return data_of_.size(); }
  std::uint64_t version() const { return version_; }  // grows with whatever becomes known

 private:
  Result<void> find_data(store::Tx& tx, const work::Context& ctx, ProjectId project,
                         std::span<const AssignmentId> unknown);
  void keep(ContentRef ref, const std::vector<std::vector<std::string>>& models);

  std::vector<std::string> questions_;  // that compare
  Words names_;
  std::unordered_map<std::int64_t, std::int64_t> data_of_;  // by assignment
  std::map<std::int64_t, TaskId> unopened_;                 // by ref
  std::unordered_map<std::int64_t, std::size_t> places_;    // by ref: where in pool_
  std::vector<std::uint16_t> pool_;  // of each question how many, and their names
  std::uint64_t version_ = 1;
};

}  // namespace guildhall::room
