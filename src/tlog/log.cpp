#include "tlog/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "tlog/tile_reader.h"

namespace guildhall::tlog {
namespace {

std::unexpected<Error> failed_error() {
  return fail(Fault::unavailable, "log-failed",
              "A write to the log failed; it takes nothing more until it is opened again.");
}

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Fault::internal, "log-damaged", std::string(what));
}

}  // namespace

Log::Log(std::filesystem::path dir, std::string origin, const crypto::SigningKey& key,
         LogOptions options)
    : dir_(std::move(dir)),
      origin_(std::move(origin)),
      signer_(key),
      vkey_{origin_, KeyType::ed25519, key.public_key()},
      options_(std::move(options)),
      own_files_(options_.files == nullptr ? disk_files() : nullptr),
      files_(options_.files == nullptr ? *own_files_ : *options_.files),
      writer_(files_, tiles()),
      journal_(files_, dir_ / "pending",
               std::min<std::uint64_t>(options_.segment_bytes, kJournalStretch)) {}

Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(const std::filesystem::path& dir, std::string origin,
                                       const crypto::SigningKey& key, LogOptions options) {
  if (!is_key_name(origin))
    return fail(Fault::invalid, "wrong-origin", "A log's origin has no blanks and no plus sign.");
  std::unique_ptr<Log> log(new Log(dir, std::move(origin), key, std::move(options)));
  TRY(log->load());
  return log;
}

Result<> Log::load() {
  MutexLock publishing(publishing_);
  for (const auto& folder : {dir_, tiles(), dir_ / "pending"}) {
    TRY(files_.make_folder(folder));
    TRY(files_.sync_folder(folder.parent_path()));
  }
  lock_ = TRY(files_.lock(dir_ / "lock"));
  auto note = files_.read(tiles() / "checkpoint");
  Checkpoint published{origin_, 0, CompactRange().root()};
  bool ours = false;
  if (note) {
    std::vector<VerifierKey> keys{vkey_};
    keys.insert(keys.end(), options_.earlier_keys.begin(), options_.earlier_keys.end());
    const Note read = TRY(parse_note(*note));
    const auto signers = TRY(verify_note(read, keys));
    published = TRY(parse_checkpoint(read.text));
    if (published.origin != origin_)
      return fail(Fault::invalid, "wrong-origin", "The folder holds another log.");
    if (signers.empty())
      return fail(Fault::forbidden, "bad-signature", "No known key signed the log's checkpoint.");
    ours = signers.front() == 0;
  } else if (note.error().fault != Fault::not_found) {
    return std::unexpected(std::move(note).error());
  }
  TRY(writer_.load(published.size));
  if (writer_.range().root() != published.root)
    return damaged("The log's tiles do not give the root of its checkpoint.");
  Journal::Contents contents = TRY(journal_.read(published.size));
  {
    MutexLock lock(mutex_);
    size_ = tree_size_ = published.size;
    next_ = durable_ = size_ + contents.leaves.size();
    next_mark_ = mark_ = contents.mark;
    pending_ = std::move(contents.leaves);
    if (note) note_ = *note;
  }
  TRY(writer_.remove_unpublished(durable()));
  // What the journal's pages hold after a failed sync may never have reached the disk: it is
  // written once more, as tiles and as a new segment, before anybody builds on it.
  if (!ours || durable() > size()) TRY(publish_tree());
  return rotate();
}

Result<std::uint64_t> Log::append(std::span<const std::string> leaves, std::string_view mark) {
  std::size_t bytes = 0;
  for (const std::string& leaf : leaves) {
    if (leaf.size() > kMaxLeafBytes)
      return fail(Fault::too_large, "leaf-too-large", "An entry of the log has 64 KiB at most.");
    bytes += leaf.size();
  }
  if (mark.size() > kMaxMarkBytes)
    return fail(Fault::too_large, "leaf-too-large", "A mark of the log has 1 KiB at most.");
  MutexLock lock(mutex_);
  if (failed_) return failed_error();
  if (pending_bytes_ + bytes > kMaxPendingLeafBytes)
    return fail(Fault::unavailable, "log-behind", "Too much waits to be put into the log.");
  const std::uint64_t first = next_;
  if (!mark.empty()) next_mark_ = mark;
  encode_record(records_, first, next_mark_, leaves);
  pending_.insert(pending_.end(), leaves.begin(), leaves.end());
  pending_bytes_ += bytes;
  next_ += leaves.size();
  const std::uint64_t ticket = ++tickets_;
  while (durable_tickets_ < ticket && !failed_) {
    if (leading_) {
      changed_.wait(mutex_);
    } else {
      lead();
    }
  }
  if (durable_tickets_ < ticket) return failed_error();
  return first;
}

// Writes and syncs everything that waits, its own caller's record among it.
void Log::lead() {
  leading_ = true;
  const std::string records = std::exchange(records_, {});
  const std::uint64_t tickets = tickets_;
  const std::uint64_t next = next_;
  const std::string mark = next_mark_;
  mutex_.unlock();
  const auto written = journal_.append(records, next);
  mutex_.lock();
  leading_ = false;
  if (written) {
    durable_tickets_ = tickets;
    durable_ = next;
    mark_ = mark;
    segment_bytes_ += records.size();
  } else {
    failed_ = true;
  }
  changed_.notify_all();
}

Result<> Log::integrate() { return grow(true); }

