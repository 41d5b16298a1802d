// The frames between a room's process and its vault, over a Unix stream socket that their
// supervisor made: a request, then its answer, one at a time on each channel.
//
//   frame    u32be length of what follows ‖ u8 op ‖ fields
//   answer   u32be length ‖ u8 0 ‖ fields, or u8 1 ‖ u8 fault ‖ text slug ‖ text sentence
//   fields   integers are i64be, small ones u8, counts u32be; bytes and texts u32be length ‖ bytes
//
//   seal        count × (context ‖ bytes)                → count × bytes
//   open        u8 reason ‖ member ‖ count × (context ‖ bytes) → count × bytes
//   feed        count × deed ‖ tick ‖ the last's number  → text: how far the log has them
//   exchange    u8 turn ‖ bytes body                     → u8 held ‖ u32 ms ‖ bytes
//   watch       revision seen                            → revision ‖ changes ‖ bytes state
//   wish        u8 the whole room ‖ project              → nothing
//   mac         count × bytes row                        → count × bytes
//   check       count × (bytes row ‖ bytes mac)          → count × u8, 1: it is sound
//   find        count × (project ‖ text sort ‖ bytes)    → count × bytes
//   begin_file  context                                  → bytes head ‖ bytes ticket
//   seal_part   context ‖ head ‖ ticket ‖ first chunk ‖ bytes  → bytes
//   open_part   u8 reason ‖ member ‖ context ‖ head ‖ first chunk ‖ bytes → bytes
//   commitment  count × member                           → count × text, as leaves name them
//   log_key     nothing                                  → text: the vkey of this vault's log
//   shred       project                                  → nothing: its key is destroyed
//
//   state       JSON, as keeper_state.h says it
//   deed     at ‖ text verb ‖ actor ‖ project ‖ object ‖ version ‖ detail ‖ bytes hash
//   context  u8 type ‖ room ‖ project ‖ object ‖ version
//
// Nothing here is optional, nothing nests, and a reader that runs out of bytes or has some left
// refuses the frame: the other side of this socket is the process that talks to the network.
//
// Concurrency: a Reader or Writer belongs to one thread; a channel to one request at a time.
// Limits: kMaxVaultFrame. Source: docs/protocol.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/content_context.h"
#include "base/result.h"

namespace guildhall::vault {

// Numbered in the protocol: an op keeps its number.
enum class Op : unsigned char {
  seal = 1,
  open = 2,
  feed = 3,
  exchange = 4,
  watch = 5,
  wish = 6,
  mac = 7,
  check = 8,
  find = 9,
  begin_file = 10,
  seal_part = 11,
  open_part = 12,
  commitment = 13,
  log_key = 14,
  shred = 15,
};

// A held exchange is asked for again: because something changed, and a last time when it has waited
// as long as it may.
enum class ExchangeTurn : unsigned char { first = 0, again = 1, last = 2 };

class FrameWriter {
 public:
  // Leaves room for the length.
  FrameWriter() : bytes_(4, '\0') {}
  explicit FrameWriter(Op op) : FrameWriter() { u8(static_cast<unsigned char>(op)); }

  FrameWriter& u8(unsigned char value);
  FrameWriter& u32(std::uint32_t value);
  FrameWriter& i64(std::int64_t value);
  FrameWriter& bytes(std::string_view value);
  FrameWriter& context(const ContentContext& value);
  // The fields that `other` has so far.
  FrameWriter& raw(const FrameWriter& other);
  // The whole frame with its length; the writer is spent.
  std::string take();

 private:
  std::string bytes_;
};

// Reads fields in their order; after the first that is not there all others are zero or empty, and
// `done` refuses. Views point into the frame.
class FrameReader {
 public:
  explicit FrameReader(std::string_view frame) : rest_(frame) {}

  unsigned char u8();
  std::uint32_t u32();
  std::int64_t i64();
  std::string_view bytes();
  ContentContext context();
  // A count of things of at least `least` bytes each: never more than can be there.
  std::uint32_t count(std::size_t least);
  // invalid/"bad-frame" unless exactly everything was read.
  Result<void> done() const;

 private:
  std::string_view take(std::size_t size);
  std::string_view rest_;
  bool short_ = false;
};

// An answer's beginning.
FrameWriter good_answer();
std::string refusal_frame(const Error& error);
// The fields of an answer, or the error that it carries. Its slug is one of a closed list, since an
// Error names its type by static storage; others read as "vault-failed".
Result<std::string_view> answer_fields(std::string_view frame);

// Whole frames on a descriptor: false at its end, after an error, or for one that is too long.
bool send_frame(int fd, std::string_view frame);
bool receive_frame(int fd, std::string& frame);  // without its length

}  // namespace guildhall::vault
