#include "work/import_slices.h"

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "store/deed.h"
#include "work/batches.h"
#include "work/outcome.h"

namespace guildhall::work {
namespace {

using store::Blob;
using store::ContentType;
using store::Param;
using store::Row;
using store::Tx;

std::string_view bytes_of(const KeyDigest& digest) { return {digest.data(), digest.size()}; }

TaskId task_at(TaskId first, std::size_t line) {
  return TaskId{first.value + static_cast<std::int64_t>(line)};
}

// Bound rows; what they point to lies with the caller.
struct Bound {
  std::vector<std::vector<Param>> contents, tasks;
};

Result<void> put_rows(Tx& tx, const Bound& bound) {
  TRY(tx.exec_many({"INSERT INTO content (room, project, ref, body) VALUES ($1, $2, $3, $4)",
                    "INSERT INTO content (room, project, ref, body) SELECT * FROM"
                    " unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])"},
                   bound.contents));
#define GH_INSERT_TASK                                                                    \
  "INSERT INTO task (room, project, task, lane, batch, kind, seq, ceiling, priority,"     \
  " data_ref, gold_ref, extra_ref, created_at, state, open, taken, done, parent, origin," \
  " final, version) "
  TRY(tx.exec_many(
      {GH_INSERT_TASK "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, 1, 0, 0,"
                      " 0, 0, 0, 1)",
       GH_INSERT_TASK "SELECT r.*, 1, 1, 0, 0, 0, 0, 0, 1 FROM unnest($1::bigint[], $2::bigint[],"
                      " $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],"
                      " $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],"
                      " $13::bigint[]) r"},
      bound.tasks));
  return {};
}

}  // namespace

SliceWriter::SliceWriter(const Context& ctx, const Actor& actor, const Project& project,
                         BatchId batch)
    : ctx_(ctx),
      actor_(actor),
      project_(project.id),
      ceiling_(project.settings->first_overlap()),
      batch_(batch ? batch : project.batch) {}

Result<BatchId> SliceWriter::batch_of(const CheckedLine& line) {
  if (line.batch_name.empty()) return batch_;
  auto at = batches_.find(line.batch_name);
  if (at != batches_.end()) return at->second;
  auto id = TRY(batch_named(ctx_, actor_, project_, line.batch_name));
  batches_.emplace(line.batch_name, id);
  return id;
}

Result<void> SliceWriter::find_indexes(std::vector<Line>& lines) const {
  std::vector<KeyDigest> digests;
  for (const auto& line : lines) {
    if (line.checked->keyed) digests.push_back(line.checked->digest);
  }
  auto found = TRY(blind_task_keys(ctx_, project_, digests));
  auto next = found.begin();
  for (auto& line : lines) {
    if (line.checked->keyed) line.index = *next++;
  }
  return {};
}

// The chunk in order of its keys' indexes, lines without a key first; of those with one key the
// first.
Result<std::vector<SliceWriter::Line>> SliceWriter::sorted_lines(
    std::span<const CheckedLine> chunk) {
  std::vector<Line> lines;
  lines.reserve(chunk.size());
  for (const auto& line : chunk) lines.push_back({ &line, TRY(batch_of(line)) });
  TRY(find_indexes(lines));
  std::ranges::sort(lines, [](const Line& a, const Line& b) {
    if (a.checked->keyed != b.checked->keyed) return b.checked->keyed;
    if (a.index != b.index) return bytes_of(a.index) < bytes_of(b.index);
    return a.checked < b.checked;
  });
  auto repeats = std::ranges::unique(lines, [](const Line& a, const Line& b) {
    return a.checked->keyed && b.checked->keyed && a.index == b.index;
  });
  duplicate_ += std::ssize(repeats);
  lines.erase(repeats.begin(), repeats.end());
  return lines;
}

std::size_t SliceWriter::slice_end(const std::vector<Line>& lines, std::size_t from) const {
  std::size_t bytes = 0;
  std::size_t at = from;
  while (at < lines.size() && at - from < slice_lines_) {
    bytes += lines[at].checked->bytes();
    if (at > from && bytes > kImportTxBytes) break;
    ++at;
  }
  return at;
}

Result<void> SliceWriter::write(std::span<const CheckedLine> chunk, const std::atomic<bool>& stop) {
  auto lines = TRY(sorted_lines(chunk));
  for (std::size_t from = 0; from < lines.size() && !stop;) {
    std::size_t to = slice_end(lines, from);
    TRY(write_slice(std::span(lines).subspan(from, to - from)));
    from = to;
  }
  return {};
}

Result<void> SliceWriter::write_slice(std::span<Line> lines) {
  std::ranges::sort(lines, {}, &Line::checked);  // back to the order of the file
  std::size_t keys = 1;                          // the deed
  std::set<LaneKey> missing;
  for (const auto& line : lines) {
    keys += 2 + !line.checked->gold.empty() + !line.checked->extra.empty();
    if (!lanes_.contains(line.lane())) missing.insert(line.lane());
  }
  keys += missing.size();
  std::int64_t first = TRY(ctx_.keys.take(static_cast<int>(keys)));
  Spare spare{first + 1};
  auto parts = TRY(seal_parts(lines, spare));
  auto written = TRY(
      ctx_.db.write_bulk_as([&](Tx& tx) { return write_lines(tx, lines, parts, first, spare); }));
  adapt(monotonic_ms() - written.started_ms, lines.size());
  imported_ += written.imported;
  duplicate_ += written.duplicate;
  lanes_.merge(written.lanes);
  return {};
}

// The content of these lines under refs of its own, sealed before the transaction. The first task
// has the first key, the others follow it.
Result<std::vector<SliceWriter::Part>> SliceWriter::seal_parts(std::span<const Line> lines,
                                                               Spare& spare) const {
  TaskId first{spare.take()};
  spare.next = task_at(first, lines.size()).value;
  std::vector<Part> parts;
  std::vector<store::ToSeal> plain;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& checked = *lines[i].checked;
    auto add = [&](ContentType type, std::string_view text) {
      if (text.empty()) return;
      ContentRef ref{spare.take()};
      plain.push_back({task_content(ctx_.room, project_, type, task_at(first, i), ref), text});
      parts.push_back({i, type, ref, std::nullopt});
    };
    add(ContentType::task, checked.body);
    add(ContentType::gold, checked.gold);
    add(ContentType::extra, checked.extra);
  }
  auto sealed = TRY(store::seal_all(ctx_.sealer, plain));
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].body = std::move(sealed[i]);
  return parts;
}