Result<> Log::draft() { return grow(false); }

Result<> Log::grow(bool publishes) {
  MutexLock publishing(publishing_);
  bool longer = false;
  {
    MutexLock lock(mutex_);
    if (failed_) return failed_error();
    if (durable_ == size_ || (!publishes && !draft_.empty())) return {};
    longer = segment_bytes_ > options_.segment_bytes;
  }
  auto done = publishes ? publish_tree() : write_tree();
  if (done && longer) done = rotate();
  if (!done) {
    MutexLock lock(mutex_);
    failed_ = true;
    changed_.notify_all();
  }
  return done;
}

// What is durable goes into tiles, and those to the disk; the checkpoint becomes the draft.
Result<> Log::write_tree() {
  std::deque<std::string> leaves;
  {
    MutexLock lock(mutex_);
    for (std::uint64_t n = durable_ - tree_size_; n > 0; --n) {
      leaves.push_back(std::move(pending_.front()));
      pending_.pop_front();
    }
  }
  std::size_t bytes = 0;
  for (const std::string& leaf : leaves) {
    TRY(writer_.add(leaf));
    bytes += leaf.size();
  }
  TRY(writer_.flush());
  const CompactRange& range = writer_.range();
  std::string note = sign_checkpoint({origin_, range.size(), range.root()}, signer_);
  MutexLock lock(mutex_);
  tree_size_ = range.size();
  pending_bytes_ -= std::min(bytes, pending_bytes_);
  draft_ = std::move(note);
  return {};
}

Result<> Log::publish_tree() {
  TRY(write_tree());
  return publish(newest());
}

// What is published is the tree as it is in the tiles, or what was published before.
Result<> Log::publish(const std::string& note) {
  const auto draft = dir_ / "checkpoint.new";
  TRY(files_.write(draft, note));
  TRY(files_.sync(draft));
  TRY(files_.rename(draft, tiles() / "checkpoint"));
  TRY(files_.sync_folder(tiles()));
  {
    MutexLock lock(mutex_);
    note_ = note;
    draft_.clear();
    size_ = tree_size_;
  }
  return writer_.remove_replaced();
}

// A new segment takes the leader's place for a moment; then those go that are all in tiles.
Result<> Log::rotate() {
  mutex_.lock();
  while (leading_) changed_.wait(mutex_);
  leading_ = true;
  const std::uint64_t durable = durable_;
  const std::uint64_t size = size_;
  const std::string mark = mark_;
  mutex_.unlock();
  auto done = journal_.start_segment(durable, mark);
  if (done) done = journal_.cut(size);
  MutexLock lock(mutex_);
  leading_ = false;
  segment_bytes_ = 0;
  changed_.notify_all();
  return done;
}

std::uint64_t Log::size() const {
  MutexLock lock(mutex_);
  return size_;
}

std::uint64_t Log::durable() const {
  MutexLock lock(mutex_);
  return durable_;
}

std::string Log::mark() const {
  MutexLock lock(mutex_);
  return mark_;
}

std::string Log::checkpoint() const {
  MutexLock lock(mutex_);
  return note_;
}

std::string Log::newest() const {
  MutexLock lock(mutex_);
  return draft_.empty() ? note_ : draft_;
}

Result<std::pair<std::string, std::uint64_t>> Log::current() const {
  std::string note = checkpoint();
  const Checkpoint read = TRY(parse_checkpoint(TRY(parse_note(note)).text));
  return std::pair(std::move(note), read.size);
}

Result<> Log::add_cosignatures(std::string_view text, std::span<const NoteSignature> lines) {
  MutexLock publishing(publishing_);
  std::string note = newest();
  if (TRY(parse_note(note)).text != text)
    return fail(Fault::conflict, "checkpoint-moved", "A newer checkpoint is out already.");
  for (const NoteSignature& line : lines)
    if (note.find(signature_line(line)) == std::string::npos) note += signature_line(line);
  TRY(parse_note(note));  // not too many
  auto done = publish(note);
  if (done) return {};
  MutexLock lock(mutex_);
  failed_ = true;
  changed_.notify_all();
  return done;
}

Result<Proof> Log::prove(std::uint64_t index) {
  auto [note, size] = TRY(current());
  if (index >= size) return fail(Fault::not_found, "no-such-leaf", "The log is not so long yet.");
  TileReader reader(files_, tiles(), size);
  const auto read = [&](int level, std::uint64_t at) { return reader.node(level, at); };
  return Proof {
    std::nullopt, index, TRY(inclusion_proof(index, size, read))
    , std::move(note)
  };
}

Result<std::string> Log::entry(std::uint64_t index) {
  const std::uint64_t size = TRY(current())
  .second;
  if (index >= size) return fail(Fault::not_found, "no-such-leaf", "The log is not so long yet.");
  return TileReader(files_, tiles(), size).entry(index);
}

Result<Hashes> Log::consistency(std::uint64_t from, std::uint64_t to) {
  std::uint64_t size = 0;
  {
    MutexLock lock(mutex_);
    size = tree_size_;
  }
  if (from > to || to > size)
    return fail(Fault::invalid, "bad-size", "The log never had such sizes.");
  TileReader reader(files_, tiles(), size);
  return consistency_proof(from, to,
                           [&](int level, std::uint64_t at) { return reader.node(level, at); });
}

}  // namespace guildhall::tlog
