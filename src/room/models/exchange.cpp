#include "room/models/exchange.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "gateway/dialects/errors.h"
#include "room/models/gateway.h"

namespace guildhall::room {
namespace {

using gateway::AttemptEnd;
using gateway::AttemptFault;
using gateway::Dialect;
using gateway::Ending;
using gateway::ExchangeState;
using gateway::Operation;
using gateway::Vendor;

// What a provider of this kind is spoken to in; nothing where it cannot do what is asked.
std::optional<Dialect> dialect_for(Operation operation, Vendor vendor) {
  bool anthropic = vendor == Vendor::anthropic;
  switch (operation) {
    case Operation::chat:
    case Operation::messages: return anthropic ? Dialect::messages : Dialect::chat;
    case Operation::count_tokens:
      return anthropic ? std::optional(Dialect::messages) : std::nullopt;
    case Operation::responses: return anthropic ? std::nullopt : std::optional(Dialect::responses);
    case Operation::embeddings:
    case Operation::models: return anthropic ? std::nullopt : std::optional(Dialect::chat);
  }
  return std::nullopt;
}

std::optional<std::int64_t> retry_after(const gateway::HeaderList& headers) {
  auto number = [&](std::string_view name) -> std::optional<std::int64_t> {
    for (const auto& [key, value] : headers) {
      std::int64_t out = 0;
      if (key != name) continue;
      if (std::from_chars(value.data(), value.data() + value.size(), out).ec == std::errc()) {
        return out;
      }
    }
    return std::nullopt;
  };
  if (auto ms = number("retry-after-ms")) return ms;
  if (auto seconds = number("retry-after")) return *seconds * 1'000;
  return std::nullopt;
}

AttemptFault fault_of(Ending ending) {
  switch (ending) {
    case Ending::complete:
    case Ending::refused: return AttemptFault::answered;
    case Ending::connect_failed:
    case Ending::connect_timeout:
    case Ending::tls_failed:
    case Ending::budget: return AttemptFault::no_connection;
    case Ending::first_timeout:
    case Ending::idle_timeout:
    case Ending::whole_timeout: return AttemptFault::timeout;
    default: return AttemptFault::cut;
  }
}

// Of so many bytes taken, what is told on together: each word of it wakes the translator, and a
// quarter of the window keeps nobody waiting.
constexpr std::size_t kTold = kModelWindow / 4;

// What the client is told where the provider said nothing that could be told on.
Error told(Ending ending) {
  switch (ending) {
    case Ending::connect_failed:
    case Ending::connect_timeout:
    case Ending::tls_failed:
    case Ending::budget:
      return {
          Fault::unavailable, gateway::kUpstreamUnavailable, "The model cannot be reached.", {}};
    case Ending::first_timeout:
    case Ending::idle_timeout:
    case Ending::whole_timeout:
      return {Fault::timeout, gateway::kUpstreamTimeout, "The model took too long.", {}};
    case Ending::malformed:
    case Ending::too_large:
      return {Fault::unavailable, gateway::kUpstreamMalformed, "The model's answer is none.", {}};
    default: return {Fault::unavailable, gateway::kUpstreamCut, "The model broke off.", {}};
  }
}

gateway::Manner manner_of(Ending ending, int status) {
  switch (fault_of(ending)) {
    case AttemptFault::no_connection: return gateway::Manner::unsent;
    case AttemptFault::answered:
      if (ending == Ending::refused || status >= 400) return gateway::Manner::refused;
      return gateway::Manner::answered;
    default: return gateway::Manner::cut;
  }
}

}  // namespace

ModelExchange::ModelExchange(ModelGateway& gateway, ModelWish wish)
    : gateway_(gateway),
      wish_(std::move(wish)),
      attempts_(std::max<std::size_t>(wish_.access.model.terms.targets.size(), 1),
                gateway.context().random) {}

Result<std::shared_ptr<ModelExchange>> ModelExchange::open(ModelGateway& gateway, ModelWish wish) {
  auto made = std::make_shared<ModelExchange>(gateway, std::move(wish));
  const auto& access = made->wish_.access;
  const auto& request = made->wish_.request;
  for (const auto& target : access.model.terms.targets) {
    if (dialect_for(request.operation(), target.dialect)) made->targets_.push_back(&target);
  }
  if (made->targets_.empty()) {
    return fail(Fault::invalid, gateway::kNotTranslatable,
                "The server behind this model cannot do that.");
  }
  made->attempts_ = gateway::Attempts(made->targets_.size(), gateway.context().random);
  const auto& facts = request.facts();
  auto tokens = facts.input_tokens_bound + facts.max_output_tokens.value_or(0);
  TimeMs now = system_clock().now_ms();
  made->key_share_ =
      TRY(gateway::take_share(gateway.pots(), access.key.project, access.key.id.value,
                              access.key.terms.rates, tokens, now));
  made->model_share_ = TRY(gateway::take_share(gateway.pots(), {}, access.model.id.value,
                                               access.model.terms.rates, tokens, now));
  TRY(made->renew(kRecordWaitMs));
  return made;
}

void ModelExchange::start(std::shared_ptr<ModelOut> out) {
  out_ = std::move(out);
  gateway_.under_way(shared_from_this());
  gateway_.counts().exchanges.fetch_add(1, std::memory_order_relaxed);
  try_target();
}

// ---- an attempt
gateway::Begin ModelExchange::begin_of(const gateway::Target& target) const {
  const gateway::Patience patience;
  auto operation = wish_.request.operation();
  gateway::Begin begin;
  begin.operation = operation;
  begin.provider = *dialect_for(operation, target.dialect);
  begin.stream = wish_.request.facts().stream;
  begin.wants_usage = wish_.request.facts().wants_usage;
  begin.max_output_tokens = now_.worst.most_output;
  begin.timeouts = {static_cast<std::uint32_t>(patience.connect_ms),
                    static_cast<std::uint32_t>(patience.first_token_ms),
                    static_cast<std::uint32_t>(patience.between_tokens_ms),
                    static_cast<std::uint32_t>(patience.whole_ms)};
  begin.max_reply_bytes = kMaxModelReply;
  begin.model = target.model;
  begin.headers = wish_.headers;
  return begin;
}

// Reserves, and sends. An error: nothing was sent.
Result<void> ModelExchange::send() {
  const auto& where = target();
  const auto& facts = wish_.request.facts();
  gateway::Ask ask;
  // A bound by bytes is far above what is counted; more than the model takes it never is.
  ask.input_bound = facts.input_tokens_bound;
  if (where.context > 0) ask.input_bound = std::min(ask.input_bound, where.context);
  ask.choices = std::max<std::int64_t>(facts.choices, 1);
  if (facts.max_output_tokens) {
    ask.most_output = std::max<std::int64_t>(*facts.max_output_tokens / ask.choices, 1);
  }
  now_.worst = TRY(gateway::worst_case(ask, where.price, where.output, where.context));
  if (ask.most_output && now_.worst.most_output < *ask.most_output) {
    return fail(Fault::invalid, "over-output-ceiling",
                "The answer may not have so many tokens: lower the request's limit.",
                "/max_tokens");
  }
  const auto& terms = wish_.access.model.terms;
  now_.hold = TRY(gateway::reserve(gateway_.pots(), wish_.access.budget, terms.currency,
                                   now_.worst.amount, system_clock().now_ms()));
  now_.hold.sent();
  auto handle =
      gateway_.line().send(where.peer, begin_of(where), wish_.request.body(), shared_from_this());
  if (!handle) {
    now_.hold.give_back();
    return std::unexpected(handle.error());
  }
  gateway_.counts().attempts.fetch_add(1, std::memory_order_relaxed);
  if (std::ranges::find(runs_, handle->run) == runs_.end()) runs_.push_back(handle->run);
  bool gone = false;
  {
    MutexLock lock(mutex_);
    handle_ = *handle;
    gone = cancelled_;
  }
  if (gone) gateway_.line().cancel(*handle);
  return {};
}

void ModelExchange::try_target() {
  now_ = Attempt{};
  at_ = system_clock().now_ms();
  begun_ms_ = monotonic_ms();
  if (!gateway_.breaker(target()).admits()) {
    failure_ = told(Ending::connect_failed);
    return after({AttemptFault::resting, 0, std::nullopt, false}, Ending::connect_failed);
  }
  auto sent = send();
  if (sent) return;
  failure_ = sent.error();
  bool ours = failure_.fault != Fault::unavailable;
  if (!ours)
    return after({AttemptFault::no_connection, 0, std::nullopt, false}, Ending::connect_failed);
  if (failure_.type == "budget-reserved") retry_after_ms_ = kBudgetRetryMs;
  close(ExchangeState::error, Ending::none);
}

void ModelExchange::cancel() {
  std::optional<ModelLine::Handle> handle;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    handle = handle_;
  }
  if (handle) gateway_.line().cancel(*handle);
}

