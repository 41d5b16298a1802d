#include "connector/shim/shim.h"

#include <sys/epoll.h>

#include <algorithm>

#include "base/limits.h"
#include "connector/dialler/words.h"
#include "connector/mail.h"

namespace guildhall::connector {
namespace {

using gateway::Ending;
using gateway::Frame;
using gateway::FrameKind;

constexpr std::int64_t kCheckMs = 20;  // how often times are looked at

Ending ending_of(net::PeerEnd end, std::string_view refusal) {
  switch (end) {
    case net::PeerEnd::complete: return Ending::complete;
    case net::PeerEnd::connect_failed:
      if (refusal == kSpent) return Ending::budget;
      return refusal == kDialTimeout ? Ending::connect_timeout : Ending::connect_failed;
    case net::PeerEnd::tls_failed: return Ending::tls_failed;
    case net::PeerEnd::broken: return Ending::broken;
    case net::PeerEnd::malformed: return Ending::malformed;
  }
  return Ending::broken;
}

}  // namespace

Shim::Shim(gateway::Peer peer, Secret credential, gateway::Descriptor translator,
           gateway::Descriptor dialler, Loop& loop)
    : peer_(std::move(peer)),
      credential_(std::move(credential)),
      pipe_(translator.release()),
      dialler_(std::move(dialler)),
      loop_(loop) {
  loop_.watch(pipe_.fd(), EPOLLIN, [this](std::uint32_t events) { on_pipe(events); });
  loop_.watch(dialler_.get(), EPOLLIN, [this](std::uint32_t) { on_dialler(); });
  loop_.on_round([this] { return on_round(); });
}

Result<std::unique_ptr<Shim>> Shim::open(gateway::Peer peer, Secret credential,
                                         std::string authorities, gateway::Descriptor translator,
                                         gateway::Descriptor dialler, Loop& loop) {
  net::PeerClientOptions options;
  options.tls = peer.tls;
  options.mail = peer.kind == gateway::PeerKind::mail;
  options.starttls = peer.starttls;
  options.host = peer.host;
  options.port = peer.port;
  options.pin = peer.pin;
  options.authorities = peer.ca.empty() ? std::move(authorities) : peer.ca;
  std::unique_ptr<Shim> shim(new Shim(std::move(peer), std::move(credential), std::move(translator),
                                      std::move(dialler), loop));
  shim->client_ = TRY(net::PeerClient::open(std::move(options), *shim));
  return shim;
}

Shim::~Shim() {
  loop_.forget(pipe_.fd());
  loop_.forget(dialler_.get());
}

// ---- from the translator
void Shim::on_pipe(std::uint32_t events) {
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  if (!pipe_.read([this](const Frame& frame) { return on_frame(frame); })) loop_.stop();
}

Result<void> Shim::on_frame(const Frame& frame) {
  if (frame.kind == FrameKind::begin) return begin(frame);
  auto at = exchanges_.find(frame.exchange);
  if (at == exchanges_.end()) return {};  // over meanwhile
  Exchange& exchange = at->second;
  switch (frame.kind) {
    case FrameKind::body:
      if (exchange.sent ||
          exchange.body.size() + frame.payload.size() > exchange.begin.body_bytes) {
        return fail(Fault::malformed, "bad-frame", "A body is longer than it was said to be.");
      }
      exchange.body += frame.payload;
      return {};
    case FrameKind::body_end: send(at->first, exchange); return {};
    case FrameKind::credit:
      exchange.credit += TRY(gateway::read_credit(frame.payload));
      client_->resume(at->first);
      return {};
    case FrameKind::cancel: end(at->first, Ending::cancelled); return {};
    default: return fail(Fault::malformed, "bad-frame", "A frame goes the wrong way.");
  }
}

Result<void> Shim::begin(const Frame& frame) {
  auto begin = TRY(gateway::read_begin(frame.payload));
  bool fits = exchanges_.size() < kMaxModelExchanges && begin.body_bytes <= kMaxModelBody;
  if (!fits || exchanges_.contains(frame.exchange)) {
    return fail(Fault::malformed, "bad-frame", "An exchange is begun that may not be.");
  }
  Exchange& exchange = exchanges_[frame.exchange];
  exchange.body.reserve(begin.body_bytes);
  exchange.begin = std::move(begin);
  exchange.credit = static_cast<std::int64_t>(kModelWindow);
  exchange.begun_ms = exchange.last_ms = monotonic_ms();
  return {};
}

void Shim::send(std::uint32_t id, Exchange& exchange) {
  if (exchange.sent) return;
  exchange.sent = true;
  bool whole = exchange.body.size() == exchange.begin.body_bytes;
  auto request = request_of(exchange);
  if (!request || !whole) return end(id, Ending::refused);
  client_->start(id, std::move(*request));
}

Result<net::PeerRequest> Shim::request_of(Exchange& exchange) const {
  const auto& begin = exchange.begin;
  if (peer_.kind == gateway::PeerKind::mail && begin.plain) {
    return mail_request(peer_, credential_, begin.headers, exchange.body, system_clock().now_ms());
  }
  auto endpoint = endpoint_of(peer_, begin);
  if (!endpoint) return fail(Fault::forbidden, "no-endpoint", "The peer has no such endpoint.");
  net::PeerRequest out;
  out.header = TRY(request_header(peer_, credential_, begin.headers, begin.stream));
  out.post = endpoint->post;
  out.path = peer_.path + std::string(endpoint->path);
  out.body = std::move(exchange.body);
  return out;
}

// ---- from the dialler
void Shim::want_descriptor() {
  ++wanted_;
  ask_dialler();
}

// No more at once than the dialler tries at once: what each has to tell the other always fits what
// lies between them. Neither waits for the other there; both would, for ever.
void Shim::ask_dialler() {
  for (; wanted_ > 0 && asked_ < kMaxDials; --wanted_, ++asked_) {
    if (!gateway::send_message(dialler_.get(), kDial)) return loop_.stop();
  }
}

void Shim::on_dialler() {
  auto message = gateway::receive_message(dialler_.get());
  if (!message || asked_ == 0) return loop_.stop();
  --asked_;
  if (message->bytes == kDialled && message->descriptor) {
    client_->add_descriptor(message->descriptor.release());
  } else {
    refusal_ = word_of(message->bytes);
    client_->no_descriptor();
  }
  ask_dialler();
}

// ---- from the peer
void Shim::watch(int fd, std::uint32_t events) {
  if (events == 0) return loop_.forget(fd);
  loop_.watch(fd, events, [this, fd](std::uint32_t happened) { client_->on_ready(fd, happened); });
}

void Shim::on_head(std::uint32_t id, int status, net::PeerHeaders headers) {
  auto at = exchanges_.find(id);
  if (at == exchanges_.end()) return;
  at->second.headed = true;
  at->second.last_ms = monotonic_ms();
  gateway::put_head(pipe_.out(), id, {static_cast<std::uint16_t>(status), reply_header(headers)});
}

bool Shim::on_data(std::uint32_t id, std::string_view bytes) {
  auto at = exchanges_.find(id);
  if (at == exchanges_.end()) return true;
  Exchange& exchange = at->second;
  exchange.last_ms = monotonic_ms();
  if (exchange.reply_bytes + bytes.size() > exchange.begin.max_reply_bytes) {
    exchange.over = Ending::too_large;  // not to be ended inside its own callback
    over_.push_back(id);
    return false;
  }
  if (exchange.credit <= 0) return false;
  exchange.credit -= static_cast<std::int64_t>(bytes.size());
  exchange.reply_bytes += bytes.size();
  gateway::put_pieces(pipe_.out(), FrameKind::data, id, bytes);
  return true;
}

void Shim::on_end(std::uint32_t id, net::PeerEnd end) {
  auto at = exchanges_.find(id);
  if (at == exchanges_.end()) return;
  gateway::put_end(pipe_.out(), id, {ending_of(end, refusal_), {}});
  exchanges_.erase(at);
}

// ---- ends and times
void Shim::end(std::uint32_t id, Ending ending) {
  client_->cancel(id);
  exchanges_.erase(id);
  gateway::put_end(pipe_.out(), id, {ending, {}});
}

// Which of its times is over; Ending::none: none.
Ending Shim::run_out(const Exchange& exchange, std::int64_t now_ms) const {
  const auto& limits = exchange.begin.timeouts;
  auto beyond = [&](std::int64_t from_ms, std::uint32_t limit_ms) {
    return limit_ms > 0 && now_ms - from_ms > limit_ms;
  };
  if (beyond(exchange.begun_ms, limits.whole_ms)) return Ending::whole_timeout;
  if (!exchange.headed && beyond(exchange.begun_ms, limits.first_ms)) return Ending::first_timeout;
  // Who is not given credit is not waited for.
  bool waits = exchange.headed && exchange.credit > 0;
  return waits && beyond(exchange.last_ms, limits.idle_ms) ? Ending::idle_timeout : Ending::none;
}

std::int64_t Shim::on_round() {
  std::int64_t next_ms = client_->on_time();
  for (std::uint32_t id : std::exchange(over_, {})) {
    if (auto at = exchanges_.find(id); at != exchanges_.end()) end(id, at->second.over);
  }
  std::int64_t now_ms = monotonic_ms();
  if (now_ms - checked_ms_ >= kCheckMs) {
    checked_ms_ = now_ms;
    std::vector<std::pair<std::uint32_t, Ending>> late;
    for (const auto& [id, exchange] : exchanges_) {
      if (auto ending = run_out(exchange, now_ms); ending != Ending::none)
        late.emplace_back(id, ending);
    }
    for (auto [id, ending] : late) end(id, ending);
  }
  flush();
  if (exchanges_.empty()) return next_ms;
  return next_ms < 0 ? kCheckMs : std::min(next_ms, kCheckMs);
}

void Shim::flush() {
  if (!pipe_.flush()) return loop_.stop();
  loop_.change(pipe_.fd(), EPOLLIN | (pipe_.has_more() ? EPOLLOUT : 0U));
}

}  // namespace guildhall::connector
