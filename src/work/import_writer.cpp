#include "work/import_writer.h"

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

constexpr int kSliceAttempts = 4;
constexpr std::size_t kProbe = 16;  // keys looked up by one statement

std::string_view bytes_of(const KeyDigest& digest) { return {digest.data(), digest.size()}; }

std::size_t size_of(const CheckedLine& line) {
  return line.body.size() + line.gold.size() + line.extra.size();
}

using Rows = std::vector<std::vector<Param>>;

// Bound rows and the bytes that they point to.
struct Bound {
  Rows keys, contents, tasks;
  std::vector<std::string> bodies;  // reserved before: the rows point into it
};

Result<void> probe_keys(Tx& tx, RoomId room, ProjectId project,
                        std::span<const KeyDigest* const> keys, std::set<KeyDigest>& there) {
  auto at = [&](std::size_t i) {
    return Param(Blob{bytes_of(*keys[std::min(i, keys.size() - 1)])});
  };
  TRY(
      tx.query("SELECT key_hash FROM task_key WHERE room = $1 AND project = $2 AND key_hash IN"
               " ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
               {room, project, at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9),
                at(10), at(11), at(12), at(13), at(14), at(15)},
               [&](const Row& row) {
                 KeyDigest digest{};
                 row.bytes(0).copy(digest.data(), digest.size());
                 there.insert(digest);
                 return true;
               }));
  return {};
}

Result<void> put_rows(Tx& tx, const Bound& bound) {
  TRY(tx.exec_many("INSERT INTO task_key (room, project, key_hash, task) VALUES ($1, $2, $3, $4)",
                   bound.keys));
  TRY(tx.exec_many("INSERT INTO content (room, project, ref, body) VALUES ($1, $2, $3, $4)",
                   bound.contents));
  TRY(
      tx.exec_many("INSERT INTO task (room, project, task, lane, batch, kind, state, open, seq,"
                   " ceiling, taken, done, priority, parent, origin, final, version, data_ref,"
                   " gold_ref, extra_ref, created_at) VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7,"
                   " $8, 0, 0, $9, 0, 0, 0, 1, $10, $11, $12, $13)",
                   bound.tasks));
  return {};
}

}  // namespace

ImportWriter::ImportWriter(const Context& ctx, const Actor& actor, const Project& project,
                           BatchId batch)
    : ctx_(ctx),
      actor_(actor),
      project_(project.id),
      ceiling_(project.settings->overlap),
      batch_(batch ? batch : project.batch) {}

Result<void> ImportWriter::add(CheckedLine line) {
  chunk_bytes_ += size_of(line);
  chunk_.push_back(std::move(line));
  if (chunk_.size() < kImportChunkLines && chunk_bytes_ < kImportChunkBytes) return {};
  return flush();
}

Result<BatchId> ImportWriter::batch_of(const CheckedLine& line) {
  if (line.batch_name.empty()) return batch_;
  auto at = batches_.find(line.batch_name);
  if (at != batches_.end()) return at->second;
  auto id = TRY(batch_named(ctx_, actor_, project_, line.batch_name));
  batches_.emplace(line.batch_name, id);
  return id;
}

// The chunk in order of key digests, lines without a key first; of those with one key the first.
Result<std::vector<ImportWriter::Line>> ImportWriter::sorted_lines() {
  std::vector<Line> lines;
  lines.reserve(chunk_.size());
  for (const auto& line : chunk_) lines.push_back({ &line, TRY(batch_of(line)) });
  std::ranges::sort(lines, [](const Line& a, const Line& b) {
    if (a.checked->keyed != b.checked->keyed) return b.checked->keyed;
    if (a.checked->keyed && a.checked->digest != b.checked->digest) {
      return bytes_of(a.checked->digest) < bytes_of(b.checked->digest);
    }
    return a.checked < b.checked;
  });
  auto repeats = std::ranges::unique(lines, [](const Line& a, const Line& b) {
    return a.checked->keyed && b.checked->keyed && a.checked->digest == b.checked->digest;
  });
  duplicate_ += std::ssize(repeats);
  lines.erase(repeats.begin(), repeats.end());
  return lines;
}

std::size_t ImportWriter::slice_end(const std::vector<Line>& lines, std::size_t from) const {
  std::size_t bytes = 0;
  std::size_t at = from;
  while (at < lines.size() && at - from < slice_lines_) {
    bytes += size_of(*lines[at].checked);
    if (at > from && bytes > kImportTxBytes) break;
    ++at;
  }
  return at;
}

