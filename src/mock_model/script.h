// A reply in time: what is sent when, and how it ends. Faults are cut into it here.
//
// Concurrency: pure. Limits: those of the frames.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mock_model/behaviour.h"
#include "mock_model/dialect.h"

namespace guildhall::mock_model {

struct Cue {
  std::string text;
  std::int64_t due_ms = 0;  // after the start
};

struct Script {
  enum class End : unsigned char { whole, cut, reset, stall };
  std::vector<Cue> cues;
  End end = End::whole;
};

Script script_of(std::vector<Frame> frames, const Behaviour& behaviour, Dialect dialect);

// A reply that is no stream, of which half is sent; with 0 tokens nothing of it.
Script broken_script(const std::string& body, const Behaviour& behaviour);

// Whether a fault stands in the middle of the body.
bool breaks(const Behaviour& behaviour);

}  // namespace guildhall::mock_model