// Takes the keys of these lines, the first line's task being `first`; which lines are new. In order
// of their indexes, so that two imports of the same keys wait for each other in one order.
Result<std::vector<bool>> SliceWriter::take_keys(Tx& tx, std::span<const Line> lines,
                                                 TaskId first) const {
  std::vector<std::vector<Param>> rows;
  std::vector<bool> fresh(lines.size(), true);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& checked = *lines[i].checked;
    if (!checked.keyed) continue;
    fresh[i] = false;
    rows.push_back({ctx_.room, project_, Blob{bytes_of(lines[i].index)}, task_at(first, i)});
  }
  std::ranges::sort(rows, {}, [](const auto& row) { return std::get<Blob>(row[2].value()).bytes; });
  auto mark = [&](const Row& row) {
    fresh[static_cast<std::size_t>(row.integer(0) - first.value)] = true;
    return true;
  };
  // SQLite's RETURNING builds a table for each row, and nearly always all rows are new.
  auto taken = TRY(
      tx.exec_many({"INSERT INTO task_key (room, project, key_hash, task) VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT DO NOTHING",
                    "INSERT INTO task_key (room, project, key_hash, task) SELECT * FROM"
                    " unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[])"
                    " ON CONFLICT DO NOTHING RETURNING task"},
                   rows, mark));
  if (tx.dialect() == store::Dialect::postgres) return fresh;
  if (taken == std::ssize(rows)) return std::vector<bool>(lines.size(), true);
  for (const auto& row : rows) {
    TRY(
        tx.query("SELECT task FROM task_key WHERE room = $1 AND project = $2 AND key_hash = $3 AND"
                 " task = $4",
                 {row[0], row[1], row[2], row[3]}, mark));
  }
  return fresh;
}

Result<SliceWriter::Written> SliceWriter::write_lines(Tx& tx, std::span<const Line> lines,
                                                      std::span<const Part> parts,
                                                      std::int64_t deed, Spare spare) const {
  Written out{.started_ms = monotonic_ms()};
  TaskId first{deed + 1};
  auto fresh = TRY(take_keys(tx, lines, first));
  Bound bound;
  std::map<std::pair<BatchId, TaskKind>, std::int64_t> counts;
  TaskId first_task;
  auto part = parts.begin();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const auto& checked = *line.checked;
    while (part != parts.end() && part->line < i) ++part;  // of a line that was there already
    if (!fresh[i]) {
      ++out.duplicate;
      continue;
    }
    TaskId task = task_at(first, i);
    if (!first_task) first_task = task;
    LaneId lane;
    if (auto known = lanes_.find(line.lane()); known != lanes_.end()) {
      lane = known->second;
    } else if (auto fresh = out.lanes.find(line.lane()); fresh != out.lanes.end()) {
      lane = fresh->second;
    } else {
      lane = TRY(lane_for(tx, ctx_.room, project_, line.kind(), line.batch, checked.priority,
                          LaneId{spare.take()}));
      out.lanes.emplace(line.lane(), lane);
    }
    ContentRef data, gold, extra;
    for (; part != parts.end() && part->line == i; ++part) {
      bound.contents.push_back({ctx_.room, project_, part->ref, Blob{part->body->bytes()}});
      auto& ref = part->type == ContentType::task   ? data
                  : part->type == ContentType::gold ? gold
                                                    : extra;
      ref = part->ref;
    }
    std::int64_t ceiling = line.kind() == TaskKind::gold ? 0 : ceiling_;
    bound.tasks.push_back({ctx_.room, project_, task, lane, line.batch,
                           static_cast<std::int64_t>(line.kind()), tx.tick(), ceiling,
                           checked.priority, data, gold, extra, tx.now()});
    ++counts[{line.batch, line.kind()}];
    ++out.imported;
  }
  if (out.imported == 0) return out;
  TRY(put_rows(tx, bound));
  for (const auto& [of, n] : counts) {
    TRY(count(tx, {ctx_.room, project_, actor_.member, of.first, of.second},
              {.tasks = n, .wanted = of.second == TaskKind::work ? n * ceiling_ : 0}));
  }
  TRY(store::record(tx, {ctx_.room, project_, deed, actor_.member, "task.import", first_task.value,
                         1, out.imported}));
  return out;
}

// Transactions grow while they are quick and shrink when they are not; the time is from the
// closure's start until it is durable, whatever shared the commit.
void SliceWriter::adapt(std::int64_t took_ms, std::size_t lines) {
  if (took_ms > kImportTxMs) {
    slice_lines_ = std::max(kMinImportTxLines, slice_lines_ * kImportTxMs / took_ms);
  } else if (lines >= slice_lines_ && took_ms * 3 < kImportTxMs * 2) {
    slice_lines_ = std::min(kMaxImportTxLines, slice_lines_ * 5 / 4);
  }
}

}  // namespace guildhall::work
