// Long replies and event streams: written on the descriptor itself while MHD keeps the connection
// suspended, so that neither costs MHD's loop anything nor holds a worker between two pieces.
// Internal to src/net.
//
// Operation. A stream is stepped by a worker: flush what is left, then pull the next piece (a
// source: until the socket is full or its time slice is over; events: one poll when somebody
// notified). A full socket parks the stream; the watch thread (epoll, edge-triggered) has it
// stepped again when it is writable, and ends it when the client has left. The connection closes
// with the reply; its last bytes are given kLingerMs to arrive.
//
// Wakes are coalesced three times: a topic fans out at most every kEventFanoutMs, a stream has at
// most one step queued or running, and polls of one stream are kEventIntervalMs apart.
//
// Concurrency: start and notify from any thread; step on a worker; watch_once, tick on the watch
// thread. Lock order: RawStreams::mutex_ before RawStream::mutex_.
// Limits: max_event_streams; one piece (kMaxEventBytes for events) per stream.
#pragma once

#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/exchange.h"

namespace guildhall::net {

class RawStream final : public Job, public std::enable_shared_from_this<RawStream> {
 public:
  RawStream(RawStreams& owner, std::shared_ptr<Exchange> exchange, std::uint64_t id, int fd,
            bool refused);

  void run() noexcept override;
  void first_step();

  // Watch thread.
  void on_ready(bool writable, bool gone);
  void on_tick(std::int64_t now_ms);
  // Has it polled now, or not before the interval is over: then at the returned time.
  std::optional<std::int64_t> wake(std::int64_t now_ms);
  void on_due();
  void end(bool at_once);

  const std::uint64_t id;
  const std::string& topic() const { return topic_; }
  bool is_events() const { return events_; }
  std::size_t topic_index = 0;  // RawStreams'

 private:
  enum class Flush : unsigned char { sent, full, broken };
  enum class Next : unsigned char { again, park, blocked, close, abort };

  Next step();
  Next pull_source();
  Next poll_events(bool ending);
  Next send_held(Result<std::string> text, bool last);
  std::int64_t interval_ms() const;
  bool take_due_poll(std::int64_t& due_ms, bool& keep_alive);
  Flush flush();
  Result<bool> frame_piece();
  void queue_step() REQUIRES(mutex_);
  void poke() REQUIRES(mutex_);
  bool park(bool blocked);
  void begin_linger();
  void release();

  RawStreams& owner_;
  const std::shared_ptr<Exchange> exchange_;
  const int fd_;
  // The step's own: one runs at a time.
  Reply reply_;
  std::string topic_;
  bool events_ = false;
  bool held_ = false;      // events until there is one
  bool answered_ = false;  // there was
  std::int64_t held_until_ms_ = 0;
  bool chunked_ = false;
  bool source_done_ = false;
  std::string out_;
  std::size_t sent_ = 0;

  Mutex mutex_;
  bool stepping_ GUARDED_BY(mutex_) = false;  // queued or running
  bool again_ GUARDED_BY(mutex_) = false;     // something happened while it ran
  bool blocked_ GUARDED_BY(mutex_) = false;   // waits for the socket to drain
  bool dirty_ GUARDED_BY(mutex_) = true;      // the first poll needs no notify
  bool deferred_ GUARDED_BY(mutex_) = false;  // in the owner's list of due polls
  bool ending_ GUARDED_BY(mutex_) = false;
  bool gone_ GUARDED_BY(mutex_) = false;
  bool keep_alive_ GUARDED_BY(mutex_) = false;
  bool released_ GUARDED_BY(mutex_) = false;
  std::int64_t linger_until_ms_ GUARDED_BY(mutex_) = 0;
  std::int64_t last_poll_ms_ GUARDED_BY(mutex_) = 0;
  std::int64_t last_write_ms_ GUARDED_BY(mutex_) = 0;
  std::int64_t stall_mark_ms_ = 0;  // the watch thread's
  std::uint64_t stall_mark_bytes_ = 0;
};

class RawStreams {
 public:
  explicit RawStreams(Core& core);
  ~RawStreams();

  void start(std::shared_ptr<Exchange> exchange);
  void notify(std::string_view topic);
  // Watch thread: waits up to `timeout_ms` and handles what came.
  void watch_once(std::int64_t timeout_ms);
  void tick(std::int64_t now_ms);
  void wake();
  // Ends event streams in good order; with `at_once`, all streams, whatever they were doing.
  void end_all(bool at_once);
  bool empty() const { return count_.load() == 0; }
  std::int64_t event_streams() const { return event_count_.load(std::memory_order_relaxed); }

 private:
  friend class RawStream;
  struct Topic {
    std::vector<RawStream*> streams;
    std::int64_t next_fanout_ms = 0;
    bool pending = false;
  };
  using Due = std::pair<std::int64_t, std::uint64_t>;

  void defer(std::uint64_t id, std::int64_t due_ms);
  void forget(RawStream& stream);
  void enlist(const std::shared_ptr<RawStream>& stream) REQUIRES(mutex_);
  std::shared_ptr<RawStream> find(std::uint64_t id);
  void fan_out(std::int64_t now_ms);
  void run_due(std::int64_t now_ms);
  std::int64_t next_event_ms();

  Core& core_;
  int epoll_ = -1;
  int wake_fd_ = -1;
  std::atomic<std::int64_t> count_{0};
  std::atomic<std::int64_t> event_count_{0};
  Mutex mutex_;
  std::uint64_t last_id_ GUARDED_BY(mutex_) = 0;
  bool refusing_ GUARDED_BY(mutex_) = false;
  std::unordered_map<std::uint64_t, std::shared_ptr<RawStream>> streams_ GUARDED_BY(mutex_);
  std::unordered_map<std::string, Topic> topics_ GUARDED_BY(mutex_);
  std::vector<std::string> pending_ GUARDED_BY(mutex_);
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::net
