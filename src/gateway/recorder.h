// Records every exchange, off the hot path.
//
// Operation. Before a request is sent its place is taken (`admit`): where there is none, nothing is
// sent. When it is over it is handed in with what it cost; a thread of this object seals what came
// meanwhile in one call and writes it in one transaction: rows, content, deeds, and the charges to
// budgets, so that an exchange and its cost are in the store together or not at all. What fails is
// tried again, the same batch, until it is written. A project whose key is away is waited for
// kExchangePatienceMs; after it (or at a stop) the exchange is written without its content.
//
// The same thread tends the pots (pots.h).
//
// Concurrency: `admit`, `record` and `counts` from any thread. A Place is given up or handed in
// before the recorder dies. `stop` drains, for at most kExchangeStopMs, gives the pots back and
// joins.
// Limits: kMaxExchangeBacklog places, kMaxExchangeBytes of requests and of replies not yet written
// (replies under way, kMaxExchangeReply each at most, are not counted before they are handed in),
// kMaxModelBody a request.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "gateway/exchanges.h"

namespace guildhall::gateway {

class Recorder;

// A place among the exchanges under way. Moves; given up when it dies.
class Place {
 public:
  Place() = default;
  Place(Place&& other) noexcept
      : recorder_(std::exchange(other.recorder_, nullptr)), bytes_(other.bytes_) {}
  Place& operator=(Place&& other) noexcept {
    Place taken(std::move(other));
    std::swap(recorder_, taken.recorder_);
    std::swap(bytes_, taken.bytes_);
    return *this;
  }
  ~Place();

 private:
  friend class Recorder;
  Place(Recorder* recorder, std::size_t bytes) : recorder_(recorder), bytes_(bytes) {}
  Recorder* recorder_ = nullptr;
  std::size_t bytes_ = 0;
};

class Recorder {
 public:
  Recorder(const Context& ctx, Pots& pots) : ctx_(ctx), pots_(pots) {}
  ~Recorder() { stop(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void start();
  void stop() EXCLUDES(mutex_);

  // Waits for a place so long at most. Errors: too_large/"request-too-large";
  // unavailable/"recorder-full".
  Result<Place> admit(std::size_t request_bytes, std::int64_t wait_ms = 0) EXCLUDES(mutex_);
  // `charge` is what its hold gave back; nothing where nothing was reserved. A reply that is longer
  // than is recorded is cut, and says so.
  void record(Place place, Exchange exchange, ExchangeContent content, std::optional<Charge> charge)
      EXCLUDES(mutex_);

  struct Counts {
    std::int64_t places = 0;  // taken: under way, or waiting to be written
    std::int64_t bytes = 0;
    std::int64_t written = 0;
    std::int64_t bare = 0;  // of them without content
    std::int64_t lost = 0;  // not written at a stop
  };
  Counts counts() const EXCLUDES(mutex_);

 private:
  friend class Place;
  struct Entry {
    Exchange exchange;
    std::string text;  // its content
    std::optional<Charge> charge;
    std::size_t bytes = 0;
    TimeMs since_ms = 0;  // monotonic
  };
  using Batch = std::vector<Entry>;

  void leave(std::size_t bytes) EXCLUDES(mutex_);
  bool is_full(std::size_t request_bytes) const REQUIRES(mutex_);
  void run() EXCLUDES(mutex_);
  Batch next_batch() EXCLUDES(mutex_);
  void write(Batch batch) EXCLUDES(mutex_);
  // One for one, the parts of each; none where it could not be sealed. Those that still wait for
  // their key are moved to `later`.
  using Parts = std::vector<store::Sealed>;
  std::vector<Parts> seal(Batch& batch, Batch& later) EXCLUDES(mutex_);
  Result<void> give_keys(Batch& batch, std::vector<std::int64_t>& deeds);
  bool commit(std::span<const Sealable> rows, std::span<const Charge> charges) EXCLUDES(mutex_);
  // False where there is no time left.
  bool pause(std::int64_t ms) EXCLUDES(mutex_);
  void tend();
  bool stopping() const EXCLUDES(mutex_);

  const Context ctx_;
  Pots& pots_;
  mutable Mutex mutex_;
  CondVar changed_;
  CondVar freed_;  // places
  std::deque<Entry> queue_ GUARDED_BY(mutex_);
  Counts counts_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  TimeMs stop_by_ms_ GUARDED_BY(mutex_) = 0;
  TimeMs tended_ms_ = 0;  // of the thread
  std::thread thread_;
};

}  // namespace guildhall::gateway
