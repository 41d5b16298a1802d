#include "room/out/trace_span.h"

#include "base/json.h"
#include "crypto/hash.h"

namespace guildhall::room {
namespace {

using gateway::ExchangeState;
using gateway::Operation;

constexpr int kClient = 3;  // SPAN_KIND_CLIENT
constexpr int kFailed = 2;  // STATUS_CODE_ERROR

std::string_view operation_word(Operation operation) {
  switch (operation) {
    case Operation::chat:
    case Operation::responses:
    case Operation::messages: return "chat";
    case Operation::embeddings: return "embeddings";
    case Operation::count_tokens: return "count_tokens";
    case Operation::models: return "models";
  }
  return "chat";
}

std::string nanoseconds(std::int64_t ms) { return std::to_string(ms) + "000000"; }

void text(JsonWriter& out, std::string_view name, std::string_view value) {
  out.begin_object().field("key", name).key("value").begin_object();
  out.field("stringValue", value).end_object().end_object();
}

void number(JsonWriter& out, std::string_view name, std::int64_t value) {
  out.begin_object().field("key", name).key("value").begin_object();
  out.field("intValue", std::to_string(value)).end_object().end_object();
}

// The closed table.
void write_attributes(JsonWriter& out, const TraceSpan& span, const store::ExternalIds& ids) {
  out.key("attributes").begin_array();
  text(out, "gen_ai.operation.name", operation_word(span.operation));
  text(out, "gen_ai.provider.name", gateway::word(span.vendor));
  text(out, "gen_ai.request.model", ids.show(span.model));
  if (span.measured) {
    number(out, "gen_ai.usage.input_tokens", span.input_tokens);
    number(out, "gen_ai.usage.output_tokens", span.output_tokens);
  }
  if (span.state != ExchangeState::complete) text(out, "error.type", gateway::word(span.state));
  if (span.first_ms >= 0) number(out, "guildhall.first_byte_ms", span.first_ms);
  text(out, "guildhall.purpose", gateway::word(span.purpose));
  text(out, "guildhall.project", ids.show(span.project));
  if (span.exchange) text(out, "guildhall.exchange", ids.show(span.project, span.exchange));
  out.end_array();
}

void write_span(JsonWriter& out, const TraceSpan& span, const store::ExternalIds& ids) {
  auto hex = crypto::to_hex(std::string_view(span.number.data(), span.number.size()));
  out.begin_object().field("traceId", std::string_view(hex).substr(0, 32));
  out.field("spanId", std::string_view(hex).substr(32));
  out.field("name", std::string(operation_word(span.operation)) + " " + ids.show(span.model));
  out.field("kind", kClient).field("startTimeUnixNano", nanoseconds(span.at));
  out.field("endTimeUnixNano", nanoseconds(span.at + span.whole_ms));
  write_attributes(out, span, ids);
  if (span.state != ExchangeState::complete) {
    out.key("status").begin_object().field("code", kFailed).end_object();
  }
  out.end_object();
}

}  // namespace

std::string otlp_json(std::span<const TraceSpan> spans, const store::ExternalIds& ids) {
  JsonWriter out;
  out.begin_object().key("resourceSpans").begin_array().begin_object().key("resource");
  out.begin_object().key("attributes").begin_array();
  text(out, "service.name", "guildhall");
  text(out, "service.version", GUILDHALL_VERSION);
  out.end_array().end_object().key("scopeSpans").begin_array().begin_object().key("scope");
  out.begin_object().field("name", "guildhall.gateway").end_object().key("spans").begin_array();
  for (const auto& span : spans) write_span(out, span, ids);
  out.end_array().end_object().end_array().end_object().end_array().end_object();
  return out.take();
}

}  // namespace guildhall::room
