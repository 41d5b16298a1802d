#include "connector/translator/translator.h"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <algorithm>

#include "base/limits.h"
#include "gateway/dialects/errors.h"
#include "gateway/dialects/translate.h"

namespace guildhall::connector {
namespace {

using gateway::Dialect;
using gateway::Ending;
using gateway::Frame;
using gateway::FrameKind;
using gateway::Operation;
using gateway::Outcome;

std::unexpected<Error> wrong_way() {
  return fail(Fault::malformed, "bad-frame", "A frame goes the wrong way.");
}

// The operation of the provider's dialect that does the same.
Operation asked_of(Operation operation, Dialect provider) {
  if (gateway::dialect_of(operation) == provider) return operation;
  return provider == Dialect::messages ? Operation::messages : Operation::chat;
}

// Why a stream broke off, for who reads it.
Error why(Ending ending) {
  switch (ending) {
    case Ending::first_timeout:
    case Ending::idle_timeout:
    case Ending::whole_timeout:
      return {Fault::timeout, gateway::kUpstreamTimeout, "The model took too long.", {}};
    case Ending::too_large:
    case Ending::malformed:
      return {Fault::unavailable, gateway::kUpstreamMalformed, "The model's answer is none.", {}};
    default: return {Fault::unavailable, gateway::kUpstreamCut, "The model broke off.", {}};
  }
}

bool is_event_stream(const gateway::Head& head) {
  return std::ranges::any_of(head.headers, [](const auto& header) {
    return header.first == "content-type" && header.second.starts_with("text/event-stream");
  });
}

gateway::HeaderList with_type(gateway::HeaderList headers, std::string_view type) {
  std::erase_if(headers, [](const auto& header) { return header.first == "content-type"; });
  headers.emplace_back("content-type", type);
  return headers;
}

}  // namespace

Translator::Translator(gateway::Descriptor room, gateway::Descriptor shim, Loop& loop,
                       const Clock& wall)
    : room_(room.release()), shim_(shim.release()), loop_(loop), wall_(wall) {
  loop_.watch(room_.fd(), EPOLLIN, [this](std::uint32_t events) {
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
    if (!room_.read([this](const Frame& frame) { return from_room(frame); })) loop_.stop();
  });
  loop_.watch(shim_.fd(), EPOLLIN, [this](std::uint32_t events) {
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
    if (!shim_.read([this](const Frame& frame) { return from_shim(frame); })) loop_.stop();
  });
  loop_.on_round([this] { return on_round(); });
}

Translator::~Translator() {
  loop_.forget(room_.fd());
  loop_.forget(shim_.fd());
}

// ---- from the room
Result<void> Translator::from_room(const Frame& frame) {
  if (frame.kind == FrameKind::begin) return begin(frame);
  auto at = exchanges_.find(frame.exchange);
  if (at == exchanges_.end()) return {};  // over meanwhile
  Exchange& exchange = at->second;
  switch (frame.kind) {
    case FrameKind::body:
      if (exchange.body.size() + frame.payload.size() > exchange.begin.body_bytes) {
        return fail(Fault::malformed, "bad-frame", "A body is longer than it was said to be.");
      }
      exchange.body += frame.payload;
      return {};
    case FrameKind::body_end: dispatch(at->first, exchange); return {};
    case FrameKind::credit:
      exchange.credit += TRY(gateway::read_credit(frame.payload));
      give(at->first, exchange);
      return {};
    case FrameKind::cancel: cancel(at->first, exchange); return {};
    default: return wrong_way();
  }
}

Result<void> Translator::begin(const Frame& frame) {
  auto begin = TRY(gateway::read_begin(frame.payload));
  bool fits = exchanges_.size() < kMaxModelExchanges && begin.body_bytes <= kMaxModelBody;
  if (!fits || exchanges_.contains(frame.exchange)) {
    return fail(Fault::malformed, "bad-frame", "An exchange is begun that may not be.");
  }
  Exchange& exchange = exchanges_[frame.exchange];
  exchange.body.reserve(begin.body_bytes);
  exchange.begin = std::move(begin);
  exchange.credit = static_cast<std::int64_t>(kModelWindow);
  return {};
}

void Translator::dispatch(std::uint32_t id, Exchange& exchange) {
  gateway::Begin onward = exchange.begin;
  onward.operation = asked_of(exchange.begin.operation, exchange.begin.provider);
  std::string body;
  if (onward.plain) {
    body = std::move(exchange.body);
  } else if (onward.operation != Operation::models) {
    auto request = gateway::Request::read(exchange.begin.operation, std::move(exchange.body));
    if (!request) return refuse(id, request.error());
    gateway::Rewrite how{exchange.begin.model, std::nullopt};
    if (exchange.begin.max_output_tokens > 0 && !request->facts().max_output_tokens) {
      how.max_output_tokens = exchange.begin.max_output_tokens;
    }
    auto translated = gateway::translate_request(*request, exchange.begin.provider, how);
    if (!translated) return refuse(id, translated.error());
    body = std::move(*translated);
  }
  exchange.body.clear();
  onward.body_bytes = static_cast<std::uint32_t>(body.size());
  onward.model.clear();
  gateway::put_begin(shim_.out(), id, onward);
  gateway::put_pieces(shim_.out(), FrameKind::body, id, body);
  gateway::put_frame(shim_.out(), FrameKind::body_end, id, {});
}

// Who asked has gone: the peer is let go, and what is known of the cost is told.
void Translator::cancel(std::uint32_t id, Exchange& exchange) {
  gateway::put_frame(shim_.out(), FrameKind::cancel, id, {});
  gateway::End end{Ending::cancelled, {}};
  if (exchange.stream) finish_stream(exchange, end);
  gateway::put_meter(room_.out(), id, exchange.meter);
  gateway::put_end(room_.out(), id, end);
  exchanges_.erase(id);
}

void Translator::refuse(std::uint32_t id, const Error& error) {
  gateway::put_end(room_.out(), id, {Ending::refused, error.detail});
  exchanges_.erase(id);
}

// ---- from the shim
Result<void> Translator::from_shim(const Frame& frame) {
  auto at = exchanges_.find(frame.exchange);
  if (at == exchanges_.end() || at->second.end) return {};  // cancelled, or broken off
  switch (frame.kind) {
    case FrameKind::head:
      on_head(at->first, at->second, TRY(gateway::read_head(frame.payload)));
      return {};
    case FrameKind::data: on_data(at->first, at->second, frame.payload); return {};
    case FrameKind::end:
      on_end(at->first, at->second, TRY(gateway::read_end(frame.payload)));
      return {};
    default: return wrong_way();
  }
}

void Translator::on_head(std::uint32_t id, Exchange& exchange, gateway::Head head) {
  exchange.status = head.status;
  bool streams = exchange.begin.stream && head.status == 200 && is_event_stream(head);
  if (streams) {
    gateway::StreamOptions options;
    options.from = exchange.begin.provider;
    options.to = gateway::dialect_of(exchange.begin.operation);
    options.wants_usage = exchange.begin.wants_usage;
    options.created_s = wall_.now_ms() / 1'000;
    auto stream = gateway::StreamTranslator::create(options);
    if (stream) exchange.stream.emplace(std::move(*stream));
  }
  head.headers = with_type(std::move(head.headers),
                           exchange.stream ? "text/event-stream" : "application/json");
  // Of a reply that is read whole the status may still change.
  if (exchange.stream) {
    gateway::put_head(room_.out(), id, head);
  } else {
    exchange.headers = std::move(head.headers);
  }
}

void Translator::on_data(std::uint32_t id, Exchange& exchange, std::string_view bytes) {
  exchange.meter.reply_bytes += bytes.size();
  exchange.owed += static_cast<std::int64_t>(bytes.size());
  if (!exchange.stream) {
    if (!exchange.begin.plain) exchange.body += bytes;
  } else if (!exchange.stream->feed(bytes, exchange.held)) {
    return break_off(id, exchange);
  }
  give(id, exchange);
}

// What came cannot be understood: the peer need not go on.
void Translator::break_off(std::uint32_t id, Exchange& exchange) {
  gateway::put_frame(shim_.out(), FrameKind::cancel, id, {});
  on_end(id, exchange, {Ending::malformed, {}});
}

void Translator::on_end(std::uint32_t id, Exchange& exchange, gateway::End end) {
  if (exchange.stream) {
    finish_stream(exchange, end);
  } else if (exchange.status != 0 && end.ending == Ending::complete) {
    finish_whole(id, exchange, end);
  }
  exchange.end = std::move(end);
  give(id, exchange);
}

void Translator::finish_stream(Exchange& exchange, gateway::End& end) {
  auto& stream = *exchange.stream;
  bool whole = end.ending == Ending::complete || end.ending == Ending::malformed;
  exchange.meter.finish =
      whole ? stream.finish(exchange.held) : stream.abort(why(end.ending), exchange.held);
  // Of a stream that did not begin the room can still make another attempt, or a plain refusal.
  if (exchange.meter.reply_bytes == 0) exchange.held.clear();
  if (end.ending != Ending::complete) return;
  switch (exchange.meter.finish.outcome) {
    case Outcome::complete: return;
    case Outcome::incomplete: end.ending = Ending::incomplete; return;
    case Outcome::error: end.ending = Ending::error_event; return;
  }
}

void Translator::finish_whole(std::uint32_t id, Exchange& exchange, gateway::End& end) {
  if (exchange.begin.plain) {
    gateway::put_head(room_.out(), id,
                      {static_cast<std::uint16_t>(exchange.status), std::move(exchange.headers)});
    return;
  }
  gateway::ReplyOptions options;
  options.operation = asked_of(exchange.begin.operation, exchange.begin.provider);
  options.to = gateway::dialect_of(exchange.begin.operation);
  options.created_s = wall_.now_ms() / 1'000;
  auto reply = gateway::read_reply(options, exchange.status, std::move(exchange.body));
  if (!reply) {
    end = {Ending::malformed, reply.error().detail};
    return;
  }
  exchange.meter.finish = std::move(reply->finish);
  gateway::put_head(room_.out(), id,
                    {static_cast<std::uint16_t>(reply->status), std::move(exchange.headers)});
  exchange.held = std::move(reply->body);
}

// Hands on what there is credit for, and the end after the last of it.
void Translator::give(std::uint32_t id, Exchange& exchange) {
  auto most = static_cast<std::size_t>(std::max<std::int64_t>(exchange.credit, 0));
  auto piece = std::string_view(exchange.held).substr(0, most);
  gateway::put_pieces(room_.out(), FrameKind::data, id, piece);
  exchange.credit -= static_cast<std::int64_t>(piece.size());
  if (piece.size() == exchange.held.size()) {
    exchange.held.clear();
  } else {
    exchange.held.erase(0, piece.size());
  }
  bool takes_more = !exchange.stream || exchange.held.size() < kModelWindow;
  if (!exchange.end && takes_more && exchange.owed >= static_cast<std::int64_t>(kModelWindow / 4)) {
    gateway::put_credit(shim_.out(), id, static_cast<std::uint32_t>(exchange.owed));
    exchange.owed = 0;
  }
  if (!exchange.end || !exchange.held.empty()) return;
  gateway::put_meter(room_.out(), id, exchange.meter);
  gateway::put_end(room_.out(), id, *exchange.end);
  exchanges_.erase(id);
}

std::int64_t Translator::on_round() {
  for (auto* pipe : {&room_, &shim_}) {
    if (!pipe->flush()) {
      loop_.stop();
      break;
    }
    loop_.change(pipe->fd(), EPOLLIN | (pipe->has_more() ? EPOLLOUT : 0U));
  }
  return -1;
}

}  // namespace guildhall::connector
