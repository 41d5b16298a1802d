// What the processes that carry model traffic say to one another, over Unix stream sockets that
// their launcher made:
//
//   room ⇄ translator ⇄ shim        one pipe each, all exchanges of one peer on it
//
//   frame   u32be length of the payload ‖ u32be exchange ‖ u8 kind ‖ payload
//
// Towards the peer an exchange is `begin`, any number of `body`, `body_end`; and at any time
// `cancel`. From the peer it is `head`, any number of `data`, between them `meter` (translator to
// room only), and exactly one `end`, which may come first. After `cancel` nothing more comes but
// what is under way; after `end` the number is free. `data` is given out against credit, counted in
// bytes of payload: who reads slowly is sent no more, and holds up no other exchange.
//
// The set is closed. A frame of another kind, one too long, or one that does not read as its kind,
// ends the pipe: the other side is not what it should be.
//
// Concurrency: pure functions. Limits: kMaxModelFrame, kMaxModelHeaders.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateway/dialects/dialect.h"

namespace guildhall::gateway {

inline constexpr std::size_t kFrameHead = 9;

enum class FrameKind : unsigned char {
  begin = 1,
  body = 2,
  body_end = 3,
  cancel = 4,
  credit = 5,
  head = 6,
  data = 7,
  meter = 8,
  end = 9,
};

struct Frame {
  FrameKind kind = FrameKind::cancel;
  std::uint32_t exchange = 0;
  std::string_view payload;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// Milliseconds; all are counted from `begin`, but `idle`, from the last byte.
struct ModelTimeouts {
  std::uint32_t connect_ms = 0;
  std::uint32_t first_ms = 0;  // until the reply's header
  std::uint32_t idle_ms = 0;   // between two pieces of it
  std::uint32_t whole_ms = 0;
};

struct Begin {
  Operation operation = Operation::chat;  // in the dialect of who wrote the body
  Dialect provider = Dialect::chat;       // what the peer is spoken to in
  bool stream = false;
  bool wants_usage = false;  // RequestFacts::wants_usage
  // No dialect's: the body goes as it is to a peer that is no provider of models, which has one
  // endpoint; of its reply the status and the header come back.
  bool plain = false;
  std::uint32_t body_bytes = 0;
  std::int64_t max_output_tokens = 0;  // to be set where the body sets none; 0: leave it
  ModelTimeouts timeouts;
  std::uint64_t max_reply_bytes = 0;
  std::string model;   // the provider's name for it
  HeaderList headers;  // of a closed list of names
};

struct Head {
  std::uint16_t status = 0;
  HeaderList headers;
};

// What the translator learned of the exchange (Finish::fault stays with it).
struct Meter {
  Finish finish;
  std::uint64_t reply_bytes = 0;  // that came, whatever the provider counted
};

// Why an exchange is over.
enum class Ending : unsigned char {
  none = 0,  // it is not
  complete = 1,
  incomplete = 2,       // the stream ended without its terminal event
  error_event = 3,      // the peer said, in mid-stream, that it failed
  refused = 4,          // what was asked is not on the closed list, or cannot be carried
  connect_failed = 5,   // no address, none allowed, nobody listens
  connect_timeout = 6,  // and the other times that ran out
  first_timeout = 7,
  idle_timeout = 8,
  whole_timeout = 9,
  tls_failed = 10,  // not who it should be
  broken = 11,      // the connection, in the middle
  malformed = 12,   // what came is not what it claims to be
  too_large = 13,
  budget = 14,  // of bytes, this peer's for the day
  cancelled = 15,
};
std::string_view ending_word(Ending ending);  // "complete", "connect-failed", …

struct End {
  Ending ending = Ending::complete;
  std::string detail;  // a sentence, without content
};

// ---- writing: appends one whole frame
void put_frame(std::string& out, FrameKind kind, std::uint32_t exchange, std::string_view payload);
void put_begin(std::string& out, std::uint32_t exchange, const Begin& begin);
// As many `body` or `data` frames as it takes.
void put_pieces(std::string& out, FrameKind kind, std::uint32_t exchange, std::string_view bytes);
void put_credit(std::string& out, std::uint32_t exchange, std::uint32_t bytes);
void put_head(std::string& out, std::uint32_t exchange, const Head& head);
void put_meter(std::string& out, std::uint32_t exchange, const Meter& meter);
void put_end(std::string& out, std::uint32_t exchange, const End& end);

// ---- reading
// The next whole frame at the front of `bytes`, which is shortened by it; nothing where more must
// come. Error: malformed/"bad-frame".
Result<bool> next_frame(std::string_view& bytes, Frame& frame);
// Errors of all: malformed/"bad-frame".
Result<Begin> read_begin(std::string_view payload);
Result<std::uint32_t> read_credit(std::string_view payload);
Result<Head> read_head(std::string_view payload);
Result<Meter> read_meter(std::string_view payload);
Result<End> read_end(std::string_view payload);

}  // namespace guildhall::gateway
