#include "tlog/journal.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "crypto/hash.h"

namespace guildhall::tlog {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kDigestBytes = 8;

void put(std::string& out, std::uint64_t number, int bytes) {
  for (int i = bytes; i-- > 0;) out += static_cast<char>((number >> (8 * i)) & 255);
}

// Reads from a record; `good` turns false where it is too short, and stays so.
struct Reader {
  std::string_view rest;
  bool good = true;

  std::string_view bytes(std::size_t count) {
    if (rest.size() < count) good = false;
    if (!good) return {};
    const std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  }
  std::uint64_t number(std::size_t count) {
    std::uint64_t value = 0;
    for (char c : bytes(count)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
};

struct Record {
  std::uint64_t first = 0;
  std::string_view mark;
  std::vector<std::string_view> leaves;
};

// The record that `text` begins with, taken off it; nothing where it is not whole.
std::optional<Record> take_record(std::string_view& text) {
  Reader frame{text};
  const std::uint64_t length = frame.number(kLengthBytes);
  const std::string_view digest = frame.bytes(kDigestBytes);
  const std::string_view body = frame.bytes(static_cast<std::size_t>(length));
  if (!frame.good) return std::nullopt;
  const crypto::Digest right = crypto::sha256(body);
  if (crypto::view(right).substr(0, kDigestBytes) != digest) return std::nullopt;
  Reader reader{body};
  Record record;
  record.first = reader.number(8);
  record.mark = reader.bytes(static_cast<std::size_t>(reader.number(2)));
  const std::uint64_t count = reader.number(4);
  for (std::uint64_t i = 0; i < count && reader.good; ++i)
    record.leaves.push_back(reader.bytes(static_cast<std::size_t>(reader.number(2))));
  if (!reader.good || !reader.rest.empty()) return std::nullopt;
  text = frame.rest;
  return record;
}

std::unexpected<Error> damaged() {
  return fail(Fault::internal, "log-damaged", "The log's journal lacks leaves that it had.");
}

}  // namespace

void encode_record(std::string& out, std::uint64_t first, std::string_view mark,
                   std::span<const std::string> leaves) {
  std::string body;
  put(body, first, 8);
  put(body, mark.size(), 2);
  body += mark;
  put(body, leaves.size(), 4);
  for (const std::string& leaf : leaves) {
    put(body, leaf.size(), 2);
    body += leaf;
  }
  put(out, body.size(), kLengthBytes);
  out += crypto::view(crypto::sha256(body)).substr(0, kDigestBytes);
  out += body;
}

Result<> Journal::read_segment(std::uint64_t number, std::uint64_t from, Contents& into,
                               std::uint64_t& next) {
  const std::string bytes = TRY(files_.read(path_of(number)));
  std::string_view text = bytes;
  bool any = false;
  while (auto record = take_record(text)) {
    // Segments that were cut may come back singly after a crash: a gap before `from` is none.
    const bool gap = !any && record->first > next && record->first <= from;
    if (gap) next = record->first;
    if (record->first != next) return damaged();
    any = true;
    into.mark = record->mark;
    for (std::string_view leaf : record->leaves) {
      if (next >= from) into.leaves.emplace_back(leaf);
      ++next;
    }
  }
  return {};
}

Result<Journal::Contents> Journal::read(std::uint64_t from) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : TRY(files_.list(folder_))) {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  Contents contents;
  std::uint64_t next = 0;
  segments_.clear();
  for (std::uint64_t number : numbers) {
    TRY(read_segment(number, from, contents, next));
    segments_.push_back({number, next});
  }
  if (next < from) return damaged();
  return contents;
}

Result<> Journal::start_segment(std::uint64_t next, std::string_view mark) {
  const std::uint64_t number = segments_.empty() ? 1 : segments_.back().number + 1;
  std::string record;
  encode_record(record, next, mark, {});
  segments_.push_back({number, next});
  written_ = length_ = 0;
  TRY(write(record));
  return files_.sync_folder(folder_);
}

Result<> Journal::write(std::string_view records) {
  const Files::Path path = path_of(segments_.back().number);
  const std::uint64_t end = written_ + records.size();
  if (end > length_) {
    const std::string zeros(static_cast<std::size_t>(end - length_ + stretch_), '\0');
    TRY(files_.write_at(path, length_, zeros));
    length_ += zeros.size();
  }
  TRY(files_.write_at(path, written_, records));
  written_ = end;
  return files_.sync(path);
}

Result<> Journal::append(std::string_view records, std::uint64_t next) {
  TRY(write(records));
  segments_.back().end = next;
  return {};
}

Result<> Journal::cut(std::uint64_t from) {
  bool removed = false;
  while (segments_.size() > 1 && segments_.front().end <= from) {
    TRY(files_.remove(path_of(segments_.front().number)));
    segments_.pop_front();
    removed = true;
  }
  if (removed) TRY(files_.sync_folder(folder_));
  return {};
}

}  // namespace guildhall::tlog
