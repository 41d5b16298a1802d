// The writing half of an import: takes checked lines, holds a chunk of them, and writes it in
// short transactions so that claims beside it keep their latency.
//
// A chunk is sorted by the digest of the keys, so that each transaction touches a narrow strip of
// the key index. Inside a transaction tasks keep the order of the file; a file that fits into one
// keeps it whole.
//
// Concurrency: one thread. Several imports into one project may run at once.
// Limits: kImportChunkLines, kImportChunkBytes, kImportTxMs, kImportTxBytes.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "work/project.h"
#include "work/task_body.h"

namespace guildhall::work {

struct CheckedLine {
  bool keyed = false;
  KeyDigest digest{};
  std::int64_t priority = 0;
  std::string batch_name;  // empty: the job's batch
  std::string body;        // make_task_body
  std::string gold;        // make_gold_body; empty: none, the task is work
  std::string extra;       // JSON; empty: none
};

class ImportWriter {
 public:
  ImportWriter(const Context& ctx, const Actor& actor, const Project& project, BatchId batch);

  Result<void> add(CheckedLine line);
  Result<void> flush();

  std::int64_t imported() const { return imported_; }
  std::int64_t duplicate() const { return duplicate_; }

 private:
  using LaneKey = std::tuple<TaskKind, BatchId, std::int64_t>;
  using Lanes = std::map<LaneKey, LaneId>;
  struct Line {
    const CheckedLine* checked;
    BatchId batch;
    TaskKind kind() const { return checked->gold.empty() ? TaskKind::work : TaskKind::gold; }
    LaneKey lane() const { return {kind(), batch, checked->priority}; }
  };
  struct Written {
    std::int64_t imported = 0;
    std::int64_t duplicate = 0;
    Lanes lanes;
    std::int64_t started_ms = 0;
  };

  Result<std::vector<Line>> sorted_lines();
  Result<BatchId> batch_of(const CheckedLine& line);
  std::size_t slice_end(const std::vector<Line>& lines, std::size_t from) const;
  Result<void> write_slice(std::span<Line> lines);
  Result<std::vector<bool>> take_keys(store::Tx& tx, std::span<const Line> lines,
                                      TaskId first) const;
  Result<Written> write_lines(store::Tx& tx, std::span<const Line> lines, std::int64_t key) const;
  void adapt(std::int64_t took_ms, std::size_t lines);

  const Context& ctx_;
  Actor actor_;
  ProjectId project_;
  std::int64_t ceiling_;
  BatchId batch_;
  std::map<std::string, BatchId, std::less<>> batches_;
  Lanes lanes_;
  std::vector<CheckedLine> chunk_;
  std::size_t chunk_bytes_ = 0;
  std::size_t slice_lines_ = 128;
  std::int64_t imported_ = 0;
  std::int64_t duplicate_ = 0;
};

}  // namespace guildhall::work
