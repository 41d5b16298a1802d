#include "net/parking.h"

#include <vector>

#include "base/log.h"

namespace guildhall::net {
namespace {

Reply stopping_reply(std::string_view request_id) {
  return problem({Fault::unavailable, "stopping", "The server is stopping; try again shortly.", {}},
                 request_id);
}

Reply no_answer(std::string_view request_id) {
  return problem({Fault::internal, "internal", "The request could not be answered.", {}},
                 request_id);
}

}  // namespace

class Parking::Place::Handle final : public LaterAnswer {
 public:
  Handle(std::shared_ptr<Place> place, std::string request_id)
      : place_(std::move(place)), request_id_(std::move(request_id)) {}
  ~Handle() override { place_->complete(no_answer(request_id_)); }
  void complete(Reply reply) override { place_->complete(std::move(reply)); }

 private:
  const std::shared_ptr<Place> place_;
  const std::string request_id_;
};

Parking::Place::Place(Parking& owner, std::shared_ptr<Exchange> exchange, std::uint64_t key, int fd,
                      std::function<void()> gone)
    : owner_(owner), key_(key), fd_(fd), gone_(std::move(gone)), exchange_(std::move(exchange)) {}

// `start` has returned: before, nobody but the maker knows of the place, so that `gone` cannot
// overtake it. Under the mutex: once the exchange is claimed the descriptor may be another's.
void Parking::Place::open(const std::shared_ptr<Place>& self) {
  bool waits = false;
  bool watched = false;
  {
    MutexLock lock(mutex_);
    if (!exchange_) return;
    waits = owner_.enlist(key_, self);
    watched = waits && owner_.core_.watch->add(key_, fd_, Watch::For::departure, self);
  }
  if (!waits) {
    stop();
  } else if (!watched) {
    on_ready(false, true);
  }
}

std::shared_ptr<Exchange> Parking::Place::claim() {
  MutexLock lock(mutex_);
  if (exchange_) owner_.core_.watch->remove(key_, fd_);
  return std::exchange(exchange_, nullptr);
}

// The server may be gone when this returns.
void Parking::Place::settle(std::shared_ptr<Exchange> exchange) {
  owner_.forget(key_);
  exchange.reset();
  owner_.count_.fetch_sub(1);
}

void Parking::Place::complete(Reply reply) {
  auto exchange = claim();
  if (!exchange) return;
  auto unused = std::exchange(gone_, nullptr);
  exchange->answer(std::move(reply));
  settle(std::move(exchange));
}

void Parking::Place::on_ready(bool /*writable*/, bool gone) {
  auto exchange = gone ? claim() : nullptr;
  if (!exchange) return;
  if (auto tell = std::exchange(gone_, nullptr)) tell();
  exchange->hand_back();
  settle(std::move(exchange));
}

void Parking::Place::stop() {
  auto exchange = claim();
  if (!exchange) return;
  if (auto tell = std::exchange(gone_, nullptr)) tell();
  exchange->answer(stopping_reply(exchange->request_id));
  settle(std::move(exchange));
}

std::shared_ptr<Parking::Place> Parking::enter(const std::shared_ptr<Exchange>& exchange,
                                               std::function<void()> gone) {
  int fd = -1;
  {
    Connection& connection = exchange->connection();
    MutexLock lock(connection.mutex);
    fd = connection.fd;
  }
  MutexLock lock(mutex_);
  if (refusing_ || count_.load() >= core_.options.max_parked) return nullptr;
  count_.fetch_add(1);
  return std::make_shared<Place>(*this, exchange, core_.watch->new_key(), fd, std::move(gone));
}

bool Parking::enlist(std::uint64_t key, const std::shared_ptr<Place>& place) {
  MutexLock lock(mutex_);
  if (!refusing_) places_.emplace(key, place);
  return !refusing_;
}

void Parking::park(const std::shared_ptr<Exchange>& exchange) {
  LaterReply later = exchange->take_later();
  auto place = enter(exchange, std::move(later.gone));
  if (!place) return exchange->answer_full();
  try {
    later.start(std::make_shared<Place::Handle>(place, exchange->request_id));
  } catch (...) {
    log_line(LogLevel::error, "a handler threw", {{"request", exchange->request_id}});
  }
  place->open(place);
}

void Parking::forget(std::uint64_t key) {
  std::shared_ptr<Place> last;  // dies outside the lock
  MutexLock lock(mutex_);
  auto at = places_.find(key);
  if (at == places_.end()) return;
  last = std::move(at->second);
  places_.erase(at);
}

void Parking::end_all() {
  std::vector<std::shared_ptr<Place>> all;
  {
    MutexLock lock(mutex_);
    refusing_ = true;
    for (auto& [key, place] : places_) all.push_back(place);
  }
  for (auto& place : all) place->stop();
}

}  // namespace guildhall::net
