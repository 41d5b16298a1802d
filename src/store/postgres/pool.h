// Connections to one server, opened when first needed, handed out one user at a time.
//
// Concurrency: any thread. Limits: `size` connections; kReadWaitMs to get one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/postgres/connection.h"

namespace guildhall::store::postgres {

// A place for a connection; empty until somebody connects, and again after a loss.
struct Slot {
  std::unique_ptr<Connection> connection;
  // Connects when the slot is empty; `settings` is a script for a new connection.
  Outcome<> ready(const std::string& url, const char* settings = nullptr);
};

class Pool {
 public:
  explicit Pool(int size) : slots_(static_cast<std::size_t>(size)), size_(slots_.size()) {}
  ~Pool();  // waits until every slot is back

  Result<Slot> take() EXCLUDES(mutex_);
  void give_back(Slot slot) EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  CondVar freed_;
  std::vector<Slot> slots_ GUARDED_BY(mutex_);
  const std::size_t size_;
};

}  // namespace guildhall::store::postgres
