#include "gateway/recorder.h"

#include <algorithm>
#include <iterator>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::gateway {
namespace {

constexpr std::int64_t kKeysEach = 2;  // the exchange and its deed; its content's come on top

}  // namespace

Place::~Place() {
  if (recorder_ != nullptr) recorder_->leave(bytes_);
}

void Recorder::start() {
  thread_ = std::thread([this] { run(); });
}

void Recorder::stop() {
  {
    MutexLock lock(mutex_);
    if (!stopping_) stop_by_ms_ = monotonic_ms() + kExchangeStopMs;
    stopping_ = true;
    changed_.notify_all();
    freed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Recorder::is_full(std::size_t request_bytes) const {
  return counts_.places >= static_cast<std::int64_t>(kMaxExchangeBacklog) ||
         counts_.bytes + static_cast<std::int64_t>(request_bytes) >
             static_cast<std::int64_t>(kMaxExchangeBytes);
}

Result<Place> Recorder::admit(std::size_t request_bytes, std::int64_t wait_ms) {
  if (request_bytes > kMaxModelBody) {
    return fail(Fault::too_large, "request-too-large", "A request to a model has at most 32 MiB.");
  }
  MutexLock lock(mutex_);
  auto until_ms = monotonic_ms() + wait_ms;
  while (is_full(request_bytes) && !stopping_ && monotonic_ms() < until_ms) {
    (void)freed_.wait_for_ms(mutex_, until_ms - monotonic_ms());
  }
  if (stopping_ || is_full(request_bytes)) {
    return fail(Fault::unavailable, "recorder-full", "What was exchanged is not yet written down.");
  }
  ++counts_.places;
  counts_.bytes += static_cast<std::int64_t>(request_bytes);
  return Place(this, request_bytes);
}

void Recorder::leave(std::size_t bytes) {
  MutexLock lock(mutex_);
  --counts_.places;
  counts_.bytes -= static_cast<std::int64_t>(bytes);
  freed_.notify_one();
}

void Recorder::record(Place place, Exchange exchange, ExchangeContent content,
                      std::optional<Charge> charge) {
  if (content.reply.size() > kMaxExchangeReply) {
    content.reply.resize(kMaxExchangeReply);
    content.reply_cut = true;
  }
  std::size_t bytes = content.request.size() + content.reply.size();
  auto text = to_text(content);
  exchange.parts = parts_of(text);
  MutexLock lock(mutex_);
  counts_.bytes += static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(place.bytes_);
  place.recorder_ = nullptr;  // the entry has it now
  queue_.push_back({std::move(exchange), std::move(text), charge, bytes, monotonic_ms()});
  // The first begins a batch, the last fills it; those between need not wake the thread.
  if (queue_.size() == 1 || queue_.size() == kExchangeGather) changed_.notify_all();
}

Recorder::Counts Recorder::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

bool Recorder::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

bool Recorder::pause(std::int64_t ms) {
  tend();
  MutexLock lock(mutex_);
  (void)changed_.wait_for_ms(mutex_, ms);
  return !stopping_ || monotonic_ms() < stop_by_ms_;
}

void Recorder::tend() {
  if (monotonic_ms() - tended_ms_ < kPotTendMs) return;
  tended_ms_ = monotonic_ms();
  if (auto tended = pots_.tend(); !tended) {
    log_line(LogLevel::warning, "budgets were not tended", {{"type", tended.error().type}});
  }
}

Recorder::Batch Recorder::next_batch() {
  Batch batch;
  MutexLock lock(mutex_);
  if (queue_.empty() && !stopping_) (void)changed_.wait_for_ms(mutex_, kPotTendMs);
  // One transaction for what ends within a moment: each costs more than the requests it records.
  // But no more of it than requests of the same processor may wait for; under load, when more came
  // during the last, more goes at once.
  for (auto until_ms = monotonic_ms() + kExchangeGatherMs;
       !queue_.empty() && queue_.size() < kExchangeGather && !stopping_;) {
    auto left_ms = until_ms - monotonic_ms();
    if (left_ms <= 0) break;
    (void)changed_.wait_for_ms(mutex_, left_ms);
  }
  for (std::size_t bytes = 0; !queue_.empty() && batch.size() < kExchangeBatch;) {
    bytes += queue_.front().bytes;
    if (!batch.empty() && bytes > kExchangeBatchBytes) break;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Recorder::run() {
  for (;;) {
    auto batch = next_batch();
    if (batch.empty() && stopping()) break;
    if (!batch.empty()) write(std::move(batch));
    tend();
  }
  if (auto left = pots_.leave(); !left) {
    log_line(LogLevel::warning, "budgets were not given back", {{"type", left.error().type}});
  }
}

std::vector<Recorder::Parts> Recorder::seal(Batch& batch, Batch& later) {
  std::vector<store::ToSeal> items;
  for (const auto& one : batch) {
    std::ranges::move(to_seal(ctx_.room, one.exchange, one.text), std::back_inserter(items));
  }
  std::vector<Parts> out;
  if (auto all = store::seal_all(ctx_.sealer, items)) {
    auto next = std::move_iterator(all->begin());
    for (const auto& one : batch) {
      out.emplace_back(next, next + one.exchange.parts);
      next += one.exchange.parts;
    }
    return out;
  }
  // One project's key may be away: each for itself.
  bool last = stopping();
  Batch kept;
  for (auto& entry : batch) {
    auto one = store::seal_all(ctx_.sealer, to_seal(ctx_.room, entry.exchange, entry.text));
    bool waits = !one && !last && monotonic_ms() - entry.since_ms < kExchangePatienceMs;
    if (waits) {
      later.push_back(std::move(entry));
      continue;
    }
    out.push_back(one ? *std::move(one) : Parts());
    kept.push_back(std::move(entry));
  }
  batch = std::move(kept);
  return out;
}

Result<void> Recorder::give_keys(Batch& batch, std::vector<std::int64_t>& deeds) {
  std::int64_t wanted = 0;
  for (const auto& one : batch) wanted += kKeysEach + one.exchange.parts;
  std::int64_t key = TRY(ctx_.keys.take(static_cast<int>(wanted)));
  for (auto& one : batch) {
    if (!one.exchange.id) one.exchange.id = ExchangeId{key};
    deeds.push_back(key + 1);
    one.exchange.body = ContentRef{key + kKeysEach};
    key += kKeysEach + one.exchange.parts;
  }
  return {};
}

// Where nothing was heard of a commit, rows that are there already say that it was one.
bool Recorder::commit(std::span<const Sealable> rows, std::span<const Charge> charges) {
  for (bool unheard = false;; unheard = true) {
    auto done = ctx_.db.write_bulk([&](store::Tx& tx) -> Result<void> {
      TRY(write_exchanges(tx, ctx_.room, rows));
      return write_charges(tx, ctx_.room, charges);
    });
    bool there = !done && done.error().type == "already-exists";
    if (done || (there && unheard)) return true;
    if (!there && pause(kExchangePauseMs)) continue;
    log_line(LogLevel::error, "exchanges were not recorded", {{"type", done.error().type}});
    return false;
  }
}

void Recorder::write(Batch batch) {
  std::vector<std::int64_t> deeds;
  bool keyed = true;
  while (keyed && !give_keys(batch, deeds)) keyed = pause(kExchangePauseMs);
  Batch later;
  std::vector<Parts> sealed;
  if (keyed) sealed = seal(batch, later);
  std::vector<Sealable> rows;
  std::vector<Charge> charges;
  std::int64_t bare = 0;
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    bare += sealed[i].empty() ? 1 : 0;
    rows.push_back({batch[i].exchange, deeds[i], sealed[i]});
    if (batch[i].charge) charges.push_back(*batch[i].charge);
  }
  bool written = keyed && (rows.empty() || commit(rows, charges));
  if (rows.empty() && !later.empty()) (void)pause(kExchangePauseMs);
  MutexLock lock(mutex_);
  for (const auto& one : batch) {
    --counts_.places;
    counts_.bytes -= static_cast<std::int64_t>(one.bytes);
    ++(written ? counts_.written : counts_.lost);
  }
  freed_.notify_all();
  counts_.bare += written ? bare : 0;
  for (auto& one : later) queue_.push_back(std::move(one));
}

}  // namespace guildhall::gateway
