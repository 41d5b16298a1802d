// Requests that wait for an answer made elsewhere (LaterReply). Internal to src/net.
//
// Operation. MHD keeps the connection suspended, the watch tells when its client leaves, and no
// worker is held. Whoever is first of the maker's answer, the client's departure and the server's
// stop takes the exchange out of its place; the others find it empty.
//
// Concurrency: park on a worker; end_all on the thread that stops; the rest any. A place outlives
// the server: it refers to it only while it has the exchange, and the server waits for that.
// Lock order: Place::mutex_ before Parking::mutex_ and Watch::mutex_.
// Limits: max_parked.
#pragma once

#include <unordered_map>

#include "net/exchange.h"
#include "net/watch.h"

namespace guildhall::net {

class Parking {
 public:
  explicit Parking(Core& core) : core_(core) {}

  void park(const std::shared_ptr<Exchange>& exchange);
  // Answers all with 503, and every later one.
  void end_all();
  bool empty() const { return count_.load() == 0; }
  std::int64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  class Place final : public Watched {
   public:
    Place(Parking& owner, std::shared_ptr<Exchange> exchange, std::uint64_t key, int fd,
          std::function<void()> gone);
    // What the app holds; an answer that it drops is an error's.
    class Handle;

    void open(const std::shared_ptr<Place>& self);
    void complete(Reply reply);
    void on_ready(bool writable, bool gone) override;
    void stop();

   private:
    std::shared_ptr<Exchange> claim();
    void settle(std::shared_ptr<Exchange> exchange);

    Parking& owner_;
    const std::uint64_t key_;
    const int fd_;
    std::function<void()> gone_;  // of whoever has claimed the exchange
    Mutex mutex_;
    std::shared_ptr<Exchange> exchange_ GUARDED_BY(mutex_);  // while it waits
  };

  std::shared_ptr<Place> enter(const std::shared_ptr<Exchange>& exchange,
                               std::function<void()> gone);
  bool enlist(std::uint64_t key, const std::shared_ptr<Place>& place);
  void forget(std::uint64_t key);

  Core& core_;
  std::atomic<std::int64_t> count_{0};
  Mutex mutex_;
  bool refusing_ GUARDED_BY(mutex_) = false;
  std::unordered_map<std::uint64_t, std::shared_ptr<Place>> places_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::net
