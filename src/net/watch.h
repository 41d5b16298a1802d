// The watch on descriptors whose connections MHD keeps suspended: it sees neither that a client
// has left nor that a socket can be written again. An epoll of our own, edge-triggered. Internal
// to src/net.
//
// Concurrency: new_key, add, remove and wake from any thread; wait on the watch thread. Nothing is
// locked while somebody is told. Limits: those of whom is watched.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "base/mutex.h"

namespace guildhall::net {

class Watched {
 public:
  virtual ~Watched() = default;
  // Watch thread. May be told once more after remove().
  virtual void on_ready(bool writable, bool gone) = 0;
};

class Watch {
 public:
  enum class For : unsigned char {
    departure,           // of either direction
    departure_or_space,  // and that it can be written
    space,               // a client may close its sending side and still read
  };

  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  std::uint64_t new_key() { return ++last_key_; }
  // False where the kernel refuses. What is so already is told at once.
  bool add(std::uint64_t key, int fd, For what, std::weak_ptr<Watched> whom);
  // While the descriptor is still ours.
  void remove(std::uint64_t key, int fd);
  void wait(std::int64_t timeout_ms);
  void wake();

 private:
  std::shared_ptr<Watched> find(std::uint64_t key);

  int epoll_ = -1;
  int wake_fd_ = -1;
  std::atomic<std::uint64_t> last_key_{0};
  Mutex mutex_;
  std::unordered_map<std::uint64_t, std::weak_ptr<Watched>> watched_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::net
