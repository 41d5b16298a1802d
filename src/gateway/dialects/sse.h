// Server-sent events, read incrementally and written. The reader hands over blocks: an event with
// the blank line that ends it, or a comment as soon as its line is there. The blocks' raw bytes,
// joined, are the stream, so that a filter can forward exactly what it does not drop. Lines end
// with LF, CR or CRLF, wherever the bytes are cut; a byte order mark at the start is skipped.
//
// A block's views live until the next call of the reader.
// An LF that comes later than the CR it belongs to is a block of its own ("\n").
//
// Concurrency: one thread. Limits: kMaxSseEvent bytes of one block; beyond it
// malformed/"upstream-malformed", for good.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::gateway {

struct SseBlock {
  std::string_view raw;   // as it came
  std::string_view name;  // of `event:`; empty when there was none
  std::string_view data;  // lines joined by LF
  bool has_data = false;  // without it no event is dispatched
  bool comments = false;  // a line began with a colon
};

class SseReader {
 public:
  void push(std::string_view bytes);
  // The next whole block, nullopt until more bytes come.
  Result<std::optional<SseBlock>> next();
  // What is left at the stream's end: a block without its blank line. Nullopt when nothing is.
  std::optional<SseBlock> rest();

 private:
  std::optional<std::size_t> line_end();
  std::optional<SseBlock> take(std::size_t end);
  SseBlock parse(std::string_view raw);

  std::string held_;
  std::size_t begin_ = 0;  // of the block under way, in held_
  std::size_t line_ = 0;   // of its last line
  std::size_t seen_ = 0;   // up to here there is no line end after line_
  std::size_t next_lf_ = 0;
  bool after_cr_ = false;  // the last byte taken was a CR: an LF belongs to it
  bool first_ = true;      // no block yet: a byte order mark may stand here
  bool fields_ = false;    // the block has a line that is no comment
  std::string joined_;     // data of several lines
};

// One event: `event: NAME` where there is a name, the data line by line, the blank line.
void write_sse(std::string& out, std::string_view name, std::string_view data);
// A comment that keeps a connection alive.
void write_sse_comment(std::string& out, std::string_view text);

}  // namespace guildhall::gateway