void ModelExchange::end(Error why) {
  {
    MutexLock lock(mutex_);
    if (!cancelled_) ended_ = std::move(why);
  }
  cancel();
}

bool ModelExchange::is_cancelled() const {
  MutexLock lock(mutex_);
  return cancelled_;
}

void ModelExchange::close_cancelled(Ending ending) {
  std::optional<Error> ended;
  {
    MutexLock lock(mutex_);
    ended = ended_;
  }
  if (!ended) return close(ExchangeState::cancelled, ending);
  failure_ = std::move(*ended);
  close(ExchangeState::error, ending);
}

void ModelExchange::took(std::size_t bytes) {
  std::optional<ModelLine::Handle> handle;
  {
    MutexLock lock(mutex_);
    handle = handle_;
  }
  if (handle && bytes > 0) gateway_.line().credit(*handle, bytes);
}

// ---- from the line
void ModelExchange::on_head(gateway::Head head) {
  now_.streams = wish_.request.facts().stream && head.status == 200;
  now_.head = std::move(head);
}

void ModelExchange::on_data(std::string_view bytes) {
  if (is_cancelled()) return;
  if (now_.first_ms < 0) now_.first_ms = monotonic_ms() - begun_ms_;
  now_.bytes += bytes.size();
  if (!now_.streams) {
    std::size_t before = now_.body.size() / kTold;
    now_.body += bytes;
    return took((now_.body.size() / kTold - before) * kTold);
  }
  if (!now_.passed_on) out_->head(now_.head.status, now_.head.headers, true);
  now_.passed_on = true;
  if (reply_.size() <= kMaxExchangeReply) reply_ += bytes;
  out_->data(bytes);
}

