// How an answer looks in each dialect: whole, and as the events of a stream.
//
// Concurrency: pure. Limits: those of the answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_model/answer.h"

namespace guildhall::mock_model {

// One server-sent event.
struct Frame {
  enum class Kind : unsigned char { plain, token, terminal };
  std::string text;
  Kind kind = Kind::plain;
};

struct Telling {
  const Ask& ask;
  const Answer& answer;
  bool usage = true;
};

std::string whole_body(const Telling& telling);
std::vector<Frame> frames_of(const Telling& telling);

// What an error looks like: as a body, and in the middle of a stream.
std::string error_body(Dialect dialect, int status, std::string_view message);
Frame error_frame(Dialect dialect, int status, std::string_view message);

// Each dialect's own; the four above choose.
std::string chat_body(const Telling& telling);
std::vector<Frame> chat_frames(const Telling& telling);
std::string responses_body(const Telling& telling);
std::vector<Frame> responses_frames(const Telling& telling);
std::string messages_body(const Telling& telling);
std::vector<Frame> messages_frames(const Telling& telling);

// When all answers were made: a clock would make each different.
inline constexpr std::int64_t kMockCreated = 1'750'000'000;

// Arguments of a call in the pieces in which they are streamed.
std::vector<std::string_view> fragments_of(std::string_view arguments);

}  // namespace guildhall::mock_model
