// What the readers share: collecting one record's text across chunks, the byte order mark, and
// the check of UTF-8.
//
// Concurrency: objects belong to one thread; functions are pure.
// Limits: kMaxImportLine.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace guildhall::work {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool valid_utf8(std::string_view text);

// The record's text: a view where it lies within one chunk, a bounded buffer where it does not.
class RecordText {
 public:
  void add(std::string_view piece);
  // The whole text with its last piece; valid until the next call. Look at too_long() first.
  std::string_view complete(std::string_view last_piece);
  bool too_long() const { return too_long_; }
  bool empty() const { return size_ == 0; }
  void clear();

 private:
  std::string buffer_;
  std::size_t size_ = 0;
  bool too_long_ = false;
};

// Drops a byte order mark at the very start, whatever the chunks.
class ByteOrderMark {
 public:
  // Takes the mark's bytes off `chunk`; returns those held back that turned out to be no mark.
  std::string_view strip(std::string_view& chunk);
  std::string_view rest();  // at the end: what was held back

 private:
  std::size_t matched_ = 0;
  bool done_ = false;
};

Error record_too_long();
// Like parse_json, saying "The line" or "The element" for what is not JSON.
Result<json::value> parse_record(std::string_view text, std::string_view what);

}  // namespace guildhall::work
