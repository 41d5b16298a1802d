#include "vault/exchange.h"

#include <algorithm>

#include "base/fields.h"
#include "base/limits.h"

namespace guildhall::vault {

void append_frame(std::string& body, FrameType type, std::string_view payload) {
  FieldWriter head;
  head.u32(static_cast<std::uint32_t>(payload.size() + 1)).u8(static_cast<std::uint8_t>(type));
  body += head.text();
  body += payload;
}

Result<std::vector<Frame>> read_frames(std::string_view body) {
  FieldReader in(body);
  std::vector<Frame> frames;
  while (in.ok() && in.left() > 0) {
    auto frame = in.bytes();
    in.expect(!frame.empty() && frame.size() <= kMaxExchangeFrame);
    in.expect(frames.size() < kMaxExchangeFrames);
    if (in.ok()) frames.push_back({static_cast<std::uint8_t>(frame[0]), frame.substr(1)});
  }
  if (!in.done() || body.size() > kMaxExchangeBody) {
    return fail(Fault::malformed, "exchange-malformed", "The body is no sequence of frames.");
  }
  return frames;
}

std::string poll_payload(std::int64_t wait_ms, std::string_view keeper_public_key) {
  auto bounded = std::clamp<std::int64_t>(wait_ms, 0, kMaxExchangeWaitMs);
  FieldWriter out;
  return out.u32(static_cast<std::uint32_t>(bounded)).bytes(keeper_public_key).take();
}

std::string_view keeper_of(const std::vector<Frame>& frames) {
  for (const Frame& frame : frames) {
    if (!frame.is(FrameType::poll)) continue;
    FieldReader in(frame.payload);
    in.u32();
    return in.bytes();
  }
  return {};
}

std::int64_t wait_of(const std::vector<Frame>& frames) {
  std::int64_t wait_ms = 0;
  for (const Frame& frame : frames) {
    if (frame.is(FrameType::statement)) return 0;
    if (!frame.is(FrameType::poll)) continue;
    FieldReader in(frame.payload);
    wait_ms = std::min<std::int64_t>(in.u32(), kMaxExchangeWaitMs);
  }
  return wait_ms;
}

void append_verdicts(std::string& answer, const std::vector<Frame>& frames, RoomId room,
                     const crypto::SigningKey& log_key,
                     const std::function<Result<void>(std::string_view statement)>& take) {
  for (const Frame& frame : frames) {
    if (!frame.is(FrameType::statement)) continue;
    auto taken = take(frame.payload);
    Verdict verdict{room, digest_of(frame.payload), {}};
    if (!taken) verdict.refusal = taken.error().type;
    append_frame(answer, FrameType::verdict, sign_verdict(verdict, log_key));
  }
}

Result<std::string> exchange(Leases& leases, RoomId room, const crypto::SigningKey& log_key,
                             std::uint64_t checkpoint_size, std::string_view body) {
  std::string answer;
  append_verdicts(answer, TRY(read_frames(body)), room, log_key,
                  [&](std::string_view statement) { return leases.take(statement); });
  append_frame(answer, FrameType::challenge, leases.challenge(checkpoint_size));
  return answer;
}

}  // namespace guildhall::vault
