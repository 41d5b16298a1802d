#include "keeper/witness_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "keeper/folder_lock.h"
#include "vault/lease_frame.h"

namespace guildhall::keeper {
namespace {

constexpr const char* kFile = "witness.json";
constexpr const char* kPlaceFile = "witness.place";

struct Entry {
  std::string log;    // the vkey
  std::string note;   // empty: not known
  std::string place;  // where it was written; empty: not to be relied on
};

struct Memory {
  std::string key;    // the keeper's own vkey
  std::string place;  // where the keeper was made; empty: unknown
  std::vector<Entry> entries;

  Entry* find(std::string_view log) {
    auto at = std::ranges::find(entries, log, &Entry::log);
    return at == entries.end() ? nullptr : &*at;
  }
};

std::unexpected<Error> damaged() {
  return fail(Fault::malformed, "bad-witness-file", "The keeper's witness.json is damaged.");
}

// Names this folder on this disk; nothing where the marker is gone.
std::string place_of(const std::filesystem::path& dir) {
  struct statx info{};
  if (statx(AT_FDCWD, (dir / kPlaceFile).c_str(), 0, STATX_INO | STATX_BTIME, &info) != 0)
    return {};
  return fmt::format("{}.{}.{}", info.stx_ino, info.stx_btime.tv_sec, info.stx_btime.tv_nsec);
}

Result<Memory> load(const std::filesystem::path& dir) {
  auto text = read_file(dir / kFile);
  if (!text && text.error().fault == Fault::not_found) return Memory{};
  if (!text) return std::unexpected(std::move(text).error());
  auto parsed = parse_json(*text);
  if (!parsed) return damaged();
  const auto* key = find_string(*parsed, "key");
  const auto* place = find_string(*parsed, "place");
  const auto* logs = find_array(*parsed, "logs");
  if (!key || !place || !logs) return damaged();
  Memory memory{std::string(view(*key)), std::string(view(*place)), {}};
  for (const auto& value : *logs) {
    const auto* log = find_string(value, "log");
    const auto* note = find_string(value, "note");
    const auto* where = find_string(value, "place");
    if (!log || !note || !where) return damaged();
    memory.entries.push_back(
        {std::string(view(*log)), std::string(view(*note)), std::string(view(*where))});
  }
  return memory;
}

Result<void> save(const std::filesystem::path& dir, const Memory& memory) {
  JsonWriter out;
  out.begin_object()
      .field("key", memory.key)
      .field("place", memory.place)
      .key("logs")
      .begin_array();
  for (const Entry& entry : memory.entries) {
    out.begin_object().field("log", entry.log).field("note", entry.note);
    out.field("place", entry.place).end_object();
  }
  out.end_array().end_object();
  return replace_file(dir / kFile, out.take() + "\n");
}

Result<tlog::Cosigned> cosigned_of(const Entry* entry, const tlog::VerifierKey& log) {
  if (!entry || entry->note.empty()) return tlog::Cosigned{};
  auto checkpoint = tlog::open_checkpoint(entry->note, log);
  if (!checkpoint) return damaged();
  return tlog::Cosigned{*checkpoint, entry->note};
}

bool relies(const Memory& memory, const Entry* entry, const std::string& here) {
  return !here.empty() && (entry ? entry->place : memory.place) == here;
}

}  // namespace

tlog::VerifierKey witness_key(std::string_view public_key) {
  return {vault::witness_name(public_key), tlog::KeyType::cosignature, std::string(public_key)};
}

Result<void> WitnessFile::create(std::string_view public_key) const {
  TRY(replace_file(dir_ / kPlaceFile, "The keeper was made in this folder.\n"));
  FolderLock lock(dir_);
  TRY(lock.held());
  return save(dir_, {witness_key(public_key).text(), place_of(dir_), {}});
}

Result<void> WitnessFile::create_unknowing(std::string_view public_key) const {
  FolderLock lock(dir_);
  TRY(lock.held());
  return save(dir_, {witness_key(public_key).text(), {}, {}});
}

Result<std::string> WitnessFile::own_key() const {
  return TRY(load(dir_))
  .key;
}

Result<tlog::Cosigned> WitnessFile::kept(const tlog::VerifierKey& log) const {
  auto memory = TRY(load(dir_));
  return cosigned_of(memory.find(log.text()), log);
}

Result<tlog::Cosigned> WitnessFile::read(const tlog::VerifierKey& log) const {
  auto memory = TRY(load(dir_));
  const Entry* entry = memory.find(log.text());
  if (!relies(memory, entry, place_of(dir_))) {
    return fail(Fault::forbidden, "witness-behind",
                "The keeper may have forgotten what it cosigned, and cosigns nothing until "
                "trust-checkpoint gives it the newest cosigned checkpoint.");
  }
  return cosigned_of(entry, log);
}

Result<void> WitnessFile::replace(const tlog::VerifierKey& log, std::uint64_t size,
                                  const tlog::Cosigned& next) const {
  FolderLock lock(dir_);
  TRY(lock.held());
  auto memory = TRY(load(dir_));
  Entry* entry = memory.find(log.text());
  if (!relies(memory, entry, place_of(dir_)) ||
      TRY(cosigned_of(entry, log)).checkpoint.size != size) {
    return fail(Fault::conflict, "witness-raced", "Another checkpoint was cosigned meanwhile.");
  }
  if (!entry) entry = &memory.entries.emplace_back(Entry{log.text(), {}, memory.place});
  entry->note = next.note;
  return save(dir_, memory);
}

Result<tlog::Checkpoint> WitnessFile::trust(const tlog::VerifierKey& log,
                                            std::string_view note) const {
  auto checkpoint = TRY(tlog::open_checkpoint(note, log));
  FolderLock lock(dir_);
  TRY(lock.held());
  auto memory = TRY(load(dir_));
  Entry* entry = memory.find(log.text());
  auto before = TRY(cosigned_of(entry, log))
  .checkpoint;
  if (checkpoint.size < before.size) {
    return fail(Fault::conflict, "checkpoint-older",
                fmt::format("The keeper has cosigned a newer one, of size {}.", before.size));
  }
  if (before.size > 0 && checkpoint.size == before.size && checkpoint.root != before.root) {
    return fail(Fault::conflict, "log-fork",
                "The keeper has cosigned another log of this size: the room shows two.");
  }
  if (place_of(dir_).empty()) {
    TRY(replace_file(dir_ / kPlaceFile, "The keeper was given this log in this folder.\n"));
  }
  if (!entry) entry = &memory.entries.emplace_back(Entry{log.text(), {}, {}});
  entry->note = note;
  entry->place = place_of(dir_);
  TRY(save(dir_, memory));
  return checkpoint;
}

Result<void> WitnessFile::distrust(const tlog::VerifierKey& log) const {
  FolderLock lock(dir_);
  TRY(lock.held());
  auto memory = TRY(load(dir_));
  Entry* entry = memory.find(log.text());
  if (!entry) entry = &memory.entries.emplace_back(Entry{log.text(), {}, {}});
  entry->place.clear();
  return save(dir_, memory);
}

}  // namespace guildhall::keeper