Result<void> ImportWriter::flush() {
  auto lines = TRY(sorted_lines());
  for (std::size_t from = 0; from < lines.size();) {
    std::size_t to = slice_end(lines, from);
    TRY(write_slice(std::span(lines).subspan(from, to - from)));
    from = to;
  }
  chunk_.clear();
  chunk_bytes_ = 0;
  return {};
}

Result<void> ImportWriter::write_slice(std::span<Line> lines) {
  std::ranges::sort(lines, {}, &Line::checked);  // back to the order of the file
  std::size_t keys = 1;                          // the deed
  std::set<LaneKey> missing;
  for (const auto& line : lines) {
    keys += 2 + !line.checked->gold.empty() + !line.checked->extra.empty();
    if (!lanes_.contains(line.lane())) missing.insert(line.lane());
  }
  keys += missing.size();
  std::int64_t first = TRY(ctx_.keys.take(static_cast<int>(keys)));
  for (int attempt = 1;; ++attempt) {
    auto written = ctx_.db.write_as([&](Tx& tx) { return write_lines(tx, lines, first); });
    if (!written) {
      // Another import brought one of these keys between our look and our insert.
      if (written.error().type == "already-exists" && attempt < kSliceAttempts) continue;
      return std::unexpected(std::move(written).error());
    }
    adapt(monotonic_ms() - written->started_ms, lines.size());
    imported_ += written->imported;
    duplicate_ += written->duplicate;
    lanes_.merge(written->lanes);
    return {};
  }
}

Result<ImportWriter::Written> ImportWriter::write_lines(Tx& tx, std::span<const Line> lines,
                                                        std::int64_t key) const {
  Written out{.started_ms = monotonic_ms()};
  Spare spare{key};
  std::int64_t deed = spare.take();
  std::vector<const KeyDigest*> digests;
  for (const auto& line : lines) {
    if (line.checked->keyed) digests.push_back(&line.checked->digest);
  }
  std::ranges::sort(digests, {}, [](const KeyDigest* d) { return bytes_of(*d); });
  std::set<KeyDigest> there;
  for (std::size_t at = 0; at < digests.size(); at += kProbe) {
    TRY(probe_keys(tx, ctx_.room, project_,
                   std::span(digests).subspan(at, std::min(kProbe, digests.size() - at)), there));
  }
  Bound bound;
  bound.bodies.reserve(3 * lines.size());
  std::map<std::pair<BatchId, TaskKind>, std::int64_t> counts;
  TaskId first_task;
  for (const auto& line : lines) {
    const auto& checked = *line.checked;
    if (checked.keyed && there.contains(checked.digest)) {
      ++out.duplicate;
      continue;
    }
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
    TaskId task{spare.take()};
    if (!first_task) first_task = task;
    auto put = [&](ContentType type, std::string_view plain) {
      if (plain.empty()) return ContentRef{};
      ContentRef ref{spare.take()};
      bound.bodies.push_back(
          store::encode_content(task_content(ctx_.room, project_, type, task, ref), plain));
      bound.contents.push_back({ctx_.room, project_, ref, Blob{bound.bodies.back()}});
      return ref;
    };
    ContentRef data = put(ContentType::task, checked.body);
    ContentRef gold = put(ContentType::gold, checked.gold);
    ContentRef extra = put(ContentType::extra, checked.extra);
    std::int64_t ceiling = line.kind() == TaskKind::gold ? 0 : ceiling_;
    bound.tasks.push_back({ctx_.room, project_, task, lane, line.batch,
                           static_cast<std::int64_t>(line.kind()), tx.tick(), ceiling,
                           checked.priority, data, gold, extra, tx.now()});
    if (checked.keyed) {
      bound.keys.push_back({ctx_.room, project_, Blob{bytes_of(checked.digest)}, task});
    }
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
void ImportWriter::adapt(std::int64_t took_ms, std::size_t lines) {
  if (took_ms > kImportTxMs) {
    slice_lines_ = std::max(kMinImportTxLines, slice_lines_ * kImportTxMs / took_ms);
  } else if (lines >= slice_lines_ && took_ms * 3 < kImportTxMs * 2) {
    slice_lines_ = std::min(kMaxImportTxLines, slice_lines_ * 5 / 4);
  }
}

}  // namespace guildhall::work
