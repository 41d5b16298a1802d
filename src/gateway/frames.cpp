#include "gateway/frames.h"

#include <algorithm>

#include "base/fields.h"
#include "base/limits.h"

namespace guildhall::gateway {
namespace {

constexpr std::string_view kEndingWords[] = {"",
                                             "complete",
                                             "incomplete",
                                             "error-event",
                                             "refused",
                                             "connect-failed",
                                             "connect-timeout",
                                             "first-timeout",
                                             "idle-timeout",
                                             "whole-timeout",
                                             "tls-failed",
                                             "broken",
                                             "malformed",
                                             "too-large",
                                             "budget",
                                             "cancelled"};

std::unexpected<Error> bad_frame() {
  return fail(Fault::malformed, "bad-frame", "A frame of model traffic is not well formed.");
}

void put_headers(FieldWriter& out, const HeaderList& headers) {
  out.u32(static_cast<std::uint32_t>(headers.size()));
  for (const auto& [name, value] : headers) out.bytes(name).bytes(value);
}

HeaderList read_headers(FieldReader& in) {
  HeaderList out;
  std::uint32_t count = in.u32();
  in.expect(count <= kMaxModelHeaders);
  for (std::uint32_t i = 0; in.ok() && i < count; ++i) {
    auto name = in.bytes();
    auto value = in.bytes();
    out.emplace_back(name, value);
  }
  return out;
}

void put_usage(FieldWriter& out, const std::optional<Usage>& usage) {
  out.u8(usage ? 1 : 0);
  if (!usage) return;
  out.i64(usage->input).i64(usage->cached).i64(usage->cache_write).i64(usage->output);
  out.i64(usage->reasoning);
}

std::optional<Usage> read_usage(FieldReader& in) {
  if (in.u8() == 0) return std::nullopt;
  Usage out;
  for (auto* count : {&out.input, &out.cached, &out.cache_write, &out.output, &out.reasoning}) {
    *count = in.i64();
    in.expect(*count <= kMaxModelTokens);
  }
  return out;
}

template <class Enum>
Enum one_of(FieldReader& in, Enum last) {
  unsigned char value = in.u8();
  in.expect(value <= static_cast<unsigned char>(last));
  return in.ok() ? static_cast<Enum>(value) : Enum{};
}

}  // namespace

std::string_view ending_word(Ending ending) {
  return kEndingWords[static_cast<unsigned char>(ending)];
}

void put_frame(std::string& out, FrameKind kind, std::uint32_t exchange, std::string_view payload) {
  FieldWriter head;
  head.u32(static_cast<std::uint32_t>(payload.size()))
      .u32(exchange)
      .u8(static_cast<unsigned char>(kind));
  out += head.text();
  out += payload;
}

void put_begin(std::string& out, std::uint32_t exchange, const Begin& begin) {
  FieldWriter fields;
  fields.u8(static_cast<unsigned char>(begin.operation))
      .u8(static_cast<unsigned char>(begin.provider))
      .u8(begin.stream ? 1 : 0)
      .u8(begin.wants_usage ? 1 : 0)
      .u8(begin.plain ? 1 : 0)
      .u32(begin.body_bytes)
      .i64(begin.max_output_tokens)
      .u32(begin.timeouts.connect_ms)
      .u32(begin.timeouts.first_ms)
      .u32(begin.timeouts.idle_ms)
      .u32(begin.timeouts.whole_ms)
      .u64(begin.max_reply_bytes)
      .bytes(begin.model);
  put_headers(fields, begin.headers);
  put_frame(out, FrameKind::begin, exchange, fields.text());
}

void put_pieces(std::string& out, FrameKind kind, std::uint32_t exchange, std::string_view bytes) {
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, kMaxModelFrame);
    put_frame(out, kind, exchange, piece);
    bytes.remove_prefix(piece.size());
  }
}

