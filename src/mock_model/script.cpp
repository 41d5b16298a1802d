#include "mock_model/script.h"

#include <algorithm>

namespace guildhall::mock_model {
namespace {

struct Stop {
  std::int64_t after = 0;  // tokens
  Script::End end = Script::End::whole;
  bool error_event = false;
};

std::optional<Stop> stop_of(const Behaviour& behaviour) {
  if (behaviour.cut) return Stop{*behaviour.cut, Script::End::cut};
  if (behaviour.reset) return Stop{*behaviour.reset, Script::End::reset};
  if (behaviour.stall) return Stop{*behaviour.stall, Script::End::stall};
  if (behaviour.error_event) return Stop{*behaviour.error_event, Script::End::whole, true};
  return std::nullopt;
}

void spoil(std::vector<Frame>& frames, const Behaviour& behaviour) {
  const auto tokens = std::ranges::count(frames, Frame::Kind::token, &Frame::kind);
  auto left = tokens / 2;
  auto at = std::ranges::find_if(
      frames, [&](const Frame& frame) { return frame.kind == Frame::Kind::token && left-- == 0; });
  if (at == frames.end()) return;
  if (behaviour.malformed_json) at->text = at->text.substr(0, at->text.size() / 2) + "\n\n";
  if (behaviour.garbage) {
    using std::string_literals::operator""s;
    frames.insert(at, {"\0\xff\xfe<html>{]: no event\r\r\n\n\n"s, Frame::Kind::plain});
  }
}

}  // namespace

bool breaks(const Behaviour& behaviour) {
  const auto stop = stop_of(behaviour);
  return stop && !stop->error_event;
}

Script script_of(std::vector<Frame> frames, const Behaviour& behaviour, Dialect dialect) {
  if (behaviour.garbage || behaviour.malformed_json) spoil(frames, behaviour);
  const auto stop = stop_of(behaviour);
  Script script;
  script.cues.reserve(frames.size());
  std::int64_t tokens = 0;
  std::int64_t due_ms = 0;
  for (Frame& frame : frames) {
    const bool token = frame.kind == Frame::Kind::token;
    const bool terminal = frame.kind == Frame::Kind::terminal;
    if (stop && (terminal || (token && tokens == stop->after))) break;
    if (terminal && behaviour.no_terminal) continue;
    if (token) due_ms += tokens++ == 0 ? behaviour.latency_ms : behaviour.token_ms;
    script.cues.push_back({std::move(frame.text), due_ms});
  }
  if (!stop) return script;
  script.end = stop->end;
  if (stop->error_event) {
    const int status = behaviour.error != 0 ? behaviour.error : 500;
    script.cues.push_back(
        {error_frame(dialect, status, "The mock was told to fail.").text, due_ms});
  }
  return script;
}

Script broken_script(const std::string& body, const Behaviour& behaviour) {
  const auto stop = stop_of(behaviour);
  Script script;
  if (!stop) return script;
  script.end = stop->end;
  if (stop->after > 0) script.cues.push_back({body.substr(0, body.size() / 2), 0});
  return script;
}

}  // namespace guildhall::mock_model
