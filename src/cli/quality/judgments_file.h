// A file of judgments as the quality engine takes them: item, worker, label, and where there are
// such columns truth, seconds, group and text.
//
// What a column may be called stands in judgments_file.cpp. A row without an item, a worker or a
// label is left out and counted; so is a pair (item, worker) that came before. Labels are any text
// ("#N/A" is one); where all of them are numbers they stand in that order, otherwise by their
// bytes. An item has the first truth that is stated; where another row says otherwise, that is
// counted.
//
// Concurrency: one thread. Limits: kMaxQualityClasses.
#pragma once

#include <string>
#include <vector>

#include "cli/quality/table.h"
#include "quality/judgments.h"

namespace guildhall::cli {

struct JudgmentsFile {
  quality::Judgments judgments;
  Names items;
  Names workers;
  Names groups;
  std::vector<std::string> labels;    // classes
  std::vector<double> values;         // classes: as numbers; empty where one is none
  std::vector<quality::Label> truth;  // items: kNoLabel where none is stated; empty: no column
  std::vector<std::uint32_t> group;   // workers: of whom, by the first row; empty: no column
  // Rows, in their order; empty where there is neither a column of seconds nor one of text.
  std::vector<quality::Index> row_worker;
  std::vector<double> row_seconds;    // -1 where none is stated; empty: no column
  std::vector<std::string> row_text;  // empty: no column
  std::uint64_t incomplete = 0;       // rows left out
  std::uint64_t doubled = 0;          // judgments left out
  std::uint64_t contradictions = 0;   // truths that differ from the first of their item
};

struct JudgmentsSource {
  std::string path;     // "-": standard input
  std::string columns;  // names of columns, where the file has no header
  std::string truth;    // a second file: item, truth; empty: none
};

// Errors: as MappedFile and read_rows; invalid/"quality-input" where a column or every row lacks.
Result<JudgmentsFile> read_judgments(const JudgmentsSource& source, const Progress& progress);

// What was read and what was left out, for people: lines.
std::string told(const JudgmentsFile& file);

}  // namespace guildhall::cli
