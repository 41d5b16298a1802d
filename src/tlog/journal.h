// What the log has promised and not yet put into tiles: records in numbered segments below one
// folder, one after another, and zeros after the last. A record is
//
//   u32 length of what follows the digest | first 8 bytes of its SHA-256 |
//   u64 index of the first leaf | u16 length, mark | u32 leaves | each u16 length, bytes
//
// and a segment begins with one of no leaves, so that index and mark outlive the segments before.
// Reading stops at the first record that is not whole: what follows was never acknowledged.
//
// A segment grows by zeros, a stretch at a time, and records are written over them: a file that
// keeps its length is flushed with its bytes alone, one that grows needs the file system's own
// journal too, which the store's flushes then wait for.
//
// Concurrency: one thread at a time (the log's leader). Limits: kMaxMarkBytes, kMaxLeafBytes.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "tlog/files.h"

namespace guildhall::tlog {

// Appends one record to `out`.
void encode_record(std::string& out, std::uint64_t first, std::string_view mark,
                   std::span<const std::string> leaves);

class Journal {
 public:
  // What a journal holds from leaf `first` on.
  struct Contents {
    std::deque<std::string> leaves;
    std::string mark;
  };

  // `stretch`: by how many zeros more than needed a segment grows.
  Journal(Files& files, Files::Path folder, std::uint64_t stretch = 0)
      : files_(files), folder_(std::move(folder)), stretch_(stretch) {}

  // Everything from leaf `from` on. Error: internal/"log-damaged" where leaves are missing.
  Result<Contents> read(std::uint64_t from);
  // Starts a segment, durably: records from `next` on go there.
  Result<> start_segment(std::uint64_t next, std::string_view mark);
  // Encoded records, durable on return; the last leaf's index is next - 1.
  Result<> append(std::string_view records, std::uint64_t next);
  // Removes the segments that hold nothing from leaf `from` on; never the newest.
  Result<> cut(std::uint64_t from);

 private:
  struct Segment {
    std::uint64_t number = 0;
    std::uint64_t end = 0;  // the index after its last leaf
  };

  Files::Path path_of(std::uint64_t number) const { return folder_ / std::to_string(number); }
  Result<> read_segment(std::uint64_t number, std::uint64_t from, Contents& into,
                        std::uint64_t& next);

  // Durable on return.
  Result<> write(std::string_view records);

  Files& files_;
  Files::Path folder_;
  std::uint64_t stretch_;
  std::deque<Segment> segments_;  // oldest first
  std::uint64_t written_ = 0;     // bytes of records in the newest
  std::uint64_t length_ = 0;      // of the newest, with its zeros
};

}  // namespace guildhall::tlog
