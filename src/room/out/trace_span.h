// What is told of one request to a model to a collector of traces, and the only place where its
// names stand (GenAI semantic conventions of OpenTelemetry, of 2025; they are not stable).
//
// A span is made of numbers, times and words of closed lists: it has no member that could hold a
// prompt, a reply, a name of a model or a person. `gen_ai.request.model` is the model's id in this
// room, as the API shows it: the names of models are content, the id says which it is to who may
// ask. What a provider calls its reply, its reasons and itself is left out, being its words.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "gateway/exchanges.h"
#include "gateway/frames.h"
#include "gateway/vendor.h"
#include "gateway/virtual_keys.h"
#include "store/external_id.h"

namespace guildhall::room {

struct TraceSpan {
  gateway::Operation operation = gateway::Operation::chat;
  gateway::Vendor vendor = gateway::Vendor::openai;
  gateway::Purpose purpose = gateway::Purpose::dialogue;
  gateway::ExchangeState state = gateway::ExchangeState::complete;
  ProjectId project;
  ExchangeId exchange;  // none: of an attempt that was not the last
  ModelId model;
  TimeMs at = 0;
  std::int64_t first_ms = -1;
  std::int64_t whole_ms = 0;
  bool measured = false;  // the provider counted the tokens
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::array<char, 24> number{};  // random: the trace's 16 bytes, the span's 8
};

// ExportTraceServiceRequest as OTLP/HTTP has it in JSON.
std::string otlp_json(std::span<const TraceSpan> spans, const store::ExternalIds& ids);

}  // namespace guildhall::room