void ModelExchange::on_meter(gateway::Meter meter) { now_.meter = std::move(meter); }

void ModelExchange::on_end(gateway::End end) {
  {
    MutexLock lock(mutex_);
    handle_.reset();
  }
  if (is_cancelled()) return close_cancelled(end.ending);
  AttemptEnd what;
  bool good = now_.head.status >= 200 && now_.head.status < 300;
  what.fault = end.ending == Ending::complete && good ? AttemptFault::none : fault_of(end.ending);
  what.status = end.ending == Ending::refused ? 400 : now_.head.status;
  what.retry_after_ms = retry_after(now_.head.headers);
  what.streamed = now_.passed_on;
  failure_ = told(end.ending);
  if (end.ending == Ending::refused) {
    failure_ = {Fault::invalid, gateway::kRefusedByPolicy, std::move(end.detail), {}};
  }
  after(what, end.ending);
}

// ---- ends
void ModelExchange::after(const AttemptEnd& end, Ending ending) {
  auto& breaker = gateway_.breaker(target());
  // What our own processes could not send says nothing of the target.
  if (now_.hold && gateway::is_targets_fault(end)) breaker.failed();
  if (end.fault == AttemptFault::none) breaker.succeeded();
  auto next = attempts_.after(end);
  using Kind = gateway::NextStep::Kind;
  if (next.kind == Kind::done) return close(ExchangeState::complete, ending);
  if (next.kind == Kind::give_up) {
    bool refused = end.fault == AttemptFault::answered;
    auto state = end.streamed ? ExchangeState::incomplete
                 : refused    ? ExchangeState::refused
                              : ExchangeState::error;
    return close(state, ending);
  }
  // What it may have cost is written down by itself; the next attempt begins anew.
  auto charge = settle(ending);
  if (charge && !charge->used.is_zero()) {
    record(ExchangeState::error, charge);
    if (auto renewed = renew(0); !renewed) {
      failure_ = renewed.error();
      return close(ExchangeState::error, Ending::none);
    }
  }
  gateway_.conductor().after(next.pause_ms, [self = shared_from_this()] {
    if (self->is_cancelled()) return self->close_cancelled(Ending::none);
    self->try_target();
  });
}

std::optional<gateway::Charge> ModelExchange::settle(Ending ending) {
  if (!now_.hold) return std::nullopt;
  const auto& usage = now_.meter.finish.usage;
  gateway::KnownEnd known;
  known.ending = manner_of(ending, now_.head.status);
  known.streamed_bytes = static_cast<std::int64_t>(now_.bytes);
  if (usage) {
    known.input = usage->input;
    known.cached = usage->cached;
    known.output = usage->output;
    known.final_usage = now_.meter.finish.outcome == gateway::Outcome::complete;
  }
  auto settled = gateway::settle(known, now_.worst, *target().price);
  tokens_ = settled.usage;
  measured_ = settled.measured;
  cost_ = settled.amount.units;
  key_share_.used(settled.amount.tokens);
  model_share_.used(settled.amount.tokens);
  if (known.ending == gateway::Manner::unsent || known.ending == gateway::Manner::refused) {
    now_.hold.give_back();
    return std::nullopt;
  }
  return now_.hold.used(settled.amount);
}