void put_credit(std::string& out, std::uint32_t exchange, std::uint32_t bytes) {
  put_frame(out, FrameKind::credit, exchange, FieldWriter().u32(bytes).text());
}

void put_head(std::string& out, std::uint32_t exchange, const Head& head) {
  FieldWriter fields;
  fields.u32(head.status);
  put_headers(fields, head.headers);
  put_frame(out, FrameKind::head, exchange, fields.text());
}

void put_meter(std::string& out, std::uint32_t exchange, const Meter& meter) {
  const Finish& finish = meter.finish;
  FieldWriter fields;
  fields.u8(static_cast<unsigned char>(finish.outcome));
  put_usage(fields, finish.usage);
  fields.bytes(finish.finish_reason).bytes(finish.id).bytes(finish.model).u64(meter.reply_bytes);
  put_frame(out, FrameKind::meter, exchange, fields.text());
}

void put_end(std::string& out, std::uint32_t exchange, const End& end) {
  FieldWriter fields;
  fields.u8(static_cast<unsigned char>(end.ending)).bytes(end.detail);
  put_frame(out, FrameKind::end, exchange, fields.text());
}

Result<bool> next_frame(std::string_view& bytes, Frame& frame) {
  if (bytes.size() < kFrameHead) return false;
  FieldReader head(bytes.substr(0, kFrameHead));
  std::size_t length = head.u32();
  frame.exchange = head.u32();
  unsigned char kind = head.u8();
  bool known_kind = kind >= static_cast<unsigned char>(FrameKind::begin) &&
                    kind <= static_cast<unsigned char>(FrameKind::end);
  if (length > kMaxModelFrame || !known_kind) return bad_frame();
  if (bytes.size() - kFrameHead < length) return false;
  frame.kind = static_cast<FrameKind>(kind);
  frame.payload = bytes.substr(kFrameHead, length);
  bytes.remove_prefix(kFrameHead + length);
  return true;
}

Result<Begin> read_begin(std::string_view payload) {
  FieldReader in(payload);
  Begin out;
  out.operation = one_of(in, Operation::count_tokens);
  out.provider = one_of(in, Dialect::messages);
  out.stream = in.u8() == 1;
  out.wants_usage = in.u8() == 1;
  out.plain = in.u8() == 1;
  out.body_bytes = in.u32();
  out.max_output_tokens = in.i64();
  auto& times = out.timeouts;
  for (auto* ms : {&times.connect_ms, &times.first_ms, &times.idle_ms, &times.whole_ms}) {
    *ms = in.u32();
  }
  out.max_reply_bytes = in.u64();
  out.model = in.bytes();
  out.headers = read_headers(in);
  if (!in.done()) return bad_frame();
  return out;
}

Result<std::uint32_t> read_credit(std::string_view payload) {
  FieldReader in(payload);
  std::uint32_t bytes = in.u32();
  if (!in.done()) return bad_frame();
  return bytes;
}

Result<Head> read_head(std::string_view payload) {
  FieldReader in(payload);
  std::uint32_t status = in.u32();
  in.expect(status >= 100 && status <= 599);
  Head out{static_cast<std::uint16_t>(status), read_headers(in)};
  if (!in.done()) return bad_frame();
  return out;
}

Result<Meter> read_meter(std::string_view payload) {
  FieldReader in(payload);
  Meter out;
  out.finish.outcome = one_of(in, Outcome::error);
  out.finish.usage = read_usage(in);
  out.finish.finish_reason = in.bytes();
  out.finish.id = in.bytes();
  out.finish.model = in.bytes();
  out.reply_bytes = in.u64();
  if (!in.done()) return bad_frame();
  return out;
}

Result<End> read_end(std::string_view payload) {
  FieldReader in(payload);
  End out;
  out.ending = one_of(in, Ending::cancelled);
  in.expect(out.ending != Ending::none);
  out.detail = in.bytes();
  if (!in.done()) return bad_frame();
  return out;
}

}  // namespace guildhall::gateway
