// Writes checked lines in short transactions (slices), so that claims beside an import keep their
// latency.
//
// A chunk of lines is sorted by the index of the keys, so that each slice touches a narrow strip
// of the key index. Inside a slice tasks keep the order of the file; a chunk that fits into one
// keeps it whole.
//
// Concurrency: `write` on one thread at a time; the counters from any. Several imports into one
// project may run at once.
// Limits: kImportTxMs, kImportTxBytes, kMinImportTxLines, kMaxImportTxLines.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "work/outcome.h"
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

  std::size_t bytes() const { return body.size() + gold.size() + extra.size(); }
};

class SliceWriter {
 public:
  SliceWriter(const Context& ctx, const Actor& actor, const Project& project, BatchId batch);

  // After an error what was written before it stays. `stop` ends it after a slice.
  Result<void> write(std::span<const CheckedLine> chunk, const std::atomic<bool>& stop);

  std::int64_t imported() const { return imported_.load(); }
  std::int64_t duplicate() const { return duplicate_.load(); }

 private:
  using LaneKey = std::tuple<TaskKind, BatchId, std::int64_t>;
  using Lanes = std::map<LaneKey, LaneId>;
  struct Line {
    const CheckedLine* checked;
    BatchId batch;
    KeyDigest index{};  // as blind_task_keys gives it, where the line has a key
    TaskKind kind() const { return checked->gold.empty() ? TaskKind::work : TaskKind::gold; }
    LaneKey lane() const { return {kind(), batch, checked->priority}; }
  };
  // One sealed body of a line; those of a line stand together, in its order.
  struct Part {
    std::size_t line;
    store::ContentType type;
    ContentRef ref;
    std::optional<store::Sealed> body;
  };
  struct Written {
    std::int64_t imported = 0;
    std::int64_t duplicate = 0;
    Lanes lanes;
    std::int64_t started_ms = 0;
  };

  Result<std::vector<Line>> sorted_lines(std::span<const CheckedLine> chunk);
  Result<void> find_indexes(std::vector<Line>& lines) const;
  Result<BatchId> batch_of(const CheckedLine& line);
  std::size_t slice_end(const std::vector<Line>& lines, std::size_t from) const;
  Result<void> write_slice(std::span<Line> lines);
  Result<std::vector<bool>> take_keys(store::Tx& tx, std::span<const Line> lines,
                                      TaskId first) const;
  Result<std::vector<Part>> seal_parts(std::span<const Line> lines, Spare& spare) const;
  Result<Written> write_lines(store::Tx& tx, std::span<const Line> lines,
                              std::span<const Part> parts, std::int64_t deed, Spare spare) const;
  void adapt(std::int64_t took_ms, std::size_t lines);

  const Context& ctx_;
  Actor actor_;
  ProjectId project_;
  std::int64_t ceiling_;
  BatchId batch_;
  std::map<std::string, BatchId, std::less<>> batches_;
  Lanes lanes_;
  std::size_t slice_lines_ = 128;
  std::atomic<std::int64_t> imported_{0};
  std::atomic<std::int64_t> duplicate_{0};
};

}  // namespace guildhall::work
