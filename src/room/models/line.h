// The room's line to its model providers: requests go out in frames, replies come back, many at a
// time over one pipe to each peer. A pipe is opened with the first request; when its processes end,
// what was under way ends as broken, and the next request opens another.
//
// A thread of its own reads all pipes and calls the sinks: they must not block, and may call the
// line.
//
// Concurrency: any thread. Limits: kMaxModelExchanges at a time of one peer.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "base/mutex.h"
#include "base/result.h"
#include "gateway/frame_pipe.h"
#include "room/models/peer_watch.h"

namespace guildhall::room {

// Who is told of one exchange: head, data, meter, end, as frames.h has them. Nothing comes after
// `on_end`.
class ModelSink {
 public:
  virtual ~ModelSink() = default;
  virtual void on_head(gateway::Head head) = 0;
  virtual void on_data(std::string_view bytes) = 0;
  virtual void on_meter(gateway::Meter meter) = 0;
  virtual void on_end(gateway::End end) = 0;
};

class ModelLine {
 public:
  explicit ModelLine(PeerWatch& peers);
  ~ModelLine();
  ModelLine(const ModelLine&) = delete;
  ModelLine& operator=(const ModelLine&) = delete;

  // Which exchange, for credit and cancel.
  struct Handle {
    std::uint64_t pipe = 0;
    std::uint32_t exchange = 0;
    PeerRunId run;  // of the processes that carry it
  };
  // `begin.body_bytes` is set here. Errors: unavailable/"model-line-full", those of
  // PeerWatch::open.
  Result<Handle> send(const std::string& peer, gateway::Begin begin, std::string_view body,
                      std::shared_ptr<ModelSink> sink) EXCLUDES(mutex_);
  void credit(Handle handle, std::size_t bytes) EXCLUDES(mutex_);
  // Its sink is told the end all the same, soon.
  void cancel(Handle handle) EXCLUDES(mutex_);
  std::size_t under_way() const { return under_way_.load(std::memory_order_relaxed); }
  // What is under way is broken off.
  void stop();

 private:
  struct Pipe {
    Pipe(std::string name, PeerWatch::Opened opened)
        : peer(std::move(name)), run(opened.run), frames(opened.fd) {}
    const std::string peer;
    const PeerRunId run;
    Mutex writing;              // after mutex_
    gateway::FramePipe frames;  // out: under `writing`; in: the thread's
    std::uint32_t last = 0;
    std::unordered_map<std::uint32_t, std::shared_ptr<ModelSink>> sinks;  // under mutex_
  };
  using Pipes = std::map<std::uint64_t, std::shared_ptr<Pipe>>;

  Result<std::shared_ptr<Pipe>> pipe_to(const std::string& peer) REQUIRES(mutex_);
  void write(std::uint64_t id, Pipe& pipe, const std::string& frames);
  void watch(std::uint64_t id, int fd, bool writable, bool fresh);
  void run();
  void on_ready(std::uint64_t id, bool readable, bool writable) EXCLUDES(mutex_);
  Result<void> on_frame(std::uint64_t id, const gateway::Frame& frame) EXCLUDES(mutex_);
  void drop(std::uint64_t id) EXCLUDES(mutex_);

  PeerWatch& peers_;
  const int epoll_;
  const int wake_;
  mutable Mutex mutex_;
  Pipes pipes_ GUARDED_BY(mutex_);
  std::map<std::string, std::uint64_t> by_peer_ GUARDED_BY(mutex_);
  std::uint64_t last_pipe_ GUARDED_BY(mutex_) = 0;
  std::atomic<std::size_t> under_way_{0};
  std::atomic<bool> stopping_{false};
  std::thread reader_;
};

}  // namespace guildhall::room
