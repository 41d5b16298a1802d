// What a keeper and a room send each other over HTTP: a sequence of frames
// `u32be length | u8 type | payload`, where length counts type and payload. Frames of an unknown
// type are passed over, so that either side may be the older one.
//
// The keeper posts its statements and a poll; the vault answers each statement with a verdict and
// ends with a fresh challenge. A body without a statement may be held, as long as its poll says,
// until the vault has something to ask.
//
// Concurrency: pure functions, but for exchange(), which is as Leases is.
// Limits: kMaxExchangeFrame, kMaxExchangeFrames, kMaxExchangeBody.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vault/lease.h"

namespace guildhall::vault {

enum class FrameType : std::uint8_t {
  // of the keeper
  poll = 1,         // u32be: for how many milliseconds the answer may be held; who asks
  statement = 2,    // sign_statement
  cosignature = 3,  // of the witness: sign_witness_word
  // of the vault
  challenge = 129,   // sign_challenge
  verdict = 130,     // sign_verdict
  checkpoint = 131,  // for the witness: tlog::AddCheckpoint
  wish = 132,        // of the room's owner, through the room: please withdraw
  tally = 133,       // sign_tally
  witnessed = 134,   // the newest checkpoint that this keeper cosigned, all cosignatures with it
};

struct Frame {
  std::uint8_t type = 0;
  std::string_view payload;
  bool is(FrameType other) const { return type == static_cast<std::uint8_t>(other); }
};

void append_frame(std::string& body, FrameType type, std::string_view payload);
// The views are into `body`. Error: malformed/"exchange-malformed".
Result<std::vector<Frame>> read_frames(std::string_view body);

std::string poll_payload(std::int64_t wait_ms, std::string_view keeper_public_key);
// Who says that it asks: the poll's word, which nobody signed; empty where it has none.
std::string_view keeper_of(const std::vector<Frame>& frames);
// For how long the room may hold the answer to this body: 0 when it has a statement or no poll.
std::int64_t wait_of(const std::vector<Frame>& frames);

// A verdict on every statement, signed.
void append_verdicts(std::string& answer, const std::vector<Frame>& frames, RoomId room,
                     const crypto::SigningKey& log_key,
                     const std::function<Result<void>(std::string_view statement)>& take);

// The vault's answer: verdicts, then a challenge.
Result<std::string> exchange(Leases& leases, RoomId room, const crypto::SigningKey& log_key,
                             std::uint64_t checkpoint_size, std::string_view body);

}  // namespace guildhall::vault