Result<void> ModelExchange::renew(std::int64_t wait_ms) {
  id_ = ExchangeId { TRY(gateway_.context().keys.next()) };
  place_ = TRY(gateway_.recorder().admit(wish_.request.body().size(), wait_ms));
  return {};
}

void ModelExchange::record(ExchangeState state, const std::optional<gateway::Charge>& charge) {
  const auto& access = wish_.access;
  gateway::Exchange exchange;
  exchange.id = id_;
  exchange.project = access.key.project;
  exchange.key = access.key.id;
  exchange.budget = access.budget.id;
  exchange.model = access.model.id;
  exchange.purpose = access.key.purpose;
  exchange.member = wish_.member;
  exchange.state = state;
  exchange.at = at_;
  exchange.first_ms = now_.first_ms;
  exchange.whole_ms = monotonic_ms() - begun_ms_;
  exchange.usage = tokens_;
  exchange.measured = measured_;
  exchange.cost = cost_;
  exchange.runs = std::exchange(runs_, {});
  gateway::ExchangeContent content;
  content.model = access.model.terms.name;
  content.peer = target().peer;
  content.target = target().model;
  content.request = wish_.request.body();
  content.reply = now_.streams ? std::exchange(reply_, {}) : now_.body;
  auto& counts = gateway_.counts();
  counts.input_tokens.fetch_add(tokens_.input, std::memory_order_relaxed);
  counts.output_tokens.fetch_add(tokens_.output, std::memory_order_relaxed);
  trace(exchange);
  gateway_.recorder().record(std::move(place_), std::move(exchange), std::move(content), charge);
}

void ModelExchange::trace(const gateway::Exchange& exchange) {
  TraceSpan span;
  span.operation = wish_.request.operation();
  span.vendor = target().dialect;
  span.purpose = exchange.purpose;
  span.state = exchange.state;
  span.project = exchange.project;
  span.exchange = exchange.id;
  span.model = wish_.access.model.id;
  span.at = exchange.at;
  span.first_ms = exchange.first_ms;
  span.whole_ms = exchange.whole_ms;
  span.measured = exchange.measured;
  span.input_tokens = exchange.usage.input;
  span.output_tokens = exchange.usage.output;
  gateway_.traces().add(span);
}

// The last attempt's reply, as it is or as what became of it.
void ModelExchange::pass_on(Ending ending) {
  if (now_.passed_on) {
    // The translator has told how it ended; a pipe that broke has told nothing, and what the room
    // ended is the room's to tell.
    bool broke = ending == Ending::broken && now_.meter.reply_bytes == 0 &&
                 now_.meter.finish.outcome == gateway::Outcome::incomplete;
    if (broke || is_cancelled()) {
      std::string event;
      gateway::write_error_event(event, gateway::model_error(failure_),
                                 gateway::dialect_of(wish_.request.operation()), 0);
      out_->data(event);
    }
    return out_->end();
  }
  bool credential = now_.head.status == 401 || now_.head.status == 402 || now_.head.status == 403;
  bool answered = ending == Ending::complete && now_.head.status != 0;
  if (answered && credential) {
    // Ours was refused: the client's own is in order.
    failure_ = {Fault::unavailable,
                gateway::kUpstreamUnavailable,
                "The provider refused the room's credential.",
                {}};
    answered = false;
  }
  if (!answered) return out_->refuse(failure_, retry_after_ms_);
  out_->head(now_.head.status, now_.head.headers, false);
  out_->data(now_.body);
  out_->end();
}

void ModelExchange::close(ExchangeState state, Ending ending) {
  state_ = state;
  gateway_.counts().by_state[static_cast<std::size_t>(state)].fetch_add(1,
                                                                        std::memory_order_relaxed);
  auto charge = settle(ending);
  if (state != ExchangeState::cancelled) pass_on(ending);
  bool sent = ending != Ending::none || !runs_.empty();
  if (sent || charge) record(state, charge);
  out_ = nullptr;  // who asked may hold this
  gateway_.over(*this);
}

}  // namespace guildhall::room
